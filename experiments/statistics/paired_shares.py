"""Paired shares, such as falls of equal seeds: intervals and McNemar's exact test.

A bootstrap of yes and no is silent where nothing happened: 0 of 32 against 0 of 32 is no proof that
both are 0. These intervals are not. None leaves "no difference" out where the test does not.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtr, ndtri

from .exact_difference import difference_bounds, exact_p_value
from .paired import LEVEL, Interval, wilson_bounds


def share_difference(first: np.ndarray, second: np.ndarray, level: float = LEVEL) -> Interval:
    """Return the difference of two paired shares with its exact interval (`exact_difference`).

    Args:
        first, second: yes (1) or no (0) of each pair, (n,).
    """
    n = len(first)
    if n == 0:
        return Interval(None, None, None)
    only_first, only_second = differing(first, second)
    bounds = difference_bounds(only_first, only_second, n, level)
    return Interval((only_first - only_second) / n, *bounds)


def differing(first: np.ndarray, second: np.ndarray) -> tuple[int, int]:
    """Return how many pairs are yes on the first side alone, and on the second alone."""
    alone = ((first == 1) & (second == 0), (first == 0) & (second == 1))
    return int(alone[0].sum()), int(alone[1].sum())


def share_ratio(first: np.ndarray, second: np.ndarray, level: float = LEVEL) -> Interval:
    """Return the ratio of two paired shares with Bonett & Price's interval.

    Where McNemar's exact test does not refuse equal shares it holds 1. No estimate where the second
    share is 0.

    Args:
        first, second: yes (1) or no (0) of each pair, (n,).
    """
    found = bonett_price(first, second, level)
    return held_to(exact_p_value(*differing(first, second)), found, 1.0, level)


def bonett_price(first: np.ndarray, second: np.ndarray, level: float) -> Interval:
    """Return the ratio with the hybrid Wilson interval of 2006, Stat Med 25:3039."""
    yes_first, yes_second = int(first.sum()), int(second.sum())
    either = int(((first == 1) | (second == 1)).sum())
    if yes_second == 0:
        return Interval(None, None, None)
    apart = int((first != second).sum())
    common = (yes_first + 1) * (yes_second + 1)
    own = [math.sqrt((1 - (yes + 1) / (either + 2)) / (yes + 1)) for yes in (yes_first, yes_second)]
    estimate = yes_first / yes_second
    if sum(own) == 0:
        return Interval(estimate, None, None)
    z = float(ndtri((1 + level) / 2)) * math.sqrt((apart + 2) / common) / sum(own)
    adjusted = float(ndtr(z) - ndtr(-z))  # level of a single share whose interval has this z
    low_1, high_1 = wilson_bounds(yes_first, either, adjusted)
    low_2, high_2 = wilson_bounds(yes_second, either, adjusted)
    return Interval(estimate, low_1 / high_2, high_1 / low_2)


def held_to(
    p_value: float | None, found: Interval, nothing: float, level: float = LEVEL
) -> Interval:
    """Return the interval so that it holds `nothing` where an exact test does not refuse it."""
    if p_value is None or found.low is None or found.high is None or p_value <= 1.0 - level:
        return found
    return Interval(found.estimate, min(found.low, nothing), max(found.high, nothing))


def mcnemar(first: np.ndarray, second: np.ndarray) -> float | None:
    """Return the exact two-sided p-value of equal shares of pairs (n,); None without pairs."""
    return exact_p_value(*differing(first, second)) if len(first) else None


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
    return widest(resampled, mean_of_differences(parts))


def widest(found: Interval, other: Interval) -> Interval:
    """Return the wider of two intervals at each end; the one that is there where one is not."""
    if other.low is None or other.high is None:
        return found
    if found.low is None or found.high is None:
        return other
    return Interval(found.estimate, min(found.low, other.low), max(found.high, other.high))
