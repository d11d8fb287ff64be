"""Reduce a time series over each stride, and a stride quantity over a trial."""

from __future__ import annotations

import numpy as np


def _bounds(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    return np.stack([start, end], axis=1).ravel()


def stride_mean(series: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return the mean of `series` (n, ...) over samples start <= i < end, (k, ...), float64."""
    if not len(start):
        return np.empty((0, *series.shape[1:]))
    total = np.add.reduceat(series, _bounds(start, end), axis=0, dtype=np.float64)[::2]
    return total / (end - start).reshape(-1, *[1] * (series.ndim - 1))


def stride_max(series: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return the maximum of `series` (n, ...) in each stride, shape (k, ...), float64."""
    if not len(start):
        return np.empty((0, *series.shape[1:]))
    return np.maximum.reduceat(series, _bounds(start, end), axis=0)[::2].astype(float)


def stride_min(series: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return the minimum of `series` (n, ...) in each stride, shape (k, ...), float64."""
    if not len(start):
        return np.empty((0, *series.shape[1:]))
    return np.minimum.reduceat(series, _bounds(start, end), axis=0)[::2].astype(float)


def each_sample(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return all samples start <= i < end, spread out one stride after the other.

    Returns:
        the samples (m,), the stride that each belongs to (m,), and where each stride begins among
        them (k,): for `ufunc.reduceat`. Every stride must have a sample.
    """
    count = end - start
    owner = np.repeat(np.arange(len(start)), count)
    first = np.cumsum(count) - count
    return np.arange(len(owner)) - first[owner] + start[owner], owner, first


def stride_peak(
    series: np.ndarray, other: np.ndarray, start: np.ndarray, end: np.ndarray
) -> np.ndarray:
    """Return `other` (n,) where `series` (n,) first has its maximum in each stride, (k,).

    NaN where the stride holds a NaN of `series`.
    """
    found = np.full(len(start), np.nan)
    if len(start):
        samples, owner, _ = each_sample(start, end)
        highest = series[samples] == stride_max(series, start, end)[owner]
        of, first = np.unique(owner[highest], return_index=True)
        found[of] = other[samples[highest][first]]
    return found


def at_moment(
    series: np.ndarray, index: np.ndarray, moment_s: np.ndarray, time_s: np.ndarray
) -> np.ndarray:
    """Return `series` (n, ...) at moments just before the samples `index`, shape (k, ...), float64.

    Linear between the samples index - 1 and index; NaN where `moment_s` (k,) is NaN.
    """
    after = np.maximum(index, 1)
    share = (moment_s - time_s[after - 1]) / (time_s[1] - time_s[0]) if len(index) else moment_s
    share = share.reshape(-1, *[1] * (series.ndim - 1))
    return series[after - 1] * (1.0 - share) + series[after] * share


def average(values: np.ndarray) -> float:
    """Return the mean of the finite `values`, NaN if there are none."""
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if len(finite) else float("nan")


def spread(values: np.ndarray, foot: np.ndarray) -> float:
    """Return the standard deviation about each foot's own mean, pooled over both feet.

    sqrt(sum_f sum_k (x_fk - mean_f)^2 / sum_f (n_f - 1)); a steady difference between left and
    right is not variability. NaN with fewer than two strides of a foot.
    """
    squares, freedom = 0.0, 0
    for side in (0, 1):
        own = values[(foot == side) & np.isfinite(values)]
        if len(own) > 1:
            squares += float(np.square(own - own.mean()).sum())
            freedom += len(own) - 1
    return float(np.sqrt(squares / freedom)) if freedom else float("nan")


def asymmetry(values: np.ndarray, foot: np.ndarray) -> float:
    """Return |L - R| / ((|L| + |R|) / 2) of the feet's means; 0 is symmetric, NaN if unknown."""
    left, right = (average(values[foot == side]) for side in (0, 1))
    size = 0.5 * (abs(left) + abs(right))
    return abs(left - right) / size if size > 0 else float("nan")
