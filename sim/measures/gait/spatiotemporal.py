"""Spatiotemporal measures: speed, cadence, step and stride, stance, symmetry."""

from __future__ import annotations

import numpy as np

from ..base.definition import read_measures
from ..base.per_stride import asymmetry, average, spread
from ..base.strides import Strides
from ..base.trial import BEFORE_FALL_S, Trial

_SHORTEST_WINDOW_S = 0.5  # a speed needs at least about one step

MEASURES = read_measures(__name__, BEFORE_FALL_S=BEFORE_FALL_S)


def heels_m(trial: Trial) -> np.ndarray:
    """Return both heels over the ground, x and y, shape (n, 2, 2) [m]."""
    point = trial.layout.index("point", "heel")
    position = trial["foot_point_m"][:, :, point or 0, :2].astype(float)
    position[..., 0] -= trial.ground_moved_m[:, None]
    return position


def stride_columns(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the stride measures of this module, each of shape (k,)."""
    heels = heels_m(trial)
    stride = heels[strides.end, strides.foot] - heels[strides.start, strides.foot]
    step = heels[strides.end, strides.foot] - heels[strides.opposite, 1 - strides.foot]
    step[strides.opposite < 0] = np.nan
    across = (step * strides.left).sum(axis=1) * strides.outward
    return {
        "stride_time_s": strides.time_s,
        "stride_length_m": (stride * strides.travel).sum(axis=1),
        "step_length_m": (step * strides.travel).sum(axis=1),
        "step_width_m": across,
        "step_time_s": strides.end_s - strides.opposite_s,
        "stance_fraction": (strides.off_s - strides.start_s) / strides.time_s,
        "double_support_fraction": strides.double_support_s / strides.time_s,
        "landing_support_s": strides.landing_support_s,
    }


def trial_columns(
    trial: Trial, strides: Strides, columns: dict[str, np.ndarray]
) -> dict[str, float]:
    """Return the trial measures of this module."""
    stride_time = average(columns["stride_time_s"])
    return {
        "distance_m": _progress(trial, 0, trial.samples) if trial.valid else float("nan"),
        "speed_m_per_s": speed_m_per_s(trial),
        "cadence_steps_per_min": 120.0 / stride_time,
        "stride_count": float(len(strides)) if trial.valid else float("nan"),
        "strides_before_fall_count": float(strides.before_fall) if trial.valid else float("nan"),
        "steady_time_s": steady_time_s(trial),
        "stride_time_cv": spread(columns["stride_time_s"], strides.foot) / stride_time,
        "step_width_sd_m": spread(columns["step_width_m"], strides.foot),
        "step_length_sd_m": spread(columns["step_length_m"], strides.foot),
        "step_time_sd_s": spread(columns["step_time_s"], strides.foot),
        "step_length_asymmetry": asymmetry(columns["step_length_m"], strides.foot),
        "step_time_asymmetry": asymmetry(columns["step_time_s"], strides.foot),
        "stance_asymmetry": asymmetry(columns["stance_fraction"], strides.foot),
    }


def speed_m_per_s(trial: Trial) -> float:
    """Return the steady speed along the commanded direction over the ground [m/s]."""
    window = steady_time_s(trial)
    if not window >= _SHORTEST_WINDOW_S:
        return float("nan")
    return _progress(trial, trial.steady_start, trial.steady_end) / window


def steady_time_s(trial: Trial) -> float:
    """Return the length of the steady window [s]; NaN for an invalid trial."""
    samples = trial.steady_end - 1 - trial.steady_start
    return max(samples, 0) * trial.period_s if trial.valid else float("nan")


def _progress(trial: Trial, first: int, end: int) -> float:
    """Return the displacement over the ground from sample `first` to before `end` [m]."""
    if end <= first:
        return float("nan")
    x = trial.com_on_ground_m[:, 0]
    return float((x[end - 1] - x[first]) * trial.travel_sign)
