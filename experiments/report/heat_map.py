"""Heat maps: numbers in a grid of boxes, shaded by size, so that colour is never needed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...sim.measures.base.muscle_groups import CHAINS, MUSCLE_GROUPS
from ..study.labels import label, level_words, quantity_words, words
from .conditions import chosen, levels_of, names, value
from .data import Cell
from .style import DIRECTION_COLOURS, LEFT_COLOUR, SOFT, Picture, canvas, picture

MOST_COLUMNS = 18
"""Conditions in one heat map; the tables hold all."""

_DEEPEST = 0.55  # opacity at which a number is still read well, light and dark
_MORE, _LESS, _AMOUNT = DIRECTION_COLOURS["backward"], DIRECTION_COLOURS["forward"], LEFT_COLOUR


def load_map(
    cells: Sequence[Cell],
    load: str,
    relative_to: Mapping[str, Any],
    name: str,
    title: str = "",
) -> Picture | None:
    """A quantity of every muscle group (rows) by condition (columns), or its change."""
    columns = [f"{load}_{group}" for group in _groups()]
    columns = [column for column in columns if any(len(cell.values(column)) for cell in cells)]
    shown, references = _with_reference(cells, relative_to)
    if not columns or not shown:
        return None
    what = quantity_words(load)
    rows = [_group_name(column, load) for column in columns]
    axis, heads = names(shown)
    if relative_to:
        shares = [
            [
                _change(cell, reference, column)
                for cell, reference in zip(shown, references, strict=True)
            ]
            for column in columns
        ]
        against = ", ".join(level_words(*item) for item in relative_to.items())
        title = title or f"Change in {what} of muscle groups (%), compared with {against}"
        return _changes(shares, rows, (axis, heads), name, title)
    text = label(columns[0])
    numbers = [[value([cell], column).estimate for cell in shown] for column in columns]
    title = title or f"Muscle groups: {what}" + (f" ({text.unit})" if text.unit else "")
    return _amounts(numbers, rows, (axis, heads), name, title, text.number)


def measure_map(
    cells: Sequence[Cell],
    measure: str,
    rows: str,
    columns: str,
    relative_to: Mapping[str, Any],
    name: str,
    title: str = "",
) -> Picture | None:
    """A measure over two factors, the mean over any others."""
    downs, acrosses = levels_of(cells, rows), levels_of(cells, columns)[:MOST_COLUMNS]
    if not downs or not acrosses:
        return None
    text = label(measure)

    def at(down: Any, across: Any, instead: Mapping[str, Any]) -> float | None:
        own = chosen(cells, {rows: down, columns: across} | dict(instead))
        return value(own, measure).estimate if own else None

    down_names = [level_words(rows, one) for one in downs]
    heads = label(columns).text, [level_words(columns, one) for one in acrosses]
    if relative_to:
        shares = [
            [_ratio(at(down, across, {}), at(down, across, relative_to)) for across in acrosses]
            for down in downs
        ]
        against = ", ".join(level_words(*item) for item in relative_to.items())
        title = title or f"Change in {text.text} (%), compared with {against}"
        return _changes(shares, down_names, heads, name, title)
    numbers = [[at(down, across, {}) for across in acrosses] for down in downs]
    return _amounts(numbers, down_names, heads, name, title or text.with_unit, text.number)


def _with_reference(
    cells: Sequence[Cell], relative_to: Mapping[str, Any]
) -> tuple[list[Cell], list[Cell]]:
    """Return the cells to show and what each is compared with: the one alike but for a level."""
    if not relative_to:
        return list(cells[:MOST_COLUMNS]), []
    shown: list[Cell] = []
    references: list[Cell] = []
    for cell in cells:
        levels = {**cell.levels, **relative_to}
        reference = next((one for one in cells if one.levels == levels), None)
        if levels != cell.levels and reference is not None:
            shown.append(cell)
            references.append(reference)
    return shown[:MOST_COLUMNS], references[:MOST_COLUMNS]


def _change(cell: Cell, reference: Cell, column: str) -> float | None:
    return _ratio(value([cell], column).estimate, value([reference], column).estimate)


def _ratio(first: float | None, second: float | None) -> float | None:
    return first / second - 1.0 if first is not None and second is not None and second > 0 else None


def _amounts(
    numbers: list[list[float | None]],
    rows: list[str],
    heads: tuple[str, list[str]],
    name: str,
    title: str,
    text: Callable[[float | None], str],
) -> Picture:
    known = [abs(one) for row in numbers for one in row if one is not None and math.isfinite(one)]
    top = max(known, default=0.0) or 1.0
    depth = [[(_AMOUNT, abs(one or 0.0) / top) for one in row] for row in numbers]
    return _draw([[text(one) for one in row] for row in numbers], depth, rows, heads, name, title)


def _changes(
    shares: list[list[float | None]],
    rows: list[str],
    heads: tuple[str, list[str]],
    name: str,
    title: str,
) -> Picture:
    """Changes are shaded by the logarithm of the ratio, so that twice and half look alike."""
    depth = [[(_MORE if (s or 0) > 0 else _LESS, _log(s) / math.log(2)) for s in r] for r in shares]
    texts = [["–" if s is None else _percent(s) for s in row] for row in shares]
    return _draw(texts, depth, rows, heads, name, title)


def _percent(share: float) -> str:
    text = f"{100 * share:+.{0 if abs(share) >= 0.0995 else 1}f}"
    return text.replace("-", "\N{MINUS SIGN}") if text.strip("+-0.") else "0"


def _log(share: float | None) -> float:
    return 0.0 if share is None else abs(math.log(max(1.0 + share, 1e-3)))


def _draw(
    texts: list[list[str]],
    depth: list[list[tuple[str, float]]],
    rows: list[str],
    conditions: tuple[str, list[str]],
    name: str,
    title: str,
) -> Picture:
    from matplotlib.patches import Rectangle

    axis, heads = conditions
    longest = max(map(len, heads))
    upright = longest * len(heads) > 75  # names that would run into each other stand on end
    tall = 0.55 + 0.23 * len(rows) + (0.075 * min(longest, 34) if upright else 0.2)
    tall += 0.22 if axis else 0.0
    with canvas(7.4, tall) as (figure, ((axes,),)):
        for i, row in enumerate(texts):
            for j, text in enumerate(row):
                colour, share = depth[i][j]
                alpha = _DEEPEST * min(1.0, share)
                box = Rectangle((j - 0.49, i - 0.47), 0.98, 0.94, color=colour, alpha=alpha, lw=0)
                axes.add_patch(box)
                axes.text(j, i, text, ha="center", va="center", fontsize=7.5)
        axes.set_xlim(-0.5, len(heads) - 0.5)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_yticks(range(len(rows)), rows)
        axes.set_xticks(range(len(heads)), heads, rotation=90 if upright else 0, fontsize=8)
        axes.xaxis.tick_top()
        axes.xaxis.set_label_position("top")
        axes.set_xlabel(axis)
        axes.tick_params(length=0, colors=SOFT)
        axes.grid(visible=False)
        for side in axes.spines.values():
            side.set_visible(False)
        told = [
            f"{row}: " + ", ".join(f"{t} at {h}" for h, t in zip(heads, own, strict=True))
            for row, own in zip(rows, texts, strict=True)
        ]
        by = f"By {axis}. " if axis else ""
        return picture(figure, name, title, by + "; ".join(told) + ".")


def _groups() -> list[str]:
    """The muscle groups: posterior chain, anterior chain, the others."""
    chained = [group for chain in CHAINS.values() for group in chain]
    return chained + [group for group in MUSCLE_GROUPS if group not in chained]


def _group_name(column: str, load: str) -> str:
    group = column.removeprefix(f"{load}_")
    chain = next((name for name, groups in CHAINS.items() if group in groups), "")
    return words(group) + (f" ({chain[0].upper()})" if chain else "")
