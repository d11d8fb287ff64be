"""Gaze: glances over the left shoulder, and what is visible then."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..task.technique import Technique
from .geometry import smooth_step

TURN_S = 0.35  # time to turn head and trunk, and to turn back
SEES_FROM = 0.6  # share of the turn from which the path behind is seen


class Gaze:
    """Turns of head and trunk of n walkers, by the technique's glances.

    Glances come every `60 / looks_per_min` seconds, from a moment of each trial's own. Walking
    forwards, people see the path except while they look back; backwards only then.

    Attributes:
        ever: whether the walker ever looks back. turned: (n,) how far each has turned, 0 to 1.
    """

    def __init__(self, n: int, technique: Technique, backward: bool) -> None:
        self._first = np.zeros(n)
        self._backward = backward
        self._trunk, self._head = (
            technique.look_trunk_yaw_rad,
            technique.look_head_yaw_rad,
        )
        often = technique.looks_per_min
        self._every = 60.0 / often if often > 0 else np.inf
        self.ever = often > 0
        self._lasts = technique.look_duration_s
        self.turned = np.zeros(n)

    def reset(self, ids: np.ndarray, rngs: Sequence[np.random.Generator]) -> None:
        """Draw when walkers `ids` look for the first time."""
        self.turned[ids] = 0.0
        if self.ever:
            self._first[ids] = [rng.uniform(0.0, self._every) for rng in rngs]

    def update(self, time: np.ndarray) -> None:
        """Set how far each walker has turned, `turned` (n,) 0 to 1, at `time` (n,) [s]."""
        if not self.ever:
            return
        if self._lasts >= self._every:  # constantly
            self.turned = smooth_step(np.clip(time / TURN_S, 0.0, 1.0))
            return
        since = np.mod(time - self._first, self._every)
        since = np.where(time < self._first, self._every, since)
        rise = np.clip(since / TURN_S, 0.0, 1.0)
        fall = np.clip((since - self._lasts) / TURN_S, 0.0, 1.0)
        self.turned = smooth_step(rise) - smooth_step(fall)

    @property
    def trunk_yaw(self) -> np.ndarray:
        """Wanted yaw of the trunk against the direction faced, (n,) [rad], left positive."""
        return self._trunk * self.turned

    @property
    def head_yaw(self) -> np.ndarray:
        """Wanted yaw of the head against the trunk, (n,) [rad], left positive."""
        return self._head * self.turned

    @property
    def sees_path(self) -> np.ndarray:
        """True where the walker sees where the next step goes, (n,)."""
        looking = self.turned > SEES_FROM
        return looking if self._backward else ~looking
