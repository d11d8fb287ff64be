"""Ranges of the leg's joints and the knee at contact."""

from __future__ import annotations

import numpy as np

from ..base.definition import read_measures
from ..base.per_stride import at_moment, stride_max, stride_min
from ..base.strides import Strides
from ..base.trial import Trial

_RANGES = {"hip_rom_rad": "hip_flexion", "knee_rom_rad": "knee", "ankle_rom_rad": "ankle"}

MEASURES = read_measures(__name__)


def foot_columns(trial: Trial, strides: Strides, foot: int) -> dict[str, np.ndarray]:
    """Return the stride measures of this module for the strides of `foot`, each of shape (k,)."""
    columns: dict[str, np.ndarray] = {}
    span = strides.start, strides.end
    for name, joint in _RANGES.items():
        angle = trial.leg_joint(joint, foot)
        if angle is not None:
            columns[name] = stride_max(angle, *span) - stride_min(angle, *span)
    knee = trial.leg_joint("knee", foot)
    if knee is not None:
        at_contact = at_moment(knee, strides.start, strides.start_s, trial.time_s)
        columns["knee_flexion_at_contact_rad"] = at_contact
    return columns
