"""Event rates, such as falls per metre, their difference and their ratio.

Events that come at a steady rate are Poisson in number. The number of those that did, given both,
is binomial where two rates are compared. No interval is silent where nothing happened.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest, chi2

from .paired import LEVEL, Interval
from .paired_shares import held_to


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


def equal_rates(first: Tally, second: Tally) -> float | None:
    """Return the exact two-sided p-value of equal rates; None without any event or exposure.

    Of all events a share comes from the first: binomial with first.exposure / (both) where the
    rates are equal (Przyborowski & Wilenski 1940, Biometrika 31:313).
    """
    events = first.events + second.events
    if min(first.exposure, second.exposure) <= 0 or events == 0:
        return None
    even = first.exposure / (first.exposure + second.exposure)
    tails = [
        binomtest(first.events, events, even, alternative).pvalue
        for alternative in ("less", "greater")
    ]
    return min(1.0, 2.0 * float(min(tails)))


def difference_of_rates(first: Tally, second: Tally, level: float = LEVEL) -> Interval:
    """Return the difference of two rates with an interval that is told without an event too.

    The distances of each rate from the ends of its own exact interval are added as variances are
    (MOVER: Li, Tang & Wong 2014, Comput Stat 29:869). It holds 0 where `equal_rates` does not
    refuse equal rates. None without exposure.
    """
    own = [rate_interval(one, level) for one in (first, second)]
    if any(one.estimate is None for one in own):
        return Interval(None, None, None)
    (rate, low, high), (rate_2, low_2, high_2) = (
        np.array([one.estimate, one.low, one.high], dtype=float) for one in own
    )
    ends = (
        rate - rate_2 - math.hypot(rate - low, high_2 - rate_2),
        rate - rate_2 + math.hypot(high - rate, rate_2 - low_2),
    )
    found = Interval(float(rate - rate_2), *map(float, ends))
    return held_to(equal_rates(first, second), found, 0.0, level)


def together(tallies: Sequence[Tally]) -> Tally:
    """Return the events and exposures of all together."""
    return Tally(sum(one.events for one in tallies), sum(one.exposure for one in tallies))


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
