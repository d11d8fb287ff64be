"use strict";
/* Draws one view of the walker with WebGL 2: glass body, muscle tubes, arrows, ground, shadow. */
window.RetrowalkGL = (function () {
  const SHAPE_VERTEX = `#version 300 es
    in vec3 point; in vec3 normal; in float end;
    in vec4 row0; in vec4 row1; in vec4 row2; in vec4 size; in vec3 tint;
    uniform mat4 camera; uniform vec4 plane; uniform vec3 light; uniform bool flat_;
    out vec3 at; out vec3 facing; out vec3 colour;
    void main() {
      vec4 local = vec4(point * size.xyz + vec3(0., 0., end * size.w), 1.);
      at = vec3(dot(row0, local), dot(row1, local), dot(row2, local));
      vec3 n = normal / size.xyz;
      facing = vec3(dot(row0.xyz, n), dot(row1.xyz, n), dot(row2.xyz, n));
      if (flat_) {
        float above = at.z - plane.x - plane.y * at.x;
        at -= light * above / (light.z - plane.y * light.x);
        at.z += .003;
      }
      colour = tint;
      gl_Position = camera * vec4(at, 1.);
    }`;
  const TUBE_VERTEX = `#version 300 es
    in vec3 point; in vec3 normal; in vec3 tint;
    uniform mat4 camera; out vec3 at; out vec3 facing; out vec3 colour;
    void main() { at = point; facing = normal; colour = tint; gl_Position = camera * vec4(at, 1.); }`;
  const SURFACE_FRAGMENT = `#version 300 es
    precision highp float;
    in vec3 at; in vec3 facing; in vec3 colour;
    uniform vec3 eye; uniform vec3 light; uniform float glass; uniform float flat_tone; uniform float glow;
    out vec4 shade;
    void main() {
      if (flat_tone > 0.) { shade = vec4(0., 0., 0., flat_tone); return; }
      vec3 n = normalize(facing), to = normalize(eye - at);
      float key = max(dot(n, light), 0.), sky = .5 + .5 * n.z, rim = 1. - max(dot(n, to), 0.);
      float spark = pow(max(dot(n, normalize(light + to)), 0.), 40.);
      vec3 base = glass < 1. ? mix(colour, vec3(.78, .86, .95), .62) : colour;
      vec3 lit = base * (.42 + glow + .30 * sky + .42 * key) + .10 * spark;
      float alpha = glass < 1. ? clamp(glass + .55 * rim * rim, 0., 1.) : 1.;
      shade = vec4(lit * alpha, alpha);
    }`;
  const GROUND_VERTEX = `#version 300 es
    in vec2 corner; uniform mat4 camera; uniform vec4 plane; uniform vec3 middle; out vec3 at;
    void main() {
      vec2 xy = middle.xy + corner * 30.;
      at = vec3(xy, plane.x + plane.y * xy.x);
      gl_Position = camera * vec4(at, 1.);
    }`;
  const GROUND_FRAGMENT = `#version 300 es
    precision highp float;
    in vec3 at; uniform vec3 middle; uniform vec3 ground; uniform vec3 line; uniform vec3 sky;
    out vec4 shade;
    float grid(float value, float wide) {
      float step_ = fwidth(value), off = abs(fract(value - .5) - .5);
      return (1. - smoothstep(wide * .5, wide * .5 + step_, off)) * clamp(.35 / step_, 0., 1.);
    }
    void main() {
      float strong = max(grid(at.x, .012), grid(at.y, .012));
      float fine = max(grid(at.x * 2., .012), grid(at.y * 2., .012));
      vec3 base = mix(ground, line, max(strong * .8, fine * .3));
      float far = length(at.xy - middle.xy);
      shade = vec4(mix(base, sky, smoothstep(3.5, 12., far)), 1.);
    }`;
  const LIGHT = [-0.3, -0.5, 0.81];

  function sphereMesh(rings, sides) {
    const vertices = [], index = [];
    for (let i = 0; i <= 2 * rings + 1; i++) {  // the equator twice: its halves part for capsules
      const upper = i > rings, k = upper ? i - rings - 1 : i;
      const latitude = (upper ? 0 : -Math.PI / 2) + (k / rings) * (Math.PI / 2);
      for (let j = 0; j <= sides; j++) {
        const a = (2 * Math.PI * j) / sides, c = Math.cos(latitude);
        const n = [c * Math.cos(a), c * Math.sin(a), Math.sin(latitude)];
        vertices.push(...n, ...n, upper ? 1 : -1);
      }
    }
    for (let i = 0; i < 2 * rings + 1; i++) for (let j = 0; j < sides; j++) {
      const a = i * (sides + 1) + j, b = a + sides + 1;
      index.push(a, a + 1, b, b, a + 1, b + 1);
    }
    return [new Float32Array(vertices), new Uint16Array(index)];
  }

  function boxMesh() {
    const vertices = [], index = [];
    for (let axis = 0; axis < 3; axis++) for (const sign of [-1, 1]) {
      const first = vertices.length / 7;
      for (const [u, v] of [[-1, -1], [1, -1], [1, 1], [-1, 1]]) {
        const p = [0, 0, 0], n = [0, 0, 0];
        p[axis] = n[axis] = sign; p[(axis + 1) % 3] = u; p[(axis + 2) % 3] = v;
        vertices.push(...p, ...n, 0);
      }
      index.push(first, first + 1, first + 2, first, first + 2, first + 3);
    }
    return [new Float32Array(vertices), new Uint16Array(index)];
  }

  /* A tube through `points` with a radius at each of its rings, appended to `out`. */
  function tube(out, points, radii, colour, sides) {
    const rings = points.length;
    let side = null;
    const first = out.vertices.length / 9;
    for (let i = 0; i < rings; i++) {
      const before = points[Math.max(i - 1, 0)], after = points[Math.min(i + 1, rings - 1)];
      const t = unit(minus(after, before));
      side = side ? unit(minus(side, scaled(t, dot(side, t))))
        : unit(cross(t, Math.abs(t[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0]));
      const other = cross(t, side);
      for (let j = 0; j < sides; j++) {
        const a = (2 * Math.PI * j) / sides, c = Math.cos(a), s = Math.sin(a);
        const n = [c * side[0] + s * other[0], c * side[1] + s * other[1], c * side[2] + s * other[2]];
        out.vertices.push(points[i][0] + radii[i] * n[0], points[i][1] + radii[i] * n[1],
          points[i][2] + radii[i] * n[2], n[0], n[1], n[2], colour[0], colour[1], colour[2]);
      }
    }
    for (let i = 0; i < rings - 1; i++) for (let j = 0; j < sides; j++) {
      const a = first + i * sides + j, b = first + i * sides + ((j + 1) % sides);
      out.index.push(a, b, a + sides, a + sides, b, b + sides);
    }
  }
  const minus = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  const scaled = (a, k) => [a[0] * k, a[1] * k, a[2] * k];
  const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  function unit(a) { const l = Math.hypot(a[0], a[1], a[2]) || 1; return [a[0] / l, a[1] / l, a[2] / l]; }

  function create(canvas) {
    const gl = canvas.getContext("webgl2", { antialias: true, stencil: true, alpha: false });
    if (!gl) return null;
    const shapes = program(gl, SHAPE_VERTEX, SURFACE_FRAGMENT);
    const tubes = program(gl, TUBE_VERTEX, SURFACE_FRAGMENT);
    const floor = program(gl, GROUND_VERTEX, GROUND_FRAGMENT);
    if (!shapes || !tubes || !floor) return null;
    const meshes = { round: mesh(...sphereMesh(7, 20)), box: mesh(...boxMesh()) };
    const ground = gl.createVertexArray();
    gl.bindVertexArray(ground);
    fill(gl.ARRAY_BUFFER, gl.createBuffer(), new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]));
    attribute(floor, "corner", 2, 8, 0);
    const tubeArray = gl.createVertexArray(), tubeVertices = gl.createBuffer(), tubeIndex = gl.createBuffer();
    gl.bindVertexArray(tubeArray);
    gl.bindBuffer(gl.ARRAY_BUFFER, tubeVertices);
    ["point", "normal", "tint"].forEach((name, i) => attribute(tubes, name, 3, 36, 12 * i));
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, tubeIndex);

    function fill(target, buffer, data, usage) {
      gl.bindBuffer(target, buffer);
      gl.bufferData(target, data, usage || gl.STATIC_DRAW);
    }
    function attribute(where, name, width, stride, offset, each) {
      const at = gl.getAttribLocation(where.id, name);
      if (at < 0) return;
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, width, gl.FLOAT, false, stride, offset);
      if (each) gl.vertexAttribDivisor(at, 1);
    }
    function mesh(vertices, index) {
      const array = gl.createVertexArray(), instances = gl.createBuffer();
      gl.bindVertexArray(array);
      fill(gl.ARRAY_BUFFER, gl.createBuffer(), vertices);
      attribute(shapes, "point", 3, 28, 0);
      attribute(shapes, "normal", 3, 28, 12);
      attribute(shapes, "end", 1, 28, 24);
      fill(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer(), index);
      gl.bindBuffer(gl.ARRAY_BUFFER, instances);
      ["row0", "row1", "row2", "size"].forEach((name, i) => attribute(shapes, name, 4, 76, 16 * i, true));
      attribute(shapes, "tint", 3, 76, 64, true);
      return { array, instances, length: index.length, count: 0 };
    }
    function drawShapes() {
      for (const kind of Object.values(meshes)) {
        if (!kind.count) continue;
        gl.bindVertexArray(kind.array);
        gl.drawElementsInstanced(gl.TRIANGLES, kind.length, gl.UNSIGNED_SHORT, 0, kind.count);
      }
    }
    function uploadShapes(list) {
      for (const [name, kind] of Object.entries(meshes)) {
        const own = list.filter((shape) => (shape.kind === "box") === (name === "box"));
        const data = new Float32Array(own.length * 19);
        own.forEach((shape, i) => { data.set(shape.rows, 19 * i); data.set(shape.size, 19 * i + 12); data.set(shape.colour, 19 * i + 16); });
        gl.bindVertexArray(kind.array);
        fill(gl.ARRAY_BUFFER, kind.instances, data, gl.DYNAMIC_DRAW);
        kind.count = own.length;
      }
    }
    function uniforms(where, view, more) {
      gl.useProgram(where.id);
      gl.uniformMatrix4fv(where.at("camera"), false, view.matrix);
      gl.uniform4f(where.at("plane"), view.ground[0], view.ground[1], 0, 0);
      gl.uniform3fv(where.at("light"), unit(LIGHT));
      gl.uniform3fv(where.at("eye"), view.eye);
      for (const [name, value] of Object.entries(more || {})) gl.uniform1f(where.at(name), value);
    }

    return {
      name: "WebGL",
      draw(view) {
        const sky = view.look.sky;
        gl.viewport(0, 0, canvas.width, canvas.height);
        gl.clearColor(sky[0], sky[1], sky[2], 1);
        gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT | gl.STENCIL_BUFFER_BIT);
        gl.enable(gl.DEPTH_TEST);
        gl.depthFunc(gl.LEQUAL);
        gl.disable(gl.BLEND);
        uniforms(floor, view);
        gl.uniform3fv(floor.at("middle"), view.target);
        gl.uniform3fv(floor.at("ground"), view.look.ground);
        gl.uniform3fv(floor.at("line"), view.look.line);
        gl.uniform3fv(floor.at("sky"), sky);
        gl.bindVertexArray(ground);
        gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);

        uploadShapes(view.shapes);
        gl.enable(gl.BLEND);
        gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
        gl.enable(gl.STENCIL_TEST);  // each spot is darkened once
        gl.stencilFunc(gl.EQUAL, 0, 255);
        gl.stencilOp(gl.KEEP, gl.KEEP, gl.INCR);
        gl.depthMask(false);
        uniforms(shapes, view, { flat_tone: view.look.shadow });
        gl.uniform1i(shapes.at("flat_"), 1);
        drawShapes();
        gl.disable(gl.STENCIL_TEST);
        gl.depthMask(true);

        const out = { vertices: [], index: [] };
        for (const item of view.tubes) tube(out, item.points, item.radii, item.colour, item.sides || 7);
        gl.bindVertexArray(tubeArray);
        fill(gl.ARRAY_BUFFER, tubeVertices, new Float32Array(out.vertices), gl.DYNAMIC_DRAW);
        fill(gl.ELEMENT_ARRAY_BUFFER, tubeIndex, new Uint32Array(out.index), gl.DYNAMIC_DRAW);
        uniforms(tubes, view, { glass: 1, flat_tone: 0, glow: 0.3 });
        gl.drawElements(gl.TRIANGLES, out.index.length, gl.UNSIGNED_INT, 0);

        uniforms(shapes, view, { glass: view.glass, flat_tone: 0 });
        gl.uniform1i(shapes.at("flat_"), 0);
        if (view.glass < 1) {  // only the nearest skin of the glass body is blended
          gl.colorMask(false, false, false, false);
          drawShapes();
          gl.colorMask(true, true, true, true);
        }
        drawShapes();
      },
    };
  }

  function program(gl, vertex, fragment) {
    const id = gl.createProgram();
    for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(id, shader);
    }
    gl.linkProgram(id);
    if (!gl.getProgramParameter(id, gl.LINK_STATUS)) return null;
    const places = {};
    return { id, at: (name) => (name in places ? places[name] : (places[name] = gl.getUniformLocation(id, name))) };
  }

  return { create };
})();
