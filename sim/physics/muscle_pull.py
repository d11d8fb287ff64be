"""Muscle contribution to joint contact forces.

A muscle that crosses a joint pulls the bones beyond it towards the bones before it, along the
straight piece of its path that crosses. The joint must hold the bones apart with the opposite of
all those pulls; what it bears beyond that are weight, inertia and the ground's reaction (the
intersegmental force of inverse dynamics).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import mujoco
import numpy as np

from .anatomy import Anatomy

_STRAIGHT = mujoco.mjtWrap.mjWRAP_SITE


def sites_of_path(model: mujoco.MjModel, actuator: int) -> list[int]:
    """Return the sites that a muscle's path runs through; it may bend around surfaces between."""
    path = _path(model, actuator)
    return model.wrap_objid[path][model.wrap_type[path] == _STRAIGHT].tolist()


def paths_are_straight(model: mujoco.MjModel) -> list[bool]:
    """Return of each muscle whether its path is straight between its sites."""
    return [
        bool((model.wrap_type[_path(model, muscle)] == _STRAIGHT).all())
        for muscle in _with_paths(model)
    ]


def _with_paths(model: mujoco.MjModel) -> list[int]:
    """Return the actuators that pull on a tendon; the others press nothing together."""
    return np.flatnonzero(model.actuator_trntype == mujoco.mjtTrn.mjTRN_TENDON).tolist()


def _path(model: mujoco.MjModel, actuator: int) -> slice:
    tendon = int(model.actuator_trnid[actuator, 0])
    first = int(model.tendon_adr[tendon])
    return slice(first, first + int(model.tendon_num[tendon]))


class MusclePull:
    """Muscle contribution to the force of the proximal on the distal bones at some joints.

    Args:
        model: compiled. bodies: whose origins are the joints, each with all that hangs on it.

    Attributes:
        known: False where a muscle's path bends around a surface or runs over a pulley: the pieces
            that cross a joint are then not told by the sites alone, and all forces are NaN.
    """

    def __init__(self, model: mujoco.MjModel, bodies: Sequence[str]) -> None:
        self._bodies = np.array([model.body(name).id for name in bodies])
        beyond = np.array([[_hangs_on(model, b, j) for b in range(model.nbody)] for j in bodies])
        self.known = all(paths_are_straight(model))
        pieces = [
            (muscle, *pair)
            for muscle in _with_paths(model)
            for pair in itertools.pairwise(sites_of_path(model, muscle))
        ]
        table = np.array(pieces if self.known else [], int).reshape(-1, 3)
        owner = model.site_bodyid[table[:, 1:]]  # (pieces, 2)
        # +1: the piece leaves the bones beyond the joint, so that it pulls them along itself
        leaves = beyond[:, owner[:, 0]].astype(float) - beyond[:, owner[:, 1]]
        crosses = leaves.any(0)
        self._crossing = leaves[:, crosses]  # (joints, pieces)
        self._muscle, self._from, self._to = table[crosses].T
        self._gear = model.actuator_gear[self._muscle, 0]

    def forces(
        self, site_position: np.ndarray, body_matrix: np.ndarray, tension: np.ndarray
    ) -> np.ndarray:
        """Return the muscles' part, (n, joints, 3) [N], in the frame of the body of each joint.

        Args:
            site_position: (n, sites, 3) [m]. body_matrix: (n, bodies, 9), world from body.
            tension: (n, muscles) [N], positive where a muscle pulls.
        """
        n, joints = len(tension), len(self._bodies)
        if not self.known:
            return np.full((n, joints, 3), np.nan)
        line = site_position.take(self._to, 1) - site_position.take(self._from, 1)
        x, y, z = line[..., 0], line[..., 1], line[..., 2]
        pull = self._gear * tension.take(self._muscle, 1) / np.sqrt(x * x + y * y + z * z)
        world = -(self._crossing @ (line * pull[..., None]))  # holds against the pulls
        turn = body_matrix[:, self._bodies].reshape(n, joints, 3, 3)
        return (world[:, :, None] @ turn)[:, :, 0]


def _hangs_on(model: mujoco.MjModel, body: int, name: str) -> bool:
    joint = model.body(name).id
    while body > joint:
        body = int(model.body_parentid[body])
    return body == joint


class JointPulls:
    """`MusclePull` at the hips, knees, ankles and the lumbar joint of a body; `known` as there."""

    def __init__(self, model: mujoco.MjModel, anatomy: Anatomy) -> None:
        shanks = [model.body(name) for name in anatomy.knee_bodies]
        thighs = [model.body(int(model.body_parentid[shank.id])).name for shank in shanks]
        bodies = [*thighs, *anatomy.knee_bodies, *anatomy.foot_bodies, anatomy.trunk]
        self._pull = MusclePull(model, bodies)
        self.known = self._pull.known

    def forces(
        self, site_position: np.ndarray, body_matrix: np.ndarray, tension: np.ndarray
    ) -> dict[str, np.ndarray]:
        """Return the muscles' part by joint: `hip knee ankle` (n, 2, 3), `lumbar` (n, 3) [N].

        Arguments as of `MusclePull.forces`; frames as of the joint forces in a recording.
        """
        force = self._pull.forces(site_position, body_matrix, tension)
        hip, knee, ankle = (force[:, i : i + 2] for i in (0, 2, 4))
        return {"hip": hip, "knee": knee, "ankle": ankle, "lumbar": force[:, 6]}
