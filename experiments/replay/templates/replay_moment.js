"use strict";
/* Everything that a renderer draws of one moment: bodies, muscles, forces, balance, hazards. */
window.RetrowalkMoment = (function () {
  const REST = [0.42, 0.46, 0.50];

  function rotation(q, k) {
    const w = q[k], x = q[k + 1], y = q[k + 2], z = q[k + 3];
    return [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y), 2 * (x * y + w * z), 1 - 2 * (x * x + z * z),
      2 * (y * z - w * x), 2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)];
  }
  const turn = (m, p) => [m[0] * p[0] + m[1] * p[1] + m[2] * p[2], m[3] * p[0] + m[4] * p[1] + m[5] * p[2], m[6] * p[0] + m[7] * p[1] + m[8] * p[2]];
  const times = (a, b) => [0, 3, 6].flatMap((r) => [0, 1, 2].map((c) => a[r] * b[c] + a[r + 1] * b[3 + c] + a[r + 2] * b[6 + c]));
  const plus = (a, b, k = 1) => [a[0] + k * b[0], a[1] + k * b[1], a[2] + k * b[2]];

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
      (lit && !figure.skin.length ? solids : shapes).push({
        kind: shape.kind, colour, size: capsule ? [s[0], s[0], s[0], s[2]] : [s[0], s[1], s[2], 0],
        rows: [m[0], m[1], m[2], p[0], m[3], m[4], m[5], p[1], m[6], m[7], m[8], p[2]],
      });
    }
    const skin = figure.skin.length ? dress(figure, place, turned, happens.lit, choice.look.hazard) : null;
    const tubes = happens.tubes;
    const wanted = scene.chains[choice.muscles];  // the others are drawn thin and grey
    figure.muscles.forEach((muscle, i) => {
      if (muscle.points.length < 2 || choice.muscles === "none") return;
      const path = muscle.points.map((p) => plus(place[p[0]], turn(turned[p[0]], p.slice(1))));
      const rest = wanted && !wanted.includes(muscle.group);
      tubes.push(belly(path, rest ? [...muscle.belly.slice(0, 2), 0.4 * muscle.belly[2]] : muscle.belly, now.activation[i], scene, rest));
    });
    if (choice.forces && now.force) for (const foot of [0, 1]) {
      const f = now.force.subarray(3 * foot, 3 * foot + 3), c = now.pressure.subarray(3 * foot, 3 * foot + 3);
      const size = Math.hypot(f[0], f[1], f[2]);
      if (!(size > 0.03 * track.weight_n) || !(c[0] === c[0])) continue;
      tubes.push(arrow(plus(now.root, c), [f[0], f[1], f[2]].map((x) => x / track.weight_n), choice.look.arrow));
    }
    if (track.fell_s !== null && track.start_s + t >= track.fell_s)
      happens.labels.push({ at: plus(now.root, [0, 0, 0.75]), words: `fell at ${track.fell_s.toFixed(1)} s`, strength: 1 });
    const balance = window.RetrowalkBalance.of(track, now);
    const drawn = window.RetrowalkBalance.show(balance, track, now, choice, { plus, line, ball });
    return { now, shapes, skin, solids, tubes: tubes.concat(drawn.tubes), sheets: drawn.sheets, balance, hole: happens.hole, labels: happens.labels };
  }

  /* How little of each bone's skin can be seen through: there are no muscles in head and arms. */
  function firmness(bodies, most) {
    const firm = new Float32Array(most);
    bodies.forEach((name, b) => { firm[b] = /^head/.test(name) ? 0.92 : /arm/.test(name) ? 0.6 : /^(foot|toes)/.test(name) ? 0.3 : 0; });
    return firm;
  }

  /* Poses of the bones and what of them glows, as the skin's shader wants them. */
  function dress(figure, place, turned, lit, glow) {
    const most = window.RetrowalkShaders.MOST_BONES, rows = new Float32Array(12 * most), tints = new Float32Array(4 * most);
    place.forEach((p, b) => {
      for (let r = 0; r < 3; r++) rows.set([...turned[b].slice(3 * r, 3 * r + 3), p[r]], 12 * b + 4 * r);
      tints.set([...glow, lit.get(b) || 0], 4 * b);
    });
    return { pieces: figure.skin, rows, lit: tints, firm: figure.firm || (figure.firm = firmness(figure.bodies, most)) };
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

  /* A muscle along its path, thin tendons and a belly: stronger ones are thicker, active ones swell and glow. */
  function belly(path, [start, share, thick], activation, scene, rest) {
    const lengths = [0], points = [], radii = [], rings = 14;
    for (let i = 1; i < path.length; i++) lengths.push(lengths[i - 1] + Math.hypot(...plus(path[i], path[i - 1], -1)));
    const total = lengths[lengths.length - 1] || 1, swollen = thick * (0.85 + 0.45 * activation);
    const stops = [...Array(rings).keys()].map((i) => (total * i) / (rings - 1)).concat(lengths.slice(1, -1)).sort((a, b) => a - b);
    let k = 1;
    for (const s of stops) {
      while (k < path.length - 1 && s > lengths[k]) k++;
      const w = (s - lengths[k - 1]) / (lengths[k] - lengths[k - 1] || 1), u = s / total;
      points.push(plus(path[k - 1], plus(path[k], path[k - 1], -1), w));
      radii.push(0.0026 + swollen * Math.pow(Math.sin(Math.PI * Math.min(Math.max((u - start) / share, 0), 1)), 0.8));
    }
    const shade = Math.min(activation / scene.activation_top, 1) * (scene.colours.length - 1);
    return { points, radii, colour: rest ? REST : scene.colours[Math.round(shade)] };
  }

  return { moment, plus };
})();
