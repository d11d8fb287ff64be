"""Near falls: strides with compensatory movements, and steps to recover after a hazard.

A near fall is a loss of balance from which the walker recovers by compensating; two compensations
or more tell it from a mere long step (Maidan et al. 2014). The compensations looked for in a stride
are: step length, step time, a lower centre of mass, a more tilted trunk. Each counts where it
departs from the median of the trial's strides of that foot by more than four robust standard
deviations (1.4826 median absolute deviations) and by more than a floor.
"""

from __future__ import annotations

import numpy as np

from ..base.definition import read_measures
from ..base.per_stride import each_sample
from ..base.strides import Strides
from ..base.trial import Trial

FEWEST_STRIDES = 8
"""Strides of a foot that a median needs."""
_ROBUST = 4.0 * 1.4826
_COMPENSATIONS = 2
_FLOORS = {
    "step_length_m": 0.05,
    "step_time_s": 0.05,
    "lowering_m": 0.02,
    "tilt_rad": np.radians(5),
}
_BASELINE = 6  # contacts before the hazard
_SPREADS = 3.0  # standard deviations of the baseline within which a contact is as before
_MARGIN_FLOOR_M = 0.01
_SETTLED = 2  # contacts in a row that must be as before

MEASURES = read_measures(__name__, FEWEST_STRIDES=FEWEST_STRIDES, BASELINE=_BASELINE)


def trial_columns(
    trial: Trial, strides: Strides, columns: dict[str, np.ndarray]
) -> dict[str, float]:
    """Return the trial measures of this module."""
    recovery = recovery_steps(trial, strides, columns)
    values = {"recovery_steps": recovery, "hazard_onset_s": trial.hazard_s}
    if min(int((strides.foot == foot).sum()) for foot in (0, 1)) < FEWEST_STRIDES:
        return values
    series = {
        "step_length_m": columns["step_length_m"],
        "step_time_s": columns["step_time_s"],
        "lowering_m": _lowering(trial, strides),
        "tilt_rad": columns["trunk_tilt_max_rad"],
    }
    flagged = compensating(series, strides.foot)
    begins = np.flatnonzero(flagged & ~np.r_[False, flagged[:-1]])
    ends = np.flatnonzero(flagged & ~np.r_[flagged[1:], False])
    values["stumble_count"] = float((ends < len(strides) - 2).sum()) if len(begins) else 0.0
    values["stumbling_stride_fraction"] = float(flagged.mean())
    return values


def compensating(series: dict[str, np.ndarray], foot: np.ndarray) -> np.ndarray:
    """Return which strides show two compensations or more, (k,) bool.

    Args:
        series: `step_length_m`, `step_time_s`, `lowering_m`, `tilt_rad` of each stride, (k,); the
            last two count only upwards. Unknown values do not count.
        foot: (k,).
    """
    count = np.zeros(len(foot), int)
    for name, floor in _FLOORS.items():
        values = series[name]
        for side in (0, 1):
            own = (foot == side) & np.isfinite(values)
            if not own.any():
                continue
            away = values[own] - np.median(values[own])
            limit = max(floor, _ROBUST * float(np.median(np.abs(away))))
            if name in ("step_length_m", "step_time_s"):
                away = np.abs(away)
            count[own] += away > limit
    return count >= _COMPENSATIONS


def _lowering(trial: Trial, strides: Strides) -> np.ndarray:
    """Return minus the lowest height of the centre of mass in each stride, (k,) [m]."""
    height = trial["com_position_m"][:, 2] - trial["foot_point_m"][..., 2].min(axis=(1, 2))
    samples, _, first = each_sample(strides.start, strides.end)
    return -np.minimum.reduceat(height[samples].astype(float), first)


def recovery_steps(trial: Trial, strides: Strides, columns: dict[str, np.ndarray]) -> float:
    """Return `recovery_steps` (see `MEASURES`), NaN where there is none."""
    if not np.isfinite(trial.hazard_s) or trial.fell or not len(strides):
        return float("nan")
    before = strides.end_s <= trial.hazard_s  # the whole stride: its contacts are undisturbed
    after = np.flatnonzero(strides.start_s > trial.hazard_s)
    if before.sum() < _BASELINE or len(after) < _SETTLED:
        return float("nan")
    normal = np.ones(len(after), bool)
    for name in ("mos_ap_m", "mos_ml_m"):
        values = columns[name]
        for side in (0, 1):
            base = values[before & (strides.foot == side)]
            own = strides.foot[after] == side
            base = base[np.isfinite(base)]
            if len(base) < 2:
                return float("nan")
            limit = max(_MARGIN_FLOOR_M, _SPREADS * float(base.std(ddof=1)))
            away = np.abs(values[after[own]] - base.mean())
            normal[own] &= away <= limit  # an unknown margin is not as before
    settled = np.flatnonzero(normal[:-1] & normal[1:])
    return float(settled[0]) if len(settled) else float("nan")
