"""Contrasts as a forest: one row each, ratios on a logarithmic axis, differences by unit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from ..study.labels import label
from .answer import Comparison, percents
from .rows import estimate, rows
from .style import INK, PAPER, WIDTH_IN, Picture, canvas, picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_RATIOS = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 4.0, 8.0, 16.0)
_FINE_RATIOS = (0.9, 0.95, 0.98, 1.0, 1.02, 1.05, 1.1)
_ROW_IN = 0.56  # a mark, and its numbers below it
_TICKS_APART = 0.17  # of the axis: names that are nearer run into each other


def forest(items: Sequence[Comparison], name: str, title: str) -> Picture | None:
    """Contrasts with intervals: changes in percent above, differences below, a panel a unit."""
    items = [item for item in items if item.known]
    panels = _panels(items)
    if not panels:
        return None
    heights = [0.62 + _ROW_IN * len(part) for part in panels]
    with canvas(WIDTH_IN, sum(heights), len(panels), 1, heights) as (figure, grid):
        for axes, part in zip(grid[:, 0], panels, strict=True):
            _panel(axes, part)
        return picture(figure, name, title, "; ".join(item.phrase for item in items) + ".")


def _panels(items: Sequence[Comparison]) -> list[list[Comparison]]:
    found: dict[str, list[Comparison]] = {}
    for item in sorted(items, key=lambda one: not one.ratio):
        found.setdefault("ratio" if item.ratio else label(item.column).unit, []).append(item)
    return list(found.values())


def _panel(axes: Axes, items: list[Comparison]) -> None:
    ratio, text = items[0].ratio, label(items[0].column)
    alike = len({(item.first, item.second) for item in items}) == 1
    first, second = (items[0].first, items[0].second) if alike else ("first", "second")
    rows(axes, [fill(_row_name(item, items, alike), 24) for item in items])
    for row, item in enumerate(items):
        values = (item.low, item.estimate, item.high)
        ends = [math.log(max(v, 0.01)) if ratio else text.scale * v for v in values]
        estimate(axes, row, ends, item.clear)
        _numbers(axes, row, item)
    axes.axvline(0, color=INK, linewidth=1)
    if ratio:
        _ratio_axis(axes)
        what = f"change, {first} compared with {second} (%, logarithmic axis)"
        axes.set_xlabel(fill(what, 44))
    else:
        _difference_axis(axes)
        axes.set_xlabel(f"{first} minus {second}{f' ({text.unit})' if text.unit else ''}")


def _row_name(item: Comparison, items: Sequence[Comparison], alike: bool) -> str:
    places = len({one.where for one in items}) > 1
    place = f" ({item.where})" if item.where and places else ""
    return f"{item.measure}{place}" + ("" if alike else f", {item.first} / {item.second}")


def _numbers(axes: Axes, row: int, item: Comparison) -> None:
    text = f"{item.shown}  ({item.interval})"
    across = axes.get_yaxis_transform()
    blank = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.5}  # lines behind it end there
    place = axes.text(0.5, row + 0.47, text, transform=across, va="bottom", ha="center", fontsize=8)
    place.set_bbox(blank)


def _ratio_axis(axes: Axes) -> None:
    """Ticks of a logarithmic axis of ratios, named as changes in percent, on both sides of none."""
    low, high = axes.get_xlim()
    known = _FINE_RATIOS if max(-low, high) < math.log(1.1) else _RATIOS
    below = max((r for r in known if r < 1 and math.log(r) <= low), default=known[0])
    above = min((r for r in known if r > 1 and math.log(r) >= high), default=known[-1])
    ends = math.log(below), math.log(above)
    axes.set_xlim(min(low, ends[0]), max(high, ends[1]))
    apart = _TICKS_APART * (ends[1] - ends[0])
    kept = [below, 1.0, above]
    for r in sorted(known, key=lambda r: abs(math.log(r))):
        if below < r < above and all(abs(math.log(r / one)) >= apart for one in kept):
            kept.append(r)
    axes.set_xticks([math.log(r) for r in sorted(kept)], percents(*(r - 1 for r in sorted(kept))))


def _difference_axis(axes: Axes) -> None:
    """A linear axis with none in it, and room for a tick on both sides of it."""
    axes.locator_params(axis="x", nbins=6)
    (low, high), ticks = axes.get_xlim(), axes.get_xticks()
    step = 1.02 * (ticks[1] - ticks[0])
    axes.set_xlim(min(low, -step), max(high, step))
