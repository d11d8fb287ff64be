"""Step width that is asked for: what is planned is corrected step by step by what came of it.

What networks add shifts the feet sideways, by the same whatever is planned; an integral of the felt
error takes that away.
"""

from __future__ import annotations

import numpy as np

from .body_units import SeenState
from .reference_gains import Gains

GAIN, FARTHEST_M = 0.2, 0.09  # of each step's error; of the plan from what is asked, at most


class WidthTracking:
    """Widths of n walkers' steps; in the reference body's units.

    Args:
        gains: of the law, whose `width` is what is asked for; it is written. asks: whether it is.
    """

    def __init__(self, gains: Gains, asks: bool) -> None:
        self._planned, self._asks = gains["width"], asks
        self._asked = self._planned.copy()

    def reset(self, ids: np.ndarray) -> None:
        """Plan what is asked of walkers `ids`."""
        if self._asks:
            self._planned[ids] = self._asked[ids]

    def stepped(self, state: SeenState, ids: np.ndarray) -> None:
        """Take note of walkers `ids`, who have just put a foot down."""
        if not self._asks:
            return
        left, right = state.body_position[ids][:, state.feet, 1].T
        asked = self._asked[ids]
        planned = self._planned[ids] + GAIN * (asked - (left - right))
        self._planned[ids] = np.clip(planned, asked - FARTHEST_M, asked + FARTHEST_M)
