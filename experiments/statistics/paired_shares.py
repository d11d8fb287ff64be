"""Two shares of the same pairs, such as falls of equal seeds: score intervals and McNemar's test.

A bootstrap of yes and no is silent where nothing happened: 0 of 32 against 0 of 32 is no proof that
both are 0. These intervals are not.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import root_scalar
from scipy.special import ndtr, ndtri
from scipy.stats import binomtest

from .paired import LEVEL, Interval, wilson_bounds


def share_difference(first: np.ndarray, second: np.ndarray, level: float = LEVEL) -> Interval:
    """Return the difference of two paired shares with Tango's score interval.

    Tango 1998, Stat Med 17:891; recommended by Fagerland, Lydersen & Laake 2014, Stat Med 33:2850.

    Args:
        first, second: yes (1) or no (0) of each pair, (n,).
    """
    n = len(first)
    if n == 0:
        return Interval(None, None, None)
    only_first = int(((first == 1) & (second == 0)).sum())
    only_second = int(((first == 0) & (second == 1)).sum())
    estimate, z = (only_first - only_second) / n, float(ndtri((1 + level) / 2))

    def score(delta: float) -> float:
        excess = only_first - only_second - n * delta
        spread = _tango_variance(only_first, only_second, n, delta)
        if spread <= 0:
            return math.copysign(math.inf, excess) if excess else 0.0
        return max(-1e9, min(1e9, excess / math.sqrt(spread)))

    edge = 1.0 - 1e-12
    low, high = -1.0, 1.0
    if score(-edge) > z:
        low = root_scalar(lambda d: score(d) - z, bracket=(-edge, estimate)).root
    if score(edge) < -z:
        high = root_scalar(lambda d: score(d) + z, bracket=(estimate, edge)).root
    return Interval(estimate, float(low), float(high))


def _tango_variance(b: int, c: int, n: int, delta: float) -> float:
    """Return the variance of b - c if the shares differ by `delta`."""
    squared, linear = 2.0 * n, -b - c + (2.0 * n - b + c) * delta
    constant = -c * delta * (1.0 - delta)
    root = math.sqrt(max(0.0, linear**2 - 4.0 * squared * constant))
    only_second = (root - linear) / (2.0 * squared)
    return n * (2.0 * only_second + delta * (1.0 - delta))


def share_ratio(first: np.ndarray, second: np.ndarray, level: float = LEVEL) -> Interval:
    """Return the ratio of two paired shares with Bonett & Price's hybrid Wilson interval.

    Bonett & Price 2006, Stat Med 25:3039. No estimate where the second share is 0.

    Args:
        first, second: yes (1) or no (0) of each pair, (n,).
    """
    yes_first, yes_second = int(first.sum()), int(second.sum())
    either = int(((first == 1) | (second == 1)).sum())
    if yes_second == 0:
        return Interval(None, None, None)
    differing = int((first != second).sum())
    common = (yes_first + 1) * (yes_second + 1)
    own = [math.sqrt((1 - (yes + 1) / (either + 2)) / (yes + 1)) for yes in (yes_first, yes_second)]
    estimate = yes_first / yes_second
    if sum(own) == 0:
        return Interval(estimate, None, None)
    z = float(ndtri((1 + level) / 2)) * math.sqrt((differing + 2) / common) / sum(own)
    adjusted = float(ndtr(z) - ndtr(-z))  # level of a single share whose interval has this z
    low_1, high_1 = wilson_bounds(yes_first, either, adjusted)
    low_2, high_2 = wilson_bounds(yes_second, either, adjusted)
    return Interval(estimate, low_1 / high_2, high_1 / low_2)


def mcnemar(first: np.ndarray, second: np.ndarray) -> float | None:
    """Return the exact two-sided p-value of equal shares of pairs (n,); None without pairs."""
    if len(first) == 0:
        return None
    only_first = int(((first == 1) & (second == 0)).sum())
    differing = int((first != second).sum())
    return 1.0 if differing == 0 else float(binomtest(only_first, differing, 0.5).pvalue)


def mean_of_differences(parts: list[Interval]) -> Interval:
    """Return the mean of differences of shares found in several settings.

    The variances that the parts' intervals stand for are added (MOVER, Zou & Donner 2008, Stat Med
    27:1693), as if trials of equal seed fell independently in different settings; where they do
    not, see `pooled_difference`.
    """
    if not parts or any(one.low is None for one in parts):
        return Interval(None, None, None)
    known = np.array([[one.estimate, one.low, one.high] for one in parts], dtype=float)
    middle, low, high = known.T
    mean = float(middle.mean())
    below = math.sqrt(float(np.square(middle - low).sum())) / len(parts)
    above = math.sqrt(float(np.square(high - middle).sum())) / len(parts)
    return Interval(mean, max(-1.0, mean - below), min(1.0, mean + above))


def pooled_difference(parts: list[Interval], resampled: Interval) -> Interval:
    """Return the mean difference over settings with the wider of two intervals at each end.

    The bootstrap of the seeds' means knows how settings go together, but nothing of what did not
    happen; the sum of the settings' variances the other way round.
    """
    summed = mean_of_differences(parts)
    if summed.low is None or summed.high is None:
        return resampled
    if resampled.low is None or resampled.high is None:
        return summed
    return Interval(
        resampled.estimate, min(summed.low, resampled.low), max(summed.high, resampled.high)
    )
