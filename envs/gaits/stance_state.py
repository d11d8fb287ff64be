"""Stance state: which leg stands, since when, and the slope under the feet."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...sim.physics.contact import GAIT_LANDS_N
from .geometry import scalar_if_single

NOBODY = np.empty(0, int)
EARLIEST = 0.6  # of the planned step time, before which no step ends
LATEST = 0.12  # s after the planned step time at which the legs change roles in any case
SLOPE_GAIN = 0.3  # of what one step tells of the ground's slope
STEEPEST = 0.3  # rise per metre that is believed
LEAST_RUN = 0.15  # m between two footings that tell of a slope


def has_landed(p: dict[str, Any], t: Any, swing_load: Any) -> Any:
    """Where the swing foot carries load late enough, or the step ran out, (n,) bool.

    Arrays or tensors (n,): `t` [s] is the time in the step, `swing_load` [N] on the swing foot.
    """
    swung = (t - p["double_support"]) / (p["step_time"] - p["double_support"])
    landed = (t > EARLIEST * p["step_time"]) & (swung > 0.5) & (swing_load > GAIT_LANDS_N)
    return landed | (t > p["step_time"] + LATEST)


class StanceState:
    """Roles of the legs of n walkers.

    Attributes:
        stance: (n,) foot that stands, 0 left, 1 right.
        time_in_step: (n,) [s] since the legs changed roles.
        steps: (n,) steps taken.
        lifted: (n,) True where the swing foot has left the ground.
        slope: (n,) felt rise of the ground per metre along world x, from the heights at which the
            feet came to stand, as a person feels it without looking.
    """

    def __init__(self, n: int) -> None:
        self.stance = np.zeros(n, int)
        self.time_in_step = np.zeros(n)
        self.steps = np.zeros(n, int)
        self.lifted = np.zeros(n, bool)
        self.slope = np.zeros(n)
        self._footing = np.full((n, 2, 2), np.nan)  # of each foot when last in stance: x, z

    @property
    def side(self) -> np.ndarray:
        """+1 where the left leg swings, -1 where the right does, (n,)."""
        return 2.0 * self.stance - 1.0

    def reset(self, ids: np.ndarray, slope: np.ndarray) -> None:
        """Put walkers `ids` in mid step on their left foot; the ground rises by `slope` (k,)."""
        for zeroed in (self.stance, self.time_in_step, self.steps):
            zeroed[ids] = 0
        self.slope[ids] = slope
        self.lifted[ids] = False
        self._footing[ids] = np.nan

    def any_late(self, p: dict[str, np.ndarray]) -> bool:
        """Whether any walker's step has lasted long enough to end now."""
        late = scalar_if_single(self.time_in_step) > EARLIEST * scalar_if_single(p["step_time"])
        return late if isinstance(late, bool) else bool(np.logical_or.reduce(late))

    def landed(self, p: dict[str, np.ndarray], swing_load: np.ndarray) -> np.ndarray:
        """Walkers (ids) whose swing foot carries load late enough, or whose step ran out."""
        return has_landed(p, self.time_in_step, swing_load).nonzero()[0]

    def change(self, ids: np.ndarray) -> None:
        """Begin the next step of walkers `ids`."""
        self.stance[ids] = 1 - self.stance[ids]
        self.time_in_step[ids] = 0.0
        self.steps[ids] += 1
        self.lifted[ids] = False

    def leaving(self, p: dict[str, np.ndarray]) -> np.ndarray:
        """Walkers (ids) whose swing foot leaves the ground now."""
        if len(self.lifted) == 1 and self.lifted.item():
            return NOBODY
        return (~self.lifted & (self.time_in_step >= p["double_support"])).nonzero()[0]

    def feel_ground(self, ids: np.ndarray, lowest: np.ndarray) -> None:
        """Estimate the slope from the stance of walkers `ids` as one foot leaves the ground.

        `lowest` (k, 2) is x and z [m] of the lowest point of the foot that stays.
        """
        foot = self.stance[ids]
        self._footing[ids, foot] = lowest
        run, rise = (self._footing[ids, foot] - self._footing[ids, 1 - foot]).T
        usable = np.abs(run) > LEAST_RUN  # False for NaN too
        felt = np.where(usable, rise / np.where(usable, run, 1.0), self.slope[ids])
        new = self.slope[ids] + SLOPE_GAIN * (felt - self.slope[ids])
        self.slope[ids] = np.clip(new, -STEEPEST, STEEPEST)
