"""Load of every muscle, group and chain, by trial and side, as a long table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..base.strides import strides_of
from ..base.trial import FEET, trials_of
from .muscle_load import chain_members, group_members, loads_of, part_matrix, side_of

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

MUSCLE_KEYS = ("trial", "side", "kind", "name", "strides")
"""Columns before the loads; kind is `muscle`, `group` or `chain`."""


def muscle_loads(recording: xr.Dataset) -> pd.DataFrame:
    """Return the loads of `muscle_load` for every muscle, group and chain of each side.

    Each value is the mean over the steady strides of that side's foot. Names are without side.

    Returns:
        `MUSCLE_KEYS` and one column a load (`activation`, `activation_peak`, `tension_peak_n`,
        `work_positive_j`, ...; as the measures of that prefix are defined); no rows for a side
        without a complete steady stride.
    """
    from pandas import DataFrame, concat

    tables: list[DataFrame] = []
    for trial in trials_of(recording):
        strides = strides_of(trial)
        for foot, foot_name in enumerate(FEET):
            side = side_of(trial, strides, foot)
            if side is None:
                continue
            every = trial.layout.roles["muscle"]
            single = {every[int(m)]: np.array([i]) for i, m in enumerate(side.muscles)}
            groups = group_members(trial.layout, side.muscles)
            chains = chain_members(groups)
            sets = [("muscle", single), ("group", groups), ("chain", chains)]
            names = [(kind, name) for kind, members in sets for name in members]
            parts = [part_matrix(members, len(side.muscles)) for _, members in sets]
            loads = loads_of(trial, side, np.concatenate(parts, axis=1))
            table = DataFrame(
                {
                    "trial": trial.number,
                    "side": foot_name,
                    "kind": [kind for kind, _ in names],
                    "name": [name for _, name in names],
                    "strides": len(side.start),
                    **{load: _mean(values) for load, values in loads.items()},
                }
            )
            tables.append(table)
    return concat(tables, ignore_index=True) if tables else DataFrame(columns=list(MUSCLE_KEYS))


def _mean(values: np.ndarray) -> np.ndarray:
    """Return the mean over strides (k, sets) of the known values, (sets,); NaN without one."""
    known = np.isfinite(values)
    count = known.sum(axis=0)
    return np.where(known, values, 0.0).sum(axis=0) / np.where(count > 0, count, np.nan)
