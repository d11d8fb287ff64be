"""Figures of the trials' numbers: contrasts, muscle load, and any measure by cell."""

from __future__ import annotations

import math
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from ...sim.measures.base.muscle_groups import CHAINS, MUSCLE_GROUPS
from ..statistics.paired import Interval
from ..study.labels import label, words
from .answer import Comparison, percents
from .data import Cell
from .style import DIRECTION_COLOURS, GRID, INK, SOFT, Picture, canvas, picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_SETTINGS = 6
"""Settings in the picture of muscle load; the tables hold all."""

MARKERS = {"backward": "o", "forward": "s"}


def forest(items: list[Comparison], name: str, title: str) -> Picture | None:
    """Contrasts with intervals, one row each: changes in percent above, differences below."""
    items = [item for item in items if item.known]
    panels = [
        part for part in ([i for i in items if i.ratio], [i for i in items if not i.ratio]) if part
    ]
    if not panels:
        return None
    heights = [0.75 + 0.33 * len(part) for part in panels]
    with canvas(7.4, sum(heights), len(panels), 1, heights) as (figure, grid):
        for axes, part in zip(grid[:, 0], panels, strict=True):
            _forest_panel(axes, part)
        return picture(figure, name, title, "; ".join(item.phrase for item in items) + ".")


def _forest_panel(axes: Axes, items: list[Comparison]) -> None:
    """One panel; differences have different units, so each of their rows has its own scale."""
    ratio = items[0].ratio
    alike = len({(item.first, item.second) for item in items}) == 1
    first, second = (items[0].first, items[0].second) if alike else ("first", "second")
    versus = ["" if alike else f", {item.first} / {item.second}" for item in items]
    place = len({item.where for item in items}) > 1
    names = [_row_name(item, place) + end for item, end in zip(items, versus, strict=True)]
    _rows(axes, [fill(name, 52) for name in names])
    for row, item in enumerate(items):
        values = (item.low, item.estimate, item.high)
        reach = max(abs(item.low), abs(item.high)) or 1.0
        ends = [math.log(max(v, 0.01)) if ratio else v / reach for v in values]
        _estimate(axes, row, ends, item.clear)
        text = f"{item.shown}  ({item.interval})"
        axes.text(1.02, row, text, transform=axes.get_yaxis_transform(), va="center", fontsize=8)
    axes.axvline(0, color=INK, linewidth=1)
    if ratio:
        low, high = axes.get_xlim()
        low, high = min(low, math.log(0.9)), max(high, math.log(1.1))
        axes.set_xlim(low, high + 0.03 * (high - low))
        _ratio_ticks(axes)
        axes.set_xlabel(f"change, {first} compared with {second} (%)")
    else:
        axes.set_xlim(-1.15, 1.15)
        axes.set_xticks([])
        axes.set_xlabel(f"{first} minus {second}, each row to its own scale")


def _ratio_ticks(axes: Axes) -> None:
    """Ticks of a logarithmic axis of ratios, named as changes in percent."""
    low, high = axes.get_xlim()
    fine, wide = (0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 1.6), (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16)
    ticks = [r for r in (fine if high - low < 1 else wide) if low <= math.log(r) <= high]
    apart = 0.09 * (high - low)  # names that are nearer run into each other
    kept: list[float] = []
    for r in sorted(ticks, key=lambda r: abs(math.log(r))):
        if all(abs(math.log(r / one)) >= apart for one in kept):
            kept.append(r)
    ticks = sorted(kept)
    axes.set_xticks([math.log(r) for r in ticks], percents(*(r - 1 for r in ticks)))


def muscle_load(
    cells: list[Cell], name: str = "muscle-load", groups: bool = True
) -> Picture | None:
    """Mean activation of both chains and every group, bars with 95 % intervals."""
    columns = [f"activation_{one}" for one in (*CHAINS, *(_by_chain() if groups else ()))]
    columns = [column for column in columns if any(len(cell.values(column)) for cell in cells)]
    settings = list(dict.fromkeys(cell.setting for cell in cells))[:MOST_SETTINGS]
    if not columns:
        return None
    across = min(3, len(settings))
    down = math.ceil(len(settings) / across)
    lines: list[str] = []
    with canvas(7.4, down * (0.9 + 0.34 * len(columns)), down, across) as (figure, grid):
        for axes, setting in zip(grid.flat, settings, strict=False):
            own = [cell for cell in cells if cell.setting == setting]
            for place, cell in enumerate(own):
                found = [_scaled(cell.mean(column), 100) for column in columns]
                _bars(axes, found, cell, place, len(own))
                lines.append(_bars_in_words(cell, columns, found))
            names = [_muscle_name(column) for column in columns]
            _rows(axes, names if axes in grid[:, 0] else None, len(columns))
            if groups:
                axes.axhline(len(CHAINS) - 0.5, color=SOFT, linewidth=0.8)
            axes.set_title(setting)
            axes.set_xlabel("mean activation (%)")
            axes.set_xlim(left=0)
        for axes in list(grid.flat)[len(settings) :]:
            axes.set_axis_off()
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
    across, down = 3, math.ceil(len(columns) / 3)
    rng = np.random.default_rng(0)  # spreads the dots, nothing else
    lines: list[str] = []
    with canvas(7.4, down * (1.05 + 0.26 * len(cells)), down, across) as (figure, grid):
        for axes, column in zip(grid.flat, columns, strict=False):
            text = label(column)
            for row, cell in enumerate(cells):
                values = text.scale * cell.values(column)
                found = _scaled(cell.mean(column), text.scale)
                colour = DIRECTION_COLOURS.get(cell.direction, SOFT)
                spread = row + rng.uniform(-0.22, 0.22, len(values))
                axes.plot(
                    values, spread, ".", color=colour, alpha=0.35, markersize=4, markeredgewidth=0
                )
                _mean(axes, row, found, cell)
                lines.append(f"{text.text}, {cell.label}: {found[1]:.{text.digits}f} {text.unit}")
            first = axes in grid[:, 0]
            _rows(axes, [cell.label for cell in cells] if first else None, len(cells))
            axes.set_title(fill(text.text, 26), fontsize=8.5)
            axes.ticklabel_format(axis="x", useOffset=False)
            axes.set_xlabel(text.unit)
        for axes in list(grid.flat)[len(columns) :]:
            axes.set_axis_off()
        return picture(figure, name, title, "; ".join(lines) + ".")


def falls(cells: list[Cell]) -> Picture | None:
    """Share of trials with a fall, with Wilson's intervals."""
    names = [f"{cell.label}: {cell.fallen} of {len(cell.valid)}" for cell in cells]
    if not any(len(cell.valid) for cell in cells):
        return None
    with canvas(7.2, 0.8 + 0.34 * len(cells)) as (figure, ((axes,),)):
        for row, cell in enumerate(cells):
            _mean(axes, row, _scaled(cell.fall_share, 100), cell)
        _rows(axes, names)
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


def _row_name(item: Comparison, place: bool) -> str:
    return f"{item.measure} ({item.where})" if item.where and place else item.measure


def _scaled(found: Interval, scale: float) -> tuple[float, float, float]:
    """Return low, estimate, high times `scale`; NaN where there is none."""
    ends = (found.low, found.estimate, found.high)
    return tuple(math.nan if value is None else scale * value for value in ends)  # type: ignore[return-value]


def _rows(axes: Axes, names: list[str] | None, count: int | None = None) -> None:
    count = len(names) if names is not None else count or 0
    axes.set_ylim(count - 0.5, -0.5)
    axes.set_yticks(range(count), names if names is not None else [""] * count)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)


def _estimate(axes: Axes, row: int, ends: list[float], clear: bool) -> None:
    """A filled mark where the interval leaves "no difference" out, else a hollow one."""
    colour = INK if clear else SOFT
    face = colour if clear else "none"
    axes.plot([ends[0], ends[2]], [row, row], color=colour, linewidth=2)
    axes.plot(ends[1], row, "D", color=colour, markersize=6, markerfacecolor=face, mew=1.4)


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
