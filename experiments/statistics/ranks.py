"""Ranks with bootstrap intervals, keeping ties.

Trials are paired by seed, so seeds are resampled, and with each the values of all that are compared
(Goldstein & Spiegelhalter 1996, J R Stat Soc A 159:385; Hall & Miller 2009, Ann Stat 37:3929). In a
resample, whoever is tied holds every rank of the tie; the interval reaches from a low quantile of
the best ranks held to a high one of the worst. With few seeds the tails are widened as those of
the means are (`statistics.expanded_tail`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import bootstrap

from .paired import FEWEST, LEVEL, RESAMPLES, expanded_tail

_ELEMENTS_AT_ONCE = 2_000_000  # to bound the memory
_EQUAL = 1e-12  # of means, relative to their size: apart by rounding alone


@dataclass(frozen=True)
class Rank:
    """A place among those compared, 1 the best.

    Attributes:
        rank: None where there is nothing to rank by. tied: whether others hold it too.
        low, high: 95 % interval, whole ranks; None where there is none.
        note: why something is None, or what the rank is made from; empty where neither is needed.
    """

    rank: int | None
    tied: bool
    low: int | None
    high: int | None
    note: str


_NO_VALUE = Rank(None, False, None, None, "no trial has a value")


def rank(values: np.ndarray, highest_first: bool, rng: np.random.Generator) -> list[Rank]:
    """Return the rank of each column of `values` (seeds, k) by its mean; NaN is no value.

    Means are over the seeds that have a value in all columns, where these are at least `FEWEST`;
    else over each column's own, and the note says so. A column without any value has no rank, and
    the others are ranked without it.
    """
    some = np.any(np.isfinite(values), axis=0)
    scores = (values if highest_first else -values)[:, some]
    if not some.any():
        return [_NO_VALUE] * values.shape[1]
    shared = np.isfinite(scores).all(1)
    note = ""
    if shared.sum() >= FEWEST:
        scores = scores[shared]
    elif not shared.all():
        note = "by trials that differ between policies: too few have a value in all"
    places = _places(_means(scores)[None])[0][0].tolist()
    low, high = _intervals(scores, rng)
    found: list[Rank] = []
    for column, place in enumerate(places):
        tied = places.count(place) > 1
        if low is None or high is None:
            few = f"fewer than {FEWEST} trials give no interval"
            found.append(Rank(place, tied, None, None, few))
        else:
            bounds = min(int(low[column]), place), max(int(high[column]), place)
            found.append(Rank(place, tied, *bounds, note))
    ranked = iter(found)
    return [next(ranked) if has else _NO_VALUE for has in some]


def _intervals(
    scores: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray] | tuple[None, None]:
    """Lowest and highest rank of each column, (k,) each, or none with too few seeds."""
    seeds, columns = scores.shape
    if seeds < FEWEST:
        return None, None

    def statistic(rows: np.ndarray, axis: int = -1) -> np.ndarray:
        """Best and worst place (2 k, resamples) of resampled rows (resamples, seeds)."""
        means = _means(scores[np.moveaxis(rows, axis, -1).astype(int)])
        both = np.concatenate(_places(means.reshape(-1, columns)), axis=1).T
        return both.reshape(2 * columns, *means.shape[:-1]).astype(float)  # scipy: no integers

    drawn = bootstrap(
        (np.arange(seeds),),
        statistic,
        n_resamples=RESAMPLES,
        batch=max(1, _ELEMENTS_AT_ONCE // (seeds * columns)),
        vectorized=True,
        method="percentile",
        rng=rng,
    ).bootstrap_distribution.reshape(2, columns, -1)
    tail = expanded_tail(seeds, LEVEL)
    low = np.quantile(drawn[0], tail, axis=1, method="lower")
    return low, np.quantile(drawn[1], 1 - tail, axis=1, method="higher")


def _means(scores: np.ndarray) -> np.ndarray:
    """Mean over the seeds (second to last axis) that have a value; NaN where none has."""
    known = np.isfinite(scores)
    count = known.sum(-2)
    total = np.where(known, scores, 0.0).sum(-2)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _places(means: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Best and worst place that each of `means` (m, k) holds; NaN, where none is, may hold any."""
    columns = int(means.shape[1])
    size = np.max(np.abs(np.nan_to_num(means)), axis=1)[:, None, None]
    gap = means[:, None, :] - means[:, :, None]  # (m, one, other)
    ahead = np.count_nonzero(gap > _EQUAL * size, axis=2)
    behind = np.count_nonzero(gap < -_EQUAL * size, axis=2)
    known = np.isfinite(means)
    return np.where(known, 1 + ahead, 1), np.where(known, columns - behind, columns)
