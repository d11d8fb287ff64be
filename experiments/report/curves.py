"""A measure over a numeric factor, with intervals: cost by speed, falls by roughness."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from textwrap import fill
from typing import Any

from ..study.labels import label, level_words
from .conditions import chosen, levels_of, value
from .data import Cell
from .style import (
    DIRECTION_COLOURS,
    INK,
    LEFT_COLOUR,
    RIGHT_COLOUR,
    SOFT,
    Picture,
    panels,
    picture,
)

MOST_LINES = 6
"""Lines in one panel; more cannot be told apart."""

_LOOKS = (
    (DIRECTION_COLOURS["backward"], "o", "-"),
    (DIRECTION_COLOURS["forward"], "s", "--"),
    (LEFT_COLOUR, "D", "-."),
    (RIGHT_COLOUR, "^", ":"),
    (INK, "v", "-"),
    (SOFT, "X", "--"),
)
_BY_DIRECTION = {"backward": _LOOKS[0], "forward": _LOOKS[1]}


def curves(
    cells: Sequence[Cell],
    measures: Sequence[str],
    over: str,
    by: str | None,
    name: str,
    title: str,
) -> Picture | None:
    """A panel for each measure; a line for each level of `by`, or each setting of all others."""
    measures = [one for one in measures if _has(cells, one)]
    lines = _lines(cells, over, by)[:MOST_LINES]
    if not measures or not lines:
        return None
    axis = label(over)
    told: list[str] = []
    with panels(len(measures), 2, 2.5, 0.5) as (figure, grid):
        for axes, measure in zip(grid.flat, measures, strict=False):
            text = label(measure)
            for place, (line, own) in enumerate(lines):
                found = [(x, value(at, measure)) for x, at in _along(own, over)]
                known = [(x, one) for x, one in found if one.estimate is not None]
                _draw(axes, known, (axis.scale, text.scale), line, (place, len(lines)))
                numbers = ", ".join(
                    f"{axis.quantity(x)} {text.quantity(one.estimate)}" for x, one in known
                )
                told.append(f"{text.text}{f', {line}' if line else ''}: {numbers}")
            axes.set_title(fill(text.text, 30))
            axes.set_xlabel(axis.with_unit)
            axes.set_ylabel(text.unit)
            if measure in ("fell", "valid"):
                axes.set_ylim(-3, 103)
            elif axes.get_ylim()[0] > 0 and axes.get_ylim()[0] < 0.4 * axes.get_ylim()[1]:
                axes.set_ylim(bottom=0)
        if len(lines) > 1:
            handles, names = grid[0][0].get_legend_handles_labels()
            figure.legend(handles, names, loc="outside upper right", ncols=2)
        what = label(measures[0]).text if len(measures) == 1 else "Measures"
        title = title or f"{what[0].upper()}{what[1:]} by {axis.text}, with 95 % intervals"
        return picture(figure, name, title, "; ".join(told) + ".")


def _has(cells: Sequence[Cell], measure: str) -> bool:
    return measure in ("fell", "valid") or any(len(cell.values(measure)) for cell in cells)


def _lines(cells: Sequence[Cell], over: str, by: str | None) -> list[tuple[str, list[Cell]]]:
    """Return the name and the cells of each line."""
    if by is not None:
        return [(level_words(by, one), chosen(cells, {by: one})) for one in levels_of(cells, by)]
    found: dict[str, list[Cell]] = {}
    for cell in cells:
        others = {name: level for name, level in cell.levels.items() if name != over}
        name = ", ".join(level_words(*item) for item in others.items())
        found.setdefault(name, []).append(cell)
    return list(found.items())


def _along(cells: Sequence[Cell], over: str) -> list[tuple[float, list[Cell]]]:
    return [(float(x), chosen(cells, {over: x})) for x in sorted(levels_of(cells, over))]


def _draw(
    axes: Any,
    known: list[tuple[float, Any]],
    scales: tuple[float, float],
    line: str,
    place: tuple[int, int],
) -> None:
    if not known:
        return
    colour, mark, style = _BY_DIRECTION.get(line.split(",")[0], _LOOKS[place[0]])
    across, up = scales
    xs = [across * x for x, _ in known]
    step = min((b - a for a, b in itertools.pairwise(xs)), default=0.0)
    dodged = [x + 0.06 * step * (place[0] - (place[1] - 1) / 2) for x in xs]
    ys = [up * one.estimate for _, one in known]
    below = [0.0 if one.low is None else up * (one.estimate - one.low) for _, one in known]
    above = [0.0 if one.high is None else up * (one.high - one.estimate) for _, one in known]
    axes.plot(dodged, ys, style, color=colour, marker=mark, markersize=5, label=line)
    errors = [[max(0.0, one) for one in below], [max(0.0, one) for one in above]]
    axes.errorbar(dodged, ys, yerr=errors, fmt="none", ecolor=colour, elinewidth=1.2, capsize=2)
