"""A human of 21 joints and 50 muscles; origin and limits: models/human/README.md."""

from __future__ import annotations

import mujoco

from ...sim.physics.anatomy import POINTS, REGIONS, Anatomy
from ..body import Body, finished_body
from ..muscle_actuators import add_muscle, scaled_muscle
from ..muscle_table import MuscleRow, read_muscle_table
from ..physiology import muscle_curve
from ..proportions import apply_sex
from ..resources import HUMAN
from ..scaling import scale_skeleton
from ..segment_lengths import is_as_tall, stretch_segments
from ..sides import SIDES, pair, role_of, side_of, sided
from ..walker import Walker

LEG_JOINTS = (
    "hip_flexion",
    "hip_adduction",
    "hip_rotation",
    "knee",
    "ankle",
    "subtalar",
    "mtp",
)
LUMBAR_JOINTS = ("lumbar_flexion", "lumbar_bending", "lumbar_rotation")
NECK = "neck_rotation"
ARM_JOINTS = ("shoulder_flexion", "shoulder_adduction", "elbow")
TURNING = ("lumbar_bending", "lumbar_rotation", NECK)


def build(name: str, walker: Walker) -> Body:
    """Return the human body scaled to the walker."""
    spec, muscles = driven_skeleton(walker, "muscles.csv")
    return human_body(name, walker, spec, muscles)


def driven_skeleton(walker: Walker, table: str) -> tuple[mujoco.MjSpec, tuple[MuscleRow, ...]]:
    """Return the walker's skeleton with the muscles of a table, and those muscles."""
    spec = skeleton_spec()
    apply_sex(spec, walker.sex)
    scale_skeleton(spec, walker)
    muscles = tuple(scaled_muscle(row, walker) for row in read_muscle_table(table))
    if not is_as_tall(walker):
        muscles = tuple(map(stretch_segments(spec, walker).muscle, muscles))
    curve = muscle_curve(walker)
    for row in muscles:
        add_muscle(spec, row, curve)
    return spec, muscles


def human_body(
    name: str, walker: Walker, spec: mujoco.MjSpec, muscles: tuple[MuscleRow, ...] = ()
) -> Body:
    """Return the body of a driven human skeleton, by `muscles` or else by motors."""
    return finished_body(
        name,
        walker,
        spec,
        human_anatomy(),
        leg_joints=LEG_JOINTS,
        trunk_joints=LUMBAR_JOINTS,
        turning=TURNING,
        muscles=muscles,
    )


def skeleton_spec() -> mujoco.MjSpec:
    """Return bones, joints and contacts at reference size, without muscles."""
    return mujoco.MjSpec.from_string((HUMAN / "human.xml").read_text("utf-8"))


def joint_names() -> tuple[str, ...]:
    """Names of the one-dof joints in qpos order: legs, trunk, arms, left first."""
    legs = tuple(sided(joint, side) for side in SIDES for joint in LEG_JOINTS)
    arms = tuple(sided(joint, side) for side in SIDES for joint in ARM_JOINTS)
    return (*legs, *LUMBAR_JOINTS, NECK, *arms)


def human_anatomy(joints: tuple[str, ...] = ()) -> Anatomy:
    """Return where a simulation finds the parts of a human, with all joints or only these."""
    joints = joints or joint_names()
    return Anatomy(
        root="pelvis",
        trunk="torso",
        joints=joints,
        joint_roles=tuple(map(role_of, joints)),
        joint_sides=tuple(map(side_of, joints)),
        foot_bodies=pair("foot"),
        region_geoms=_per_side(REGIONS),
        point_sites=_per_side(POINTS[:-1]),
        knee_bodies=pair("shank"),
        hand_geoms=pair("hand"),
        fall_geoms=(
            "pelvis_contact",
            "torso_contact",
            "head_contact",
            *pair("hand"),
            *pair("knee"),
        ),
        standing_height_m=0.0,
    )


def _per_side(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    left, right = (tuple(sided(name, side) for name in names) for side in SIDES)
    return left, right
