"""Sliding of the feet over the ground between policy steps."""

from __future__ import annotations

import numpy as np

from ...sim.physics.body_state import BodyState
from ..gaits.geometry import at_least, clip_any, length_of

STRIDE_S = 1.0  # time constant of what is kept of a stride
FASTEST = 5.0  # m/s: a foot that swings is not told to be faster


class Sliding:
    """Velocities of the soles of n walkers, and how much their loaded feet have slipped lately.

    Args:
        n: walkers. period_s: between two calls of `note`.

    Attributes:
        velocity: (n, 2, 2) [m/s] of the lowest point of each foot over the ground, world x and y,
            mean of the last period. lately: (n,) [m/s] slip speed of the feet, weighted with their
            loads, low-passed over a stride.
    """

    def __init__(self, n: int, period_s: float) -> None:
        self._period, self._rows, self._sides = period_s, np.arange(n)[:, None], np.arange(2)
        self.velocity, self.lately = np.zeros((n, 2, 2)), np.zeros(n)
        self._before: np.ndarray | None = None

    def rest(self, state: BodyState, ids: np.ndarray) -> None:
        """Restart for walkers `ids` from the present place of their feet."""
        now = places(state)
        if self._before is None:
            self._before = now.copy()
        self._before[ids] = now[ids]
        self.velocity[ids], self.lately[ids] = 0.0, 0.0

    def note(self, state: BodyState) -> None:
        """Record the present place of the feet."""
        now = places(state)
        before = now if self._before is None else self._before
        lowest = state.sole_height.argmin(2)
        moved = (now - before)[self._rows, self._sides, lowest]
        self.velocity = clip_any(moved / self._period, -FASTEST, FASTEST)
        load = at_least(state.vertical_load, 0.0)
        share = load / at_least(load.sum(1, keepdims=True), 1.0)
        slip = (length_of(self.velocity[..., 0], self.velocity[..., 1]) * share).sum(1)
        self.lately = self.lately + self._period / STRIDE_S * (slip - self.lately)
        self._before = now


def places(state: BodyState) -> np.ndarray:
    """Places of the points of the soles on the ground, (n, 2, points, 2) [m]."""
    here = state.points[:, :, :-1, :2]  # a copy, without the ankles
    here[..., 0] -= state.ground_travel[:, None, None]
    return here
