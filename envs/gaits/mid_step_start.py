"""Mid-step start of other gaits: as the scripted gait's, at its slowest speed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...models.body import Body
from ...sim.physics.simulation import Simulation
from ..task.technique import Technique, travel_sign
from .initial_state import starting_pose
from .parameters import GaitTable
from .speed_ramp import SpeedRamp
from .technique_tracking import SETTLED_S, asks_beyond


class MidStepStart:
    """The start of n walkers of any body.

    Args:
        sim: the simulation. body: its body. table: of the scripted gait.
        technique: what is asked.

    Attributes:
        ramp_time_s: after which the scripted gait asks for all that is asked in full.
    """

    def __init__(self, sim: Simulation, body: Body, table: GaitTable, technique: Technique) -> None:
        self._sim, self._roles, self._table = sim, body.roles, table
        self._sign, speed = travel_sign(table.direction), technique.speed_m_per_s
        known = float(np.clip(speed, table.speeds[0], table.speeds[-1]))
        self._ramp = SpeedRamp(sim, table, known, self._sign)
        self._ramp.command(np.arange(sim.n), np.full(sim.n, speed))
        settled = SETTLED_S if asks_beyond(technique) else 0.0
        self.ramp_time_s = max(self._ramp.time_s, settled)

    def reset(self, ids: np.ndarray, rngs: Sequence[np.random.Generator]) -> None:
        """Start simulations `ids` in mid step, left foot down, with each trial's own noise."""
        self._sim.reset(ids)
        speed = np.broadcast_to(self._ramp.asked(np.zeros(self._sim.n)), self._sim.n)
        step_time = self._table.at(speed)["step_time"]
        starting_pose(self._sim, self._roles, ids, rngs, self._sign * speed[ids], step_time[ids])
