"""The human in the plane x-z: same skeleton and muscles, what turns about y alone; fast to search.

The pelvis is on slides along x and z and a hinge; hips, knees, ankles, toes, the lumbar joint,
shoulders and elbows flex. It cannot fall sideways. Limits: models/human/README.md.
"""

from __future__ import annotations

import mujoco

from ...sim.physics.spec_parts import SpecParts
from ..body import Body, finished_body
from ..sides import role_of
from ..walker import Walker
from .human import driven_skeleton, human_anatomy

LEG_JOINTS = ("hip_flexion", "knee", "ankle", "mtp")
TRUNK_JOINTS = ("lumbar_flexion",)
_KEPT = (*LEG_JOINTS, *TRUNK_JOINTS, "shoulder_flexion", "elbow")


def build(name: str, walker: Walker) -> Body:
    """Return the planar body scaled to the walker."""
    spec, muscles = driven_skeleton(walker, "muscles.csv")
    for name_of_joint in joint_names(spec):
        if role_of(name_of_joint) not in (*_KEPT, "root"):
            spec.delete(spec.joint(name_of_joint))
    put_in_plane(spec, "pelvis", "root")
    names = joint_names(spec)
    return finished_body(
        name,
        walker,
        spec,
        human_anatomy(tuple(joint for joint in human_anatomy().joints if joint in names)),
        leg_joints=LEG_JOINTS,
        trunk_joints=TRUNK_JOINTS,
        muscles=muscles,
    )


def joint_names(spec: SpecParts) -> list[str]:
    """Return the names of all joints."""
    return [joint.name for joint in spec.joints]


def put_in_plane(spec: mujoco.MjSpec, root: str, free: str) -> None:
    """Replace the joint `free` of the body `root` by slides along x and z and a hinge about y."""
    body = spec.body(root)
    spec.delete(spec.joint(free))
    slide, hinge = mujoco.mjtJoint.mjJNT_SLIDE, mujoco.mjtJoint.mjJNT_HINGE
    for name, kind, axis in (
        ("ahead", slide, [1, 0, 0]),
        ("up", slide, [0, 0, 1]),
        ("pitch", hinge, [0, 1, 0]),
    ):
        body.add_joint(name=f"{root}_{name}", type=kind, axis=axis, damping=0, armature=0)
