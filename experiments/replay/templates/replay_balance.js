"use strict";
/* Balance of a moment: base of support, extrapolated centre of mass, and the margin between them.
   The margin is that of the measures: along travel to the edge that lies farthest that way,
   sideways to the one on the outer side of the foot that landed last; positive while the extrapolated centre of mass has not
   passed the edge. */
window.RetrowalkBalance = (function () {
  const LIFT_M = 0.008;

  /* Centres, corners of the base and margins [m] in the world; null where they are not known. */
  function of(track, now) {
    if (!now.centre || !(now.centre[0] === now.centre[0])) return null;
    const add = (k) => [now.root[0] + now.centre[k], now.root[1] + now.centre[k + 1], now.root[2] + now.centre[k + 2]];
    const com = add(0), ahead = add(3).slice(0, 2), corners = [];
    for (let k = 0; now.base && k < now.base.length; k += 2)
      if (now.base[k] === now.base[k]) corners.push([now.root[0] + now.base[k], now.root[1] + now.base[k + 1]]);
    const found = { com, ahead, corners, margins: null };
    if (corners.length) {
      const beyond = (axis, sign) => Math.max(...corners.map((c) => sign * (c[axis] - ahead[axis])));
      const side = now.standing === 0 ? 1 : -1;
      found.margins = { along: beyond(0, track.travel), sideways: beyond(1, side), side };
    }
    return found;
  }

  function show(balance, track, now, choice, { line, ball }) {
    const tubes = [], sheets = [], look = choice.look;
    if (!balance) return { tubes, sheets };
    const lie = (x, y) => [x, y, track.ground.height(x, y, now.belt) + LIFT_M];
    const ahead = lie(...balance.ahead), com = balance.com;
    if (choice.centre) tubes.push(ball(com, 0.032, look.centre), line(com, lie(com[0], com[1]), look.centre));
    if (choice.ahead) {
      tubes.push(ball(ahead, 0.024, look.ahead));
      if (choice.centre) tubes.push(line(com, ahead, look.ahead));
    }
    if (choice.base && balance.corners.length) {
      const edge = balance.corners.map((c) => lie(...c));
      if (edge.length > 2) sheets.push({ points: edge, colour: look.base, opacity: 0.45 });
      const ring = edge.concat(edge.slice(0, 2));
      tubes.push({ points: ring, radii: ring.map(() => 0.0045), colour: look.base });
    }
    if (choice.margin && balance.margins) {
      const { along, sideways, side } = balance.margins;
      for (const [size, way] of [[along, [track.travel, 0]], [sideways, [0, side]]]) {
        const colour = size >= 0 ? look.safe : look.beyond, tip = lie(ahead[0] + way[0] * size, ahead[1] + way[1] * size);
        tubes.push({ points: [ahead, tip], radii: [0.007, 0.007], colour });
        const across = [way[1] * 0.05, way[0] * 0.05];
        const ends = [1, -1].map((s) => lie(tip[0] + s * across[0], tip[1] + s * across[1]));
        tubes.push({ points: ends, radii: [0.005, 0.005], colour });
      }
    }
    return { tubes, sheets };
  }

  /* The margins in words, for those who cannot tell the colours apart or see them. */
  function words(balance) {
    if (!balance || !balance.margins) return "";
    const cm = (m) => `${(100 * m).toFixed(0)}`.replace("-0", "0").replace("-", "−");
    return `margin ${cm(balance.margins.along)} cm along, ${cm(balance.margins.sideways)} cm sideways`;
  }

  return { of, show, words };
})();
