"""MuJoCo's fibre force curves, for arrays of any float type.

`sim.muscle` has the same curves for the control of a simulation; these keep the float32 of a
recording and need no model. A test holds them against MuJoCo's own functions.
"""

from __future__ import annotations

import numpy as np

LENGTH_MIN, LENGTH_MAX = 0.5, 1.6
"""MuJoCo's default ends of the active force-length curve [L0]."""


def force_length(
    length: np.ndarray,
    shortest: float | np.ndarray = LENGTH_MIN,
    longest: float | np.ndarray = LENGTH_MAX,
) -> np.ndarray:
    """Return the active force-length factor of fibre `length` [L0], in its shape and type.

    Parabolas through (shortest, 0), (1, 1) and (longest, 0), with the bends half way.
    """
    kind = length.dtype
    half = np.where(length < 1, 0.5 * (1 - np.asarray(shortest)), 0.5 * (np.asarray(longest) - 1))
    x = np.abs(length - 1) / half.astype(kind)  # 0 at the optimum, 1 at the bend, 2 at the end
    return np.where(x <= 1, 1 - 0.5 * x * x, 0.5 * np.square(np.maximum(2 - x, 0)))


def passive_force(length: np.ndarray, longest: float | np.ndarray = LENGTH_MAX) -> np.ndarray:
    """Return the passive force at fibre `length` [L0] over MuJoCo's `fpmax` and F0.

    0 up to the optimum, a parabola up to half way to `longest`, a straight line beyond.
    """
    half = (0.5 * (np.asarray(longest) - 1)).astype(length.dtype)
    x = np.maximum(length - 1, 0) / half
    return np.where(x <= 1, 0.5 * x * x, x - 0.5)
