"""Diagnostics of a run: speeds reached, falls, gaps, and how long trials lasted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..study.labels import label
from .data import Cell
from .tables import Table


def diagnostics_table(cells: Sequence[Cell]) -> Table | None:
    """One row a condition: speed asked and walked, trials that do not count, trials with gaps."""
    rows = [_row(cell) for cell in cells]
    head = (
        "condition",
        "speed asked (m/s)",
        "speed walked (m/s)",
        "trials",
        "invalid",
        "falls",
        "without a steady stride",
        "shortest, median time walked (s)",
    )
    return Table("Diagnostics by condition", head, tuple(rows)) if rows else None


def _row(cell: Cell) -> tuple[str, ...]:
    speed = label("speed_m_per_s")
    asked = pd.unique(cell.rows.get("commanded_speed_m_per_s", pd.Series(dtype=float)))
    walked = cell.values("speed_m_per_s")
    lasted = cell.values("duration_s")
    strides = cell.valid.get("stride_length_m")
    return (
        cell.label,
        ", ".join(speed.number(float(one)) for one in asked) or "–",
        f"{speed.number(float(walked.mean()))} (SD {speed.number(_sd(walked))})"
        if len(walked)
        else "–",
        str(len(cell.rows)),
        str(len(cell.rows) - len(cell.valid)),
        str(cell.fallen),
        "–" if strides is None else str(int(strides.isna().sum())),
        f"{lasted.min():.1f}, {np.median(lasted):.1f}" if len(lasted) else "–",
    )


def _sd(values: np.ndarray) -> float:
    return float(values.std(ddof=1)) if len(values) > 1 else float("nan")
