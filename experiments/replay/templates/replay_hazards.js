"use strict";
/* What happens to a walker, where and when: an arrow, a lit foot, a bar, a hole, a flash. */
window.RetrowalkHazards = (function () {
  const FADE_S = 0.5, ARROW_M_PER_N_S = 0.02, WALL_M = 0.01;
  const UPRIGHT = [1, 0, 0, 0, 1, 0, 0, 0, 1], STRAIGHT = [1, 0, 0, 0];
  const FADING = ["push", "belt-jerk", "attention-lapse"];  // these leave nothing in the world
  const HOLE_COLOUR = [0.14, 0.11, 0.10];

  /* The hazards of a moment with their strength: 1 while they act, then fading where they fade. */
  function acting(track, t) {
    const clock = track.start_s + t;
    return (track.hazards || []).flatMap((hazard) => {
      if (clock < hazard.from) return [];
      const gone = clock - hazard.to, fade = FADING.includes(hazard.kind) ? FADE_S : 0;
      const strength = gone <= 0.5 / track.fps ? 1 : 1 - gone / (fade || 1e-9);
      return strength > 0 ? [{ hazard, strength }] : [];
    });
  }

  /* What is drawn of them: solids, tubes, a hole in the ground, bodies in another colour, labels. */
  function show(list, figure, place, turned, tools) {
    const out = { solids: [], tubes: [], hole: null, lit: new Map(), labels: [], flash: null };
    const colour = tools.colour, body = (name) => figure.bodies.indexOf(name);
    for (const { hazard, strength } of list) {
      const side = hazard.foot === "left" ? "_l" : "_r";
      const foot = place[body("foot" + side)] || place[1];
      let at = [foot[0], foot[1], foot[2] + 0.25];
      if (hazard.kind === "push" && hazard.direction) {
        const size = Math.max(ARROW_M_PER_N_S * hazard.impulse_n_s, 0.15);
        const middle = tools.plus(place[hazard.body], tools.turn(turned[hazard.body], hazard.middle));
        const tip = tools.plus(middle, hazard.direction, -0.13), from = tools.plus(tip, hazard.direction, -size);
        const arrow = tools.arrow(from, hazard.direction.map((x) => x * size), colour);
        out.tubes.push({ ...arrow, radii: arrow.radii.map((r) => 1.7 * r * (0.35 + 0.65 * strength)) });
        at = [from[0], from[1], from[2] + 0.1];
      } else if (hazard.kind === "push") at = tools.plus(place[1], [0, 0, 0.3]);
      else if (hazard.kind === "slip") light(out, [body("foot" + side), body("toes" + side)], 1);
      else if (hazard.kind === "trip" && hazard.place) {
        out.solids.push(box(hazard.place, hazard.size, colour));
        at = [hazard.place[0], hazard.place[1], hazard.place[2] + hazard.size[2] + 0.15];
      } else if (hazard.kind === "missed-step" && hazard.hole) {
        out.hole = hazard.hole;
        out.solids.push(...pit(hazard.hole, colour, tools.height));
      } else if (hazard.kind === "belt-jerk") {
        out.flash = { colour, strength };
        at = [0, -0.55, 0.12];
      } else if (hazard.kind === "attention-lapse") {
        const head = body("head") < 0 ? 1 : body("head");
        light(out, [head], strength);
        at = tools.plus(place[head], [0, 0, 0.38]);
      }
      out.labels.push({ at, words: hazard.words, strength });
    }
    return out;
  }

  function light(out, bodies, strength) {
    for (const body of bodies) if (body >= 0) out.lit.set(body, strength);
  }
  const box = (position, size, colour) =>
    window.RetrowalkGround.solid({ kind: "box", size, position, quaternion: STRAIGHT }, UPRIGHT, colour);

  /* Floor and walls of a hole that is cut out of the ground. */
  function pit([x0, x1, y0, y1, floor], colour, height) {
    const x = (x0 + x1) / 2, y = (y0 + y1) / 2, top = height(x, y), half = Math.max((top - floor) / 2, 0.002);
    const parts = [box([x, y, floor - WALL_M], [(x1 - x0) / 2, (y1 - y0) / 2, WALL_M], HOLE_COLOUR)];
    for (const end of [x0, x1]) parts.push(box([end, y, floor + half], [WALL_M / 2, (y1 - y0) / 2, half], colour));
    for (const end of [y0, y1]) parts.push(box([x, end, floor + half], [(x1 - x0) / 2, WALL_M / 2, half], colour));
    return parts;
  }

  function write(pen, view, labels, colour, ratio) {
    pen.textAlign = "center";
    pen.lineWidth = 3 * ratio;
    pen.font = `600 ${Math.round(13 * ratio)}px sans-serif`;
    for (const { at, words, strength } of labels) {
      const spot = view.project(at);
      if (!spot) continue;
      const half = pen.measureText(words).width / 2 + 4 * ratio;
      const x = Math.min(Math.max(spot[0], half), pen.canvas.width - half);
      pen.globalAlpha = 0.4 + 0.6 * strength;
      pen.strokeStyle = "rgba(10,14,18,.85)";
      pen.strokeText(words, x, spot[1]);
      pen.fillStyle = colour;
      pen.fillText(words, x, spot[1]);
      pen.globalAlpha = 1;
    }
  }

  /* Buttons below the time bar, one a hazard or fall of the trials that are shown; a click goes there. */
  function mark(strip, tracks, titles, seconds, seek) {
    strip.replaceChildren();
    const share = (t) => Math.min(Math.max(t, 0), seconds) / (seconds || 1);
    function put(from, to, words, look) {
      const one = document.createElement("button");
      one.type = "button";
      one.className = look;
      one.title = words;
      one.setAttribute("aria-label", words);
      one.style.left = `calc(8px + (100% - 16px) * ${share(from).toFixed(5)})`;
      one.style.width = `max(6px, calc((100% - 16px) * ${(share(to) - share(from)).toFixed(5)}))`;
      one.addEventListener("click", () => seek(Math.max(from, 0)));
      strip.append(one);
    }
    tracks.forEach((track, row) => (track.hazards || []).forEach((hazard) => {
      const from = hazard.from - track.start_s, to = Math.min(hazard.to - track.start_s, seconds);
      if (to < 0 || from > seconds) return;
      put(from, to, `${hazard.words} at ${Math.max(from, 0).toFixed(1)} s, ${titles[row]}`, "hazard");
    }));
    tracks.forEach((track, row) => {
      const when = track.fell_s === null ? -1 : track.fell_s - track.start_s;
      if (when >= 0 && when <= seconds) put(when, when, `fell at ${track.fell_s.toFixed(1)} s, ${titles[row]}`, "fall");
    });
  }

  return { acting, show, write, mark };
})();
