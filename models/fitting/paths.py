"""Length and moment arm of straight muscle paths on a posed skeleton."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import mujoco
import numpy as np


class PosedPaths:
    """Moment arms and lengths of a path through given bodies, in a fixed set of poses.

    The skeleton is posed once, by MuJoCo; a path is then a function of its points alone, which is
    what fitting needs. `joints[k]` is the joint whose moment arm is asked for in pose k, or None.
    """

    def __init__(
        self,
        model: mujoco.MjModel,
        bodies: Sequence[str],
        poses: Sequence[Mapping[str, float]],
        joints: Sequence[str | None],
    ) -> None:
        """Pose the skeleton: one mapping joint -> angle [rad] a pose, joints left out at 0."""
        data = mujoco.MjData(model)
        ids = [model.body(body).id for body in bodies]
        count = len(poses)
        self._rotation = np.zeros((count, len(ids), 3, 3))
        self._origin = np.zeros((count, len(ids), 3))  # m
        self._axis = np.zeros((count, 3))
        self._anchor = np.zeros((count, 3))  # m
        self._moves = np.zeros((count, len(ids)))  # 1 where the joint moves the point
        for k, (pose, joint) in enumerate(zip(poses, joints, strict=True)):
            data.qpos[:] = model.qpos0
            for name, angle in pose.items():
                data.qpos[model.joint(name).qposadr[0]] = angle
            mujoco.mj_kinematics(model, data)
            self._rotation[k] = data.xmat[ids].reshape(-1, 3, 3)
            self._origin[k] = data.xpos[ids]
            if joint is None:
                continue
            j = model.joint(joint).id
            self._axis[k], self._anchor[k] = data.xaxis[j], data.xanchor[j]
            moved = model.jnt_bodyid[j]
            self._moves[k] = [_descends(model, body, moved) for body in ids]

    def lengths(self, points: np.ndarray) -> np.ndarray:
        """Return the path length in every pose [m]. `points` (n, 3) [m] in their bodies' frames."""
        _, segments = self._segments(points)
        return np.linalg.norm(segments, axis=-1).sum(-1)

    def moment_arms(self, points: np.ndarray) -> np.ndarray:
        """Return the arm -dL/dq of every pose's joint [m], positive in its positive direction."""
        world, segments = self._segments(points)
        swept = np.cross(self._axis[:, None], world - self._anchor[:, None])
        velocity = np.diff(swept * self._moves[..., None], axis=1)  # (poses, segments, 3)
        direction = segments / np.linalg.norm(segments, axis=-1, keepdims=True)
        return -(direction * velocity).sum((-1, -2))

    def _segments(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        world = np.einsum("kpij,pj->kpi", self._rotation, points) + self._origin
        return world, np.diff(world, axis=1)


def _descends(model: mujoco.MjModel, body: int, ancestor: int) -> bool:
    while body > ancestor:
        body = model.body_parentid[body]
    return body == ancestor
