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
        pen.lineCap = pen.lineJoin = "round";
        const ordered = view.shapes.map((shape) => ({ shape, ends: spine(shape) }));
        ordered.sort((a, b) => view.depth(b.ends.middle) - view.depth(a.ends.middle));
        for (const { shape, ends } of ordered)
          stroke(view, [ends.a, ends.b], 2 * ends.radius * scale(ends.middle), css(shape.colour, view.glass < 1 ? 0.45 : 1));
        for (const item of view.tubes)
          stroke(view, item.points, 2 * item.radii[(item.radii.length - 1) >> 1] * scale(item.points[0]), css(item.colour));
      },
    };

    function drawGround(view) {
      const [x, y] = view.target, step = 0.5;
      const high = (u) => view.ground[0] + view.ground[1] * u;
      const line = (a, b) => stroke(view, [[a[0], a[1], high(a[0])], [b[0], b[1], high(b[0])]], 1, css(view.look.line, 0.5));
      for (let u = Math.ceil((x - 4) / step) * step; u < x + 4; u += step) line([u, y - 1.5], [u, y + 1.5]);
      for (let v = -1.5; v <= 1.5; v += step) line([x - 4, y + v], [x + 4, y + v]);
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
