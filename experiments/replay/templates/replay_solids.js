"use strict";
/* Triangles of what is drawn: balls and capsules, boxes, tubes, sheets, skins. */
window.RetrowalkSolids = (function () {
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

  /* A flat convex sheet, appended to `out` as a fan. */
  function sheet(out, points, colour) {
    const first = out.vertices.length / 9;
    for (const p of points) out.vertices.push(...p, 0, 0, 1, ...colour);
    for (let k = 2; k < points.length; k++) out.index.push(first, first + k - 1, first + k);
  }

  /* Corners of a body's skin: place, normal, colour, bone (10 numbers each), and its triangles. */
  function skin(pieces) {
    const vertices = [], index = [];
    for (const { bone, colour, points, faces } of pieces) {
      const first = vertices.length / 10, normals = new Float32Array(points.length);
      for (let k = 0; k < faces.length; k += 3) {
        const [a, b, c] = [0, 1, 2].map((j) => 3 * faces[k + j]), at = (i) => [points[i], points[i + 1], points[i + 2]];
        const n = cross(minus(at(b), at(a)), minus(at(c), at(a)));
        for (const i of [a, b, c]) for (let j = 0; j < 3; j++) normals[i + j] += n[j];
      }
      for (let i = 0; i < points.length; i += 3)
        vertices.push(points[i], points[i + 1], points[i + 2], ...unit([normals[i], normals[i + 1], normals[i + 2]]), ...colour, bone);
      for (const one of faces) index.push(first + one);
    }
    return [new Float32Array(vertices), new Uint32Array(index)];
  }
  const minus = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  const scaled = (a, k) => [a[0] * k, a[1] * k, a[2] * k];
  const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  function unit(a) { const l = Math.hypot(a[0], a[1], a[2]) || 1; return [a[0] / l, a[1] / l, a[2] / l]; }

  return { sphereMesh, boxMesh, tube, sheet, skin, minus, scaled, dot, cross, unit };
})();
