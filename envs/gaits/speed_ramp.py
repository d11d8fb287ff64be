"""Commanded speed: ramps from the slowest tuned speed to the command, or follows the belt."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...sim.physics.simulation import Simulation
from .geometry import at_least, at_most, scalar_if_single
from .parameters import GaitTable

RAMP_M_PER_S2 = 0.06  # how fast the asked speed grows from the slowest tuned one
RAMP_AFTER_S = 1.0


class SpeedRamp:
    """Speeds asked of n walkers at the start of a trial, and later.

    Args:
        sim: the simulation. table: whose slowest speed is the start's.
        speed: commanded to all [m/s]. sign: of travel along world x.

    Attributes:
        commanded: (n,) [m/s]. slowest: tuned speed [m/s].
        time_s: from the start until the speed first commanded is asked for in full.
    """

    def __init__(self, sim: Simulation, table: GaitTable, speed: float, sign: float) -> None:
        self._sim, self._sign, self.commanded = sim, sign, np.full(sim.n, speed)
        self.slowest, self._fastest = float(table.speeds[0]), float(table.speeds[-1])
        climb = max(speed - self.slowest, 0.0)
        self.time_s = RAMP_AFTER_S + climb / RAMP_M_PER_S2

    def command(self, ids: np.ndarray, speed: np.ndarray) -> None:
        """Ask walkers `ids` for `speed` (k,) [m/s]."""
        self.commanded[ids] = speed

    def asked(self, time: np.ndarray) -> Any:
        """Speed asked for at `time` (n,) into the trial [m/s]; on a belt, the belt's.

        (n,), or a float of a single walker. Belts beyond the tuned speeds: as at the table's end.
        """
        ramp = at_least(scalar_if_single(time) - RAMP_AFTER_S, 0.0)
        asked = at_most(self.slowest + RAMP_M_PER_S2 * ramp, scalar_if_single(self.commanded))
        if not any(self._sim.ground_velocity.tolist()):
            return asked
        belt = -self._sign * self._sim.ground_velocity
        within = np.clip(belt, self.slowest, self._fastest)
        return scalar_if_single(np.where(belt == 0.0, asked, within))
