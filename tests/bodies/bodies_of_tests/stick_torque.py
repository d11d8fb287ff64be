"""A small human that motors in its joints drive, in space."""

from __future__ import annotations

from dataclasses import replace

import stick

from retrowalk.models.body import finished_body
from retrowalk.models.motors import add_motor

LIMITS_N_M = {
    "hip": (-150.0, 120.0),
    "hip_side": (-100.0, 100.0),
    "knee": (-180.0, 90.0),
    "ankle": (-130.0, 40.0),
    "waist": (-150.0, 150.0),
    "waist_side": (-120.0, 120.0),
}


def build(name, walker):
    """Return the body; whoever the walker is, it has one size."""
    spec = stick.skeleton()
    anatomy = stick.anatomy(spec)
    roles = zip(anatomy.joints, anatomy.joint_roles, anatomy.joint_sides, strict=True)
    for joint, _, side in roles:
        own = joint.removeprefix("left_").removeprefix("right_") if side else joint
        add_motor(spec, joint, LIMITS_N_M[own])
    walker = replace(walker, mass_kg=stick.MASS_KG, height_m=stick.HEIGHT_M)
    return finished_body(
        name,
        walker,
        spec,
        anatomy,
        leg_joints=tuple(stick.LEG.values()),
        trunk_joints=tuple(stick.TRUNK.values()),
        turning=("lumbar_bending",),
    )
