"""Net moments of the joints of the stride's leg, their powers, and the knee's adduction moment.

Net moments are those of inverse dynamics: muscles, passive tissue and the joint's limits together;
power is moment times angular velocity of the same joint. All low-passed at 20 Hz.
"""

from __future__ import annotations

import numpy as np

from ..base.definition import read_measures
from ..base.filters import LOW_PASS_HZ, low_pass
from ..base.per_stride import stride_max, stride_mean, stride_min
from ..base.strides import Strides
from ..base.trial import Trial

JOINTS = ("hip_flexion", "hip_adduction", "knee", "ankle", "mtp")

MEASURES = read_measures(__name__, LOW_PASS_HZ=LOW_PASS_HZ)


def foot_columns(trial: Trial, strides: Strides, foot: int) -> dict[str, np.ndarray]:
    """Return the stride measures of this module for the strides of `foot`, each of shape (k,)."""
    columns: dict[str, np.ndarray] = {}
    mass, seconds = trial.layout.body_mass_kg, strides.time_s
    span = strides.start, strides.end
    for joint in JOINTS:
        moment = trial.leg_joint(joint, foot, "joint_moment_n_m")
        speed = trial.leg_joint(joint, foot, "joint_velocity_rad_per_s")
        if moment is None:
            continue
        smooth = low_pass(moment, trial.period_s) / mass
        columns[f"moment_max_n_m_per_kg_{joint}"] = stride_max(smooth, *span)
        columns[f"moment_min_n_m_per_kg_{joint}"] = stride_min(smooth, *span)
        if speed is None:
            continue
        power = low_pass(moment.astype(float) * speed, trial.period_s) / mass
        columns[f"power_max_w_per_kg_{joint}"] = stride_max(power, *span)
        columns[f"power_min_w_per_kg_{joint}"] = stride_min(power, *span)
        for name, clip in (("generated", np.maximum), ("absorbed", np.minimum)):
            work = stride_mean(clip(power, 0.0), *span) * seconds
            columns[f"work_{name}_j_per_kg_{joint}"] = work
    adduction = knee_adduction_moment_n_m(trial, foot)
    if adduction is not None:
        series = adduction / mass
        columns["knee_adduction_moment_peak_n_m_per_kg"] = stride_max(series, *span)
        impulse = stride_mean(np.maximum(series, 0.0), *span) * seconds
        columns["knee_adduction_impulse_n_m_s_per_kg"] = impulse
    return columns


def knee_adduction_moment_n_m(trial: Trial, foot: int) -> np.ndarray | None:
    """Return the external adduction moment of a leg's knee, (n,) [N.m], low-passed.

    (r x F) . x, r from the knee to the centre of pressure, F the ground force, x the shank's
    forward axis; the left leg's sign is turned. None if a part is not recorded.
    """
    knee, turn, centre = (
        trial.get(name) for name in ("knee_position_m", "shank_quaternion", "centre_of_pressure_m")
    )
    if knee is None or turn is None or centre is None:
        return None
    force = trial["ground_force_n"][:, foot].sum(axis=1, dtype=float)  # (n, 3)
    lever = centre[:, foot].astype(float) - knee[:, foot]
    moment = np.cross(lever, force)
    w, x, y, z = turn[:, foot].astype(float).T
    forward = np.stack([1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)], axis=-1)
    about = (moment * forward).sum(axis=-1) * (-1.0 if foot == 0 else 1.0)
    return low_pass(np.where(np.isfinite(about), about, 0.0), trial.period_s)
