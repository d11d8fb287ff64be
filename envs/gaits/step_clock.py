"""Stride clock of each walker, corrected at contact."""

from __future__ import annotations

import numpy as np

from .geometry import smooth_step

CONTACT_LOAD = 40.0  # N on the swing foot that ends a step
LATEST = 0.10  # of a stride, for which the clock waits for a late contact
BLEND_S = 0.09  # in which the tables' phase follows the clock after contact has set it


class StepClock:
    """Phases of n walkers.

    Attributes:
        phase: (n,) of the left leg, 0 to 1, 0 at its contact; the right leg's is half a stride on.
        waiting: (n,) [s] for a contact that is late. steps: (n,) taken. since: (n,) [s] in step.
    """

    def __init__(self, n: int) -> None:
        self.phase, self.waiting, self.since = np.zeros((3, n))
        self.steps = np.zeros(n, int)
        self._rows = np.arange(n)
        self._lag = np.zeros(n)

    def reset(self, ids: np.ndarray, phase: np.ndarray) -> None:
        """Put walkers `ids` at `phase` (k,)."""
        self.phase[ids] = phase
        self.steps[ids] = 0
        for zeroed in (self.waiting, self.since, self._lag):
            zeroed[ids] = 0.0

    def held(self, who: np.ndarray) -> tuple[np.ndarray, ...]:
        """All of walkers `who` (n,) that goes on with time, for `put_back`."""
        return tuple(array[who].copy() for array in self._going)

    def put_back(self, who: np.ndarray, held: tuple[np.ndarray, ...]) -> None:
        """Put walkers `who` back to where they were when `held` was taken."""
        for array, before in zip(self._going, held, strict=True):
            array[who] = before

    @property
    def _going(self) -> tuple[np.ndarray, ...]:
        return self.phase, self.waiting, self.since, self._lag, self.steps

    @property
    def stance(self) -> np.ndarray:
        """Foot that stands by the clock, 0 left, 1 right, (n,)."""
        return (self.phase >= 0.5).astype(int)

    @property
    def step_phase(self) -> np.ndarray:
        """Share of the step, 0 to 1, (n,)."""
        return (2.0 * self.phase) % 1.0

    @property
    def shown(self) -> np.ndarray:
        """Phase for the tables, (n,): blends smoothly to the clock's after contact."""
        share = 1.0 - smooth_step(np.clip(self.since / BLEND_S, 0.0, 1.0))
        return self.phase - share * self._lag

    def advance(
        self, dt: float, stride_s: np.ndarray, load: np.ndarray, land_from: np.ndarray
    ) -> np.ndarray:
        """Go on by `dt`; return the walkers (ids) whose feet change roles.

        `load` (n, 2) [N] is on the feet; `land_from` (n,) the share of a step from when it counts.
        """
        stance, step = self.stance, self.step_phase
        end = 0.5 * (stance + 1)
        following = self.phase + dt / stride_s
        late = following >= end - 1e-6
        self.waiting = np.where(late, self.waiting + dt, 0.0)
        landed = (load[self._rows, 1 - stance] > CONTACT_LOAD) & (step > land_from)
        landed |= self.waiting > LATEST * stride_s
        self.since += dt
        ids = np.flatnonzero(landed)
        self.phase = np.where(late, end - 1e-6, following)
        if ids.size:
            self._lag[ids] = end[ids] - self.phase[ids]
            self.phase[ids] = end[ids] % 1.0
            self.waiting[ids] = self.since[ids] = 0.0
            self.steps[ids] += 1
        return ids
