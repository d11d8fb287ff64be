"""Pushes of the pelvis on request."""

from __future__ import annotations

import numpy as np

from ...sim.physics.simulation import Simulation

LASTS_S = 0.2  # half a sine
SHOWN_S = 0.6  # that the arrow stays


class HandPush:
    """An effect that pushes the first walker of a simulation.

    Attributes:
        impulse_n_s: (3,) [N.s] of the latest push, world frame; zero before the first.
        began_s: when it began [s since reset].
    """

    def __init__(self) -> None:
        self.impulse_n_s, self.began_s = np.zeros(3), -np.inf

    def push(self, sim: Simulation, impulse_n_s: np.ndarray) -> None:
        """Begin a push with this impulse (3,) [N.s] now; one that is under way ends."""
        self.impulse_n_s, self.began_s = np.asarray(impulse_n_s, float), float(sim.time[0])

    def shown(self, sim: Simulation) -> bool:
        """Whether the latest push is still to be seen."""
        return bool(sim.time[0] - self.began_s < SHOWN_S)

    def reset(self, sim: Simulation, ids: np.ndarray) -> None:
        """Forget the latest push."""
        self.impulse_n_s, self.began_s = np.zeros(3), -np.inf

    def act(self, sim: Simulation, duration_s: float) -> None:
        """Push with the mean force of the coming step."""
        elapsed = float(sim.time[0]) - self.began_s
        if elapsed >= LASTS_S:
            return
        share = _given(elapsed + duration_s) - _given(elapsed)
        sim.external_force[0, sim.root, :3] += self.impulse_n_s * share / duration_s


def _given(elapsed_s: float) -> float:
    """Share of a push's impulse given after `elapsed_s`."""
    return 0.5 * (1.0 - np.cos(np.pi * min(max(elapsed_s / LASTS_S, 0.0), 1.0)))
