"""Instants of a simulation, held to be looked at many at a time.

A call of NumPy on few rows costs as much as one on many: what no control law needs at once, a
recording computes for several instants together.
"""

from __future__ import annotations

import mujoco
import numpy as np

from .body_state import BodyState
from .simulation import Simulation


class HeldStates(BodyState):
    """Several instants of n bodies, as the state of `instants * n` bodies, instant by instant.

    Args:
        sim: the bodies. instants: held at most. names: arrays of MjData that are held; whatever
            depends on others reads zero.
    """

    def __init__(self, sim: Simulation, instants: int, names: tuple[str, ...]) -> None:
        rooms = _Rooms(sim, instants)
        super().__init__(rooms, sim.anatomy, sim.ground)
        self._copied = [(rooms.of[name], sim.bind(name)) for name in names]
        belt = self.ground_velocity.reshape(instants, sim.n)
        self._copied.append((belt, sim.ground_velocity))

    def hold(self, instant: int) -> None:
        """Hold the present state of the simulation as number `instant`."""
        for room, live in self._copied:
            room[instant] = live


class _Rooms:
    """Room for each array of MjData that is bound, (instants, n, ...)."""

    def __init__(self, sim: Simulation, instants: int) -> None:
        self.model: mujoco.MjModel = sim.model
        self.n = instants * sim.n
        self.of: dict[str, np.ndarray] = {}
        self._sim, self._instants = sim, instants

    def bind(self, name: str) -> np.ndarray:
        """Return room for array `name` with instants and simulations as rows."""
        live = self._sim.bind(name)
        room = np.zeros((self._instants, *live.shape), live.dtype)
        self.of[name] = room
        return room.reshape(self.n, *live.shape[1:])
