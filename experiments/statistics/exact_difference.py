"""Exact interval of the difference of two paired shares.

Score intervals promise too much where few pairs differ: with five pairs that differ one way, of
12, Tango's leaves 0 out, while McNemar's exact p is 0.0625. This one is exact: its lower end is the
least difference at which outcomes as extreme as the one seen have a probability of more than half
of 1 - level, whatever share of pairs differs; extreme as Tango's limits order them (Buehler 1957,
J Am Stat Assoc 52:482; Kabaila & Lloyd 2003, J Stat Plan Inference 117:147: Buehler limits from an
approximate one). Where McNemar's exact test does not refuse "no difference" the interval holds it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy.optimize import root_scalar
from scipy.special import bdtrc, ndtri
from scipy.stats import binom, binomtest

MOST_EXACT = 1000
"""Pairs beyond which Tango's limits are taken as they are, but for 0 (above)."""
_NUISANCE = 64  # shares of pairs that differ, at which the probability is tried
_EDGE = 1.0 - 1e-12


@lru_cache(maxsize=4096)
def difference_bounds(
    only_first: int, only_second: int, pairs: int, level: float
) -> tuple[float, float]:
    """Return the bounds of the difference of shares, (only_first - only_second) / pairs.

    Args:
        only_first, only_second: pairs that are yes on one side alone. pairs: all, at least 1.
    """
    low = _lower(only_first, only_second, pairs, level)
    high = -_lower(only_second, only_first, pairs, level)
    if exact_p_value(only_first, only_second) > 1.0 - level:
        low, high = min(low, 0.0), max(high, 0.0)
    return low, high


def exact_p_value(only_first: int, only_second: int) -> float:
    """Return the two-sided p of McNemar's exact test."""
    differing = only_first + only_second
    return 1.0 if differing == 0 else float(binomtest(only_first, differing, 0.5).pvalue)


def tango_lower(only_first: int, only_second: int, pairs: int, level: float) -> float:
    """Return the lower bound of Tango's score interval (1998, Stat Med 17:891)."""
    z = float(ndtri((1.0 + level) / 2.0))
    estimate = (only_first - only_second) / pairs

    def excess(delta: float) -> float:
        return float(_score(only_first, only_second, pairs, delta)) - z

    return -1.0 if excess(-_EDGE) <= 0 else _root(excess, estimate)


def _lower(b: int, c: int, n: int, level: float) -> float:
    start = tango_lower(b, c, n, level)
    if n > MOST_EXACT or start <= -1.0:
        return start
    others = np.arange(n + 1)
    least = _least_as_extreme(others, n, start, float(_score(b, c, n, start)))
    tail = (1.0 - level) / 2.0

    def excess(delta: float) -> float:
        return _largest_probability(least, others, n, delta) - tail

    return -1.0 if excess(-_EDGE) >= 0 else _root(excess, (b - c) / n)


def _root(excess: Callable[[float], float], estimate: float) -> float:
    return float(root_scalar(excess, bracket=(-_EDGE, estimate), xtol=1e-8).root)


def _least_as_extreme(c: np.ndarray, n: int, delta: float, seen: float) -> np.ndarray:
    """Return the least b beside each c whose score at `delta` is not below the one seen.

    The score grows with b; n + 1 - c where no b does. Shape (n + 1,).
    """
    low, high = np.full_like(c, -1), n + 1 - c
    while (high - low > 1).any():
        middle = (low + high) // 2
        reached = _score(middle, c, n, delta) >= seen - 1e-9
        inside = high - low > 1
        high = np.where(inside & reached, middle, high)
        low = np.where(inside & ~reached, middle, low)
    return high


def _largest_probability(least: np.ndarray, c: np.ndarray, n: int, delta: float) -> float:
    """Return the largest probability of b >= least(c), over all shares of pairs that differ."""
    spread = abs(delta) + (1.0 - abs(delta)) * np.linspace(0.0, 1.0, _NUISANCE) ** 2
    first, second = (spread + delta) / 2.0, (spread - delta) / 2.0  # shares of b, of c
    rest = np.where(second < 1.0, first / np.maximum(1.0 - second, 1e-300), 0.0)
    weight = binom.pmf(c, n, second[:, None])  # (nuisance, n + 1)
    reached = bdtrc(least - 1.0, n - c, np.minimum(rest, 1.0)[:, None])
    reached = np.where(least > n - c, 0.0, np.where(least <= 0, 1.0, reached))
    return float((weight * reached).sum(axis=1).max())


def _score(b: np.ndarray | int, c: np.ndarray | int, n: int, delta: float) -> np.ndarray:
    """Return Tango's score of b - c beside n `delta`, in standard deviations."""
    excess = np.asarray(b - c - n * delta, dtype=float)
    linear = -b - c + (2.0 * n - b + c) * delta
    root = np.sqrt(np.maximum(0.0, linear**2 + 8.0 * n * c * delta * (1.0 - delta)))
    second = (root - linear) / (4.0 * n)
    variance = n * (2.0 * second + delta * (1.0 - delta))
    with np.errstate(divide="ignore", invalid="ignore"):
        score = excess / np.sqrt(variance)
    far = np.where(excess == 0, 0.0, np.copysign(1e9, excess))
    return np.where(variance > 1e-12, np.clip(score, -1e9, 1e9), far)
