"use strict";
/* The player: trials side by side on one clock, with cameras, speed and a scrub bar. */
(function () {
  const LENSE = 30 * Math.PI / 180;
  const VIEWS = { quarter: [-58, 12], side: [-90, 6], back: [180, 8], front: [0, 8], top: [-90, 75] };
  const SWITCHES = ["forces", "centre", "ahead", "base", "margin"], GLASS = { glass: 0.2, solid: 1, none: 0 };
  const { moment, plus } = window.RetrowalkMoment;

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
      painter.draw({ ...view, ...drawn, ground: track.ground, look: state.look, glass: GLASS[state.body] });
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
    const said = drawn.labels.map((one) => one.words).filter((one) => one !== told);
    const margin = track.fell_s !== null && clock >= track.fell_s ? "" : window.RetrowalkBalance.words(drawn.balance);
    return [told, ...said, margin].filter(Boolean).join(" · ");
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
      sky: rgb("--scene-sky"), zenith: rgb("--scene-zenith"), ground: rgb("--scene-ground"), line: rgb("--scene-line"), arrow: rgb("--scene-arrow"),
      centre: rgb("--scene-centre"), ahead: rgb("--scene-ahead"), base: rgb("--scene-base"), safe: rgb("--scene-safe"), beyond: rgb("--scene-beyond"), hazard: rgb("--scene-hazard"), hazardInk: read("--scene-hazard"), ink: read("--scene-ink"), shadow: parseFloat(read("--scene-shadow")),
    };
  }

  function start(player) {
    const scene = JSON.parse(document.getElementById(player.dataset.scene).textContent);
    scene.colours = scene.colours.map((hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255));
    scene.figures.forEach((one) => { one.skin = one.skin.map(window.RetrowalkTrack.skin); });
    const tracks = scene.tracks.map(window.RetrowalkTrack.read), find = (name) => player.querySelector(`[data-${name}]`);
    const state = { time: 0, speed: 1, playing: false, zoom: 1, muscles: "all", forces: true, centre: false, ahead: false, base: false, margin: false, body: "glass", detail: 1, slow: 0, look: look(player) };
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
        player.dispatchEvent(new CustomEvent("drawn", { detail: { time: state.time, shown } }));
      }
      if (state.playing && onScreen) wake();
    }

    /* Keys that hold anywhere in the player: space, comma and point, home and end, 1 to 5. */
    function press(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const typing = event.target.matches && event.target.matches("select, input:not([type=range])"), camera = Object.keys(VIEWS)[+event.key - 1];
      const frame = 1 / tracks[shown[0]].fps, jump = { ",": state.time - frame, ".": state.time + frame, Home: 0, End: seconds }[event.key];
      if (event.key === " " && !event.target.matches("button, select, input[type=checkbox], summary")) setPlaying(!state.playing);
      else if (typing) return;
      else if (jump !== undefined) { setPlaying(false); seek(jump); change(); }
      else if (camera) { find("view").value = camera; lookFrom(camera); }
      else return;
      event.preventDefault();
    }
    function lookFrom(name) { [state.yaw, state.pitch] = VIEWS[name]; state.zoom = 1; change(); }
    (player.dataset.alone ? document : player).addEventListener("keydown", press);
    play.addEventListener("click", () => setPlaying(!state.playing));
    scrub.addEventListener("input", () => { setPlaying(false); seek(parseFloat(scrub.value)); change(); });
    find("speed").addEventListener("change", (e) => { state.speed = parseFloat(e.target.value); });
    find("view").addEventListener("change", (e) => lookFrom(e.target.value));
    find("muscles").addEventListener("change", (e) => { state.muscles = e.target.value; change(); });
    find("body").addEventListener("change", (e) => { state.body = e.target.value; change(); });
    for (const name of SWITCHES) {
      state[name] = find(name).checked;
      find(name).addEventListener("change", (e) => { state[name] = e.target.checked; change(); });
    }
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
    const draw = () => panes.forEach((pane, i) => pane.draw(scene, tracks[shown[i]], state.time));
    const stills = () => { draw(); return panes.map((pane, i) => [scene.titles[shown[i]], pane.canvas.toDataURL("image/jpeg", 0.9)]); };
    player.retrowalk = { scene, tracks, seek(t) { setPlaying(false); seek(t); change(); }, state, seconds: () => seconds, stills };
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
