"""Rows of trials and strides with the design's columns, and null where there is no number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..study.columns import (
    CONDITION_COLUMNS,
    MEASURE_COLUMNS,
    OUTCOME_COLUMNS,
    TRIAL_COLUMNS,
)
from ..study.hazards import label
from ..study.plan import Chunk
from .atomic import write_atomic

_INTEGERS = ("trial", "seed", "cell", "stride")
_YES_NO = (*OUTCOME_COLUMNS,)


def trial_rows(measured: pd.DataFrame, chunk: Chunk) -> pd.DataFrame:
    """Return one row for each trial of the chunk, the design's columns first.

    The conditions come from the plan, whatever the measures say; a factor that is no condition
    (`step_width_m`, a measure too) is a column `factor_<name>`.
    """
    wanted = [spec.trial for spec in chunk.trials]
    if measured["trial"].tolist() != wanted:
        measured = measured.set_index("trial").reindex(wanted).reset_index()
    return _with_conditions(measured, chunk, columns=TRIAL_COLUMNS)


def stride_rows(measured: pd.DataFrame, chunk: Chunk) -> pd.DataFrame:
    """Return the strides of the chunk's trials in order of the trials, conditions first."""
    rows = measured[measured["trial"].isin([spec.trial for spec in chunk.trials])]
    rows = rows.sort_values("trial", kind="stable", ignore_index=True)
    return _with_conditions(rows, chunk, columns=CONDITION_COLUMNS)


def arrow_table(rows: pd.DataFrame) -> pa.Table:
    """Return rows with types that do not depend on the values, NaN as null."""
    names = rows.columns.tolist()  # one by one they are slow to come from pandas' index
    numbers = [
        i
        for i, (name, kind) in enumerate(zip(names, rows.dtypes.tolist(), strict=True))
        if kind == np.float64 and name not in (*_INTEGERS, *_YES_NO)
    ]
    block = rows.take(numbers, axis=1).to_numpy().T  # at once: single columns take longer
    flat, n = pa.array(block.reshape(-1), from_pandas=True), len(rows)
    known = {i: flat.slice(place * n, n) for place, i in enumerate(numbers)}
    columns = [
        known[i] if i in known else _arrow(name, rows.iloc[:, i]) for i, name in enumerate(names)
    ]
    return pa.table(columns, names=names)


def write_table(path: Path, rows: pd.DataFrame) -> None:
    """Write rows as parquet with types that do not depend on the values, NaN as null."""
    table = arrow_table(rows)
    write_atomic(path, lambda file: pq.write_table(table, file, compression="zstd"))


def read_table(path: Path) -> pd.DataFrame:
    """Read rows that `write_table` wrote, in this thread: pyarrow's own abort without memory."""
    with pq.ParquetFile(path) as file:
        table = file.read(use_threads=False)
    return table.to_pandas(use_threads=False, split_blocks=True, self_destruct=True)


def _with_conditions(rows: pd.DataFrame, chunk: Chunk, columns: tuple[str, ...]) -> pd.DataFrame:
    cell = chunk.cell
    seeds = {spec.trial: spec.seed for spec in chunk.trials}
    conditions = {
        "seed": rows["trial"].map(seeds),
        "direction": cell.direction,
        "body": cell.body,
        "walker": cell.walker.name,
        "surface": cell.surface,
        "technique": cell.technique_name,
        "policy": cell.policy,
        "commanded_speed_m_per_s": float(cell.technique.speed_m_per_s),
        "cell": cell.index,
        **_hazard_columns(rows, chunk),
        **{
            f"factor_{factor}": level
            for factor, level in cell.levels
            if factor not in CONDITION_COLUMNS
        },
    }
    known = pd.DataFrame(conditions, index=rows.index)
    measured = rows.columns.tolist()
    own = [i for i, name in enumerate(measured) if name not in conditions]
    joined = pd.concat([known, rows.take(own, axis=1)], axis=1)
    place = {name: i for i, name in enumerate(joined.columns.tolist())}
    order = list(dict.fromkeys([*columns, *place]))
    if len(order) > len(place):  # some are not measured
        return joined.reindex(columns=order)
    return joined.take([place[name] for name in order], axis=1)


def _hazard_columns(rows: pd.DataFrame, chunk: Chunk) -> dict[str, object]:
    """Return what hazards there were, and how bad the first: in N.s, m and so on by its kind."""
    hazards = chunk.cell.hazards
    if not hazards:
        return {}
    own = {
        spec.trial: hazards[0].magnitude if spec.impulse_n_s is None else spec.impulse_n_s
        for spec in chunk.trials
    }
    magnitude = rows["trial"].map(own).astype(float)
    return {"hazards": label(hazards), "hazard_magnitude": magnitude}


def _arrow(name: str, column: pd.Series) -> pa.Array[Any]:
    if name in _INTEGERS:
        return pa.array(column.to_numpy(dtype=np.int64))
    if name in _YES_NO:
        return pa.array(column.fillna(False).to_numpy(dtype=bool))
    if name in MEASURE_COLUMNS or pd.api.types.is_float_dtype(column):
        return pa.array(pd.to_numeric(column).to_numpy(dtype=np.float64), from_pandas=True)
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_integer_dtype(column):
        return pa.array(column, from_pandas=True)
    if isinstance(column.dtype, pd.StringDtype):
        return pa.array(column.array, pa.string())
    places, values = pd.factorize(column)  # few different texts stand in many rows; -1: null
    texts = pa.array([str(value) for value in values], pa.string())
    return texts.take(pa.array(places, pa.int64(), mask=places < 0))


def measure_names(trials: pd.DataFrame) -> list[str]:
    """Return the columns that hold measures: the design's, then others that are numbers."""
    others = [
        name
        for name in trials.columns
        if name not in TRIAL_COLUMNS
        and name not in _INTEGERS
        and not name.startswith("factor_")
        and pd.api.types.is_float_dtype(trials[name])
    ]
    return [*MEASURE_COLUMNS, *others]
