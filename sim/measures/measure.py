"""Turn a recording into two tables: one row a trial, one row a stride."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..physics.contact import STANDS_N
from .base.needs import BodyParts, refuse_no_recording
from .base.per_stride import average
from .base.strides import Strides, strides_of
from .base.trial import FEET, Trial, trials_of
from .catalogue import COLUMNS, SECTIONS
from .not_measured import cannot

if TYPE_CHECKING:  # pandas is slow to import, and the catalogue is read without it
    import pandas as pd
    import xarray as xr

STRIDE_KEYS = ("trial", "foot", "stride", "start_s", "end_s", "foot_off_s")
"""Columns of `strides` before its measures; `stride` counts from 0 for each foot."""
TRIAL_KEYS = ("trial", "valid", "fell", "time_to_fall_s", "duration_s", "missing_reason")
"""Columns of `trials` before its measures."""


def measure(recording: xr.Dataset, stands_n: float = STANDS_N) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measure every trial of `recording` (docs/develop/contracts.md).

    A trial's numbers depend on nothing but its own samples.

    Args:
        stands_n: vertical force above which a foot is on the ground [N]; what a measure says of
            others than strides keeps the threshold of all.

    Returns:
        trials: one row a trial, `TRIAL_KEYS` and every measure of the catalogue; NaN where the
            trial cannot give it (`missing_reason` then says why it has no strides).
        strides: one row a steady stride, `STRIDE_KEYS` and the measures of level `stride`.

    Raises:
        ConfigError: it is no recording.
    """
    refuse_no_recording("measure()", recording)
    lacking = dict.fromkeys(cannot(BodyParts.of(recording)))
    trial_rows: list[dict[str, object]] = []
    stride_parts: list[dict[str, object]] = []
    for trial in trials_of(recording):
        strides = strides_of(trial, stands_n)
        columns, values = _columns(trial, strides)
        null = np.full(len(strides), np.nan)
        columns |= {name: null for name in columns if name in lacking}
        values |= {name: average(column) for name, column in columns.items()}
        values |= dict.fromkeys(lacking, np.nan)
        trial_rows.append(_trial_keys(trial, strides) | values)
        if len(strides):
            stride_parts.append(_stride_keys(trial, strides) | columns)
    return _trials_frame(trial_rows), _strides_frame(stride_parts)


def _columns(trial: Trial, strides: Strides) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """Return the measures of level `stride` and those of level `trial`, NaN unless given.

    A module gives what it can of its measures by any of these functions: `stride_columns(trial,
    strides)`, `foot_columns(trial, strides, foot)` with the strides of one foot, and
    `trial_columns(trial, strides, columns)`. The first two are asked only if there are strides.
    """
    levels = {name: of.level for name, of in COLUMNS.items()}
    columns = {n: np.full(len(strides), np.nan) for n, level in levels.items() if level == "stride"}
    values = {name: np.nan for name, level in levels.items() if level == "trial"}
    for module in SECTIONS.values():
        if len(strides) and hasattr(module, "stride_columns"):
            columns |= module.stride_columns(trial, strides)
        if hasattr(module, "foot_columns"):
            for foot, own in enumerate(strides.of_foot):
                found: dict[str, np.ndarray] = {}
                if len(own):
                    found = module.foot_columns(trial, own, foot)
                for name, column in found.items():
                    columns[name][strides.foot == foot] = column
        if hasattr(module, "trial_columns"):
            values |= module.trial_columns(trial, strides, columns)
    return columns, values


def _trial_keys(trial: Trial, strides: Strides) -> dict[str, object]:
    return {
        "trial": trial.number,
        "valid": trial.valid,
        "fell": trial.fell,
        "time_to_fall_s": trial.time_to_fall_s,
        "duration_s": trial.duration_s,
        "missing_reason": missing_reason(trial, strides),
    }


def missing_reason(trial: Trial, strides: Strides) -> str | None:
    """Return why `trial` has no strides to measure, None if it has."""
    if not trial.valid:
        return "the simulation became unstable"
    if len(strides):
        return None
    if trial.fell and not trial.time_to_fall_s > trial.steady_from_s:
        return "fell before steady walking began"
    if strides.before_fall or trial.steady_until_s < trial.steady_from_s:
        return "fell so soon that no stride was steady"
    if trial.steady_start >= trial.samples:
        return "ended before steady walking began"
    return "no complete stride in the steady window"


def _stride_keys(trial: Trial, strides: Strides) -> dict[str, object]:
    number = np.empty(len(strides), dtype=np.int64)
    for foot in (0, 1):
        own = strides.foot == foot
        number[own] = np.arange(own.sum())
    return {
        "trial": np.full(len(strides), trial.number, dtype=np.int64),
        "foot": np.array(FEET, dtype=object)[strides.foot],
        "stride": number,
        "start_s": strides.start_s,
        "end_s": strides.end_s,
        "foot_off_s": strides.off_s,
    }


def _trials_frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(rows, columns=[*TRIAL_KEYS, *COLUMNS])
    kinds = {"trial": "int64", "valid": "bool", "fell": "bool", "missing_reason": "string"}
    return frame.astype({name: kinds.get(name, "float64") for name in frame.columns})


def _strides_frame(parts: list[dict[str, object]]) -> pd.DataFrame:
    import pandas as pd

    names = [*STRIDE_KEYS, *(n for n, m in COLUMNS.items() if m.level == "stride")]
    kinds = {"trial": "int64", "foot": "string", "stride": "int64"}
    joined = {
        n: np.concatenate([np.empty(0), *(np.asarray(part[n]) for part in parts)]) for n in names
    }
    return pd.DataFrame(joined).astype({n: kinds.get(n, "float64") for n in names})
