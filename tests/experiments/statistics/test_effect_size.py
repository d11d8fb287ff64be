"""Effect sizes and what can be seen: against simulation and the exact binomial."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from retrowalk.experiments.statistics.effect_size import (
    detectable,
    detectable_share,
    effect_size,
    noncentrality,
    smallest,
)
from retrowalk.experiments.statistics.paired_shares import mcnemar

DRAWS = 1000


@pytest.mark.parametrize("n", [6, 16, 48])
@pytest.mark.parametrize("true", [0.0, 0.5, 2.0, 20.0])
def test_interval_covers_95_percent(n: int, true: float):
    rng = np.random.default_rng(n + int(10 * true))
    found = [effect_size(true + rng.normal(size=n)) for _ in range(DRAWS)]
    covered = [one.low <= true <= one.high for one in found]  # type: ignore[operator]
    assert 0.93 <= np.mean(covered) <= 0.97


@pytest.mark.parametrize("t", [0.0, 2.0, -7.5, 25.0])
def test_noncentrality_turns_scipys_distribution_round(t: float):
    for p in (0.025, 0.975):
        assert stats.nct.cdf(t, 9, noncentrality(9, p, t)) == pytest.approx(p, abs=1e-6)


def test_the_rough_noncentrality_takes_over_without_a_step():
    below, above = noncentrality(15, 0.975, 29.999), noncentrality(15, 0.975, 30.001)
    assert below == pytest.approx(above, rel=0.03)


@pytest.mark.parametrize(("n", "d"), [(10, 0.996), (20, 0.660), (34, 0.495), (52, 0.396)])
def test_what_can_be_seen_agrees_with_simulation(n: int, d: float):
    found = detectable(n) or 0.0
    assert found == pytest.approx(d, abs=0.002)
    values = found + np.random.default_rng(n).normal(size=(20_000, n))
    _, p_values = stats.ttest_1samp(values, 0.0, axis=1)
    seen = np.asarray(p_values) < 0.05
    assert seen.mean() == pytest.approx(0.80, abs=0.01)


@pytest.mark.parametrize("n", [8, 32, 100])
def test_what_share_can_be_seen_agrees_with_the_binomial(n: int):
    share = detectable_share(n)
    assert share is not None
    seen = sum(
        stats.binom.pmf(k, n, share)
        for k in range(n + 1)
        if (mcnemar(np.arange(n) < k, np.zeros(n)) or 0) < 0.05
    )
    assert seen == pytest.approx(0.80, abs=1e-6)


def test_what_can_be_seen_is_told_in_the_measures_unit():
    rng = np.random.default_rng(0)
    first, second = 2.0 + rng.normal(size=20), 1.0 + 0.1 * rng.normal(size=20)
    found = smallest(first, second, shares=False)
    assert found.standardised == detectable(20)
    assert found.difference == pytest.approx(detectable(20) * (first - second).std(ddof=1))  # type: ignore[operator]
    assert found.ratio == pytest.approx(found.difference / second.mean())  # type: ignore[operator]
    assert smallest(first, second, shares=False, alpha=0.005).difference > found.difference  # type: ignore[operator]


def test_too_few_pairs_say_nothing():
    assert detectable(2) is None
    assert detectable_share(5) is None
    assert effect_size(np.array([1.0, 2.0])).low is None
    assert effect_size(np.full(9, 1.0)).estimate is None
