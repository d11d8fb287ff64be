"use strict";
/* A recorded trial in the page: poses, activations, forces and balance at any time between frames. */
window.RetrowalkTrack = (function () {
  const NONE = -32768;

  function bytes(text, Type) {
    const raw = atob(text), out = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
    return new Type(out.buffer);
  }

  /* A trial's motion: `at(t)` gives poses, activations and forces between frames. */
  function readTrack(track) {
    const root = bytes(track.root, Float32Array), blocks = {};
    for (const [name, block] of Object.entries(track.blocks))
      blocks[name] = { width: block.width, step: block.step, data: bytes(block.data, Int16Array) };
    const ground = window.RetrowalkGround.read(track.ground);
    const standing = track.standing ? bytes(track.standing, Uint8Array) : null;
    const last = track.frames - 1, smooth = smoothed(root, track.frames, Math.round(track.fps * 0.6));

    function mix(name, i, w) {
      const block = blocks[name];
      if (!block) return null;
      const out = new Float32Array(block.width), a = i * block.width, b = Math.min(i + 1, last) * block.width;
      for (let k = 0; k < block.width; k++) {
        const x = block.data[a + k], y = block.data[b + k];
        out[k] = x === NONE ? NaN : block.step * (y === NONE ? x : x + w * (y - x));
      }
      return out;
    }
    function quaternions(i, w) {
      const block = blocks.quaternion, out = new Float32Array(block.width), b = Math.min(i + 1, last);
      for (let k = 0; k < block.width; k += 4) {
        let same = 0, size = 0;
        for (let j = k; j < k + 4; j++) same += block.data[i * block.width + j] * block.data[b * block.width + j];
        for (let j = k; j < k + 4; j++) {
          const x = block.data[i * block.width + j], y = block.data[b * block.width + j] * (same < 0 ? -1 : 1);
          out[j] = x + w * (y - x);
          size += out[j] * out[j];
        }
        for (let j = k; j < k + 4; j++) out[j] /= Math.sqrt(size) || 1;
      }
      return out;
    }
    return {
      ...track,
      ground,
      seconds: last / track.fps,
      at(t) {
        const f = Math.min(Math.max(t * track.fps, 0), last), i = Math.floor(f), w = f - i, j = Math.min(i + 1, last);
        const lerp = (a) => [0, 1, 2].map((k) => a[3 * i + k] + w * (a[3 * j + k] - a[3 * i + k]));
        return {
          belt: ground.beltAt(i, j, w), root: lerp(root), follow: lerp(smooth), position: mix("position", i, w), quaternion: quaternions(i, w),
          activation: mix("activation", i, w), force: mix("force", i, w), pressure: mix("pressure", i, w), centre: mix("centre", i, w), base: mix("base", i, w), standing: standing ? standing[i] : 0,
        };
      },
    };
  }

  function smoothed(root, frames, half) {
    const out = new Float32Array(root.length);
    for (let i = 0; i < frames; i++) {
      const a = Math.max(0, i - half), b = Math.min(frames - 1, i + half), reach = Math.min(i - a, b - i);
      for (let k = 0; k < 3; k++) {
        let sum = 0;
        for (let j = i - reach; j <= i + reach; j++) sum += root[3 * j + k];
        out[3 * i + k] = sum / (2 * reach + 1);
      }
    }
    return out;
  }

  /* A piece of skin: corners in its bone's frame, triangles. */
  const skin = (piece) => ({
    bone: piece.body, colour: piece.colour, points: Float32Array.from(bytes(piece.points, Int16Array), (x) => x * piece.step), faces: bytes(piece.faces, Uint16Array),
  });

  return { read: readTrack, skin };
})();
