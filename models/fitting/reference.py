"""Reference muscles (MyoLeg, after Rajagopal et al. 2016) and what the muscles here stand for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..resources import read_rows

STANDS_FOR: dict[str, tuple[str, ...]] = {
    "gluteus_maximus": ("glmax1", "glmax2", "glmax3"),
    "gluteus_medius_front": ("glmed1", "glmin1", "glmin2"),
    "gluteus_medius_back": ("glmed2", "glmed3", "glmin3", "piri"),
    "tensor_fasciae_latae": ("tfl",),
    "iliopsoas": ("iliacus", "psoas"),
    "adductor_longus": ("addbrev", "addlong", "addmagProx"),
    "adductor_magnus": ("addmagDist", "addmagIsch", "addmagMid"),
    "hamstrings": ("bflh", "semimem", "semiten"),
    "biceps_femoris_short": ("bfsh",),
    "sartorius": ("sart",),
    "gracilis": ("grac",),
    "rectus_femoris": ("recfem",),
    "vasti": ("vasint", "vaslat", "vasmed"),
    "gastrocnemius": ("gaslat", "gasmed"),
    "soleus": ("soleus",),
    "tibialis_anterior": ("tibant",),
    "tibialis_posterior": ("tibpost",),
    "peroneals": ("perbrev", "perlong"),
    "flexor_digitorum": ("fdl",),
    "flexor_hallucis": ("fhl",),
    "toe_extensors": ("edl", "ehl"),
}
"""Muscles of a leg in actuator order -> the reference muscles that each stands for."""

JOINT_NAMES = {
    "hip_flexion": "hip_flexion",
    "hip_adduction": "hip_adduction",
    "hip_rotation": "hip_rotation",
    "knee_angle": "knee",
    "ankle_angle": "ankle",
    "subtalar_angle": "subtalar",
    "mtp_angle": "mtp",
}
"""Joint in the reference -> joint here (without side); all signs agree."""

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
    """Return the lumped reference of each muscle in `STANDS_FOR`.

    Angles are those the table lists for a joint, for any muscle; it leaves out arms below 2 mm,
    which count as 0.
    """
    parameters = {row["muscle"]: row for row in read_rows("reference_muscle_parameters.csv")}
    arms: dict[str, dict[tuple[str, float], float]] = defaultdict(dict)
    angles: dict[str, set[float]] = defaultdict(set)
    for row in read_rows("reference_moment_arms.csv"):
        joint, angle = JOINT_NAMES[row["joint"]], float(row["joint_angle_deg"])
        angles[joint].add(angle)
        arms[row["muscle"]][joint, angle] = float(row["moment_arm_cm"]) / 100
    lumped = {}
    for name, members in STANDS_FOR.items():
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


@lru_cache(maxsize=1)
def gait_angles_rad() -> dict[str, np.ndarray]:
    """Return hip_flexion, knee and ankle over the forward gait cycle [rad]. Shape (11,) each.

    The source measures the hip against a pelvis tilted forward by about 0.1 rad in standing, which
    is taken off. Walking backwards passes the same angles in reverse.
    """
    names = {"hip_flexion": "hip_flexion", "knee_flexion": "knee", "ankle_dorsiflexion": "ankle"}
    curves = {
        names[row["quantity"]]: np.radians([float(row[f"p{k}"]) for k in range(0, 101, 10)])
        for row in read_rows("reference_gait_curves.csv")
    }
    curves["hip_flexion"] = curves["hip_flexion"] - 0.1
    return curves
