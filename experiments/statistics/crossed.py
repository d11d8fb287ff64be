"""Interval of a mean over controllers and people, who are crossed: every controller walks everyone.

Controllers and people are both drawn from what might have been; a value is the mean over a person's
trials with a controller, so that chance between trials is in it. The variance of the grand mean is

    (MS_controllers + MS_people - MS_rest) / (controllers x people),

by the mean squares of the two-way table (Searle, Casella & McCulloch 1992, Variance Components),
with Satterthwaite's degrees of freedom and Student's t. It is at least that of the larger of the
two main mean squares, since the rest is estimated with chance too.
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from .paired import LEVEL, Interval


def crossed_bounds(
    values: np.ndarray, level: float = LEVEL
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean, low and high of tables of values.

    Args:
        values: (..., controllers, people), one of the two at least 2; all finite.

    Returns:
        Three arrays (...).
    """
    k, m = values.shape[-2:]
    mean = values.mean((-2, -1))
    by_controller, by_person = values.mean(-1), values.mean(-2)
    square = np.zeros((3, *mean.shape))  # mean squares: controllers, people, what is left
    freedom = np.array([k - 1, m - 1, (k - 1) * (m - 1)])
    if k > 1:
        square[0] = m * by_controller.var(-1, ddof=1)
    if m > 1:
        square[1] = k * by_person.var(-1, ddof=1)
    if k > 1 and m > 1:
        rest = values - by_controller[..., None] - by_person[..., None, :] + mean[..., None, None]
        square[2] = np.square(rest).sum((-2, -1)) / freedom[2]
    total = np.maximum(square[0] + square[1] - square[2], square[:2].max(0))
    parts = sum(square[i] ** 2 / freedom[i] for i in range(3) if freedom[i])
    with np.errstate(invalid="ignore", divide="ignore"):
        known = np.where(parts > 0, total**2 / parts, np.inf)
    lowest = min(one for one in freedom[:2] if one)
    reach = stdtrit(np.maximum(known, lowest), (1 + level) / 2) * np.sqrt(total / (k * m))
    return mean, mean - reach, mean + reach


def crossed_interval(values: np.ndarray, level: float = LEVEL) -> Interval:
    """Return the interval of one table (controllers, people); none for a single value."""
    if max(values.shape) < 2:
        return Interval(float(values.mean()), None, None)
    mean, low, high = crossed_bounds(values, level)
    return Interval(float(mean), float(low), float(high))
