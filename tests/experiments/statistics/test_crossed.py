"""The interval over controllers and people holds the truth in 93 to 97 % of 1,000 draws."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from retrowalk.experiments.statistics.crossed import crossed_bounds, crossed_interval

DRAWS, TRUE = 1000, 0.3


def drawn(k: int, m: int, spread: tuple[float, float, float], seed: int) -> np.ndarray:
    """Tables of a mean, controllers, people and what both together do, (DRAWS, k, m)."""
    rng = np.random.default_rng([k, m, seed])
    controllers, people, both = spread
    return (
        TRUE
        + controllers * rng.normal(size=(DRAWS, k, 1))
        + people * rng.normal(size=(DRAWS, 1, m))
        + both * rng.normal(size=(DRAWS, k, m))
    )


@pytest.mark.parametrize(("k", "m"), [(5, 24), (5, 12), (3, 8), (8, 24)])
@pytest.mark.parametrize(
    "spread", [(1.0, 1.0, 0.5), (1.0, 0.3, 1.0), (0.3, 1.0, 0.3)], ids=["both", "gaits", "people"]
)
def test_it_holds_the_truth(k: int, m: int, spread: tuple[float, float, float]):
    _, low, high = crossed_bounds(drawn(k, m, spread, 1))
    held = float(np.mean((low <= TRUE) & (high >= TRUE)))
    assert 0.93 <= held <= 0.97


def test_without_any_spread_beyond_chance_it_holds_the_truth_at_least():
    _, low, high = crossed_bounds(drawn(5, 24, (0.0, 0.0, 1.0), 2))
    assert np.mean((low <= TRUE) & (high >= TRUE)) >= 0.93


def test_chance_between_trials_alone_is_far_too_narrow():
    """What an interval over the trials of one controller leaves out."""
    values = drawn(5, 24, (1.0, 0.2, 0.2), 3)
    one = values[:, 0]
    reach = t.ppf(0.975, 23) * one.std(-1, ddof=1) / np.sqrt(24)
    assert np.mean(np.abs(one.mean(-1) - TRUE) <= reach) < 0.2


def test_one_controller_or_one_person_leaves_students_interval():
    row = np.array([0.1, 0.4, 0.2, 0.9])
    reach = t.ppf(0.975, 3) * row.std(ddof=1) / 2
    for table in (row[:, None], row[None, :]):
        found = crossed_interval(table)
        assert found.low == pytest.approx(row.mean() - reach)
        assert found.high == pytest.approx(row.mean() + reach)
    assert crossed_interval(row[:1, None]).low is None
    assert crossed_interval(np.ones((5, 4))).low == pytest.approx(1.0)
