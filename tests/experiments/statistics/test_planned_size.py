"""Draws of known truths: the size planned for a power has it, and half as many lack it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from retrowalk.experiments.statistics.exact_difference import difference_bounds, exact_p_value
from retrowalk.experiments.statistics.planned_size import (
    mcnemar_power,
    pairs_for_difference,
    pairs_for_margin,
    pairs_for_shares,
    walks_for_rates,
)
from retrowalk.experiments.statistics.rates import Tally, difference_of_rates

DRAWS = 4000


def _refused(counts: np.ndarray) -> float:
    """Return how often the exact test refuses these pairs that differ one way and the other."""
    found, times = np.unique(counts, axis=0, return_counts=True)
    refused = [exact_p_value(int(one), int(other)) <= 0.05 for one, other in found]
    return float(np.average(refused, weights=times))


@pytest.mark.parametrize(("spread", "difference"), [(1.0, 1.0), (0.25, 0.05), (2.0, 0.9)])
def test_pairs_for_a_difference_of_means(spread: float, difference: float):
    size = pairs_for_difference(spread, difference)
    assert size is not None
    rng = np.random.default_rng(1)
    for pairs, low, high in ((size, 0.78, 0.84 + 0.4 / size), (size // 2, 0.0, 0.7)):
        drawn = rng.normal(difference, spread, (DRAWS, pairs))
        seen = float(np.mean(ttest_1samp(drawn, 0.0, axis=1).pvalue < 0.05))
        assert low <= seen <= high


@pytest.mark.parametrize(("only_first", "only_second"), [(0.1, 0.0), (0.2, 0.1), (0.05, 0.3)])
def test_pairs_for_a_difference_of_shares(only_first: float, only_second: float):
    size = pairs_for_shares(only_first, only_second)
    assert size is not None
    rng = np.random.default_rng(2)
    shares = (only_first, only_second, 1.0 - only_first - only_second)
    for pairs, low, high in ((size, 0.78, 0.86), (size // 2, 0.0, 0.7)):
        seen = _refused(rng.multinomial(pairs, shares, DRAWS)[:, :2])
        assert low <= seen <= high
        assert mcnemar_power(pairs, only_first, only_second) == pytest.approx(seen, abs=0.03)


def test_walks_for_a_difference_of_rates():
    """Rates of 3 and 1 in 100 m, walks of 10 m: the exact test sees it about four times of five."""
    size = walks_for_rates(3.0, 1.0, 0.1, 2.0)
    assert size is not None
    counts = np.random.default_rng(3).poisson([3.0 * 0.1 * size, 0.1 * size], (DRAWS, 2))
    assert 0.72 <= _refused(counts) <= 0.86


def test_walks_in_which_no_fall_rules_a_rate_out():
    size = walks_for_rates(0.0, 0.0, 0.1, 0.5)
    assert size == 74
    none = Tally(0, size * 0.1)
    assert difference_of_rates(none, none).high < 0.5  # type: ignore[operator]
    assert walks_for_rates(0.0, 0.0, 0.1, 1e-4) is None


def test_pairs_for_no_worse_by_a_margin():
    size = pairs_for_margin(0.05)
    assert size is not None
    low, high = difference_bounds(0, 0, size, 0.95)
    assert high <= 0.05 < difference_bounds(0, 0, size - 1, 0.95)[1]
    assert low == -high


def test_what_no_walks_can_show_has_no_size():
    assert pairs_for_difference(1.0, 1e-6) is None
    assert pairs_for_shares(0.1, 0.1) is None
    assert pairs_for_shares(0.0, 0.0) is None
