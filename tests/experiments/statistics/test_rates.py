"""Rates by exposure: closed forms, coverage, and what a path's falls are counted from."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import poisson

from retrowalk.experiments.statistics.rates import (
    Tally,
    difference_of_rates,
    equal_rates,
    rate_interval,
    tally_between,
    together,
)


def test_closed_forms_of_one_rate():
    """Without an event the upper end is -ln 2.5 % of them; 8 events: Garwood's 3.454 to 15.763."""
    none = rate_interval(Tally(0, 100.0))
    assert (none.estimate, none.low) == (0.0, 0.0)
    assert none.high == pytest.approx(-math.log(0.025) / 100.0)
    eight = rate_interval(Tally(8, 200.0))
    assert (eight.low, eight.high) == pytest.approx((3.454 / 200, 15.763 / 200), rel=1e-3)
    assert rate_interval(Tally(0, 0.0)).estimate is None


@pytest.mark.parametrize("mean", [0.5, 2.0, 5.0, 20.0])
def test_a_rate_covers_at_least_95_percent(mean: float):
    counts = np.arange(100)
    found = [rate_interval(Tally(int(k), 1.0)) for k in counts]
    held = np.array([one.low <= mean <= one.high for one in found])  # type: ignore[operator]
    assert poisson.pmf(counts, mean)[held].sum() >= 0.95


def test_two_equal_rates_and_two_that_differ():
    """5 and 0 events in equal exposures are five coins that fall alike: p = 2 / 2^5."""
    assert equal_rates(Tally(5, 30.0), Tally(0, 30.0)) == pytest.approx(0.0625)
    p = equal_rates(Tally(6, 10.0), Tally(3, 20.0))
    assert p == pytest.approx(2 * sum(math.comb(9, k) * 2 ** (9 - k) for k in range(6, 10)) / 3**9)
    assert equal_rates(Tally(0, 1.0), Tally(0, 1.0)) is None
    assert equal_rates(Tally(1, 1.0), Tally(0, 0.0)) is None


def test_a_difference_is_told_where_nothing_happened():
    """0 of 740 m against 0 of 740 m: less than -ln 2.5 % / 7.4 a 100 m either way."""
    found = difference_of_rates(Tally(0, 7.4), Tally(0, 7.4))
    end = -math.log(0.025) / 7.4
    assert (found.estimate, found.low, found.high) == pytest.approx((0.0, -end, end))
    assert difference_of_rates(Tally(0, 1.0), Tally(0, 0.0)).estimate is None
    assert together([Tally(1, 2.0), Tally(3, 4.0)]) == Tally(4, 6.0)


@pytest.fixture(scope="module")
def differences() -> dict[tuple[int, int], tuple[float, float]]:
    """The ends of the interval for every two counts, in exposures of 1 and 2."""
    return {
        (i, k): (found.low, found.high)  # type: ignore[misc]
        for i in range(30)
        for k in range(50)
        for found in [difference_of_rates(Tally(i, 1.0), Tally(k, 2.0))]
    }


@pytest.mark.parametrize(
    ("first", "second"), [(0.3, 0.3), (2.0, 3.0), (8.0, 4.0), (9.0, 9.0), (1.0, 0.05)]
)
def test_a_difference_covers_at_least_95_percent(first: float, second: float, differences: dict):
    true = first - second
    held = [(i, k) for (i, k), (low, high) in differences.items() if low <= true <= high]
    assert sum(poisson.pmf(i, first) * poisson.pmf(k, 2 * second) for i, k in held) >= 0.95


def test_metres_and_falls_of_a_stretch():
    """Falls at 3 and 12 m, one walk of 25 m: 3 + 5 + 5 m and one fall up to 5 m."""
    falls, ends = np.array([3.0, 12.0]), np.array([25.0])
    assert tally_between(falls, ends, 0.0, 5.0) == Tally(1, 13.0)
    assert tally_between(falls, ends, 5.0, 20.0) == Tally(1, 22.0)
    assert tally_between(falls, ends, 5.0) == Tally(1, 27.0)
    assert tally_between(falls, np.array([]), 20.0) == Tally(0, 0.0)
