"""Conditions of a run arranged for a figure: selection, names, values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...sim.random_streams import named_generator
from ..statistics.paired import Interval, mean_intervals, proportion_interval
from ..study.columns import OUTCOME_COLUMNS
from ..study.fields import Scalar
from ..study.figures import is_numeric
from ..study.labels import label
from .data import Cell


def chosen(cells: Sequence[Cell], where: Mapping[str, Any]) -> list[Cell]:
    """Return the cells that have all of these levels."""
    return [cell for cell in cells if all(cell.levels.get(k) == v for k, v in where.items())]


def levels_of(cells: Sequence[Cell], factor: str) -> list[Any]:
    """Return the levels of a factor among the cells, in their order."""
    return list(dict.fromkeys(cell.levels[factor] for cell in cells if factor in cell.levels))


def common_levels(cells: Sequence[Cell]) -> dict[str, Scalar]:
    """Return the levels that all of the cells share: not worth telling of each."""
    if not cells:
        return {}
    first = cells[0].levels
    return {
        name: level
        for name, level in first.items()
        if all(cell.levels.get(name) == level for cell in cells)
    }


def short_name(cell: Cell, cells: Sequence[Cell]) -> str:
    """Return a cell's levels in words, without those that all `cells` share."""
    shared = common_levels(cells) if len(cells) > 1 else {}
    levels = {name: level for name, level in cell.levels.items() if name not in shared}
    return Cell(levels, cell.rows).label


def names(cells: Sequence[Cell]) -> tuple[str, list[str]]:
    """Return what the conditions differ in and the name of each, as short as can be.

    Where it is one numeric factor alone, its name and quantities; else no name, and all levels.
    """
    shared = common_levels(cells) if len(cells) > 1 else {}
    differing = list(dict.fromkeys(k for cell in cells for k in cell.levels if k not in shared))
    if len(differing) == 1:
        text, levels = label(differing[0]), [cell.levels[differing[0]] for cell in cells]
        if is_numeric(levels):
            return text.with_unit, [f"{one * text.scale:g}" for one in levels]
    return "", [short_name(cell, cells) for cell in cells]


def value(cells: Sequence[Cell], column: str) -> Interval:
    """Return a measure of one condition, or its mean over several, with the 95 % interval.

    Shares (falls) over several are those of all trials together; other measures the means of each
    seed over the conditions, for seeds that have a value in all.
    """
    if column in OUTCOME_COLUMNS:
        return _share(cells, column)
    if len(cells) == 1:
        return cells[0].mean(column)
    tables = [cell.valid.set_index("seed")[column] for cell in cells if column in cell.valid]
    if not tables:
        return Interval(None, None, None)
    first, *others = (set(table.index[table.notna()].tolist()) for table in tables)
    common = first.intersection(*others)
    if not common:
        return Interval(None, None, None)
    seeds = sorted(common)
    means = np.mean([table.loc[seeds].to_numpy(dtype=float) for table in tables], axis=0)
    name = "; ".join(cell.label for cell in cells)
    return mean_intervals(means[:, None], named_generator(0, "figure", column, name))[0]


def _share(cells: Sequence[Cell], column: str) -> Interval:
    if column == "valid":
        rows = [(len(cell.valid), len(cell.rows)) for cell in cells]
    else:
        rows = [(cell.fallen, len(cell.valid)) for cell in cells]
    return proportion_interval(sum(n for n, _ in rows), sum(of for _, of in rows))
