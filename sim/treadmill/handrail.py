"""Hands on a treadmill's side rails: a light hold that steadies, or a firm one that also unloads.

The arms of the bodies have no muscles that could press on a rail. An arm that holds on is taken as
a massless strut: what the rail does to the hand acts on the trunk, at the hand's place. The rail is
a spring and a damper between the grip, fixed in the room, and the point of the trunk that was at
the grip when the walker stood upright over the belt's centre. A second, weaker spring lets each
hand follow its grip; it acts between hand and trunk, as muscles do, and unloads nothing.
"""

from __future__ import annotations

import mujoco
import numpy as np

from ..errors import ConfigError
from ..physics.simulation import Simulation
from .treadmill import RAILS

REPORT = "handrail_force_n"


GRIP = (0.12, 0.38)  # m ahead of and beside the trunk's origin
GRIP_HEIGHT = 0.95  # standing heights of the root
_HAND_STIFFNESS, _HAND_DAMPING, _HAND_LIMIT = 150.0, 12.0, 40.0


class Handrail:
    """An effect: forces of the rails on both hands, reported as `handrail_force_n` (n, 2, 3).

    Raises:
        ConfigError: the body has no hands.
    """

    def __init__(self, sim: Simulation, firmness: str) -> None:
        rail = RAILS[firmness]
        assert rail is not None
        self._rail = rail
        try:
            geoms = [sim.model.geom(name) for name in sim.anatomy.hand_geoms or ()]
        except KeyError:
            geoms = []
        if not geoms:
            raise ConfigError("treadmill.handrail: this body has no hands; use 'none'")
        self._hands = np.array([geom.id for geom in geoms])
        self._arms = np.array([int(geom.bodyid[0]) for geom in geoms])
        data = mujoco.MjData(sim.model)
        mujoco.mj_forward(sim.model, data)
        trunk = data.xpos[sim.trunk] - [
            0,
            0,
            data.xpos[sim.root, 2] - sim.anatomy.standing_height_m,
        ]
        height = GRIP_HEIGHT * sim.anatomy.standing_height_m
        grip = np.array([[GRIP[0] + trunk[0], side * GRIP[1], height] for side in (1, -1)])
        self._grip = grip
        self._held = grip - trunk  # in the trunk's frame
        self._weight = sim.mass * 9.81
        self.force = np.zeros((sim.n, 2, 3))
        self._before = np.zeros((sim.n, 2, 2, 3))
        self._fresh = np.ones(sim.n, bool)
        sim.reports[REPORT] = (("hand", "axis"), self.force)

    def reset(self, sim: Simulation, ids: np.ndarray) -> None:
        """Take hold anew."""
        self.force[ids] = 0.0
        self._fresh[ids] = True

    def act(self, sim: Simulation, duration_s: float) -> None:
        """Steady the trunk, and let the hands follow the rail."""
        turn = sim.body_matrix[:, sim.trunk].reshape(-1, 3, 3)
        held = sim.body_position[:, sim.trunk, None] + self._held @ turn.transpose(0, 2, 1)
        hand = sim.geom_position[:, self._hands]
        places = np.stack([held, hand], 1)  # (n, 2 of body, 2 hands, 3)
        rate = (places - self._before) / duration_s
        rate[self._fresh] = 0.0
        self._before, self._fresh[:] = places, False
        rail = self._rail
        force = rail.stiffness * (self._grip - held) - rail.damping * rate[:, 0]
        force[..., 2] += rail.support * self._weight
        self.force[:] = _at_most(force, rail.limit)
        follow = _HAND_STIFFNESS * (self._grip - hand) - _HAND_DAMPING * rate[:, 1]
        follow = _at_most(follow, _HAND_LIMIT)
        for side in range(2):
            _push(sim, sim.trunk, held[:, side], self.force[:, side])
            _push(sim, int(self._arms[side]), hand[:, side], follow[:, side])
            _push(sim, sim.trunk, hand[:, side], -follow[:, side])


def _push(sim: Simulation, body: int, at: np.ndarray, force: np.ndarray) -> None:
    """Add `force` (n, 3) [N] that acts on `body` at world points `at` (n, 3) [m]."""
    arm = at - sim.body_com[:, body]
    sim.external_force[:, body, :3] += force
    sim.external_force[:, body, 3:] += np.cross(arm, force)


def _at_most(force: np.ndarray, limit: float) -> np.ndarray:
    size = np.linalg.norm(force, axis=-1, keepdims=True)
    return force * np.minimum(1.0, limit / np.maximum(size, 1e-9))
