"""The padded bar at a treadmill's front end: stops the pelvis and reports the force."""

from __future__ import annotations

import numpy as np

from ..physics.simulation import Simulation

REPORT = "bar_force_n"
STIFFNESS = 8000.0  # N/m; a hand's breadth of padding stops a walker of 75 kg at 1 m/s
DAMPING = 400.0  # N s/m
HALF_DEPTH = 0.12  # m from the pelvis's origin to its surface, front and back


class FrontBar:
    """An effect: a one-sided spring and damper along x between pelvis and bar.

    It is no contact geom, for a touch of the pelvis on a geom counts as a fall. The force is
    frictionless and acts at the pelvis's centre of mass.

    Args:
        bar_x: place of the bar [m]. travel_sign: the side of the walker that it is on.
    """

    def __init__(self, sim: Simulation, bar_x: float, travel_sign: float) -> None:
        self._x, self._sign = bar_x, travel_sign
        self.force = np.zeros(sim.n)  # magnitude, against travel
        sim.reports[REPORT] = ((), self.force)

    def reset(self, sim: Simulation, ids: np.ndarray) -> None:
        """Nothing is remembered."""
        self.force[ids] = 0.0

    def act(self, sim: Simulation, duration_s: float) -> None:
        """Push those who lean on the bar."""
        depth = self._sign * (sim.root_position[:, 0] - self._x) + HALF_DEPTH
        rate = self._sign * sim.root_velocity[:, 0]
        force = STIFFNESS * depth + DAMPING * rate
        self.force[:] = np.where(depth > 0, np.maximum(force, 0.0), 0.0)
        sim.external_force[:, sim.root, 0] -= self._sign * self.force
