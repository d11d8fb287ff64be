"""Posture of the trunk."""

from __future__ import annotations

import numpy as np

from ..base.definition import read_measures
from ..base.per_stride import stride_max, stride_mean
from ..base.strides import Strides
from ..base.trial import Trial

MEASURES = read_measures(__name__)


def trunk_axis(quaternion: np.ndarray) -> np.ndarray:
    """Return the world direction of the trunk's long (z) axis, shape (n, 3), from wxyz (n, 4)."""
    w, x, y, z = np.moveaxis(quaternion, -1, 0)
    return np.stack([2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)], axis=-1)


def stride_columns(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the stride measures of this module, each of shape (k,)."""
    quaternion = trial.get("trunk_quaternion")
    if quaternion is None:
        return {}
    axis = trunk_axis(quaternion)
    facing = strides.travel * trial.travel_sign
    up = stride_mean(axis, strides.start, strides.end)
    lean = np.arctan2((up[:, :2] * facing).sum(axis=1), up[:, 2])
    angle = np.arctan2(np.hypot(axis[:, 0], axis[:, 1]), axis[:, 2])
    tilt = stride_max(angle, strides.start, strides.end)
    return {"trunk_lean_rad": lean, "trunk_tilt_max_rad": tilt}
