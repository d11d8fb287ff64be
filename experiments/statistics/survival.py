"""Survival over distance before a fall (Kaplan-Meier), censored at the end of a trial."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from .paired import LEVEL, Interval, proportion_interval


@dataclass(frozen=True)
class SurvivalCurve:
    """Share still walking after each distance at which someone fell.

    Attributes:
        distance_m: of the falls, increasing, (k,). standing: share beyond each, (k,).
        low, high: its interval, (k,). falls, at_risk: there, (k,).
        ends_m: where each trial ended without a fall, sorted. trials: all of them.
        level: of the interval.
    """

    distance_m: np.ndarray
    standing: np.ndarray
    low: np.ndarray
    high: np.ndarray
    falls: np.ndarray
    at_risk: np.ndarray
    ends_m: np.ndarray
    trials: int
    level: float

    def still_walking(self, distance_m: float) -> int:
        """Return how many trials were observed up to `distance_m` or fell there or beyond."""
        before = self.falls[self.distance_m < distance_m].sum()
        return int(self.trials - before - (self.ends_m < distance_m).sum())

    def fall_probability(self, distance_m: float) -> Interval:
        """Return the probability to fall within `distance_m`, with its interval.

        None where no trial was observed that far. Before the first fall it is 0, and its upper
        bound is Wilson's for the trials that got there.
        """
        observed = self.still_walking(distance_m)
        fallen = self.distance_m <= distance_m
        if observed == 0 and not (fallen.any() and self.standing[fallen][-1] == 0):
            return Interval(None, None, None)
        if not fallen.any():
            return proportion_interval(0, observed, self.level)
        i = int(fallen.sum()) - 1
        return Interval(
            1.0 - float(self.standing[i]), 1.0 - float(self.high[i]), 1.0 - float(self.low[i])
        )


def kaplan_meier(distance_m: np.ndarray, fell: np.ndarray, level: float = LEVEL) -> SurvivalCurve:
    """Return the product-limit estimate of the share still walking, by distance.

    Estimate and interval (Greenwood's variance on the log(-log) scale) are scipy's. A trial that
    ended without a fall counts as walking until its distance and not beyond; leave out trials that
    are not valid. Where all have fallen, the interval's lower end is 0 and its upper end that of
    the distance before.

    Kaplan & Meier 1958, J Am Stat Assoc 53:457; Kalbfleisch & Prentice 1980 (the interval).

    Args:
        distance_m: walked, (n,). fell: whether that was by a fall, (n,) bool.
    """
    distance_m, fell = np.asarray(distance_m, float), np.asarray(fell, bool)
    events, falls = np.unique(distance_m[fell], return_counts=True)
    at_risk = (distance_m[None, :] >= events[:, None]).sum(axis=1)
    standing = low = high = np.zeros(0)
    if len(events):
        curve = stats.ecdf(stats.CensoredData(distance_m[fell], right=distance_m[~fell])).sf
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The confidence interval is undefined")
            bounds = curve.confidence_interval(level, method="log-log")
        at = np.searchsorted(curve.quantiles, events)
        standing, low, high = (_values(step, at) for step in (curve, bounds.low, bounds.high))
        if standing[-1] == 0.0:
            low[-1] = 0.0
            first = proportion_interval(0, len(fell), level).high or 1.0
            high[-1] = high[-2] if len(events) > 1 else first
    return SurvivalCurve(
        events, standing, low, high, falls, at_risk, np.sort(distance_m[~fell]), len(fell), level
    )


def _values(function: Any, at: np.ndarray) -> np.ndarray:
    """Return the values of one of scipy's step functions at its steps `at`."""
    return function.probabilities[at]
