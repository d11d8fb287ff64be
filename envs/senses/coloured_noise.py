"""Ornstein-Uhlenbeck noise of unit variance, each trial's from its own generator."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...sim.errors import SimulationError

_BLOCK = 256  # control steps of noise drawn at once


class ColouredNoise:
    """Noise of n simulations in several columns, independent of each other.

    Args:
        n: simulations. correlation_s: (columns,) time constant of each [s].
        period_s: between two values.
    """

    def __init__(self, n: int, correlation_s: np.ndarray, period_s: float) -> None:
        columns = len(correlation_s)
        self._keep = np.exp(-period_s / np.asarray(correlation_s, dtype=float))
        self._add = np.sqrt(1.0 - self._keep**2)
        self._value = np.zeros((n, columns))
        self._fresh = np.zeros((n, _BLOCK, columns))
        self._used = np.full(n, _BLOCK)
        self._rngs: list[np.random.Generator | None] = [None] * n

    def reset(self, ids: np.ndarray, rngs: Sequence[np.random.Generator]) -> None:
        """Start simulations `ids` anew; `rngs[i]` is `ids[i]`'s from now on."""
        for i, rng in zip(ids, rngs, strict=True):
            self._rngs[i] = rng
            self._value[i] = rng.standard_normal(self._value.shape[1])
            self._used[i] = _BLOCK

    def advance(self) -> np.ndarray:
        """Go on by one period; return the values, (n, columns)."""
        for i in np.flatnonzero(self._used == _BLOCK):
            rng = self._rngs[i]
            if rng is None:
                raise SimulationError("noise was not reset before it was used")
            self._fresh[i] = rng.standard_normal(self._fresh.shape[1:])
            self._used[i] = 0
        drawn = self._fresh[np.arange(len(self._used)), self._used]
        self._used += 1
        self._value = self._keep * self._value + self._add * drawn
        return self._value
