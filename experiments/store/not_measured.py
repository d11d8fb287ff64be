"""Measures that are null in all trials of a cell, and why (`not_measured.parquet`)."""

from __future__ import annotations

import pandas as pd

from ...models.body import build_body
from ...sim.measures.not_measured import not_measured
from ..study.plan import Plan

COLUMNS = ("cell", "measure", "reason")


def not_measured_rows(plan: Plan, trials: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each measure that is null in all trials of a cell: `COLUMNS`."""
    rows: list[tuple[int, str, str]] = []
    for cell in plan.cells:
        own = trials[trials["cell"] == cell.index]
        if len(own):
            found = not_measured(own, build_body(cell.body, cell.walker).parts)
            rows += [(cell.index, measure, reason) for measure, reason in found.items()]
    return pd.DataFrame(rows, columns=pd.Index(COLUMNS)).astype({"cell": "int64"})
