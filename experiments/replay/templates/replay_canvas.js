"use strict";
/* Draws the same view with plain 2-D strokes, for browsers without WebGL 2. */
window.RetrowalkCanvas = (function () {
  const css = (c, a) => `rgba(${c.map((x) => Math.round(255 * x)).join(",")},${a === undefined ? 1 : a})`;

  function create(canvas) {
    const pen = canvas.getContext("2d");
    if (!pen) return null;
    pen.lineCap = pen.lineJoin = "round";
    return {
      name: "2-D canvas",
      draw(view) {
        const scale = (p) => (view.pixelsPerMetre(p) || 1);
        pen.fillStyle = css(view.look.sky);
        pen.fillRect(0, 0, canvas.width, canvas.height);
        drawGround(view);
        for (const shape of view.solids.filter((one) => one.kind === "box")) slab(view, shape);
        pen.lineCap = pen.lineJoin = "round";
        const ordered = view.shapes.concat(view.solids.filter((one) => one.kind !== "box")).map((shape) => ({ shape, ends: spine(shape) }));
        ordered.sort((a, b) => view.depth(b.ends.middle) - view.depth(a.ends.middle));
        for (const { shape, ends } of ordered)
          stroke(view, [ends.a, ends.b], 2 * ends.radius * scale(ends.middle), css(shape.colour, view.glass < 1 ? 0.45 : 1));
        for (const item of view.tubes)
          stroke(view, item.points, 2 * item.radii[(item.radii.length - 1) >> 1] * scale(item.points[0]), css(item.colour));
      },
    };

    function drawGround(view) {
      const [x, y] = view.target, step = 0.5, fine = view.ground.mesh ? 0.1 : 8, ground = view.ground;
      const high = (u, v) => ground.mesh ? ground.height(u, v) : ground.even(u, v);
      const tone = (u) => ground.inPatch(u) ? mixed(view.look.line, ground.patchTint) : mixed(view.look.line, ground.tint);
      const line = (points) => stroke(view, points.map(([u, v]) => [u, v, high(u, v)]), 1, css(tone(points[0][0]), 0.5));
      const ways = (from, to) => [...Array(Math.ceil((to - from) / fine - 1e-9) + 1).keys()].map((k) => Math.min(from + k * fine, to));
      for (let u = Math.ceil((x - 4) / step) * step; u < x + 4; u += step) line(ways(y - 1.5, y + 1.5).map((v) => [u, v]));
      for (let v = -1.5; v <= 1.5; v += step) line(ways(x - 4, x + 4).map((u) => [u, y + v]));
    }
    function mixed(a, b) { return a.map((value, i) => value + b[3] * (b[i] - value)); }
    /* The upper face of a box. */
    function slab(view, shape) {
      const r = shape.rows, s = shape.size, corners = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([a, b]) =>
        view.project([0, 4, 8].map((k) => r[k + 3] + a * s[0] * r[k] + b * s[1] * r[k + 1] + s[2] * r[k + 2])));
      if (corners.some((one) => !one)) return;
      pen.beginPath();
      corners.forEach((q, i) => i ? pen.lineTo(q[0], q[1]) : pen.moveTo(q[0], q[1]));
      pen.fillStyle = css(shape.colour);
      pen.fill();
    }
    function stroke(view, points, width, colour) {
      pen.beginPath();
      points.forEach((p, i) => { const q = view.project(p); if (q) i ? pen.lineTo(q[0], q[1]) : pen.moveTo(q[0], q[1]); });
      pen.lineWidth = width;
      pen.strokeStyle = colour;
      pen.stroke();
    }
  }

  /* The line through the longest axis of a shape, and the radius around it. */
  function spine(shape) {
    const r = shape.rows, size = shape.size, middle = [r[3], r[7], r[11]];
    let axis = 2, half = size[3], radius = size[0];
    if (!half) {
      axis = size[0] >= size[1] && size[0] >= size[2] ? 0 : size[1] >= size[2] ? 1 : 2;
      const rest = [0, 1, 2].filter((i) => i !== axis).map((i) => size[i]);
      radius = (rest[0] + rest[1]) / 2;
      half = Math.max(size[axis] - radius, 0);
    }
    const along = [r[axis], r[4 + axis], r[8 + axis]];
    const end = (k) => middle.map((m, i) => m + k * half * along[i]);
    return { a: end(-1), b: end(1.0001), middle, radius };
  }

  return { create };
})();
