"""Pushes and belt jerks: what moves the walker or the ground under it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..physics.simulation import Simulation
from .event import Event, TimedEvent
from .hazard import BeltJerk, Push
from .stride_phase import StridePhase


class PushEvent(TimedEvent[Push]):
    """A force on a body; the impulse of each step is exact, whatever the step's length.

    Attributes:
        impulse_n_s: (n,) of each simulation, the hazard's unless set otherwise.
    """

    def __init__(self, sim: Simulation, hazard: Push, *how: Any) -> None:
        super().__init__(sim, hazard, *how)
        self._body = sim.model.body(hazard.pushed_body).id
        self.impulse_n_s = np.full(sim.n, float(hazard.impulse_n_s))

    def draw(self, ids: np.ndarray, chance: np.ndarray) -> None:
        """Draw the side as well, where it is to be either."""
        super().draw(ids, chance)
        towards = {
            "along-travel": (self.sign, 0.0),
            "against-travel": (-self.sign, 0.0),
            "left": (0.0, 1.0),
            "right": (0.0, -1.0),
        }.get(self.hazard.push_towards)
        drawn = np.stack([np.zeros(len(ids)), self.drawn_side[ids]], -1)
        self.direction[ids, 2] = 0.0
        self.direction[ids, :2] = drawn if towards is None else towards

    def is_moment(self, sim: Simulation, stride: StridePhase) -> np.ndarray:
        """At the wanted share of the stride."""
        return self.phase_has_come(stride, sim.time, self.phase_of(self.hazard.at_phase))

    def _given(self, elapsed_s: np.ndarray) -> np.ndarray:
        """Share of the impulse given after `elapsed_s`."""
        share = np.clip(elapsed_s / self.hazard.lasts_s, 0.0, 1.0)
        if self.hazard.push_profile == "square":
            return share
        return 0.5 * (1.0 - np.cos(np.pi * share))

    def act(
        self,
        sim: Simulation,
        stride: StridePhase,
        rows: np.ndarray,
        elapsed_s: np.ndarray,
        duration_s: float,
    ) -> np.ndarray:
        """Push with the mean force of the coming step."""
        share = self._given(elapsed_s + duration_s) - self._given(elapsed_s)
        force = self.impulse_n_s[rows] * share / duration_s
        sim.external_force[rows, self._body, :2] += force[:, None] * self.direction[rows, :2]
        return super().act(sim, stride, rows, elapsed_s, duration_s)


class BeltJerkEvent(Event[BeltJerk]):
    """A change of the belt's speed and back, at a steady acceleration."""

    def __init__(self, sim: Simulation, hazard: BeltJerk, *how: Any) -> None:
        super().__init__(sim, hazard, *how)
        self._added = np.zeros(sim.n)

    def is_moment(self, sim: Simulation, stride: StridePhase) -> np.ndarray:
        """At the wanted share of the stride."""
        return self.phase_has_come(stride, sim.time, self.phase_of(self.hazard.at_phase))

    def act(
        self,
        sim: Simulation,
        stride: StridePhase,
        rows: np.ndarray,
        elapsed_s: np.ndarray,
        duration_s: float,
    ) -> np.ndarray:
        """Set what is added to the belt's speed at the end of the coming step."""
        hazard, then = self.hazard, elapsed_s + duration_s
        ramp = abs(hazard.speed_change_m_per_s) / hazard.belt_change_m_per_s2
        share = np.clip(np.minimum(then / ramp, (hazard.lasts_s + ramp - then) / ramp), 0.0, 1.0)
        self._add(sim, rows, hazard.speed_change_m_per_s * share)
        return elapsed_s >= hazard.lasts_s + ramp

    def stop(self, sim: Simulation, rows: np.ndarray) -> None:
        """Take the change back."""
        self._add(sim, rows, np.zeros(len(rows)))

    def forget(self, sim: Simulation, rows: np.ndarray) -> None:
        """The belt has its own speed again after a reset."""
        self._added[rows] = 0.0

    def _add(self, sim: Simulation, rows: np.ndarray, added: np.ndarray) -> None:
        sim.belt_speed_offset[rows] += added - self._added[rows]
        self._added[rows] = added
