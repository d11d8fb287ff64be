"""Ranges of the leg's joints and the knee at contact."""

from __future__ import annotations

import numpy as np

from ..base.definition import Measure
from ..base.per_stride import at_moment, stride_max, stride_min
from ..base.strides import Strides
from ..base.trial import Trial

_RANGES = {"hip_rom_rad": "hip_flexion", "knee_rom_rad": "knee", "ankle_rom_rad": "ankle"}

MEASURES = (
    *(
        Measure(
            name,
            f"largest minus smallest {joint.replace('_', ' ')} angle of the stride's own leg",
            "rad",
            label=f"{name.partition('_')[0]} flexion range",
            topic="Joints and forces",
            place=1,
            needs=(f"joint {joint}",),
        )
        for name, joint in _RANGES.items()
    ),
    Measure(
        "knee_flexion_at_contact_rad",
        "knee angle of the landing leg at the contact that begins the stride",
        "rad",
        "positive: flexed",
        label="knee flexion at foot contact",
        topic="Joints and forces",
        place=4,
        needs=("joint knee",),
    ),
)


def stride_columns(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the stride measures of this module, each of shape (k,)."""
    columns = {measure.name: np.full(len(strides), np.nan) for measure in MEASURES}
    for foot in (0, 1):
        own = strides.foot == foot
        start, end = strides.start[own], strides.end[own]
        for name, joint in _RANGES.items():
            angle = trial.leg_joint(joint, foot)
            if angle is not None:
                columns[name][own] = stride_max(angle, start, end) - stride_min(angle, start, end)
        knee = trial.leg_joint("knee", foot)
        if knee is not None:
            columns["knee_flexion_at_contact_rad"][own] = at_moment(
                knee, start, strides.start_s[own], trial.time_s
            )
    return columns
