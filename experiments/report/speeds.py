"""Preferred speeds in the report: cost of transport by speed, and where it is least."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..runner.preferred_speed import COST
from ..study.labels import label, level_words
from ..study.pace import PreferredSpeed
from .section import Material, Section
from .style import DIRECTION_COLOURS, INK, Picture, panels, picture
from .tables import Table

_MOST_PANELS = 6


class PreferredSpeedSection:
    """What the sweeps before the run found; they are made before there is anything to answer."""

    def section(self, material: Material) -> Section | None:
        """Return the section; None where no pace asked for a preferred speed."""
        data = material.data
        path = data.run.folder.preferred_speed
        if not path.exists():
            return None
        speeds = data.or_gap(path, lambda: data.run.preferred_speeds)
        if not speeds:
            return None
        return material.section(
            "Preferred speed",
            "Found before the experiment by a sweep of speeds, each walked without hazards. The "
            "curve is a / v + b + c v; its interval is the jackknife's over seeds.",
            "The sweep of speeds could not be read.",
            lambda: speed_table(speeds),
            lambda: speed_curves(speeds),
        )


def speed_table(found: Sequence[PreferredSpeed]) -> Table:
    """One row for each direction and setting."""
    rows: list[tuple[str, ...]] = []
    for one in found:
        ends = label("speed_m_per_s").interval(one.speed.low, one.speed.high)
        note = "at the end of the speeds that the gait is for" if one.at_end else ""
        walked = f"{min(one.walked)} to {max(one.walked)}"
        shown = label("speed_m_per_s").quantity(one.speed.estimate)
        rows.append((_name(one), shown, ends, walked, note))
    head = ("walking", "preferred speed", "95 % interval", "trials with a cost, by speed", "")
    return Table("Preferred speed: where the cost of transport is least", head, tuple(rows))


def speed_curves(found: Sequence[PreferredSpeed]) -> Picture | None:
    """Cost by speed, the fitted curve, and its least point with the interval."""
    shown = found[:_MOST_PANELS]
    if not shown:
        return None
    told: list[str] = []
    with panels(len(shown), 2, 2.3, 0.3) as (figure, grid):
        for axes, one in zip(grid.flat, shown, strict=False):
            colour = DIRECTION_COLOURS.get(str(dict(one.levels).get("direction")), INK)
            pairs = zip(one.speeds, one.costs, strict=True)
            known = [(v, cost) for v, cost in pairs if cost is not None]
            axes.plot(*zip(*known, strict=True), "o", color=colour, markersize=5)
            if one.coefficients is not None:
                a, b, c = one.coefficients
                line = np.linspace(known[0][0], known[-1][0], 60)
                axes.plot(line, a / line + b + c * line, "-", color=colour)
                best = one.speed.estimate or known[0][0]
                axes.plot(best, a / best + b + c * best, "D", color=INK, markersize=6)
                if one.speed.low is not None and one.speed.high is not None:
                    axes.axvspan(one.speed.low, one.speed.high, color=INK, alpha=0.12, linewidth=0)
            axes.set_title(_name(one))
            axes.set_xlabel("speed (m/s)")
            told.append(
                f"{_name(one)}: least at {label('speed_m_per_s').quantity(one.speed.estimate)}"
            )
        for axes in grid[:, 0]:
            axes.set_ylabel(label(COST).unit)
        title = "Metabolic cost of transport by speed; diamond and band: preferred speed, 95 %"
        return picture(figure, "preferred-speed", title, "; ".join(told) + ".")


def _name(one: PreferredSpeed) -> str:
    return ", ".join(level_words(*item) for item in one.levels)
