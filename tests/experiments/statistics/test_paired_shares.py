"""Intervals of paired shares: published examples, coverage, and honesty where nothing happened."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import stats
from scipy.special import gammaln, ndtri

from retrowalk.experiments.statistics.exact_difference import (
    MOST_EXACT,
    difference_bounds,
    tango_lower,
)
from retrowalk.experiments.statistics.paired import (
    Interval,
    bootstrap_bounds,
    proportion_interval,
)
from retrowalk.experiments.statistics.paired_shares import (
    bonett_price,
    mcnemar,
    mean_of_differences,
    pooled_difference,
    share_difference,
    share_ratio,
)

DRAWS = 1000


def table(both: int, first: int, second: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of yes and no with these counts."""
    one = np.repeat([1.0, 1.0, 0.0, 0.0], [both, first, second, neither])
    return one, np.repeat([1.0, 0.0, 1.0, 0.0], [both, first, second, neither])


def pairs(n: int, shares: tuple[float, float], rng: np.random.Generator) -> tuple:
    """Draws (DRAWS, n) of pairs that agree more often than by chance."""
    common = np.sqrt(0.3) * rng.normal(size=(DRAWS, n))
    own = [common + np.sqrt(0.7) * rng.normal(size=(DRAWS, n)) for _ in shares]
    return tuple((x < ndtri(p)).astype(float) for x, p in zip(own, shares, strict=True))


def test_published_example_of_tango():
    """Airway hyper-responsiveness before and after transplantation (Fagerland et al. 2014)."""
    assert tango_lower(1, 7, 21, 0.95) == pytest.approx(-0.517, abs=0.001)
    assert -tango_lower(7, 1, 21, 0.95) == pytest.approx(-0.026, abs=0.001)
    found = share_difference(*table(1, 1, 7, 12))
    assert found.estimate == pytest.approx(-0.286, abs=0.001)
    assert found.low < -0.517  # type: ignore[operator]
    assert found.high == 0.0  # McNemar's exact p is 0.0703


@pytest.mark.parametrize("n", [6, 8, 12, 16])
def test_difference_covers_at_least_95_percent_whatever_the_truth(n: int):
    """Every outcome of n pairs, weighed by its probability, over a grid of true shares."""
    seen = [(b, c) for b in range(n + 1) for c in range(n + 1 - b)]
    low, high = np.array([difference_bounds(b, c, n, 0.95) for b, c in seen]).T
    b, c = np.array(seen).T
    ways = gammaln(n + 1) - gammaln(b + 1) - gammaln(c + 1) - gammaln(n - b - c + 1)
    grid = np.linspace(0.005, 0.985, 40)
    covered = []
    for p, q in ((p, q) for p in grid for q in grid if p + q < 1):
        chance = np.exp(ways + b * np.log(p) + c * np.log(q) + (n - b - c) * np.log(1 - p - q))
        covered.append(chance[(low <= p - q) & (p - q <= high)].sum())
    assert min(covered) >= 0.95
    assert np.mean(covered) <= 0.99  # and not by being as wide as can be


def test_closed_forms_of_the_exact_difference():
    """All n pairs differ one way: (1 + low) / 2 to the n is 2.5 %; five and four: see McNemar."""
    for n in (6, 12, 40):
        low, high = difference_bounds(n, 0, n, 0.95)
        assert low == pytest.approx(2 * 0.025 ** (1 / n) - 1, abs=1e-6)
        assert high == 1.0
    assert mcnemar(*table(0, 5, 0, 7)) == 0.0625
    assert difference_bounds(5, 0, 12, 0.95)[0] == 0.0  # Tango: +0.073
    assert mcnemar(*table(0, 4, 0, 12)) == 0.125
    assert difference_bounds(4, 0, 16, 0.95)[0] < 0.0  # Tango: +0.008
    assert mcnemar(*table(0, 6, 0, 6)) == 0.03125
    assert difference_bounds(6, 0, 12, 0.95)[0] > 0.0


@given(b=st.integers(0, 14), c=st.integers(0, 14), rest=st.integers(0, 6))
def test_interval_and_exact_test_never_contradict(b: int, c: int, rest: int):
    """No interval leaves out what McNemar's exact test does not refuse."""
    first, second = table(2, b, c, rest)
    refused = mcnemar(first, second) < 0.05  # type: ignore[operator]
    found, ratio = share_difference(first, second), share_ratio(first, second)
    assert refused or found.low <= 0 <= found.high  # type: ignore[operator]
    assert ratio.low is None or refused or ratio.low <= 1 <= ratio.high  # type: ignore[operator]


def test_many_pairs_are_tangos():
    n = MOST_EXACT + 1
    assert difference_bounds(300, 200, n, 0.95)[0] == tango_lower(300, 200, n, 0.95)


def test_published_example_of_bonett_and_price():
    """The same data, by the formula of the R package contingencytables 3 (0.0677 to 0.9227)."""
    found = bonett_price(*table(1, 1, 7, 12), 0.95)
    assert found.estimate == pytest.approx(0.25)
    assert (found.low, found.high) == pytest.approx((0.0677, 0.9227), abs=1e-4)
    assert share_ratio(*table(1, 1, 7, 12)).high == 1.0  # McNemar's exact p is 0.0703


@pytest.mark.parametrize("shares", [(0.5, 0.4), (0.8, 0.5)])
def test_ratio_covers_95_percent(shares: tuple[float, float]):
    first, second = pairs(48, shares, np.random.default_rng(3))
    true = shares[0] / shares[1]
    found = [share_ratio(a, b) for a, b in zip(first, second, strict=True)]
    assert 0.94 <= np.mean([one.low <= true <= one.high for one in found]) <= 0.985  # type: ignore[operator]


def test_shares_cover_95_percent_over_all_sizes():
    """Wilson's interval, which single shares get, over shares from 0 to 1 drawn at random."""
    rng = np.random.default_rng(0)
    covered = []
    for true in rng.uniform(size=DRAWS):
        found = proportion_interval(int(rng.binomial(32, true)), 32)
        covered.append(found.low <= true <= found.high)  # type: ignore[operator]
    assert 0.93 <= np.mean(covered) <= 0.97


@given(both=st.integers(0, 20), one=st.integers(0, 20), other=st.integers(0, 20))
def test_sides_may_be_exchanged(both: int, one: int, other: int):
    there = share_difference(*table(both, one, other, 5))
    back = share_difference(*table(both, other, one, 5))
    assert there.low == pytest.approx(-back.high, abs=1e-9)  # type: ignore[operator]
    assert -1 <= there.low <= there.estimate <= there.high <= 1  # type: ignore[operator]


def test_nothing_happened_is_no_certainty():
    nothing = np.zeros(32)
    found = share_difference(nothing, nothing)
    assert found.estimate == 0.0
    assert found.high > proportion_interval(0, 32).high  # type: ignore[operator]
    assert found.low == pytest.approx(-found.high)  # type: ignore[operator]
    assert share_ratio(nothing, nothing).estimate is None
    assert share_difference(np.ones(6), np.zeros(6)).low > 0  # type: ignore[operator]


@given(st.integers(0, 12), st.integers(0, 12))
def test_mcnemar_is_the_binomial_test(one: int, other: int):
    expected = stats.binomtest(one, one + other).pvalue if one + other else 1.0
    assert mcnemar(*table(3, one, other, 4)) == pytest.approx(expected)


@pytest.mark.parametrize("share", [0.05, 0.3])
def test_the_mean_over_settings_covers_at_least_95_percent(share: float):
    """Three settings, in each of which the first side falls more often by the same share."""
    rng, n = np.random.default_rng(5), 24
    sides = [pairs(n, (share + 0.1, share), rng) for _ in range(3)]
    means = [np.mean([side[i] for side in sides], axis=0) for i in (0, 1)]
    low, high = bootstrap_bounds((means[0] - means[1]).T, np.zeros((n, 0)), rng, resamples=999)
    covered = 0
    for k in range(DRAWS):
        apart = [share_difference(first[k], second[k]) for first, second in sides]
        estimate = float(np.mean([one.estimate or 0.0 for one in apart]))
        found = pooled_difference(apart, Interval(estimate, float(low[k]), float(high[k])))
        covered += found.low <= 0.1 <= found.high  # type: ignore[operator]
    assert 0.945 <= covered / DRAWS <= 0.99


def test_a_setting_without_an_interval_leaves_none():
    assert mean_of_differences([Interval(None, None, None)]).estimate is None
