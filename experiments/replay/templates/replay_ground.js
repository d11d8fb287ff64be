"use strict";
/* The ground of a track: heights anywhere, triangles to draw, and a treadmill's moving parts. */
window.RetrowalkGround = (function () {
  const MARK_M = 0.4, SEEN_PATCHES = 8, MARK_COLOUR = [0.62, 0.66, 0.70];

  function bytes(text, Type) {
    const raw = atob(text), out = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
    return new Type(out.buffer);
  }

  function read(source) {
    const plane = source.plane, mesh = source.mesh ? readMesh(source.mesh) : null;
    const belt = source.belt ? { ...source.belt, travel: bytes(source.belt.travel, Float32Array), slope: bytes(source.belt.slope, Float32Array) } : null;
    const even = (x, y) => plane[0] + plane[1] * x + plane[2] * y;
    const patches = source.patches || { x: [], tint: [0, 0, 0, 0] };
    return {
      plane, mesh, belt, even,
      tint: source.tint || [0, 0, 0, 0],
      raised: source.raised || 0,
      patchTint: patches.tint,
      inPatch: (x) => patches.x.some(([from, to]) => x >= from && x <= to),
      /* From and to of the nearest patches along x, as many as a shader takes. */
      patchesNear(x) {
        const far = ([from, to]) => Math.max(from - x, x - to, 0);
        const near = patches.x.slice().sort((a, b) => far(a) - far(b)).slice(0, SEEN_PATCHES);
        return { count: near.length, x: new Float32Array([...near.flat(), ...Array(2 * (SEEN_PATCHES - near.length)).fill(0)]) };
      },
      /* Height that feet touch at x, y; `belt` is what `beltAt` gives. */
      height: (x, y, moving) => belt ? (moving ? moving.slope : 0) * x : mesh ? mesh.height(x, y) : even(x, y),
      beltAt(i, j, w) {
        if (!belt) return null;
        const mix = (a) => a[i] + w * (a[j] - a[i]);
        return { travel: mix(belt.travel), slope: mix(belt.slope) };
      },
      /* Belt, decks, bar, marks and rails at one moment, as shapes for a renderer. */
      solids: (moving, flash) => belt ? treadmill(belt, moving, flash) : [],
    };
  }

  /* Heights where lines cross; each field is two triangles that meet on the diagonal from its
     corner of least x and y to that of most, as MuJoCo collides them. */
  function readMesh(source) {
    const xs = bytes(source.x, Float32Array), ys = bytes(source.y, Float32Array), high = bytes(source.height, Int16Array);
    const nx = xs.length, ny = ys.length, step = source.step;
    const vertices = new Float32Array(3 * nx * ny), index = new Uint32Array(6 * (nx - 1) * (ny - 1));
    for (let i = 0, k = 0; i < nx; i++) for (let j = 0; j < ny; j++, k += 3) {
      vertices[k] = xs[i]; vertices[k + 1] = ys[j]; vertices[k + 2] = step * high[i * ny + j];
    }
    for (let i = 0, k = 0; i < nx - 1; i++) for (let j = 0; j < ny - 1; j++, k += 6) {
      const first = i * ny + j, right = first + ny, left = first + 1, last = right + 1;
      index.set([first, right, last, first, last, left], k);
    }
    function place(lines, value) {
      let low = 0, top = lines.length - 2;
      while (low < top) { const k = (low + top + 1) >> 1; if (lines[k] <= value) low = k; else top = k - 1; }
      return [low, Math.min(Math.max((value - lines[low]) / (lines[low + 1] - lines[low]), 0), 1)];
    }
    function height(x, y) {
      const [i, u] = place(xs, x), [j, v] = place(ys, y), at = (a, b) => step * high[a * ny + b];
      const first = at(i, j), last = at(i + 1, j + 1);
      if (u >= v) { const right = at(i + 1, j); return first + u * (right - first) + v * (last - right); }
      const left = at(i, j + 1);
      return first + v * (left - first) + u * (last - left);
    }
    return { vertices, index, height, edge: [xs[0], xs[nx - 1], ys[0], ys[ny - 1]] };
  }

  function treadmill(belt, moving, flash) {
    const tilt = -Math.atan(moving.slope), c = Math.cos(tilt), s = Math.sin(tilt);
    const turned = [c, 0, s, 0, 1, 0, -s, 0, c];
    const parts = belt.shapes.map((shape, i) => solid(shape, turned, i === 0 && flash ? mixed(shape.colour, flash.colour, 0.7 * flash.strength) : shape.colour));
    const count = Math.max(1, Math.round(belt.length / MARK_M)), apart = belt.length / count;
    for (let k = 0; k < count; k++) {
      const along = k * apart + moving.travel, x = along - belt.length * Math.floor(along / belt.length) - belt.length / 2;
      if (Math.abs(x) > belt.length / 2 - 0.02) continue;
      parts.push(solid({ kind: "box", size: [0.018, belt.width / 2, 0.001], position: [x, 0, 0.001], quaternion: [1, 0, 0, 0] }, turned, MARK_COLOUR));
    }
    return parts.concat(belt.rails.map((shape) => solid(shape, [1, 0, 0, 0, 1, 0, 0, 0, 1], shape.colour)));
  }
  const mixed = (a, b, w) => a.map((x, i) => x + w * (b[i] - x));

  /* A shape in a turned frame at the origin, as a renderer wants it. */
  function solid(shape, turned, colour) {
    const [w, x, y, z] = shape.quaternion, p = shape.position, s = shape.size, capsule = shape.kind === "capsule";
    const own = [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y), 2 * (x * y + w * z), 1 - 2 * (x * x + z * z),
      2 * (y * z - w * x), 2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)];
    const rows = [0, 3, 6].flatMap((r) => [
      ...[0, 1, 2].map((k) => turned[r] * own[k] + turned[r + 1] * own[3 + k] + turned[r + 2] * own[6 + k]),
      turned[r] * p[0] + turned[r + 1] * p[1] + turned[r + 2] * p[2]]);
    return { kind: shape.kind, colour, size: capsule ? [s[0], s[0], s[0], s[2]] : [s[0], s[1], s[2], 0], rows };
  }

  return { read, solid, SEEN_PATCHES };
})();
