"""The human body's names as `sim.anatomy.Anatomy` asks for them."""

from __future__ import annotations

from ..sim.physics.anatomy import POINTS, REGIONS, Anatomy
from .body import Body

LEG_JOINTS = (
    "hip_flexion",
    "hip_adduction",
    "hip_rotation",
    "knee",
    "ankle",
    "subtalar",
    "mtp",
)
TRUNK_JOINTS = ("lumbar_flexion", "lumbar_bending", "lumbar_rotation", "neck_rotation")
ARM_JOINTS = ("shoulder_flexion", "shoulder_adduction", "elbow")
SIDES = ("l", "r")


def joint_names() -> tuple[str, ...]:
    """Names of the one-dof joints in qpos order: legs, trunk, arms, left first."""
    legs = tuple(f"{joint}_{side}" for side in SIDES for joint in LEG_JOINTS)
    arms = tuple(f"{joint}_{side}" for side in SIDES for joint in ARM_JOINTS)
    return legs + TRUNK_JOINTS + arms


def anatomy_of(body: Body) -> Anatomy:
    """Return where a simulation finds the parts of `body`."""
    return Anatomy(
        root="pelvis",
        trunk="torso",
        joints=joint_names(),
        foot_bodies=("foot_l", "foot_r"),
        region_geoms=_per_side(REGIONS),
        point_sites=_per_side(POINTS[:-1]),
        knee_bodies=("shank_l", "shank_r"),
        fall_geoms=(
            "pelvis_contact",
            "torso_contact",
            "head_contact",
            "hand_l",
            "hand_r",
            "knee_l",
            "knee_r",
        ),
        standing_height_m=body.standing_height_m,
    )


def _per_side(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    left, right = (tuple(f"{name}_{side}" for name in names) for side in SIDES)
    return left, right
