"""Noise of muscles and motors that grows with what is asked of them.

The standard deviation of a force that people hold is proportional to its mean (Jones, Hamilton and
Wolpert 2002, J Neurophysiol 88:1533, recalled). What is excited is a command times 1 + noise, the
noise of each muscle independent and coloured.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...models.walker import Walker
from ...sim.physics.simulation import Simulation
from .coloured_noise import ColouredNoise

CORRELATION_S = 0.1
"""Time constant [s], a corner at 1.6 Hz: fluctuations of the ankle's force lie below 2 Hz (Tracy
2007, Eur J Appl Physiol 101:629, abstract read)."""


class MotorNoise:
    """The motor noise of the walkers of a simulation; call `added` once each control period.

    Args:
        sim: the simulation. walkers: one for each simulation.
        period_s: control period of the gait.

    Attributes:
        live: whether anybody has any.
    """

    def __init__(self, sim: Simulation, walkers: Sequence[Walker], period_s: float) -> None:
        self._share = np.array([walker.motor_noise for walker in walkers])[:, None]
        self.live = bool(self._share.any())
        if not self.live:
            return
        self._low, self._high = sim.model.actuator_ctrlrange.T
        self._noise = ColouredNoise(sim.n, np.full(sim.model.nu, CORRELATION_S), period_s)

    def reset(self, ids: np.ndarray, rngs: Sequence[np.random.Generator]) -> None:
        """Start simulations `ids` anew; `rngs[i]` is `ids[i]`'s."""
        if self.live:
            self._noise.reset(ids, rngs)

    def added(self, command: np.ndarray) -> np.ndarray:
        """Return what is excited of a command, (n, actuators)."""
        if not self.live:
            return command
        noisy = command * (1.0 + self._share * self._noise.advance())
        return np.clip(noisy, self._low, self._high)
