"""Event rates, such as falls per metre, and their ratio, with exact intervals.

Events that come at a steady rate are Poisson in number. The number of those that did, given both,
is binomial where two rates are compared. Nothing here leans on large numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest, chi2

from .paired import LEVEL, Interval


@dataclass(frozen=True)
class Tally:
    """Number of events and the exposure in which they happened."""

    events: int
    exposure: float


def rate_interval(tally: Tally, level: float = LEVEL) -> Interval:
    """Return events by unit of exposure with Garwood's exact interval (1936, Biometrika 28:437)."""
    if tally.exposure <= 0:
        return Interval(None, None, None)
    tail = (1.0 - level) / 2.0
    low = chi2.ppf(tail, 2 * tally.events) / 2.0 if tally.events else 0.0
    high = chi2.isf(tail, 2 * tally.events + 2) / 2.0
    ends = (float(low) / tally.exposure, float(high) / tally.exposure)
    return Interval(tally.events / tally.exposure, *ends)


def compare_rates(
    first: Tally, second: Tally, level: float = LEVEL
) -> tuple[Interval, float | None]:
    """Return the ratio of two rates with its exact interval, and the two-sided p of equal rates.

    Of all events a share comes from the first: binomial with first.exposure / (both) where the
    rates are equal (Przyborowski & Wilenski 1940, Biometrika 31:313); its interval is Clopper and
    Pearson's. No estimate without an event in the second, no p without any event or exposure.
    """
    events = first.events + second.events
    if min(first.exposure, second.exposure) <= 0 or events == 0:
        return Interval(None, None, None), None
    even = first.exposure / (first.exposure + second.exposure)
    tails = [
        binomtest(first.events, events, even, alternative).pvalue
        for alternative in ("less", "greater")
    ]
    share = binomtest(first.events, events).proportion_ci(level, "exact")
    low, high = (
        math.inf if end >= 1.0 else float(end / (1.0 - end)) * second.exposure / first.exposure
        for end in (share.low, share.high)
    )
    p_value = min(1.0, 2.0 * float(min(tails)))
    if second.events == 0:
        return Interval(None, low, None), p_value
    estimate = first.events / first.exposure / (second.events / second.exposure)
    return Interval(estimate, low, None if math.isinf(high) else high), p_value


def tally_between(
    event_at: np.ndarray, end_at: np.ndarray, start: float, stop: float = math.inf
) -> Tally:
    """Return the events from `start` to `stop` of a path, and how much of it was walked.

    Args:
        event_at: where each walk that ended with the event did, (k,). end_at: where the others did.
    """
    reached = np.concatenate([np.asarray(event_at, float), np.asarray(end_at, float)])
    walked = np.clip(np.minimum(reached, stop) - start, 0.0, None).sum()
    events = np.asarray(event_at, float)
    return Tally(int(((events > start) & (events <= stop)).sum()), float(walked))
