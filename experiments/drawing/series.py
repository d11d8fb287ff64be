"""Which series of a recording the report shows: what it reads from the file and what it draws."""

from __future__ import annotations

import numpy as np
import xarray as xr

FRAMES = (
    "qpos",
    "activation",
    "ground_force_n",
    "centre_of_pressure_m",
    "foot_point_m",
    "com_position_m",
    "com_velocity_m_per_s",
    "ground_velocity_m_per_s",
    "belt_slope",
)
"""One value a sample: the player has them frame by frame."""

OF_TRIAL = ("travel_sign", "steady_from_s", "time_to_fall_s", "seed", "handrail_force_n")
"""What tells of the whole trial, of its ground, and of a rail by being there."""

OF_HAZARDS = (
    "hazard_active",
    "hazard_onset_s",
    "hazard_kind",
    "hazard_foot",
    "hazard_magnitude",
    "hazard_body",
    "hazard_place_m",
    "hazard_direction",
)
"""When, where and how hard hazards act; where there are none, these are missing."""

SHOWN = FRAMES + OF_TRIAL + OF_HAZARDS
"""Everything that is read; the rest of a recording stays on the disk."""


def steady_from(recording: xr.Dataset) -> float:
    """Return the start of steady walking, or of the trial if it never got there."""
    start = float(recording["steady_from_s"]) if "steady_from_s" in recording else 0.0
    last = float(recording["time"].values[-1])
    return start if np.isfinite(start) and start < last - 2.0 else max(0.0, last - 4.0)
