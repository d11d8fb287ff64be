"use strict";
/* The player: trials side by side on one clock, with cameras, speed and a scrub bar. */
(function () {
  const NONE = -32768, LENSE = 30 * Math.PI / 180;
  const VIEWS = { side: [-90, 6], quarter: [-58, 12], front: [0, 8], back: [180, 8], top: [-90, 75] };

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
          activation: mix("activation", i, w), force: mix("force", i, w), pressure: mix("pressure", i, w), centre: mix("centre", i, w),
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

  function rotation(q, k) {
    const w = q[k], x = q[k + 1], y = q[k + 2], z = q[k + 3];
    return [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y), 2 * (x * y + w * z), 1 - 2 * (x * x + z * z),
      2 * (y * z - w * x), 2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)];
  }
  const turn = (m, p) => [m[0] * p[0] + m[1] * p[1] + m[2] * p[2], m[3] * p[0] + m[4] * p[1] + m[5] * p[2], m[6] * p[0] + m[7] * p[1] + m[8] * p[2]];
  const times = (a, b) => [0, 3, 6].flatMap((r) => [0, 1, 2].map((c) => a[r] * b[c] + a[r + 1] * b[3 + c] + a[r + 2] * b[6 + c]));
  const plus = (a, b, k = 1) => [a[0] + k * b[0], a[1] + k * b[1], a[2] + k * b[2]];

  /* Everything that a renderer draws of one moment. */
  function moment(scene, figure, track, t, choice) {
    const now = track.at(t), place = [], turned = [];
    for (let b = 0; b < figure.bodies.length; b++) {
      place.push(plus(now.root, now.position.subarray(3 * b, 3 * b + 3)));
      turned.push(rotation(now.quaternion, 4 * b));
    }
    const happens = window.RetrowalkHazards.show(window.RetrowalkHazards.acting(track, t), figure, place, turned,
      { plus, turn, arrow, colour: choice.look.hazard, height: (x, y) => track.ground.height(x, y, now.belt) });
    const solids = track.ground.solids(now.belt, happens.flash).concat(happens.solids), shapes = [];
    for (const shape of figure.shapes) {
      const m = times(turned[shape.body], shape.own || (shape.own = rotation(shape.quaternion, 0)));
      const p = plus(place[shape.body], turn(turned[shape.body], shape.position)), s = shape.size;
      const capsule = shape.kind === "capsule", lit = happens.lit.get(shape.body);
      const colour = lit ? shape.colour.map((x, k) => x + lit * (choice.look.hazard[k] - x)) : shape.colour;
      (lit ? solids : shapes).push({
        kind: shape.kind, colour, size: capsule ? [s[0], s[0], s[0], s[2]] : [s[0], s[1], s[2], 0],
        rows: [m[0], m[1], m[2], p[0], m[3], m[4], m[5], p[1], m[6], m[7], m[8], p[2]],
      });
    }
    const tubes = happens.tubes;
    const wanted = choice.muscles === "none" ? [] : scene.chains[choice.muscles];
    figure.muscles.forEach((muscle, i) => {
      if (muscle.points.length < 2 || (wanted && !wanted.includes(muscle.group))) return;
      const path = muscle.points.map((p) => plus(place[p[0]], turn(turned[p[0]], p.slice(1))));
      tubes.push(belly(path, muscle.force_n, now.activation[i], scene));
    });
    if (choice.forces && now.force) for (const foot of [0, 1]) {
      const f = now.force.subarray(3 * foot, 3 * foot + 3), c = now.pressure.subarray(3 * foot, 3 * foot + 3);
      const size = Math.hypot(f[0], f[1], f[2]);
      if (!(size > 0.03 * track.weight_n) || !(c[0] === c[0])) continue;
      tubes.push(arrow(plus(now.root, c), [f[0], f[1], f[2]].map((x) => x / track.weight_n), choice.look.arrow));
    }
    if (choice.centre && now.centre) {
      const com = plus(now.root, now.centre.subarray(0, 3)), extra = plus(now.root, now.centre.subarray(3, 6));
      const floor = track.ground.height(extra[0], extra[1], now.belt) + 0.01;
      tubes.push(line(com, [extra[0], extra[1], floor], choice.look.centre));
      tubes.push(ball(com, 0.03, choice.look.centre), ball([extra[0], extra[1], floor], 0.022, choice.look.centre));
    }
    return { now, shapes, solids, tubes, hole: happens.hole, labels: happens.labels };
  }

  const line = (a, b, colour) => ({ points: [a, b], radii: [0.004, 0.004], colour });
  function ball(at, radius, colour) {
    const points = [], radii = [];
    for (let i = 0; i <= 8; i++) { const a = Math.PI * (i / 8 - 0.5); points.push(plus(at, [0, 0, radius * Math.sin(a)])); radii.push(radius * Math.cos(a)); }
    return { points, radii, colour, sides: 12 };
  }
  function arrow(from, along, colour) {
    const size = Math.hypot(...along), neck = Math.max(0, 1 - 0.09 / size), at = (k) => plus(from, along, k);
    return { points: [from, at(neck), at(neck + 1e-3), at(1)], radii: [0.012, 0.012, 0.03, 0.001], colour, sides: 10 };
  }

  /* A muscle as a spindle along its path: stronger ones are thicker, active ones swell and glow. */
  function belly(path, force, activation, scene) {
    const lengths = [0], points = [], radii = [], rings = 11;
    for (let i = 1; i < path.length; i++) lengths.push(lengths[i - 1] + Math.hypot(...plus(path[i], path[i - 1], -1)));
    const total = lengths[lengths.length - 1] || 1, thick = (0.004 + 0.012 * Math.sqrt(force / 5000)) * (0.75 + 0.6 * activation);
    const stops = [...Array(rings).keys()].map((i) => (total * i) / (rings - 1)).concat(lengths.slice(1, -1)).sort((a, b) => a - b);
    let k = 1;
    for (const s of stops) {
      while (k < path.length - 1 && s > lengths[k]) k++;
      const w = (s - lengths[k - 1]) / (lengths[k] - lengths[k - 1] || 1), u = s / total;
      points.push(plus(path[k - 1], plus(path[k], path[k - 1], -1), w));
      radii.push(0.0025 + thick * Math.pow(Math.sin(Math.PI * Math.min(Math.max(u, 0.001), 0.999)), 1.3));
    }
    const shade = Math.min(activation / scene.activation_top, 1) * (scene.colours.length - 1);
    return { points, radii, colour: scene.colours[Math.round(shade)] };
  }

  /* One canvas: a camera that follows the walker and the marks on the ground. */
  function createPane(element, state) {
    const canvas = element.querySelector("canvas.picture"), marks = element.querySelector("canvas.marks");
    const flat = location.hash === "#flat";
    const painter = (!flat && window.RetrowalkGL.create(canvas)) || window.RetrowalkCanvas.create(canvas);
    element.dataset.renderer = painter.name;
    function draw(scene, track, t) {
      const box = canvas.getBoundingClientRect(), ratio = Math.min(window.devicePixelRatio || 1, 2) * state.detail;
      const wide = Math.max(1, Math.round(box.width * ratio)), high = Math.max(1, Math.round(box.height * ratio));
      for (const c of [canvas, marks]) if (c.width !== wide || c.height !== high) { c.width = wide; c.height = high; }
      const drawn = moment(scene, scene.figures[track.figure], track, t, state);
      const floor = track.ground.belt ? 0 : track.ground.even(drawn.now.follow[0], drawn.now.follow[1]);
      const target = [drawn.now.follow[0], drawn.now.follow[1], floor + 0.86];
      const yaw = state.yaw * Math.PI / 180, pitch = state.pitch * Math.PI / 180;
      const far = Math.max(2.16, 1.5 * high / wide) / (2 * Math.tan(LENSE / 2)) / state.zoom;
      const eye = plus(target, [Math.cos(yaw) * Math.cos(pitch) * far, Math.sin(yaw) * Math.cos(pitch) * far, Math.sin(pitch) * far]);
      const view = camera(eye, target, wide, high);
      painter.draw({ ...view, ...drawn, ground: track.ground, look: state.look, glass: state.body === "glass" ? 0.2 : 1 });
      mark(marks, view, track, target, state.look, ratio);
      window.RetrowalkHazards.write(marks.getContext("2d"), view, drawn.labels, state.look.hazardInk, ratio);
      element.querySelector("[data-status]").textContent = status(track, t, drawn);
    }
    return { draw, element, canvas };
  }

  function status(track, t, drawn) {
    const start = track.at(0), now = drawn.now, clock = track.start_s + t;
    const ridden = now.belt ? now.belt.travel - start.belt.travel : 0;
    const gone = track.travel * (now.root[0] - start.root[0] - ridden);
    const walked = `${gone.toFixed(1).replace("-", "−")} m in ${t.toFixed(1)} s`;
    const told = track.fell_s !== null && clock >= track.fell_s ? `fell at ${track.fell_s.toFixed(1)} s` : walked;
    return [told, ...drawn.labels.map((one) => one.words)].join(" · ");
  }

  function mark(canvas, view, track, target, look, ratio) {
    const pen = canvas.getContext("2d"), first = Math.ceil(2 * (target[0] - 2.5)) / 2;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (track.ground.belt) return;
    pen.font = `${Math.round(12 * ratio)}px sans-serif`;
    pen.textAlign = "center";
    pen.fillStyle = look.ink;
    for (let x = first; x < target[0] + 2.5; x += 0.5) {
      const spot = view.project([x, target[1] - 0.5, track.ground.height(x, target[1] - 0.5)]);
      if (spot) pen.fillText(`${(x * track.travel).toFixed(1)} m`.replace("-", "−"), spot[0], spot[1]);
    }
  }

  function camera(eye, target, wide, high) {
    const near = 0.3, far = 60, f = 1 / Math.tan(LENSE / 2), aspect = wide / high;
    const unit = (a) => { const l = Math.hypot(...a) || 1; return a.map((x) => x / l); };
    const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
    const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    const ahead = unit(plus(target, eye, -1)), right = unit(cross(ahead, [0, 0, 1])), up = cross(right, ahead);
    const deep = (p) => dot(plus(p, eye, -1), ahead);
    const rows = [right.map((x) => (x * f) / aspect), up.map((x) => x * f)];
    const z = [(far + near) / (far - near), (-2 * far * near) / (far - near)];
    const move = [-dot(rows[0], eye), -dot(rows[1], eye), -dot(ahead, eye)];
    const matrix = new Float32Array([0, 1, 2].flatMap((c) => [rows[0][c], rows[1][c], z[0] * ahead[c], ahead[c]])
      .concat([move[0], move[1], z[0] * move[2] + z[1], move[2]]));
    function project(p) {
      const d = deep(p);
      if (d < near) return null;
      return [((dot(rows[0], p) + move[0]) / d + 1) * wide / 2, (1 - (dot(rows[1], p) + move[1]) / d) * high / 2];
    }
    return { eye, target, matrix, project, depth: deep, pixelsPerMetre: (p) => (f * high) / 2 / Math.max(deep(p), near) };
  }

  function look(element) {
    const style = getComputedStyle(element), read = (name) => style.getPropertyValue(name).trim();
    const rgb = (name) => { const hex = read(name).slice(1); return [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255); };
    return {
      sky: rgb("--scene-sky"), ground: rgb("--scene-ground"), line: rgb("--scene-line"), arrow: rgb("--scene-arrow"),
      centre: rgb("--scene-centre"), hazard: rgb("--scene-hazard"), hazardInk: read("--scene-hazard"), ink: read("--scene-ink"), shadow: parseFloat(read("--scene-shadow")),
    };
  }

  function start(player) {
    const scene = JSON.parse(document.getElementById(player.dataset.scene).textContent);
    scene.colours = scene.colours.map((hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255));
    const tracks = scene.tracks.map(readTrack), find = (name) => player.querySelector(`[data-${name}]`);
    const state = { time: 0, speed: 1, playing: false, zoom: 1, muscles: "all", forces: true, centre: false, body: "glass", detail: 1, slow: 0, look: look(player) };
    [state.yaw, state.pitch] = VIEWS.quarter;
    const panes = [...player.querySelectorAll(".pane")].map((element) => createPane(element, state));
    const shown = panes.map((pane, i) => Math.min(i, tracks.length - 1));
    const scrub = find("scrub"), play = find("play"), clock = find("clock");
    let seconds = 0, before = null, dirty = true, onScreen = true;

    function refresh() {
      seconds = Math.max(...panes.map((_, i) => tracks[shown[i]].seconds));
      scrub.max = seconds.toFixed(3);
      const chosen = panes.map((_, i) => tracks[shown[i]]), titles = panes.map((_, i) => scene.titles[shown[i]]);
      window.RetrowalkHazards.mark(find("happens"), chosen, titles, seconds, (t) => { setPlaying(false); seek(t); change(); });
      seek(Math.min(state.time, seconds));
    }
    function seek(t) {
      state.time = Math.min(Math.max(t, 0), seconds);
      scrub.value = state.time;
      clock.textContent = `${state.time.toFixed(1)} / ${seconds.toFixed(1)} s`;
      scrub.setAttribute("aria-valuetext", `${state.time.toFixed(1)} of ${seconds.toFixed(1)} seconds`);
      dirty = true;
    }
    function setPlaying(on) {
      state.playing = on;
      before = null;
      play.textContent = on ? "Pause" : "Play";
      wake();
    }
    let asked = false;
    function wake() { if (!asked) { asked = true; requestAnimationFrame(tick); } }
    function change() { dirty = true; wake(); }
    function tick(stamp) {
      asked = false;
      if (state.playing && onScreen) {
        const gone = before === null ? 0 : Math.min((stamp - before) / 1000, 0.3);
        state.slow = gone > 0.08 ? state.slow + 1 : 0;
        if (state.slow > 6 && state.detail > 0.5) { state.detail /= 1.4; state.slow = 0; }  // a slow machine
        const next = state.time + gone * state.speed;
        seek(next > seconds ? 0 : next);
      }
      before = stamp;
      if (dirty && onScreen) {
        dirty = false;
        panes.forEach((pane, i) => pane.draw(scene, tracks[shown[i]], state.time));
        player.dataset.drawn = state.time.toFixed(2);
      }
      if (state.playing && onScreen) wake();
    }

    play.addEventListener("click", () => setPlaying(!state.playing));
    scrub.addEventListener("input", () => { setPlaying(false); seek(parseFloat(scrub.value)); change(); });
    find("speed").addEventListener("change", (e) => { state.speed = parseFloat(e.target.value); });
    find("view").addEventListener("change", (e) => { [state.yaw, state.pitch] = VIEWS[e.target.value]; state.zoom = 1; change(); });
    find("muscles").addEventListener("change", (e) => { state.muscles = e.target.value; change(); });
    find("body").addEventListener("change", (e) => { state.body = e.target.value; change(); });
    find("forces").addEventListener("change", (e) => { state.forces = e.target.checked; change(); });
    find("centre").addEventListener("change", (e) => { state.centre = e.target.checked; change(); });
    panes.forEach((pane, i) => {
      const pick = pane.element.querySelector("select");
      if (pick) { pick.value = String(shown[i]); pick.addEventListener("change", () => { shown[i] = +pick.value; refresh(); change(); }); }
      orbit(pane.canvas, state, change);
    });
    new ResizeObserver(change).observe(player);
    new IntersectionObserver((seen) => { onScreen = seen[seen.length - 1].isIntersecting; before = null; wake(); }).observe(player);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { state.look = look(player); change(); });
    refresh();
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) setPlaying(true); else change();
    player.dataset.ready = "yes";
    player.retrowalk = { seek(t) { setPlaying(false); seek(t); change(); }, state, seconds: () => seconds };
  }

  /* Drag or arrow keys turn the camera, + and - bring it nearer; the page still scrolls by touch. */
  function orbit(canvas, state, change) {
    let from = null;
    const rotate = (dx, dy) => { state.yaw -= dx; state.pitch = Math.min(Math.max(state.pitch + dy, 1), 89); change(); };
    canvas.addEventListener("pointerdown", (e) => { from = [e.clientX, e.clientY]; canvas.setPointerCapture(e.pointerId); });
    canvas.addEventListener("pointermove", (e) => { if (from) { rotate((e.clientX - from[0]) * 0.4, (e.clientY - from[1]) * 0.4); from = [e.clientX, e.clientY]; } });
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { from = null; });
    canvas.addEventListener("keydown", (e) => {
      const keys = { ArrowLeft: [-6, 0], ArrowRight: [6, 0], ArrowUp: [0, 4], ArrowDown: [0, -4] };
      if (keys[e.key]) rotate(...keys[e.key]);
      else if (e.key === "+" || e.key === "=") state.zoom = Math.min(state.zoom * 1.15, 4);
      else if (e.key === "-") state.zoom = Math.max(state.zoom / 1.15, 0.5);
      else return;
      e.preventDefault();
      change();
    });
  }

  document.querySelectorAll(".player").forEach((player) => {
    try { start(player); } catch (error) {
      player.querySelector("[data-trouble]").textContent = `The moving picture cannot be shown in this browser (${error.message}); the still pictures below show the same steps.`;
    }
  });
})();
