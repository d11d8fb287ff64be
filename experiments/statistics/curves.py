"""Cluster permutation test of paired curves over the gait cycle.

Statistical parametric mapping with inference by permutation (Nichols & Holmes 2002, Hum Brain Mapp
15:1; for curves Pataky, Vanrenterghem & Robinson 2015, J Biomech 48:1277): t at every point, and
the largest |t| that sign-flipped pairs give anywhere as its threshold. No assumption about the
smoothness or the distribution of the curves.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from .paired import FEWEST, LEVEL, RESAMPLES

_PATTERNS_AT_ONCE = 500
_SIGNS_AT_ONCE = 1_000_000  # 8 MB: memory does not grow with the trials


@dataclass(frozen=True)
class Cluster:
    """A stretch of the cycle in which |t| is above the threshold.

    Attributes:
        first, last: points, both included. sign: of the difference. peak: largest |t|.
        p_value: chance that curves which do not differ have a |t| as large anywhere.
    """

    first: int
    last: int
    sign: int
    peak: float
    p_value: float


@dataclass(frozen=True)
class WaveformContrast:
    """A paired comparison of curves.

    Attributes:
        difference: mean of the pairs' differences, (points,). t: its t value, (points,), NaN where
            the pairs do not differ from each other.
        threshold: of |t|; None with fewer than `FEWEST` pairs, which cannot reach the level.
        p_value: of the largest |t| of the cycle; None below two pairs.
        clusters: where |t| is above the threshold, in order. pairs: with both curves.
    """

    difference: np.ndarray
    t: np.ndarray
    threshold: float | None
    p_value: float | None
    clusters: tuple[Cluster, ...]
    pairs: int


def compare_waveforms(
    first: np.ndarray,
    second: np.ndarray,
    rng: np.random.Generator,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> WaveformContrast:
    """Compare two conditions whose curves (n, points) are paired; pairs with a gap are dropped.

    All 2^n sign patterns if they are few, else random ones, the observed among them.
    """
    kept = np.isfinite(first).all(axis=1) & np.isfinite(second).all(axis=1)
    difference = first[kept] - second[kept]
    n, points = len(difference), difference.shape[1]
    if n < 2:
        none = np.full((points,), np.nan)
        return WaveformContrast(difference[0] if n else none, none, None, None, (), n)
    t = paired_t(np.ones((1, n)), difference)[0]
    largest = _largest(difference, rng, resamples)
    size = np.abs(np.nan_to_num(t))

    def p_of(peak: float) -> float:
        return float((largest >= peak * (1 - 1e-9)).mean())

    mean, p_value = difference.mean(axis=0), p_of(float(size.max()))
    if n < FEWEST:
        return WaveformContrast(mean, t, None, p_value, (), n)
    threshold = float(np.quantile(largest, level, method="higher"))
    clusters: list[Cluster] = []
    for begin, end in _runs(np.where(size > threshold, np.sign(np.nan_to_num(t)), 0.0)):
        peak = float(size[begin:end].max())
        clusters.append(Cluster(begin, end - 1, int(np.sign(t[begin])), peak, p_of(peak)))
    return WaveformContrast(mean, t, threshold, p_value, tuple(clusters), n)


def paired_t(signs: np.ndarray, difference: np.ndarray) -> np.ndarray:
    """Return t of sign-flipped differences, (patterns, points).

    Args:
        signs: +1 or -1, (patterns, n). difference: (n, points).
    """
    n = len(difference)
    mean = signs @ difference / n
    square = np.square(difference).sum(axis=0)  # the same for all signs
    variance = (square - n * np.square(mean)) / (n - 1)
    spread = np.sqrt(np.where(variance > 1e-12 * square / n, variance, np.nan) / n)
    return mean / spread


def _largest(difference: np.ndarray, rng: np.random.Generator, resamples: int) -> np.ndarray:
    """Return the largest |t| over the points of each sign pattern, (patterns,)."""
    n = len(difference)
    if 2**n <= resamples + 1:
        signs = 1.0 - 2.0 * ((np.arange(1 << n)[:, None] >> np.arange(n)) & 1)
    else:
        drawn = rng.integers(0, 2, size=(resamples, n), dtype=np.int8) * np.int8(2) - np.int8(1)
        signs = np.concatenate([np.ones((1, n), np.int8), drawn])
    rows = min(_PATTERNS_AT_ONCE, max(1, _SIGNS_AT_ONCE // n))
    parts = [
        np.nan_to_num(np.abs(paired_t(signs[i : i + rows].astype(float), difference))).max(axis=1)
        for i in range(0, len(signs), rows)
    ]
    return np.concatenate(parts)


def _runs(state: np.ndarray) -> list[tuple[int, int]]:
    """Return first and behind-last index of each run of equal values other than 0."""
    edges = np.flatnonzero(np.diff(state, prepend=0.0, append=0.0))
    return [(int(a), int(b)) for a, b in itertools.pairwise(edges) if state[a] != 0.0]
