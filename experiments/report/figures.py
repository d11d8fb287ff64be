"""Figures of the trials' numbers: muscle load, falls, and any measure by cell."""

from __future__ import annotations

import math
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from ...sim.measures.base.muscle_groups import CHAINS, MUSCLE_GROUPS
from ..statistics.paired import Interval
from ..study.labels import label, words
from .data import Cell
from .rows import rows
from .style import DIRECTION_COLOURS, GRID, INK, SOFT, WIDTH_IN, Picture, canvas, panels, picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_SETTINGS = 6
"""Settings in the picture of muscle load; the tables hold all."""

MARKERS = {"backward": "o", "forward": "s"}


def muscle_load(
    cells: list[Cell], name: str = "muscle-load", groups: bool = True
) -> Picture | None:
    """Mean activation of both chains and every group, bars with 95 % intervals."""
    columns = [f"activation_{one}" for one in (*CHAINS, *(_by_chain() if groups else ()))]
    columns = [column for column in columns if any(len(cell.values(column)) for cell in cells)]
    settings = list(dict.fromkeys(cell.setting for cell in cells))[:MOST_SETTINGS]
    if not columns:
        return None
    lines: list[str] = []
    with panels(len(settings), 2, 0.9 + 0.34 * len(columns)) as (figure, grid):
        for axes, setting in zip(grid.flat, settings, strict=False):
            own = [cell for cell in cells if cell.setting == setting]
            for place, cell in enumerate(own):
                found = [_scaled(cell.mean(column), 100) for column in columns]
                _bars(axes, found, cell, place, len(own))
                lines.append(_bars_in_words(cell, columns, found))
            names = [_muscle_name(column) for column in columns]
            rows(axes, names if axes in grid[:, 0] else None, len(columns))
            if groups:
                axes.axhline(len(CHAINS) - 0.5, color=SOFT, linewidth=0.8)
            axes.set_title(setting)
            axes.set_xlabel("mean activation (%)")
            axes.set_xlim(left=0)
        if len(cells) > 1:
            handles, names = grid[0][0].get_legend_handles_labels()
            figure.legend(handles, names, loc="outside upper right", ncols=4)
        title = "Muscle activation by group, with 95 % intervals"
        return picture(figure, name, title, "; ".join(lines) + ".")


def _bars_in_words(cell: Cell, columns: list[str], found: list[tuple[float, float, float]]) -> str:
    names = [words(column.removeprefix("activation_")) for column in columns]
    told = [f"{name} {one[1]:.1f} %" for name, one in zip(names, found, strict=True)]
    return f"{cell.label}: {', '.join(told)}"


def by_cell(cells: list[Cell], columns: list[str], name: str, title: str) -> Picture | None:
    """A panel for each measure: every trial as a dot, the cells' means with 95 % intervals."""
    columns = [column for column in columns if any(len(cell.values(column)) for cell in cells)]
    if not columns:
        return None
    rng = np.random.default_rng(0)  # spreads the dots, nothing else
    lines: list[str] = []
    with panels(len(columns), 2, 1.05 + 0.26 * len(cells)) as (figure, grid):
        for axes, column in zip(grid.flat, columns, strict=False):
            text = label(column)
            values = [text.scale * cell.values(column) for cell in cells]
            for row, cell in enumerate(cells):
                found = _scaled(cell.mean(column), text.scale)
                _dots(axes, row, values[row], cell, rng)
                _mean(axes, row, found, cell)
                lines.append(f"{text.text}, {cell.label}: {found[1]:.{text.digits}f} {text.unit}")
            if far := _leave_outliers(axes, values):
                lines.append(f"{text.text}: {far}")
            first = axes in grid[:, 0]
            rows(axes, [cell.label for cell in cells] if first else None, len(cells))
            axes.set_title(fill(text.text, 26), fontsize=8.5)
            axes.ticklabel_format(axis="x", useOffset=False)
            axes.set_xlabel(text.unit)
        return picture(figure, name, title, "; ".join(lines) + ".")


def _dots(axes: Axes, row: int, values: np.ndarray, cell: Cell, rng: np.random.Generator) -> None:
    colour = DIRECTION_COLOURS.get(cell.direction, SOFT)
    spread = row + rng.uniform(-0.22, 0.22, len(values))
    axes.plot(values, spread, ".", color=colour, alpha=0.35, markersize=4, markeredgewidth=0)


def _leave_outliers(axes: Axes, values: list[np.ndarray]) -> str:
    """Give the axis to all but far outliers; mark these at its edge, and return that in words."""
    fences = [_fence(own) for own in values if len(own)]
    low, high = min(one[0] for one in fences), max(one[1] for one in fences)
    beyond = [(row, one) for row, own in enumerate(values) for one in own if not low <= one <= high]
    if not beyond or low == high:
        return ""
    pad = 0.06 * (high - low)
    axes.set_xlim(low - pad, high + pad)
    for row, one in beyond:
        edge, mark = (low - pad / 2, "<") if one < low else (high + pad / 2, ">")
        axes.plot(edge, row, mark, color=SOFT, markersize=5, markerfacecolor="none")
    trials = "1 trial" if len(beyond) == 1 else f"{len(beyond)} trials"
    told = f"{trials} beyond the axis"
    axes.text(1.0, 1.0, told, transform=axes.transAxes, ha="right", va="bottom", fontsize=7)
    return told


def _fence(values: np.ndarray) -> tuple[float, float]:
    """Return the ends of the values without far outliers (Tukey: 3 interquartile ranges out)."""
    first, third = np.percentile(values, [25, 75])
    reach = 3.0 * (third - first)
    near = values[(values >= first - reach) & (values <= third + reach)]
    return float(near.min()), float(near.max())


def falls(cells: list[Cell]) -> Picture | None:
    """Share of trials with a fall, with Wilson's intervals."""
    names = [f"{cell.label}: {cell.fallen} of {len(cell.valid)}" for cell in cells]
    if not any(len(cell.valid) for cell in cells):
        return None
    with canvas(WIDTH_IN, 0.8 + 0.34 * len(cells)) as (figure, ((axes,),)):
        for row, cell in enumerate(cells):
            _mean(axes, row, _scaled(cell.fall_share, 100), cell)
        rows(axes, names)
        axes.set_xlim(-2, 102)
        axes.set_xlabel("trials with a fall (%)")
        return picture(figure, "falls", "Falls, with Wilson 95 % intervals", "; ".join(names) + ".")


def _by_chain() -> list[str]:
    """The muscle groups: posterior chain, anterior chain, the others."""
    chained = [group for chain in CHAINS.values() for group in chain]
    return chained + [group for group in MUSCLE_GROUPS if group not in chained]


def _muscle_name(column: str) -> str:
    group = column.removeprefix("activation_")
    chain = next((name for name, groups in CHAINS.items() if group in groups), "")
    mark = f" ({chain[0].upper()})" if chain else ""
    return words(group) + mark


def _scaled(found: Interval, scale: float) -> tuple[float, float, float]:
    """Return low, estimate, high times `scale`; NaN where there is none."""
    ends = (found.low, found.estimate, found.high)
    return tuple(math.nan if value is None else scale * value for value in ends)  # type: ignore[return-value]


def _mean(axes: Axes, row: int, found: tuple[float, float, float], cell: Cell) -> None:
    low, middle, high = found
    colour = DIRECTION_COLOURS.get(cell.direction, INK)
    mark = MARKERS.get(cell.direction, "D")
    axes.plot([low, high], [row, row], color=colour, linewidth=2.2)
    axes.plot(middle, row, mark, color=colour, markersize=6, markeredgecolor=INK, mew=0.6)


def _bars(
    axes: Axes, found: list[tuple[float, float, float]], cell: Cell, place: int, of: int
) -> None:
    """One cell's bars, at its `place` among the `of` cells that share a row."""
    low, middle, high = np.array(found).T
    thick = 0.8 / of
    rows = np.arange(len(found)) + (place - (of - 1) / 2) * thick
    errors = np.nan_to_num([middle - low, high - middle])
    colour = DIRECTION_COLOURS.get(cell.direction, GRID)
    name = cell.levels.get("direction", cell.label)
    alpha = 0.85 if cell.direction == "backward" else 0.5
    axes.barh(rows, middle, thick * 0.92, color=colour, alpha=alpha, label=name)
    axes.errorbar(middle, rows, xerr=errors, fmt="none", ecolor=INK, elinewidth=1, capsize=1.5)
