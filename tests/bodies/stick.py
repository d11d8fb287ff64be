"""The skeleton that the two bodies of the tests share, and what there is to know of its parts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import mujoco

from retrowalk.sim.physics.anatomy import Anatomy

SIDES = {"left": "l", "right": "r"}
REGIONS = ("back", "middle", "front")
POINTS = (
    *("heel", "ball_medial", "ball_lateral", "toe_medial", "toe_lateral"),
    *("heel_medial", "heel_lateral"),
)
LEG = {
    "hip": "hip_flexion",
    "hip_side": "hip_adduction",
    "knee": "knee",
    "ankle": "ankle",
}
TRUNK = {"waist": "lumbar_flexion", "waist_side": "lumbar_bending"}
"""What the parts' own names stand for."""
MASS_KG, HEIGHT_M = 55.0, 1.6


def skeleton() -> mujoco.MjSpec:
    """Return bones, joints and contacts of the documents' example, without its motors."""
    example = Path(__file__).parents[2] / "docs" / "world" / "stick.xml"
    spec = mujoco.MjSpec.from_string(example.read_text("utf-8"))
    for motor in spec.actuators:
        spec.delete(motor)
    return spec


def anatomy(spec: mujoco.MjSpec) -> Anatomy:
    """Return where its parts are; joints are those that the spec has."""
    there = {joint.name for joint in spec.joints}
    legs = [(f"{side}_{own}", role, s) for side, s in SIDES.items() for own, role in LEG.items()]
    joints = [one for one in (*((n, r, "") for n, r in TRUNK.items()), *legs) if one[0] in there]
    names, roles, sides = zip(*joints, strict=True)

    def both(part: str) -> tuple[str, str]:
        return f"left_{part}", f"right_{part}"

    def of_both(parts: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        left, right = (tuple(f"{side}_{part}" for part in parts) for side in SIDES)
        return left, right

    return Anatomy(
        root="hips",
        trunk="chest",
        joints=names,
        joint_roles=roles,
        joint_sides=sides,
        foot_bodies=both("sole"),
        region_geoms=of_both(REGIONS),
        point_sites=of_both(POINTS),
        knee_bodies=both("shin"),
        fall_geoms=("seat", "chest", "skull", *both("kneecap")),
        standing_height_m=0.0,
    )
