"""Joint loads: contact forces, joint-limit moments, and whole-body angular momentum.

Sensors of one model, read from the batch's live `sensordata`. The force at a joint is that of the
parent body on the child, in the child's frame, with the pulls of the muscles that cross the joint
(MuJoCo counts spatial tendons among the forces on a body; a test holds it to that).
"""

from __future__ import annotations

import mujoco
import numpy as np

from .anatomy import Anatomy
from .spec_parts import SpecParts

_AXES = np.arange(3)


def add_joint_sensors(spec: mujoco.MjSpec, anatomy: Anatomy) -> None:
    """Add to `spec` the sensors that `JointLoad` reads; each body's origin is its joint's centre.

    The parent of a knee body is the thigh, whose own joint is the hip.
    """
    thighs = [spec.body(name).parent.name for name in anatomy.knee_bodies]
    for joint, bodies in (
        ("hip", thighs),
        ("ankle", anatomy.foot_bodies),
        ("trunk", (anatomy.trunk,)),
    ):
        for i, body in enumerate(bodies):
            name = f"{joint}_force_{i}"
            spec.body(body).add_site(name=name, size=[0.001] * 3, group=5)
            spec.add_sensor(
                name=name,
                type=mujoco.mjtSensor.mjSENS_FORCE,
                objtype=mujoco.mjtObj.mjOBJ_SITE,
                objname=name,
            )
    for name in anatomy.joints:
        if _limited(spec, name):
            spec.add_sensor(
                name=f"limit_{name}",
                type=mujoco.mjtSensor.mjSENS_JOINTLIMITFRC,
                objtype=mujoco.mjtObj.mjOBJ_JOINT,
                objname=name,
            )
    spec.add_sensor(
        name="angular_momentum",
        type=mujoco.mjtSensor.mjSENS_SUBTREEANGMOM,
        objtype=mujoco.mjtObj.mjOBJ_BODY,
        objname=anatomy.root,
    )


def _limited(spec: SpecParts, name: str) -> bool:
    joint = spec.joint(name)
    if joint is None:  # the simulation says which part is missing
        return False
    given = joint.range[0] < joint.range[1]
    automatic = joint.limited == mujoco.mjtLimited.mjLIMITED_AUTO and spec.compiler.autolimits
    return bool(given and (automatic or joint.limited == mujoco.mjtLimited.mjLIMITED_TRUE))


class JointLoad:
    """Readings of the sensors of `add_joint_sensors` for a whole batch.

    Args:
        model: compiled with them. anatomy: names of the body's parts.
        sensors: the batch's sensordata, (n, values), live.
    """

    def __init__(self, model: mujoco.MjModel, anatomy: Anatomy, sensors: np.ndarray) -> None:
        self._sensors = sensors
        at = {model.sensor(i).name: int(model.sensor(i).adr[0]) for i in range(model.nsensor)}
        self._hips, self._ankles = (
            np.array([at[f"{joint}_force_{i}"] for i in range(2)])[:, None] + _AXES
            for joint in ("hip", "ankle")
        )
        self._trunk = at["trunk_force_0"] + _AXES
        self._spin = at["angular_momentum"] + _AXES
        limits = [at.get(f"limit_{name}", -1) for name in anatomy.joints]
        self._limit, self._has_limit = np.array(limits, int), np.array(limits, int) >= 0
        self._range = np.array([model.joint(name).range for name in anatomy.joints]).reshape(-1, 2)

    @property
    def hip_force(self) -> np.ndarray:
        """Force of the pelvis on each thigh, (n, 2, 3) [N], thigh frame; -z compresses."""
        return self._sensors[:, self._hips]

    @property
    def ankle_force(self) -> np.ndarray:
        """Force of the shank on each foot, (n, 2, 3) [N], foot frame; -z compresses."""
        return self._sensors[:, self._ankles]

    @property
    def trunk_force(self) -> np.ndarray:
        """Force of the pelvis on the trunk, (n, 3) [N], trunk frame; +z compresses."""
        return self._sensors[:, self._trunk]

    @property
    def angular_momentum(self) -> np.ndarray:
        """Angular momentum of the body about its centre of mass, (n, 3) [kg.m2/s], world frame."""
        return self._sensors[:, self._spin]

    def limit_moment(self, angle: np.ndarray) -> np.ndarray:
        """Moment of each joint's limits, (n, joints) [N.m], positive in the joint's direction.

        The sensor gives its size; the limit that is nearer to `angle` (n, joints) gives its sign.
        """
        size = np.where(self._has_limit, self._sensors[:, np.maximum(self._limit, 0)], 0.0)
        low, high = self._range.T
        return np.where(angle - low < high - angle, size, -size)
