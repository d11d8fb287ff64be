"""Scores of learning runs over tasks: interquartile mean, profile, probability of improvement.

Agarwal et al. 2021, NeurIPS 34 ("Deep reinforcement learning at the edge of the statistical
precipice"). Scores have shape (runs, tasks); intervals are percentiles of a bootstrap that
resamples the runs of each task apart (stratified), as `rliable` does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.stats import trim_mean

from .paired import LEVEL, Interval

RESAMPLES = 2_000
FEWEST_RUNS = 3
"""Runs that an interval needs."""
QUARTER = 0.25


def interquartile_mean(scores: np.ndarray) -> np.ndarray:
    """Return the mean of the middle half of scores (..., runs, tasks), (...)."""
    *leading, runs, tasks = scores.shape
    return np.asarray(trim_mean(scores.reshape(*leading, runs * tasks), QUARTER, axis=-1))


def interquartile_interval(scores: np.ndarray, rng: np.random.Generator) -> Interval:
    """Return the interquartile mean of scores (runs, tasks) with its interval."""
    return _interval([scores], lambda drawn: interquartile_mean(drawn[0]), rng)


def improvement(first: np.ndarray, second: np.ndarray, rng: np.random.Generator) -> Interval:
    """Return how probably a run of `first` scores higher than one of `second` in the same task.

    Mean over tasks of the share of pairs of runs that it wins, ties counting half.
    """
    return _interval([first, second], lambda drawn: _wins(*drawn), rng)


def profile(scores: np.ndarray, thresholds: Sequence[float]) -> list[float]:
    """Return the share of scores that reach each threshold."""
    return [float((scores >= threshold).mean()) for threshold in thresholds]


def _wins(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    apart = np.sign(first[..., :, None, :] - second[..., None, :, :])  # (..., runs, runs, tasks)
    return 0.5 * (apart + 1.0).mean(axis=(-3, -2, -1))


def _interval(
    groups: Sequence[np.ndarray],
    statistic: Callable[[Sequence[np.ndarray]], np.ndarray],
    rng: np.random.Generator,
) -> Interval:
    estimate = float(statistic(groups))
    if min(len(scores) for scores in groups) < FEWEST_RUNS:
        return Interval(estimate, None, None)
    tail = (1.0 - LEVEL) / 2.0
    drawn = statistic([_resampled(one, rng) for one in groups])
    low, high = np.quantile(drawn, [tail, 1.0 - tail])
    return Interval(estimate, float(low), float(high))


def _resampled(scores: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return scores (RESAMPLES, runs, tasks) whose runs are drawn anew in each task."""
    chosen = rng.integers(0, len(scores), (RESAMPLES, *scores.shape))
    return np.take_along_axis(scores[None], chosen, axis=1)
