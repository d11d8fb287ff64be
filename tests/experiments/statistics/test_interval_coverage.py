"""Intervals hold the truth in 93 to 97 % of 1,000 draws where no other test says so already."""

from __future__ import annotations

import numpy as np
import pytest

from retrowalk.experiments.statistics import paired as statistics
from retrowalk.experiments.statistics.paired import (
    bootstrap_bounds,
    compare_ratios,
)
from retrowalk.experiments.statistics.survival import kaplan_meier

DRAWS = 1000


def share(covered: list[bool]) -> float:
    assert len(covered) == DRAWS
    return float(np.mean(covered))


@pytest.mark.parametrize("at_m", [10.0, 20.0, 40.0])
def test_kaplan_meier(at_m: float):
    """48 trials, falls at random by the metre, cut off at random: 1 - exp(-d / 40)."""
    rng, true, covered = np.random.default_rng(int(at_m)), 1 - np.exp(-at_m / 40.0), []
    for _ in range(DRAWS):
        fall, end = rng.exponential(40.0, 48), rng.uniform(20.0, 120.0, 48)
        found = kaplan_meier(np.minimum(fall, end), fall < end).fall_probability(at_m)
        covered.append(bool(found.low <= true <= found.high))  # type: ignore[operator]
    assert 0.93 <= share(covered) <= 0.97


def test_ratio_of_ratios(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(statistics, "RESAMPLES", 999)
    rng, covered = np.random.default_rng(2), []
    for _ in range(DRAWS):
        person = 0.1 * rng.normal(size=24)
        parts = [mean + person + 0.1 * rng.normal(size=24) for mean in (1.5, 1.0, 1.2, 1.0)]
        found = compare_ratios((parts[0], parts[1], parts[2], parts[3]), rng).interval
        covered.append(bool(found.low <= 1.25 <= found.high))  # type: ignore[operator]
    assert 0.93 <= share(covered) <= 0.97


@pytest.mark.parametrize("n", [16, 48])
def test_difference_of_skewed_values(n: int):
    """Each side is lognormal, as costs and loads are; what pairs share is half of the variance."""
    rng = np.random.default_rng(n)
    person = rng.normal(size=(n, DRAWS))
    first = np.exp(0.3 * (person + rng.normal(size=(n, DRAWS))))
    second = np.exp(0.3 * (person + rng.normal(size=(n, DRAWS)))) * 0.8
    true = 0.2 * np.exp(0.3**2)
    low, high = bootstrap_bounds(first - second, np.zeros((n, 0)), rng, resamples=1999)
    assert 0.93 <= share([bool(one) for one in (low <= true) & (true <= high)]) <= 0.97
