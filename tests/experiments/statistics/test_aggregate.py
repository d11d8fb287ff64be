"""Interquartile means of runs over tasks, their intervals, and the probability of improvement."""

from __future__ import annotations

import numpy as np
import pytest

from retrowalk.experiments.statistics.aggregate import (
    improvement,
    interquartile_interval,
    interquartile_mean,
    profile,
)


def test_the_interquartile_mean_leaves_out_the_outer_quarters():
    scores = np.array([[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 1000.0]])
    assert interquartile_mean(scores) == pytest.approx((2 + 3 + 4 + 5) / 4)


def test_runs_are_drawn_anew_within_each_task():
    """Tasks that differ by 100, runs that do not differ: nothing is left to chance."""
    scores = np.array([[1.0, 101.0]] * 5)
    found = interquartile_interval(scores, np.random.default_rng(0))
    assert (found.low, found.high) == (found.estimate, found.estimate) == (51.0, 51.0)
    assert interquartile_interval(scores[:2], np.random.default_rng(0)).low is None


def test_its_interval_holds_the_truth():
    """Of 200 groups of 10 normal runs in 6 tasks about 95 % (the bootstrap is somewhat narrow)."""
    rng, held = np.random.default_rng(3), 0
    for _ in range(200):
        found = interquartile_interval(rng.normal(size=(10, 6)), rng)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.0 <= found.high
    assert 0.88 <= held / 200 <= 0.99


def test_improvement_counts_pairs_of_runs_in_the_same_task():
    first, second = np.array([[1.0], [3.0], [5.0]]), np.array([[2.0], [3.0], [0.0]])
    found = improvement(first, second, np.random.default_rng(0))
    assert found.estimate == pytest.approx((1 + 2.5 + 3) / 9)
    assert improvement(first, first, np.random.default_rng(0)).estimate == pytest.approx(0.5)


def test_a_profile_is_the_share_that_reaches_a_threshold():
    assert profile(np.array([[0.2, 0.6], [1.0, 0.9]]), (0.5, 0.95)) == [0.75, 0.25]
