"""Reference muscles (MyoLeg, after Rajagopal et al. 2016) that each muscle here lumps together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ...sim.data_files import read_rows
from ..resources import HUMAN
from .path_sketches import LEG, LEG_APART

STANDS_FOR = {one.name: one.stands_for for one in LEG}
"""Muscles of a leg in actuator order -> the reference muscles that each stands for."""
STAND_APART = {one.name: one.stands_for for one in LEG_APART}
"""The same of a body with iliacus and psoas apart."""

JOINT_NAMES = {
    "hip_flexion": "hip_flexion",
    "hip_adduction": "hip_adduction",
    "hip_rotation": "hip_rotation",
    "knee_angle": "knee",
    "ankle_angle": "ankle",
    "subtalar_angle": "subtalar",
    "mtp_angle": "mtp",
}
"""Joint in the reference -> joint here (without side)."""

OTHER_SIGN = ("mtp_angle",)
"""Joints of the reference that count the other way: its toe joint counts flexion positive."""

WALKING_RANGE_DEG = {
    "hip_flexion": (-20, 40),
    "hip_adduction": (-20, 20),
    "hip_rotation": (-20, 20),
    "knee": (0, 60),
    "ankle": (-20, 20),
    "subtalar": (-10, 10),
    "mtp": (-20, 20),
}
"""Angles that walking uses; moment arms must agree with the reference here."""


@dataclass(frozen=True)
class ReferenceMuscle:
    """The reference muscles that one muscle here stands for, lumped."""

    max_isometric_force_n: float
    """Sum of the members' [N]."""
    optimal_fibre_length_m: float
    """Mean of the members', weighted by force, without members that have none [m]."""
    moment_arms_m: dict[tuple[str, float], float]
    """(joint, its angle [deg], all others 0) -> mean moment arm, weighted by force [m]."""


@lru_cache(maxsize=1)
def reference_muscles() -> dict[str, ReferenceMuscle]:
    """Return the lumped reference of each muscle in `STANDS_FOR` and `STAND_APART`.

    Angles are those the table lists for a joint, for any muscle; it leaves out arms below 2 mm,
    which count as 0.
    """
    parameters = {
        row["muscle"]: row for row in read_rows(HUMAN / "reference_muscle_parameters.csv")
    }
    arms: dict[str, dict[tuple[str, float], float]] = defaultdict(dict)
    angles: dict[str, set[float]] = defaultdict(set)
    for row in read_rows(HUMAN / "reference_moment_arms.csv"):
        sign = -1.0 if row["joint"] in OTHER_SIGN else 1.0
        joint, angle = JOINT_NAMES[row["joint"]], sign * float(row["joint_angle_deg"])
        angles[joint].add(angle)
        arms[row["muscle"]][joint, angle] = sign * float(row["moment_arm_cm"]) / 100
    lumped: dict[str, ReferenceMuscle] = {}
    for name, members in (STANDS_FOR | STAND_APART).items():
        force = np.array([float(parameters[m]["max_isometric_force_N"]) for m in members])
        fibre = [parameters[m]["optimal_fibre_length_m"] for m in members]
        known = np.array([bool(text) for text in fibre])
        lengths = np.array([float(text or 0) for text in fibre])
        joints = {joint for m in members for joint, _ in arms[m]}
        lumped[name] = ReferenceMuscle(
            max_isometric_force_n=float(force.sum()),
            optimal_fibre_length_m=float((force * lengths).sum() / force[known].sum()),
            moment_arms_m={
                (joint, angle): float(
                    force @ [arms[m].get((joint, angle), 0.0) for m in members] / force.sum()
                )
                for joint in JOINT_NAMES.values()
                if joint in joints
                for angle in sorted(angles[joint])
            },
        )
    return lumped


def in_walking_range(joint: str, angle_deg: float) -> bool:
    """Return whether walking uses this angle of the joint (name without side)."""
    low, high = WALKING_RANGE_DEG[joint]
    return low <= angle_deg <= high


def _gait_curves(of: dict[str, str]) -> dict[str, np.ndarray]:
    """Return the tabled curves of a forward gait cycle under the names that `of` gives them."""
    return {
        of[row["quantity"]]: np.array([float(row[f"p{k}"]) for k in range(0, 101, 10)])
        for row in read_rows(HUMAN / "reference_gait_curves.csv")
        if row["quantity"] in of
    }


@lru_cache(maxsize=1)
def gait_angles_rad() -> dict[str, np.ndarray]:
    """Return hip_flexion, knee and ankle over the forward gait cycle [rad]. Shape (11,) each.

    The source measures the hip against a pelvis tilted forward by about 0.1 rad in standing, which
    is taken off. Walking backwards passes the same angles in reverse.
    """
    curves = _gait_curves(
        {"hip_flexion": "hip_flexion", "knee_flexion": "knee", "ankle_dorsiflexion": "ankle"}
    )
    angles = {name: np.radians(curve) for name, curve in curves.items()}
    return angles | {"hip_flexion": angles["hip_flexion"] - 0.1}


@lru_cache(maxsize=1)
def gait_moments_n_m_per_kg() -> dict[str, np.ndarray]:
    """Return hip_flexion, knee and ankle moments over the same cycle [N.m/kg]. Shape (11,) each.

    Positive as the joints here: flexion, flexion, dorsiflexion; of all that acts on the joint.
    """
    names = {
        "hip_extension": "hip_flexion",
        "knee_extension": "knee",
        "ankle_plantarflexion": "ankle",
    }
    curves = _gait_curves({f"{theirs}_moment": ours for theirs, ours in names.items()})
    return {name: -curve for name, curve in curves.items()}
