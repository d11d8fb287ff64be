"""The last values of a live array."""

from __future__ import annotations

import numpy as np


class History:
    """The last `length` values of a live array (n, ...), one a control step.

    All are `before` at first, what broadcasts to the array; None: its present value.
    """

    def __init__(self, live: np.ndarray, length: int, before: np.ndarray | None = None) -> None:
        self._live, self._now = live, 0
        first = live if before is None else np.broadcast_to(before, live.shape)
        self._past = np.repeat(first[None], length, axis=0)

    def fill(self, ids: np.ndarray) -> None:
        """Fill the history of simulations `ids` with the present value."""
        self._past[:, ids] = self._live[ids]

    def push(self) -> None:
        """Keep the present value, and forget the oldest."""
        self._now = (self._now + 1) % len(self._past)
        self._past[self._now] = self._live

    def ago(self, rows: np.ndarray, steps: np.ndarray | int) -> np.ndarray:
        """Values (rows, ...) of simulations `rows` as they were `steps` pushes before the last."""
        return self._past[(self._now - steps) % len(self._past), rows]
