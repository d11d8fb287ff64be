"use strict";
/* Draws one view with WebGL 2: ground with shadows, solid things, muscle tubes, glass body. */
window.RetrowalkGL = (function () {
  const SHAPE_VERTEX = `#version 300 es
    layout(location = 0) in vec3 point; layout(location = 1) in vec3 normal; layout(location = 2) in float end;
    layout(location = 3) in vec4 row0; layout(location = 4) in vec4 row1; layout(location = 5) in vec4 row2;
    layout(location = 6) in vec4 size; layout(location = 7) in vec3 tint;
    uniform mat4 camera;
    out vec3 at; out vec3 facing; out vec3 colour;
    void main() {
      vec4 local = vec4(point * size.xyz + vec3(0., 0., end * size.w), 1.);
      at = vec3(dot(row0, local), dot(row1, local), dot(row2, local));
      vec3 n = normal / size.xyz;
      facing = vec3(dot(row0.xyz, n), dot(row1.xyz, n), dot(row2.xyz, n));
      colour = tint;
      gl_Position = camera * vec4(at, 1.);
    }`;
  const TUBE_VERTEX = `#version 300 es
    in vec3 point; in vec3 normal; in vec3 tint;
    uniform mat4 camera; out vec3 at; out vec3 facing; out vec3 colour;
    void main() { at = point; facing = normal; colour = tint; gl_Position = camera * vec4(at, 1.); }`;
  /* How much of the sun reaches a place: a depth picture from the sun, smoothed over four points. */
  const SUNLIT = `
    precision highp sampler2DShadow;
    uniform sampler2DShadow sunlight; uniform mat4 sun; uniform float shadow;
    float sunlit(vec3 at) {
      vec3 s = (sun * vec4(at, 1.)).xyz * .5 + .5;
      if (any(lessThan(s, vec3(0.))) || any(greaterThan(s, vec3(1.)))) return 1.;
      float lit = 0.;
      for (int i = 0; i < 4; i++)
        lit += texture(sunlight, vec3(s.xy + (vec2(i & 1, i >> 1) - .5) / 1024., s.z - .0012));
      return 1. - shadow * (1. - lit / 4.);
    }`;
  const DEPTH_FRAGMENT = `#version 300 es
    precision highp float;
    void main() {}`;
  const SURFACE_FRAGMENT = `#version 300 es
    precision highp float;
    in vec3 at; in vec3 facing; in vec3 colour;
    uniform vec3 eye; uniform vec3 light; uniform float glass; uniform float glow; uniform float shaded;
    out vec4 shade;
    ${SUNLIT}
    void main() {
      vec3 n = normalize(facing), to = normalize(eye - at);
      float key = max(dot(n, light), 0.), sky = .5 + .5 * n.z, rim = 1. - max(dot(n, to), 0.);
      float spark = pow(max(dot(n, normalize(light + to)), 0.), 40.);
      vec3 base = glass < 1. ? mix(colour, vec3(.78, .86, .95), .62) : colour;
      vec3 lit = base * (.42 + glow + .30 * sky + .42 * key) + .10 * spark;
      if (shaded > 0.) lit *= sunlit(at);
      float alpha = glass < 1. ? clamp(glass + .55 * rim * rim, 0., 1.) : 1.;
      shade = vec4(lit * alpha, alpha);
    }`;
  const GROUND_VERTEX = `#version 300 es
    in vec3 corner; uniform mat4 camera; uniform vec3 plane; uniform vec3 middle; uniform bool uneven; out vec3 at;
    void main() {
      vec2 xy = middle.xy + corner.xy * 30.;
      at = uneven ? corner : vec3(xy, plane.x + dot(plane.yz, xy));
      gl_Position = camera * vec4(at, 1.);
    }`;
  const GROUND_FRAGMENT = `#version 300 es
    precision highp float;
    in vec3 at; uniform vec3 middle; uniform vec3 ground; uniform vec3 line; uniform vec3 sky; uniform vec3 light;
    uniform vec3 plane; uniform bool uneven; uniform vec4 edge; uniform vec4 hole; uniform float raised;
    uniform vec4 tint; uniform vec4 patch_tint; uniform vec2 patches[${window.RetrowalkGround.SEEN_PATCHES}]; uniform int patch_count;
    out vec4 shade;
    ${SUNLIT}
    float grid(float value, float wide) {
      float step_ = fwidth(value), off = abs(fract(value - .5) - .5);
      return (1. - smoothstep(wide * .5, wide * .5 + step_, off)) * clamp(.35 / step_, 0., 1.);
    }
    void main() {
      if (at.x > hole.x && at.x < hole.y && at.y > hole.z && at.y < hole.w) discard;
      float strong = max(grid(at.x, .012), grid(at.y, .012));
      float fine = max(grid(at.x * 2., .012), grid(at.y * 2., .012));
      vec3 base = mix(ground, tint.rgb, tint.a);
      for (int i = 0; i < patch_count; i++)
        if (at.x >= patches[i].x && at.x <= patches[i].y) base = mix(ground, patch_tint.rgb, patch_tint.a);
      float above = at.z - plane.x - dot(plane.yz, at.xy);
      if (raised > 0. && above > .003) base = vec3(.46, .40, .32);
      base = mix(base, line, max(strong * .8, fine * .3));
      float fog = smoothstep(3.5, 12., length(at.xy - middle.xy));
      if (uneven) {  // each triangle by its own slope; the strip ends in mist
        vec3 n = normalize(cross(dFdx(at), dFdy(at)));
        n *= sign(n.z);
        float turned = clamp(dot(n, light) / light.z, raised > 0. ? .7 : .3, 1.35);
        base *= mix(1., turned * turned * turned, .9);
        vec4 inside = vec4(at.x - edge.x, edge.y - at.x, at.y - edge.z, edge.w - at.y);
        float off = min(min(inside.x, inside.y), min(inside.z, inside.w));
        fog = max(fog, 1. - smoothstep(0., .8, off));
      }
      shade = vec4(mix(base * sunlit(at), sky, fog), 1.);
    }`;
  const LIGHT = [-0.3, -0.5, 0.81], SUN_PIXELS = 1024, SUN_HALF_M = 1.7, SUN_DEEP_M = 5;

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
    const gl = canvas.getContext("webgl2", { antialias: true, alpha: false });
    if (!gl) return null;
    const shapes = program(gl, SHAPE_VERTEX, SURFACE_FRAGMENT);
    const tubes = program(gl, TUBE_VERTEX, SURFACE_FRAGMENT);
    const floor = program(gl, GROUND_VERTEX, GROUND_FRAGMENT), depth = program(gl, SHAPE_VERTEX, DEPTH_FRAGMENT);
    if (!shapes || !tubes || !floor || !depth) return null;
    const body = { round: mesh(...sphereMesh(7, 20)), box: mesh(...boxMesh()) };
    const solid = { round: mesh(...sphereMesh(7, 20)), box: mesh(...boxMesh()) };
    const level = surface(new Float32Array([-1, -1, 0, 1, -1, 0, -1, 1, 0, 1, 1, 0]), new Uint32Array([0, 1, 3, 0, 3, 2]));
    const sun = sunPicture(), uneven = new Map();
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
    function surface(vertices, index) {
      const array = gl.createVertexArray();
      gl.bindVertexArray(array);
      fill(gl.ARRAY_BUFFER, gl.createBuffer(), vertices);
      attribute(floor, "corner", 3, 12, 0);
      fill(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer(), index);
      return { array, length: index.length };
    }
    function sunPicture() {
      const texture = gl.createTexture(), target = gl.createFramebuffer();
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.texStorage2D(gl.TEXTURE_2D, 1, gl.DEPTH_COMPONENT24, SUN_PIXELS, SUN_PIXELS);
      for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
      for (const way of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, way, gl.LINEAR);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_COMPARE_MODE, gl.COMPARE_REF_TO_TEXTURE);
      gl.bindFramebuffer(gl.FRAMEBUFFER, target);
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.TEXTURE_2D, texture, 0);
      gl.drawBuffers([gl.NONE]);
      gl.readBuffer(gl.NONE);
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
      return { texture, target };
    }
    function drawShapes(meshes) {
      for (const kind of Object.values(meshes)) {
        if (!kind.count) continue;
        gl.bindVertexArray(kind.array);
        gl.drawElementsInstanced(gl.TRIANGLES, kind.length, gl.UNSIGNED_SHORT, 0, kind.count);
      }
    }
    function uploadShapes(meshes, list) {
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
      gl.uniformMatrix4fv(where.at("sun"), false, sunMatrix(view.target));
      gl.uniform1f(where.at("shadow"), view.look.shadow);
      gl.uniform1i(where.at("sunlight"), 0);
      gl.uniform3fv(where.at("light"), unit(LIGHT));
      gl.uniform3fv(where.at("eye"), view.eye);
      for (const [name, value] of Object.entries(more || {})) gl.uniform1f(where.at(name), value);
    }
    function drawSun(view) {
      gl.bindTexture(gl.TEXTURE_2D, null);
      gl.bindFramebuffer(gl.FRAMEBUFFER, sun.target);
      gl.viewport(0, 0, SUN_PIXELS, SUN_PIXELS);
      gl.clear(gl.DEPTH_BUFFER_BIT);
      gl.useProgram(depth.id);
      gl.uniformMatrix4fv(depth.at("camera"), false, sunMatrix(view.target));
      drawShapes(body);
      drawShapes(solid);
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
      gl.bindTexture(gl.TEXTURE_2D, sun.texture);
    }
    function drawGround(view) {
      const ground = view.ground, look = view.look, patches = ground.patchesNear(view.target[0]);
      if (ground.mesh && !uneven.has(ground)) uneven.set(ground, surface(ground.mesh.vertices, ground.mesh.index));
      const drawn = ground.mesh ? uneven.get(ground) : level;
      uniforms(floor, view, { raised: ground.raised });
      gl.uniform3fv(floor.at("plane"), ground.plane);
      gl.uniform3fv(floor.at("middle"), view.target);
      for (const name of ["ground", "line", "sky"]) gl.uniform3fv(floor.at(name), look[name]);
      gl.uniform1i(floor.at("uneven"), ground.mesh ? 1 : 0);
      gl.uniform4fv(floor.at("edge"), ground.mesh ? ground.mesh.edge : [0, 0, 0, 0]);
      gl.uniform4fv(floor.at("hole"), view.hole ? view.hole.slice(0, 4) : [0, 0, 0, 0]);
      gl.uniform4fv(floor.at("tint"), ground.tint);
      gl.uniform4fv(floor.at("patch_tint"), ground.patchTint);
      gl.uniform2fv(floor.at("patches"), patches.x);
      gl.uniform1i(floor.at("patch_count"), patches.count);
      gl.bindVertexArray(drawn.array);
      gl.drawElements(gl.TRIANGLES, drawn.length, gl.UNSIGNED_INT, 0);
    }

    return {
      name: "WebGL",
      draw(view) {
        const sky = view.look.sky;
        uploadShapes(body, view.shapes);
        uploadShapes(solid, view.solids);
        gl.enable(gl.DEPTH_TEST);
        gl.depthFunc(gl.LEQUAL);
        gl.disable(gl.BLEND);
        drawSun(view);
        gl.viewport(0, 0, canvas.width, canvas.height);
        gl.clearColor(sky[0], sky[1], sky[2], 1);
        gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
        drawGround(view);
        if (view.solids.length) {
          uniforms(shapes, view, { glass: 1, glow: 0.05, shaded: 1 });
          drawShapes(solid);
        }
        gl.enable(gl.BLEND);
        gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);

        const out = { vertices: [], index: [] };
        for (const item of view.tubes) tube(out, item.points, item.radii, item.colour, item.sides || 7);
        gl.bindVertexArray(tubeArray);
        fill(gl.ARRAY_BUFFER, tubeVertices, new Float32Array(out.vertices), gl.DYNAMIC_DRAW);
        fill(gl.ELEMENT_ARRAY_BUFFER, tubeIndex, new Uint32Array(out.index), gl.DYNAMIC_DRAW);
        uniforms(tubes, view, { glass: 1, glow: 0.3, shaded: 0 });
        gl.drawElements(gl.TRIANGLES, out.index.length, gl.UNSIGNED_INT, 0);

        uniforms(shapes, view, { glass: view.glass, glow: 0, shaded: 0 });
        if (view.glass < 1) {  // only the nearest skin of the glass body is blended
          gl.colorMask(false, false, false, false);
          drawShapes(body);
          gl.colorMask(true, true, true, true);
        }
        drawShapes(body);
      },
    };
  }

  /* What the sun sees around a place, as a matrix by columns. */
  function sunMatrix(target) {
    const ahead = unit(LIGHT).map((x) => -x), right = unit(cross(ahead, [0, 0, 1])), up = cross(right, ahead);
    const rows = [scaled(right, 1 / SUN_HALF_M), scaled(up, 1 / SUN_HALF_M), scaled(ahead, 1 / SUN_DEEP_M)];
    return new Float32Array([...[0, 1, 2].flatMap((c) => [rows[0][c], rows[1][c], rows[2][c], 0]), ...rows.map((r) => -dot(r, target)), 1]);
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
