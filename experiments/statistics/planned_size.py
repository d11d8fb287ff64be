"""How many walks a comparison needs to see the smallest difference that matters.

Every size is the smallest whose test, two-sided at 5 %, has the power asked for: of paired values
Student's t (noncentral), of paired shares McNemar's exact test over the number of pairs that differ
(Connett, Smith & McHugh 1987, Stat Med 6:449). Of rates see `walks_for_rates`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import ndtri
from scipy.stats import binom

from .effect_size import POWER, detectable
from .exact_difference import difference_bounds
from .paired import LEVEL
from .rates import Tally, difference_of_rates

MOST = 10_000
"""Beyond this many a size is not told."""
_FEWEST = 3


def pairs_for_difference(spread: float, difference: float, power: float = POWER) -> int | None:
    """Return the pairs in which a mean difference is seen; None beyond `MOST`.

    Args:
        spread: standard deviation of the paired differences. difference: in the same unit.
    """

    def enough(n: int) -> bool:
        found = detectable(n, power=power)
        return found is not None and found * spread <= difference

    return _smallest(enough)


def pairs_for_shares(only_first: float, only_second: float, power: float = POWER) -> int | None:
    """Return the pairs in which McNemar's exact test sees a difference of two shares.

    Args:
        only_first, only_second: shares of pairs that are yes on one side alone.
    """
    return _smallest(lambda n: mcnemar_power(n, only_first, only_second) >= power)


def mcnemar_power(pairs: int, only_first: float, only_second: float) -> float:
    """Return the chance that McNemar's exact test of `pairs` sees the difference."""
    differ = only_first + only_second
    if only_first == only_second:
        return 0.0
    counts = np.arange(pairs + 1)
    refused = sign_test_power(counts, max(only_first, only_second) / differ)
    return float((binom.pmf(counts, pairs, differ) * refused).sum())


def sign_test_power(counts: np.ndarray, share: float) -> np.ndarray:
    """Return the chance that the exact test of 1 to 1 refuses, towards the larger side, (n,).

    Args:
        counts: of events, (n,). share: of them that is truly on the larger side.
    """
    tail = (1.0 - LEVEL) / 2.0
    most = binom.ppf(tail, counts, 0.5)  # on the smaller side
    most -= binom.cdf(most, counts, 0.5) > tail
    return np.where(most >= 0, binom.cdf(most, counts, 1.0 - share), 0.0)


def walks_for_rates(
    first: float, second: float, exposure: float, difference: float, power: float = POWER
) -> int | None:
    """Return the walks in which a difference of two rates is seen, or ruled out without an event.

    Counts are Poisson, and taken to be normal where events come; without any, the exact interval of
    their difference must leave it out (`difference_of_rates`). None beyond `MOST`.

    Args:
        first, second: rates that are expected. exposure: of a walk, on each side.
    """
    reach = float(ndtri(1.0 - (1.0 - LEVEL) / 2.0) + ndtri(power))
    seen = reach**2 * (first + second) / (exposure * difference**2)

    def enough(n: int) -> bool:
        none = Tally(0, n * exposure)
        high = difference_of_rates(none, none).high
        return n >= seen and high is not None and high < difference

    return _smallest(enough)


def pairs_for_margin(margin: float) -> int | None:
    """Return the fewest pairs whose exact interval can rule out a share worse by `margin`.

    They do where no pair differs, and more are needed where some do.
    """
    return _smallest(lambda n: difference_bounds(0, 0, n, LEVEL)[1] <= margin)


def _smallest(enough: Callable[[int], bool]) -> int | None:
    """Return a size that is enough while one less is not, by doubling and halving."""
    high = _FEWEST
    while not enough(high):
        high *= 2
        if high > MOST:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
