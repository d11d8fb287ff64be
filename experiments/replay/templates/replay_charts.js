"use strict";
/* Strips below each picture, some seconds of them: muscles of the right leg, load, margins. */
(function () {
  const PAGE_S = 8, LEFT = 118, ROW = 11, GAP = 14, HIGH = 46, PAD = 4;

  /* Everything that the strips show of a track, sampled once a frame. */
  function series(scene, track) {
    const figure = scene.figures[track.figure], groups = [];
    for (const chain of ["posterior", "anterior"]) for (const name of scene.chains[chain]) {
      const own = figure.muscles.map((one, i) => [one, i]).filter(([one]) => one.group === name && one.side !== "l");
      if (own.length) groups.push({ name: name.replace(/_/g, " "), chain, own, force: own.reduce((sum, [one]) => sum + one.force_n, 0) });
    }
    const frames = track.frames, out = { groups, active: [], load: [[], []], along: [], sideways: [], until: frames - 1 };
    if (track.fell_s !== null) out.until = Math.min(out.until, Math.floor((track.fell_s - track.start_s) * track.fps));  // nothing is known after a fall
    for (let i = 0; i < frames; i++) {
      const now = track.at(i / track.fps), balance = window.RetrowalkBalance.of(track, now);
      out.active.push(groups.map((one) => one.own.reduce((sum, [muscle, k]) => sum + muscle.force_n * now.activation[k], 0) / one.force));
      for (const foot of [0, 1]) out.load[foot].push(now.force ? now.force[3 * foot + 2] / track.weight_n : NaN);
      out.along.push(balance && balance.margins ? 100 * balance.margins.along : NaN);
      out.sideways.push(balance && balance.margins ? 100 * balance.margins.sideways : NaN);
    }
    return out;
  }

  function paint(canvas, scene, track, shown, from, span) {
    const ratio = window.devicePixelRatio || 1, wide = canvas.clientWidth || 300, pen = canvas.getContext("2d");
    const style = getComputedStyle(canvas), ink = style.color, rule = style.getPropertyValue("--rule");
    const [left, right, along, sideways] = ["--accent", "--backward", "--accent", "--backward"].map((name) => style.getPropertyValue(name).trim());
    const raster = shown.groups.length * ROW, high = raster + 2 * (GAP + HIGH) + GAP + PAD;
    canvas.style.height = `${high}px`;
    canvas.width = Math.round(wide * ratio);
    canvas.height = Math.round(high * ratio);
    pen.scale(ratio, ratio);
    pen.font = "10px system-ui, sans-serif";
    pen.textBaseline = "middle";
    const x = (i) => LEFT + (wide - LEFT - PAD) * (i / track.fps - from) / span, step = x(1) - x(0);
    const first = Math.max(0, Math.floor(from * track.fps)), last = Math.min(shown.until, Math.ceil((from + span) * track.fps));
    shown.groups.forEach((one, row) => {
      pen.fillStyle = ink;
      pen.fillText(one.name, 0, PAD + row * ROW + ROW / 2);
      for (let i = first; i <= last; i++) {
        const values = shown.active[i], start = Math.max(x(i), LEFT), end = Math.min(x(i) + step + 0.6, wide - PAD);
        const shade = Math.round(Math.min(values[row] / scene.activation_top, 1) * (scene.colours.length - 1));
        pen.fillStyle = `rgb(${scene.colours[shade].map((c) => Math.round(255 * c)).join(",")})`;
        if (end > start) pen.fillRect(start, PAD + row * ROW, end - start, ROW - 1);
      }
    });
    function strip(top, title, low, most, lines) {
      const y = (v) => top + HIGH * (most - Math.min(Math.max(v, low), most)) / (most - low);
      pen.strokeStyle = rule;
      pen.lineWidth = 1;
      pen.strokeRect(LEFT, top, wide - LEFT - PAD, HIGH);
      pen.beginPath();
      pen.moveTo(LEFT, y(0));
      pen.lineTo(wide - PAD, y(0));
      pen.stroke();
      pen.fillStyle = ink;
      pen.fillText(title, 0, top + 6);
      lines.forEach(([name, values, colour, dash], k) => {
        pen.fillStyle = colour;
        pen.fillText(`${dash.length ? "┄" : "─"} ${name}`, 0, top + 19 + 13 * k);
        pen.strokeStyle = colour;
        pen.setLineDash(dash);
        pen.lineWidth = 1.4;
        pen.beginPath();
        let pencil = false;
        for (let i = first; i <= last; i++) {
          const v = values[i];
          if (!(v === v) || x(i) < LEFT - 0.5 || x(i) > wide - PAD + 0.5) { pencil = false; continue; }
          if (pencil) pen.lineTo(x(i), y(v)); else pen.moveTo(x(i), y(v));
          pencil = true;
        }
        pen.stroke();
        pen.setLineDash([]);
      });
    }
    strip(PAD + raster + GAP, "load, body weights", 0, 1.6, [["left", shown.load[0], left, []], ["right", shown.load[1], right, [3, 2]]]);
    strip(PAD + raster + 2 * GAP + HIGH, "margin, ±30 cm", -30, 30, [["along", shown.along, along, []], ["sideways", shown.sideways, sideways, [3, 2]]]);
    if (track.fell_s !== null) {
      const at = x((track.fell_s - track.start_s) * track.fps);
      if (at < LEFT || at > wide) return { x };
      pen.fillStyle = ink;
      pen.fillRect(at - 1, PAD, 2, high - GAP - PAD);
      pen.textAlign = "right";
      pen.fillText("fell", at - 4, PAD + raster + GAP / 2);
    }
    return { x };
  }

  document.querySelectorAll(".player").forEach((player) => {
    const steered = player.retrowalk;
    if (!steered) return;
    const known = new Map();
    const strips = [...player.querySelectorAll(".pane")].map((pane, i) => {
      const box = document.createElement("div"), canvas = document.createElement("canvas"), cursor = document.createElement("div");
      box.className = "strips";
      cursor.className = "strip-cursor";
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", "Over time: activation of the muscles of the right leg and trunk by group, load on each foot, margin of stability. The line below the picture has the numbers of the moment.");
      box.append(canvas, cursor);
      pane.append(box);
      const one = { canvas, cursor, place: null, wide: 0, track: -1, from: 0, span: 1 };
      canvas.addEventListener("click", (e) => {
        const share = (e.offsetX - LEFT) / (canvas.clientWidth - LEFT - PAD);
        if (share >= 0) steered.seek(one.from + Math.min(share, 1) * one.span);
      });
      return one;
    });
    function update(time, shown) {
      strips.forEach((one, i) => {
        const track = steered.tracks[shown[i]], seconds = steered.seconds(), span = Math.min(PAGE_S, seconds || 1);
        const from = Math.max(0, Math.min(PAGE_S * Math.floor(time / PAGE_S), seconds - span));
        if (one.track !== shown[i] || one.wide !== one.canvas.clientWidth || one.from !== from) {
          one.from = from;
          one.span = span;
          if (!known.has(track)) known.set(track, series(steered.scene, track));
          one.place = paint(one.canvas, steered.scene, track, known.get(track), from, span);
          one.track = shown[i];
          one.wide = one.canvas.clientWidth;
        }
        one.cursor.style.left = `${one.place.x(time * track.fps)}px`;
      });
    }
    player.addEventListener("drawn", (e) => update(e.detail.time, e.detail.shown));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => strips.forEach((one) => { one.wide = 0; }));
  });
})();
