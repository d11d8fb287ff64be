"""Start states sampled from a gait's own steady walking."""

from __future__ import annotations

import numpy as np

from ...envs.gaits.reference_gait import START_PHASE, ReferenceGait

WALKED_S, LASTING_S = 2.0, 1.5  # before and after a state that is kept
MOST, LEAST = 300, 24  # states


class StartBank:
    """Collects states at left mid stance of walkers that walked on from there.

    Attributes:
        states: kept so far, each (state,).
    """

    def __init__(self, gait: ReferenceGait, rng: np.random.Generator) -> None:
        self._gait, self._rng = gait, rng
        self._phase = gait.clock.phase.copy()
        self._waiting: list[tuple[int, float, np.ndarray]] = []
        self.states: list[np.ndarray] = []

    def draw(self, count: int) -> np.ndarray | None:
        """Draw states (count, state); None while there are too few."""
        if len(self.states) < LEAST:
            return None
        return np.array(self.states)[self._rng.integers(len(self.states), size=count)]

    def note(self, walked_s: np.ndarray) -> None:
        """Take note of a control period; `walked_s` (n,) is since each walker's start."""
        phase = self._gait.clock.phase
        here = (self._phase < START_PHASE) & (phase >= START_PHASE) & (walked_s > WALKED_S)
        for i in np.flatnonzero(here):
            self._waiting.append((int(i), float(walked_s[i]), self._gait.state(np.array([i]))[0]))
        self._phase = phase.copy()
        left: list[tuple[int, float, np.ndarray]] = []
        for i, since, state in self._waiting:
            if walked_s[i] > since + LASTING_S:
                self._keep(state)
            elif walked_s[i] >= since:  # else it fell and began anew
                left.append((i, since, state))
        self._waiting = left

    def _keep(self, state: np.ndarray) -> None:
        if len(self.states) < MOST:
            self.states.append(state)
        else:
            self.states[int(self._rng.integers(MOST))] = state
