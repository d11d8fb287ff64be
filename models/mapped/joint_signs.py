"""The positive directions of joints by their roles, and how a joint gets them."""

from __future__ import annotations

import mujoco
import numpy as np

from ...sim.errors import ConfigError
from ...sim.physics.spec_parts import SpecParts
from ..sides import SIDES

POSITIVE: dict[str, tuple[float, float, float]] = {
    "hip_flexion": (0, -1, 0),
    "hip_adduction": (-1, 0, 0),
    "hip_rotation": (0, 0, -1),
    "knee": (0, 1, 0),
    "ankle": (0, -1, 0),
    "subtalar": (-1, 0, 0),
    "mtp": (0, -1, 0),
    "lumbar_flexion": (0, 1, 0),
    "lumbar_bending": (1, 0, 0),
    "lumbar_rotation": (0, 0, 1),
    "neck_rotation": (0, 0, 1),
    "shoulder_flexion": (0, -1, 0),
    "shoulder_adduction": (-1, 0, 0),
    "elbow": (0, -1, 0),
}
"""Axis of the left joint of each role that laws and measures know, in straight standing: positive
are flexion, adduction, internal rotation, dorsiflexion, inversion and toe extension."""

TURNING = ("lumbar_bending", "lumbar_rotation", "neck_rotation")
"""Roles of joints of the midline that change their sign under mirroring."""

_JOINT_COUPLING = mujoco.mjtEq.mjEQ_JOINT
_LARGEST_ANGLE = np.cos(np.radians(60.0))


def set_positive(spec: SpecParts, joint: mujoco.MjsJoint, role: str, side: str) -> None:
    """Let `joint` of an upright spec turn the way of its role, from 0 in straight standing.

    Raises:
        ConfigError: its axis is more than 60 degrees from the role's.
    """
    wanted = np.array(POSITIVE[role])
    if side == SIDES[1]:  # mirrored, an axis of rotation keeps its part along y alone
        wanted = wanted * [-1.0, 1.0, -1.0]
    along = float(wanted @ np.asarray(joint.axis) / np.linalg.norm(joint.axis))
    if abs(along) < _LARGEST_ANGLE:
        raise ConfigError(
            f"joint '{joint.name}' cannot be {role}: its axis in standing is "
            f"{np.round(joint.axis, 2).tolist()} (x forward, y left), more than 60 degrees from "
            f"{wanted.tolist()}"
        )
    _start_from_zero(joint)
    if along < 0.0:
        _turn(spec, joint)


def _start_from_zero(joint: mujoco.MjsJoint) -> None:
    joint.range = joint.range - joint.ref
    joint.springref -= joint.ref
    joint.ref = 0.0


def _turn(spec: SpecParts, joint: mujoco.MjsJoint) -> None:
    """Let the joint count the other way."""
    joint.axis = -joint.axis
    joint.range, joint.actfrcrange = -joint.range[::-1], -joint.actfrcrange[::-1]
    joint.springref = -joint.springref
    for coupling in spec.equalities:
        if coupling.type != _JOINT_COUPLING:
            continue
        data = np.array(coupling.data)
        if coupling.name1 == joint.name:
            data[:5] *= -1.0
        if coupling.name2 == joint.name:
            data[1:5:2] *= -1.0
        coupling.data = data
    for actuator in spec.actuators:
        if actuator.trntype == mujoco.mjtTrn.mjTRN_JOINT and actuator.target == joint.name:
            actuator.gear = -actuator.gear
