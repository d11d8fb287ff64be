"""Net moments of the joints of the stride's leg, their powers, and the knee's adduction moment.

Net moments are those of inverse dynamics: muscles, passive tissue and the joint's limits together;
power is moment times angular velocity of the same joint. All low-passed at 20 Hz.
"""

from __future__ import annotations

import numpy as np

from ..base.definition import Measure
from ..base.filters import LOW_PASS_HZ, low_pass
from ..base.label import Label
from ..base.needs import SIDEWAYS
from ..base.per_stride import stride_max, stride_mean, stride_min
from ..base.strides import Strides
from ..base.trial import Trial

JOINTS = ("hip_flexion", "hip_adduction", "knee", "ankle", "mtp")
_FILTERED = f"zero-phase fourth-order Butterworth low-pass at {LOW_PASS_HZ:g} Hz"
_SENSE = (
    "positive: towards flexion, adduction, dorsiflexion, toe extension; negative: extension, "
    "abduction, plantarflexion, the push of the toes"
)
_WINTER = "Winter 1991, The Biomechanics and Motor Control of Human Gait"
_KNEE = (
    "ground reaction times its lever about the knee: without weight and inertia of shank and foot"
)

MEASURES = (
    Measure(
        "moment_max_n_m_per_kg_<joint>",
        f"largest net <joint> moment in the stride per kg of body mass, {_FILTERED}",
        "N.m/kg",
        _SENSE,
        source=_WINTER,
        label=Label("<joint> largest moment", "N·m/kg"),
    ),
    Measure(
        "moment_min_n_m_per_kg_<joint>",
        "smallest (most negative) net <joint> moment in the stride per kg of body mass, "
        f"{_FILTERED}",
        "N.m/kg",
        _SENSE,
        source=_WINTER,
        label=Label("<joint> smallest moment", "N·m/kg"),
    ),
    Measure(
        "power_max_w_per_kg_<joint>",
        f"largest power of the <joint> in the stride per kg of body mass, {_FILTERED}",
        "W/kg",
        "positive: generation",
        source=_WINTER,
        label=Label("<joint> largest power", "W/kg"),
    ),
    Measure(
        "power_min_w_per_kg_<joint>",
        f"smallest (most negative) power of the <joint> in the stride per kg of body mass, "
        f"{_FILTERED}",
        "W/kg",
        "negative: absorption",
        source=_WINTER,
        label=Label("<joint> smallest power", "W/kg"),
    ),
    Measure(
        "work_generated_j_per_kg_<joint>",
        "time integral over the stride of the <joint> power where it is positive, per kg",
        "J/kg",
        "positive",
        source=_WINTER,
        label=Label("<joint> work generated", "J/kg", digits=3),
        topic="Muscle load",
    ),
    Measure(
        "work_absorbed_j_per_kg_<joint>",
        "time integral over the stride of the <joint> power where it is negative, per kg",
        "J/kg",
        "zero or negative",
        source=_WINTER,
        label=Label("<joint> work absorbed", "J/kg", digits=3),
        topic="Muscle load",
    ),
    Measure(
        "knee_adduction_moment_peak_n_m_per_kg",
        "largest external adduction moment of the stride's knee: moment of the ground force about "
        f"the knee's centre, about the forward axis of the shank, per kg; {_FILTERED}",
        "N.m/kg",
        "positive: adducts the shank, presses the inner side of the knee",
        source="Hunt et al. 2006, J Biomech 39:2213 (lever of the ground reaction)",
        limits=_KNEE,
        topic="Joints and forces",
        place=12,
        needs=(SIDEWAYS,),
    ),
    Measure(
        "knee_adduction_impulse_n_m_s_per_kg",
        "time integral over the stride of the external knee adduction moment where it is positive, "
        "per kg",
        "N.m.s/kg",
        "positive: adducts the shank",
        source="Thorp et al. 2006, Arthritis Rheum 54:3842",
        limits=_KNEE,
        needs=(SIDEWAYS,),
    ),
)


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
