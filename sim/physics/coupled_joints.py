"""Joints that follow other joints: a knee that glides as it bends, a kneecap, points of a path.

MuJoCo holds them to polynomials of the joint that they follow (equality of kind `joint`). Laws and
measures see the leading joint alone, with all that acts on what it moves.
"""

from __future__ import annotations

import mujoco
import numpy as np

_TERMS = 5


class CoupledJoints:
    """The couplings of a model, for a whole batch.

    Args:
        model: compiled.

    Attributes:
        dofs: (k,) velocity coordinates of the joints that follow, or are locked.
    """

    def __init__(self, model: mujoco.MjModel) -> None:
        kinds = model.eq_type == mujoco.mjtEq.mjEQ_JOINT
        rows = np.flatnonzero(kinds & model.eq_active0)
        following, leading = model.eq_obj1id[rows], model.eq_obj2id[rows]
        locked = leading < 0  # they follow none: as if another, but by no ratio
        leading = np.where(locked, following, leading)
        self.dofs, self._leaders = model.jnt_dofadr[following], model.jnt_dofadr[leading]
        self._at, self._leaders_at = model.jnt_qposadr[following], model.jnt_qposadr[leading]
        self._zero, self._leaders_zero = model.qpos0[self._at], model.qpos0[self._leaders_at]
        self._terms = model.eq_data[rows, :_TERMS].copy()
        self._terms[locked, 1:] = 0.0

    def __len__(self) -> int:
        return len(self.dofs)

    def settle(self, qpos: np.ndarray, qvel: np.ndarray) -> None:
        """Put the joints that follow where they belong, in `qpos` (m, nq) and `qvel` (m, nv)."""
        ahead = qpos[:, self._leaders_at] - self._leaders_zero
        powers = ahead[..., None] ** np.arange(_TERMS)
        qpos[:, self._at] = self._zero + (powers * self._terms).sum(-1)
        qvel[:, self.dofs] = self._ratio(qpos) * qvel[:, self._leaders]

    def lump(self, values: np.ndarray, qpos: np.ndarray) -> None:
        """Add to the leading joints what acts on those that follow, in place.

        Args:
            values: (n, ..., nv) generalised forces or moment arms. qpos: (n, nq).
        """
        ratio = self._ratio(qpos)
        for k, (dof, leader) in enumerate(zip(self.dofs, self._leaders, strict=True)):
            values[..., leader] += (ratio[:, k] * values[..., dof].T).T

    def _ratio(self, qpos: np.ndarray) -> np.ndarray:
        """Return how fast each joint that follows moves per speed of its leader, (n, k)."""
        ahead = qpos[:, self._leaders_at] - self._leaders_zero
        powers = ahead[..., None] ** np.arange(_TERMS - 1)
        return (powers * (self._terms[:, 1:] * np.arange(1, _TERMS))).sum(-1)
