"use strict";
/* Draws one view with WebGL 2: ground with shadows, solid things, muscle tubes, glass body. */
window.RetrowalkGL = (function () {
  const { SKY_VERTEX, SKY_FRAGMENT, SHAPE_VERTEX, SKIN_VERTEX, TUBE_VERTEX, DEPTH_FRAGMENT, SURFACE_FRAGMENT, GROUND_VERTEX, GROUND_FRAGMENT } = window.RetrowalkShaders;
  const { sphereMesh, boxMesh, tube, sheet, skin, minus, scaled, dot, cross, unit } = window.RetrowalkSolids;
  const LIGHT = [-0.3, -0.5, 0.81], SUN_PIXELS = 1024, SUN_HALF_M = 1.7, SUN_DEEP_M = 5;

  function create(canvas) {
    const gl = canvas.getContext("webgl2", { antialias: true, alpha: false });
    if (!gl) return null;
    const shapes = program(gl, SHAPE_VERTEX, SURFACE_FRAGMENT);
    const tubes = program(gl, TUBE_VERTEX, SURFACE_FRAGMENT);
    const heaven = program(gl, SKY_VERTEX, SKY_FRAGMENT), emptyArray = gl.createVertexArray();
    const skins = program(gl, SKIN_VERTEX, SURFACE_FRAGMENT), skinDepth = program(gl, SKIN_VERTEX, DEPTH_FRAGMENT);
    const floor = program(gl, GROUND_VERTEX, GROUND_FRAGMENT), depth = program(gl, SHAPE_VERTEX, DEPTH_FRAGMENT);
    if (!shapes || !tubes || !floor || !depth || !skins || !skinDepth || !heaven) return null;
    const body = { round: mesh(...sphereMesh(7, 20)), box: mesh(...boxMesh()) };
    const solid = { round: mesh(...sphereMesh(7, 20)), box: mesh(...boxMesh()) };
    const level = surface(new Float32Array([-1, -1, 0, 1, -1, 0, -1, 1, 0, 1, 1, 0]), new Uint32Array([0, 1, 3, 0, 3, 2]));
    const sun = sunPicture(), uneven = new Map(), dressed = new Map();
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
    /* The skin of a figure, made once. */
    function skinOf(pieces) {
      if (!dressed.has(pieces)) {
        const [vertices, index] = skin(pieces), array = gl.createVertexArray();
        gl.bindVertexArray(array);
        fill(gl.ARRAY_BUFFER, gl.createBuffer(), vertices);
        ["point", "normal", "tint", "bone"].forEach((name, i) => attribute(skins, name, i < 3 ? 3 : 1, 40, 12 * i));
        fill(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer(), index);
        dressed.set(pieces, { array, length: index.length });
      }
      return dressed.get(pieces);
    }
    function drawSkin(where, view) {
      const drawn = skinOf(view.skin.pieces);
      gl.uniform4fv(where.at("rows"), view.skin.rows);
      gl.uniform4fv(where.at("lit"), view.skin.lit);
      gl.uniform1fv(where.at("firm"), view.skin.firm);
      gl.bindVertexArray(drawn.array);
      gl.drawElements(gl.TRIANGLES, drawn.length, gl.UNSIGNED_INT, 0);
    }
    function drawTubes(view, add, opacity) {
      const out = { vertices: [], index: [] };
      add(out);
      if (!out.index.length) return;
      gl.bindVertexArray(tubeArray);
      fill(gl.ARRAY_BUFFER, tubeVertices, new Float32Array(out.vertices), gl.DYNAMIC_DRAW);
      fill(gl.ELEMENT_ARRAY_BUFFER, tubeIndex, new Uint32Array(out.index), gl.DYNAMIC_DRAW);
      uniforms(tubes, view, { glass: 1, glow: 0.3, shaded: 0, opacity });
      gl.drawElements(gl.TRIANGLES, out.index.length, gl.UNSIGNED_INT, 0);
    }
    function drawBody(view) {
      if (!view.glass) return;
      const skinned = view.skin !== null;
      const draw = () => skinned ? drawSkin(skins, view) : drawShapes(body);
      uniforms(skinned ? skins : shapes, view, { glass: view.glass, glow: 0, shaded: 0, opacity: 1 });
      if (view.glass < 1) {  // only the nearest skin of the glass body is blended
        gl.colorMask(false, false, false, false);
        draw();
        gl.colorMask(true, true, true, true);
      }
      draw();
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
      if (!view.skin) drawShapes(body);
      drawShapes(solid);
      if (view.skin) {
        gl.useProgram(skinDepth.id);
        gl.uniformMatrix4fv(skinDepth.at("camera"), false, sunMatrix(view.target));
        drawSkin(skinDepth, view);
      }
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
      gl.bindTexture(gl.TEXTURE_2D, sun.texture);
    }
    function drawSky(view) {
      const far = minus(view.target, view.eye), level = view.project([view.target[0] + 1e4 * far[0], view.target[1] + 1e4 * far[1], view.eye[2]]);
      gl.useProgram(heaven.id);
      gl.uniform3fv(heaven.at("sky"), view.look.sky);
      gl.uniform3fv(heaven.at("zenith"), view.look.zenith);
      gl.uniform1f(heaven.at("high"), canvas.height);
      gl.uniform1f(heaven.at("horizon"), level ? 1 - level[1] / canvas.height : 1);
      gl.bindVertexArray(emptyArray);
      gl.disable(gl.DEPTH_TEST);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
      gl.enable(gl.DEPTH_TEST);
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
        drawSky(view);
        drawGround(view);
        if (view.solids.length) {
          uniforms(shapes, view, { glass: 1, glow: 0.05, shaded: 1, opacity: 1 });
          drawShapes(solid);
        }
        gl.enable(gl.BLEND);
        gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);

        for (const one of view.sheets) drawTubes(view, (out) => sheet(out, one.points, one.colour), one.opacity);
        drawTubes(view, (out) => { for (const one of view.tubes) tube(out, one.points, one.radii, one.colour, one.sides || 7); }, 1);
        drawBody(view);
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
    ["point", "normal", "tint", "bone"].forEach((name, i) => vertex === SKIN_VERTEX && gl.bindAttribLocation(id, i, name));
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
