"""Pose of a body's root: the coordinates that place and turn it in the world.

Either a free joint, or for a body that moves in the plane x-z alone slides along x and z and a
hinge about y. Nothing outside this module counts coordinates of the root.
"""

from __future__ import annotations

from typing import Protocol

import mujoco
import numpy as np

from ..errors import SimulationError
from ..ground.surface import EVERY


class RootPose(Protocol):
    """Coordinates of the root in `qpos` (n, nq) and `qvel` (n, nv).

    Positions, velocities and their changes are (n, 3) in world axes, quaternions wxyz, spins (n, 3)
    in the root's axes. What the root cannot do is dropped from a change.

    Attributes:
        planar: whether the root moves in the plane x-z alone.
    """

    planar: bool

    def position(self, qpos: np.ndarray) -> np.ndarray:
        """Return the root's origin, (n, 3) [m]."""
        ...

    def quaternion(self, qpos: np.ndarray) -> np.ndarray:
        """Return the root's orientation, (n, 4)."""
        ...

    def velocity(self, qvel: np.ndarray) -> np.ndarray:
        """Return the velocity of the origin, (n, 3) [m/s]."""
        ...

    def spin(self, qvel: np.ndarray) -> np.ndarray:
        """Return the angular velocity, (n, 3) [rad/s]."""
        ...

    def move(
        self, qpos: np.ndarray, by: np.ndarray, axis: int, rows: np.ndarray | slice = EVERY
    ) -> None:
        """Move `rows` of `qpos` by `by` (k,) [m] along world `axis`."""
        ...

    def shift(self, qpos: np.ndarray, by: np.ndarray) -> None:
        """Move all by `by` (n, 3) [m]."""
        ...

    def turn(self, qpos: np.ndarray, by: np.ndarray, rows: np.ndarray | slice = EVERY) -> None:
        """Turn `rows` of `qpos` by small rotation vectors `by` (k, 3) of the world [rad]."""
        ...

    def lean(self, qpos: np.ndarray, angle: np.ndarray) -> None:
        """Let all face world +x and lean forward by `angle` (n,) [rad]."""
        ...

    def set_velocity(self, qvel: np.ndarray, velocity: np.ndarray) -> None:
        """Let all move with `velocity` (n, 3) [m/s]."""
        ...

    def push(self, qvel: np.ndarray, by: np.ndarray) -> None:
        """Change all velocities by `by` (n, 3) [m/s]."""
        ...

    def spin_up(self, qvel: np.ndarray, by: np.ndarray) -> None:
        """Change all spins by `by` (n, 3) [rad/s]."""
        ...


class FreeRoot:
    """A free joint, the first of the model: what is returned are live views."""

    planar = False

    def position(self, qpos: np.ndarray) -> np.ndarray:
        """Return the root's origin."""
        return qpos[:, :3]

    def quaternion(self, qpos: np.ndarray) -> np.ndarray:
        """Return the root's orientation."""
        return qpos[:, 3:7]

    def velocity(self, qvel: np.ndarray) -> np.ndarray:
        """Return the velocity of the origin."""
        return qvel[:, :3]

    def spin(self, qvel: np.ndarray) -> np.ndarray:
        """Return the angular velocity."""
        return qvel[:, 3:6]

    def move(
        self, qpos: np.ndarray, by: np.ndarray, axis: int, rows: np.ndarray | slice = EVERY
    ) -> None:
        """Move `rows` along a world axis."""
        qpos[rows, axis] += by

    def shift(self, qpos: np.ndarray, by: np.ndarray) -> None:
        """Move all."""
        qpos[:, :3] += by

    def turn(self, qpos: np.ndarray, by: np.ndarray, rows: np.ndarray | slice = EVERY) -> None:
        """Turn `rows`."""
        qpos[rows, 3:7] = turned(qpos[rows, 3:7], by)

    def lean(self, qpos: np.ndarray, angle: np.ndarray) -> None:
        """Let all lean forward."""
        qpos[:, 3:7] = 0.0
        qpos[:, 3], qpos[:, 5] = np.cos(angle / 2.0), np.sin(angle / 2.0)

    def set_velocity(self, qvel: np.ndarray, velocity: np.ndarray) -> None:
        """Let all move with `velocity`."""
        qvel[:, :3] = velocity

    def push(self, qvel: np.ndarray, by: np.ndarray) -> None:
        """Change all velocities."""
        qvel[:, :3] += by

    def spin_up(self, qvel: np.ndarray, by: np.ndarray) -> None:
        """Change all spins."""
        qvel[:, 3:6] += by


class PlanarRoot:
    """Slides along x and z and a hinge about y, in any order; y, roll and yaw stay zero.

    Args:
        origin: (3,) of the root where all three are zero [m].
        x, z, pitch: their columns in `qpos`, which are those in `qvel`.
    """

    planar = True

    def __init__(self, origin: np.ndarray, x: int, z: int, pitch: int) -> None:
        self._origin, self._pitch = origin, pitch
        self._columns, self._axes = [x, z], [0, 2]
        self._column_of = {0: x, 2: z}

    def position(self, qpos: np.ndarray) -> np.ndarray:
        """Return the root's origin."""
        place = np.repeat(self._origin[None], len(qpos), 0)
        place[:, self._axes] += qpos[:, self._columns]
        return place

    def quaternion(self, qpos: np.ndarray) -> np.ndarray:
        """Return the root's orientation."""
        half = 0.5 * qpos[:, self._pitch]
        zero = np.zeros_like(half)
        return np.stack([np.cos(half), zero, np.sin(half), zero], axis=1)

    def velocity(self, qvel: np.ndarray) -> np.ndarray:
        """Return the velocity of the origin."""
        velocity = np.zeros((len(qvel), 3))
        velocity[:, self._axes] = qvel[:, self._columns]
        return velocity

    def spin(self, qvel: np.ndarray) -> np.ndarray:
        """Return the angular velocity."""
        spin = np.zeros((len(qvel), 3))
        spin[:, 1] = qvel[:, self._pitch]
        return spin

    def move(
        self, qpos: np.ndarray, by: np.ndarray, axis: int, rows: np.ndarray | slice = EVERY
    ) -> None:
        """Move `rows` along a world axis; nothing along y."""
        if axis in self._column_of:
            qpos[rows, self._column_of[axis]] += by

    def shift(self, qpos: np.ndarray, by: np.ndarray) -> None:
        """Move all."""
        qpos[:, self._columns] += by[:, self._axes]

    def turn(self, qpos: np.ndarray, by: np.ndarray, rows: np.ndarray | slice = EVERY) -> None:
        """Turn `rows` about y."""
        qpos[rows, self._pitch] += by[:, 1]

    def lean(self, qpos: np.ndarray, angle: np.ndarray) -> None:
        """Let all lean forward."""
        qpos[:, self._pitch] = angle

    def set_velocity(self, qvel: np.ndarray, velocity: np.ndarray) -> None:
        """Let all move with `velocity`."""
        qvel[:, self._columns] = velocity[:, self._axes]

    def push(self, qvel: np.ndarray, by: np.ndarray) -> None:
        """Change all velocities."""
        qvel[:, self._columns] += by[:, self._axes]

    def spin_up(self, qvel: np.ndarray, by: np.ndarray) -> None:
        """Change all spins."""
        qvel[:, self._pitch] += by[:, 1]


def root_pose(model: mujoco.MjModel, root: str) -> RootPose:
    """Return the `RootPose` of the body `root` of `model`.

    Raises:
        SimulationError: its joints are neither of the two kinds.
    """
    body = model.body(root)
    joints = [model.joint(int(body.jntadr[0]) + i) for i in range(int(body.jntnum[0]))]
    kinds = [int(joint.type[0]) for joint in joints]
    free, slide, hinge = (
        kind.value
        for kind in (
            mujoco.mjtJoint.mjJNT_FREE,
            mujoco.mjtJoint.mjJNT_SLIDE,
            mujoco.mjtJoint.mjJNT_HINGE,
        )
    )
    if kinds == [free] and joints[0].qposadr[0] == 0:
        return FreeRoot()
    wanted = {(slide, (1, 0, 0)): "x", (slide, (0, 0, 1)): "z", (hinge, (0, 1, 0)): "pitch"}
    named = {
        wanted.get((kind, tuple(joint.axis.round(12)))): int(joint.qposadr[0])
        for kind, joint in zip(kinds, joints, strict=True)
    }
    upright = body.parentid[0] == 0 and np.array_equal(body.quat, [1, 0, 0, 0])
    if sorted(map(str, named)) != ["pitch", "x", "z"] or len(joints) != 3 or not upright:
        raise SimulationError(
            f"body '{root}', the root, must have a free joint that comes first, or slides along x "
            "and z and a hinge about y"
        )
    return PlanarRoot(body.pos.copy(), named["x"], named["z"], named["pitch"])


def turned(quaternion: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Unit quaternions (k, 4) turned by small rotation vectors `turn` (k, 3) of the world [rad]."""
    w, v = quaternion[:, :1], quaternion[:, 1:]
    half = 0.5 * turn
    changed = np.concatenate(
        [w - (half * v).sum(1, keepdims=True), v + w * half + np.cross(half, v)], axis=1
    )
    return changed / np.linalg.norm(changed, axis=1, keepdims=True)
