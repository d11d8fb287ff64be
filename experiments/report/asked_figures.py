"""The figures over the conditions: those that the config asks for, or that its factors suggest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..analysis.fall_risk import survival_entry
from ..runner.preferred_speed import COST
from ..statistics.survival import kaplan_meier
from ..study.figures import FigureConfig, is_numeric
from ..study.labels import label
from .conditions import chosen, short_name
from .curves import curves
from .data import Cell, RunData
from .fall_risk import Walkers, survival
from .heat_map import MOST_COLUMNS, load_map, measure_map
from .style import Picture
from .tables import Table

_DISTANCES_M = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)
_MOST_MEASURES = 4


def asked_figures(data: RunData) -> list[Picture | Table | None]:
    """Return the figures (and their tables) in the order of the config."""
    asked = data.config.get("figures")
    if asked is None:
        return suggested_figures(data)
    made: list[Picture | Table | None] = []
    for number, fields in enumerate(asked, start=1):
        given = {name: one for name, one in fields.items() if one not in (None, "", {})}
        made += _figure(data, FigureConfig.model_validate(given), f"figure-{number}")
    return made


def suggested_figures(data: RunData) -> list[Picture | Table | None]:
    """Return curves over numeric factors, the load by condition, and survival if anyone fell."""
    cells = data.cells
    made: list[Picture | Table | None] = []
    factors: dict[str, Any] = data.config.get("factors") or {}
    measures = _measures(data)
    for factor, levels in factors.items():
        if len(levels) >= 3 and is_numeric(list(levels)):
            name = f"by-{factor.replace('_', '-')}"
            made.append(curves(cells, measures, factor, None, name, ""))
    if 3 <= len(cells) <= MOST_COLUMNS:
        made.append(load_map(cells, "activation", {}, "load-map"))
        if {"backward", "forward"} <= {str(cell.levels.get("direction")) for cell in cells}:
            forward = {"direction": "forward"}
            made.append(load_map(cells, "activation", forward, "load-change-map"))
    if any(cell.fallen for cell in cells) and not data.config.get("battery"):
        made += survival_figure(cells, "survival")
    return made


def _measures(data: RunData) -> list[str]:
    """Return what a curve shows: falls if there are any, cost, then the contrasts' measures."""
    falls = ["fell"] if any(cell.fallen for cell in data.cells) else []
    asked = [str(one["measure"]) for one in data.contrasts]
    return list(dict.fromkeys((*falls, COST, *asked)))[:_MOST_MEASURES]


def _figure(data: RunData, figure: FigureConfig, name: str) -> list[Picture | Table | None]:
    cells = chosen(data.cells, figure.where)
    if figure.kind == "survival":
        return survival_figure(cells, name, figure.title)
    if figure.kind == "curve":
        measures, over = [figure.measure or ""], figure.over or ""
        return [curves(cells, measures, over, figure.by, name, figure.title)]
    if figure.load is not None:
        return [load_map(cells, figure.load, figure.relative_to, name, figure.title)]
    grid = (figure.measure or "", figure.rows or "", figure.columns or "")
    return [measure_map(cells, *grid, figure.relative_to, name, figure.title)]


def survival_figure(
    cells: Sequence[Cell], name: str, title: str = ""
) -> list[Picture | Table | None]:
    """Return the share still walking over distance, and a table of falls within some distances."""
    found = [(cell, *_walked(cell)) for cell in cells if "distance_m" in cell.valid]
    found = [one for one in found if len(one[1])]
    if not found:
        return []
    told = [
        (short_name(cell, cells), kaplan_meier(distance, fell)) for cell, distance, fell in found
    ]
    walkers = [
        Walkers(cell.levels, int(fell.sum()), survival_entry(curve))
        for (cell, _, fell), (_, curve) in zip(found, told, strict=True)
    ]
    far = max(float(distance.max()) for _, distance, _ in found)
    within = [one for one in _DISTANCES_M if one <= far]
    rows: list[tuple[str, ...]] = []
    for words, curve in told:
        shares = [curve.fall_probability(distance) for distance in within]
        texts = [
            "–"
            if one.estimate is None
            else f"{100 * one.estimate:.0f} % ({label('fell').interval(one.low, one.high)})"
            for one in shares
        ]
        rows.append((words, *texts))
    caption = "Falls within a distance, with 95 % intervals (Kaplan–Meier)"
    head = ("condition", *(f"{distance:g} m" for distance in within))
    return [
        survival(walkers, name, title),
        Table(caption, head, tuple(rows)) if within else None,
    ]


def _walked(cell: Cell) -> tuple[np.ndarray, np.ndarray]:
    """Return how far each valid trial went and whether that ended in a fall, (k,) each."""
    distance = cell.valid["distance_m"].to_numpy(dtype=float, na_value=np.nan)
    fell = cell.valid["fell"].to_numpy(dtype=bool)
    known = np.isfinite(distance)
    return np.maximum(distance[known], 0.0), fell[known]
