"""Outcomes of trials with a hazard: whether it struck, and whether the walker fell from it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

MOST_UNPUSHED = 0.9
"""Largest share of spontaneous falls that a dose-response is fitted with."""


@dataclass(frozen=True)
class Outcomes:
    """Outcomes of a cell's trials, in the order of their rows.

    Attributes:
        counts: the hazard came, and the trial was to last at least the watched time after it,
            whatever happened then, (n,) bool. fell: within the watched time after it, (n,) bool.
        magnitude: of the hazard, in its unit, (n,). invalid, fell_before, never_came, cut_off:
            numbers of trials that do not count, by reason.
    """

    counts: np.ndarray
    fell: np.ndarray
    magnitude: np.ndarray
    invalid: int
    fell_before: int
    never_came: int
    cut_off: int

    @property
    def trials(self) -> int:
        """How many count."""
        return int(self.counts.sum())

    @property
    def falls(self) -> int:
        """How many of those fell."""
        return int(self.fell[self.counts].sum())


def outcomes(rows: pd.DataFrame, duration_s: float, watch_s: float) -> Outcomes:
    """Return the outcomes of the trials in `rows` of one cell.

    Args:
        rows: of trials.parquet, (n). duration_s: of a trial that does not fall. watch_s: time
            after the hazard within which a fall is the hazard's.
    """
    valid = rows["valid"].to_numpy(dtype=bool)
    onset, fall = _numbers(rows, "hazard_onset_s"), _fall_times(rows)
    came = valid & np.isfinite(onset) & (onset < fall)
    long_enough = onset + watch_s <= duration_s + 1e-9
    counts = came & long_enough
    return Outcomes(
        counts=counts,
        fell=counts & (fall <= onset + watch_s),
        magnitude=_numbers(rows, "hazard_magnitude"),
        invalid=int((~valid).sum()),
        fell_before=int((valid & ~came & np.isfinite(fall)).sum()),
        never_came=int((valid & ~came & ~np.isfinite(fall)).sum()),
        cut_off=int((came & ~long_enough).sum()),
    )


def share_that_falls_unpushed(
    undisturbed: pd.DataFrame, duration_s: float, pushed: pd.DataFrame, watch_s: float
) -> float | None:
    """Return the share that falls within `watch_s` of steady walking without a push.

    1 - exp(-rate watch_s), the rate being falls over time walked from the earliest moment at which
    anyone was pushed: the falls of walkers that have started well are taken to come at a steady
    rate. None where nobody walked that long or nobody was pushed; at most `MOST_UNPUSHED`.
    """
    onset = _numbers(pushed, "hazard_onset_s")
    rows = undisturbed[undisturbed["valid"].astype(bool)]
    if not np.isfinite(onset).any() or not len(rows):
        return None
    since, fall = float(np.nanmin(onset)), _fall_times(rows)
    walked = np.maximum(np.minimum(fall, duration_s) - since, 0.0).sum()
    if walked <= 0:
        return None
    falls = int((np.isfinite(fall) & (fall > since)).sum())
    return min(1.0 - math.exp(-falls / walked * watch_s), MOST_UNPUSHED)


def _fall_times(rows: pd.DataFrame) -> np.ndarray:
    """Return when each trial fell, infinity where it did not."""
    time = _numbers(rows, "time_to_fall_s")
    return np.where(rows["fell"].to_numpy(dtype=bool), time, np.inf)


def _numbers(rows: pd.DataFrame, column: str) -> np.ndarray:
    if column not in rows:
        return np.full(len(rows), np.nan)
    return pd.to_numeric(rows[column]).to_numpy(dtype=float, na_value=np.nan)
