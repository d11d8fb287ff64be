"""Confidence intervals with correct coverage for few trials: paired bootstrap, Wilson, Holm.

Trials of two conditions are paired by seed, so pairs are what is resampled. The bootstrap interval
of a mean is too narrow for few pairs; its tail probability is therefore lowered to
Phi(-sqrt(n / (n - 1)) t), t the quantile of Student's distribution with n - 1 degrees of freedom:
the expanded percentile interval (Hesterberg 2015, The American Statistician 69:371, section 4).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr, stdtrit
from scipy.stats import binomtest

LEVEL = 0.95
RESAMPLES = 9_999
FEWEST = 6
"""Rows that a 95 % interval needs: resampled means stay within the data's range, which holds the
true (median) value with probability 1 - 2^(1 - n), so fewer cannot reach 95 %."""
_ELEMENTS_AT_ONCE = 4_000_000  # of resampling counts, to bound the memory

Comparison = Literal["difference", "ratio"]


@dataclass(frozen=True)
class Interval:
    """An estimate and its interval; None where the data cannot give it."""

    estimate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class PairedResult:
    """A comparison of two conditions over pairs.

    Attributes:
        p_value: two-sided sign-flip permutation test of equal means; None below 2 pairs.
        effect_size: Hedges' g of the paired differences: mean / sd, corrected for few pairs.
        pairs: those with both values. dropped: those without.
    """

    interval: Interval
    p_value: float | None
    effect_size: float | None
    pairs: int
    dropped: int
    mean_first: float | None
    mean_second: float | None


def mean_intervals(
    values: np.ndarray, rng: np.random.Generator, level: float = LEVEL
) -> list[Interval]:
    """Return the mean of each column of `values` (n, k) and its bootstrap interval.

    Rows are resampled alike for all columns; values must be finite.
    """
    if len(values) == 0:
        return [Interval(None, None, None)] * values.shape[1]
    low, high = bootstrap_bounds(values, np.zeros((len(values), 0)), rng, level)
    return [
        Interval(float(mean), _number(below), _number(above))
        for mean, below, above in zip(values.mean(0), low, high, strict=True)
    ]


def compare_paired(
    first: np.ndarray,
    second: np.ndarray,
    comparison: Comparison,
    rng: np.random.Generator,
    level: float = LEVEL,
) -> PairedResult:
    """Compare two conditions whose values (n,) are paired; a pair with a null is dropped.

    The ratio is that of the means. It has no estimate unless both means have one sign.
    """
    kept = np.isfinite(first) & np.isfinite(second)
    a, b = first[kept], second[kept]
    pairs, dropped = len(a), len(first) - len(a)
    if pairs == 0:
        return PairedResult(Interval(None, None, None), None, None, 0, dropped, None, None)
    mean_a, mean_b = float(a.mean()), float(b.mean())
    if comparison == "ratio":
        estimate = mean_a / mean_b if mean_a * mean_b > 0 else None
        low, high = bootstrap_bounds(a[:, None], b[:, None], rng, level)
    else:
        estimate = mean_a - mean_b
        low, high = bootstrap_bounds((a - b)[:, None], np.zeros((pairs, 0)), rng, level)
    bounds = (None, None) if estimate is None else (_number(low[0]), _number(high[0]))
    return PairedResult(
        Interval(estimate, *bounds),
        sign_flip_p_value(a - b, rng),
        hedges_g(a - b),
        pairs,
        dropped,
        mean_a,
        mean_b,
    )


def bootstrap_bounds(
    values: np.ndarray,
    divisors: np.ndarray,
    rng: np.random.Generator,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the interval of the mean of each column, or of its ratio to another mean.

    Args:
        values: (n, k), k sets of n; all are resampled alike. divisors: (n, k), or (n, 0) for none.

    Returns:
        Lower and upper bound, each (k,); NaN for fewer than `FEWEST` rows, or where a resample of
        the divisors has a mean of 0 or of the other sign.
    """
    n, k = values.shape
    if n < FEWEST:
        none = np.full((k,), np.nan)
        return none, none
    means = np.empty((resamples, k))
    rows = max(1, _ELEMENTS_AT_ONCE // n)
    even = np.full(n, 1.0 / n)
    for start in range(0, resamples, rows):
        stop = min(start + rows, resamples)
        weights = rng.multinomial(n, even, size=stop - start) / n  # (rows, n)
        means[start:stop] = weights @ values
        if divisors.shape[1]:
            below = weights @ divisors
            with np.errstate(divide="ignore", invalid="ignore"):
                means[start:stop] /= np.where(below * divisors.mean(0) > 0, below, np.nan)
    constant = np.ptp(values, axis=0) == 0
    if divisors.shape[1]:
        constant &= np.ptp(divisors, axis=0) == 0
    tail = expanded_tail(n, level)
    low, high = np.quantile(means, [tail, 1 - tail], axis=0)
    exact = np.asarray(values.mean(0) / (divisors.mean(0) if divisors.shape[1] else 1.0))
    low, high = (np.where(constant, exact, np.asarray(end)) for end in (low, high))
    return low, high


def compare_ratios(
    parts: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    rng: np.random.Generator,
    level: float = LEVEL,
) -> PairedResult:
    """Compare two ratios of means, (first / second) / (third / fourth), of values (n,) each.

    A seed with a null in any is dropped. The p-value and the effect size are those of the
    difference of logarithms, for values that are all positive; None otherwise.
    """
    table = np.stack(parts, axis=1)  # (n, 4)
    kept = np.isfinite(table).all(axis=1)
    table, dropped = table[kept], int((~kept).sum())
    n = len(table)
    if n == 0:
        return PairedResult(Interval(None, None, None), None, None, 0, dropped, None, None)
    means = table.mean(axis=0)
    if not (means[0] * means[1] > 0 and means[2] * means[3] > 0):
        return PairedResult(Interval(None, None, None), None, None, n, dropped, None, None)
    first, second = float(means[0] / means[1]), float(means[2] / means[3])
    low = high = None
    if n >= FEWEST:
        weights = rng.multinomial(n, np.full(n, 1.0 / n), size=RESAMPLES) / n
        drawn = weights @ table
        alike = (drawn * means > 0).all(axis=1)
        if alike.all():
            ratios = drawn[:, 0] * drawn[:, 3] / (drawn[:, 1] * drawn[:, 2])
            tail = expanded_tail(n, level)
            low, high = map(float, np.quantile(ratios, [tail, 1 - tail]))
    p_value = effect = None
    if (table > 0).all():
        logs = np.log(table) @ np.array([1.0, -1.0, -1.0, 1.0])
        p_value, effect = sign_flip_p_value(logs, rng), hedges_g(logs)
    interval = Interval(first / second, low, high)
    return PairedResult(interval, p_value, effect, n, dropped, first, second)


def sign_flip_p_value(
    differences: np.ndarray, rng: np.random.Generator, resamples: int = RESAMPLES
) -> float | None:
    """Return the two-sided p-value of a zero mean: all 2^n sign patterns if few, else random ones.

    Of random patterns the observed one counts as one more, so p is never 0.
    """
    n = len(differences)
    if n < 2:
        return None
    observed = abs(differences.sum())
    tolerance = 1e-9 * np.abs(differences).sum()
    exact = 2**n <= resamples + 1
    if exact:
        unflipped = (np.arange(1 << n)[:, None] >> np.arange(n)) & 1 == 0  # (2^n, n)
    else:
        unflipped = rng.integers(0, 2, size=(resamples, n), dtype=np.int8)
    rows = max(1, _ELEMENTS_AT_ONCE // n)  # of signs, which take eight times as much memory
    extreme = 0
    for start in range(0, len(unflipped), rows):
        signs = unflipped[start : start + rows] * 2.0 - 1.0
        extreme += int(np.count_nonzero(np.abs(signs @ differences) >= observed - tolerance))
    return extreme / len(unflipped) if exact else (extreme + 1) / (len(unflipped) + 1)


def hedges_g(differences: np.ndarray) -> float | None:
    """Return mean / sd of paired differences, corrected for few pairs; None without spread."""
    n = len(differences)
    if n < 2 or np.ptp(differences) == 0:
        return None
    correction = 1.0 - 3.0 / (4.0 * (n - 1) - 1.0)
    return _number(correction * differences.mean() / differences.std(ddof=1))


def proportion_interval(count: int, total: int, level: float = LEVEL) -> Interval:
    """Return a share and its Wilson interval (1927, J Am Stat Assoc 22:209)."""
    if total == 0:
        return Interval(None, None, None)
    return Interval(count / total, *wilson_bounds(count, total, level))


def wilson_bounds(count: int, total: int, level: float) -> tuple[float, float]:
    """Return Wilson's bounds of the share `count / total`."""
    bounds = binomtest(count, total).proportion_ci(level, method="wilson")
    return max(0.0, float(bounds.low)), min(1.0, float(bounds.high))


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return p-values corrected for their number by Holm's step-down method; None stays None."""
    known = sorted((p, index) for index, p in enumerate(p_values) if p is not None)
    corrected: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, index) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - rank) * p))
        corrected[index] = highest
    return corrected


def expanded_tail(n: int, level: float) -> float:
    """Return the tail probability that a percentile interval of `n` rows takes at each end."""
    quantile = stdtrit(n - 1, (1 + level) / 2)  # of Student's t
    return float(ndtr(-math.sqrt(n / (n - 1)) * quantile))


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
