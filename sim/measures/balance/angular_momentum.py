"""Range of the whole-body angular momentum about the centre of mass in a stride."""

from __future__ import annotations

import numpy as np

from ..base.definition import read_measures
from ..base.per_stride import each_sample, stride_mean
from ..base.strides import Strides
from ..base.trial import Trial

_SLOWEST_M_PER_S = 0.05  # the normalisation means nothing below

MEASURES = read_measures(__name__, SLOWEST_M_PER_S=_SLOWEST_M_PER_S)


def stride_columns(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the stride measures of this module, each of shape (k,)."""
    momentum = trial.get("angular_momentum_kg_m2_per_s")
    if momentum is None:
        return {}
    samples, owner, first = each_sample(strides.start, strides.end)
    series = momentum[samples].astype(float)
    by_plane = {
        "sagittal": (series[:, :2] * strides.left[owner]).sum(axis=1),
        "frontal": (series[:, :2] * strides.travel[owner]).sum(axis=1),
        "transverse": series[:, 2],
    }
    columns: dict[str, np.ndarray] = {}
    size = trial.layout.body_mass_kg * _speed(trial, strides) * _height(trial, strides)
    for plane, values in by_plane.items():
        swing = np.maximum.reduceat(values, first) - np.minimum.reduceat(values, first)
        columns[f"angular_momentum_range_{plane}_kg_m2_per_s"] = swing
        columns[f"angular_momentum_range_{plane}"] = swing / size
    return columns


def _speed(trial: Trial, strides: Strides) -> np.ndarray:
    """Return the mean speed over the ground in each stride, (k,); NaN where too slow."""
    moved = trial.com_on_ground_m[strides.end, :2] - trial.com_on_ground_m[strides.start, :2]
    time_s = (strides.end - strides.start) * trial.period_s
    speed = np.hypot(moved[:, 0], moved[:, 1]) / time_s
    return np.where(speed > _SLOWEST_M_PER_S, speed, np.nan)


def _height(trial: Trial, strides: Strides) -> np.ndarray:
    """Return the mean height of the centre of mass above the lower foot in each stride, (k,)."""
    lowest = trial["foot_point_m"][..., 2].min(axis=(1, 2)).astype(float)
    return stride_mean(trial["com_position_m"][:, 2] - lowest, strides.start, strides.end)
