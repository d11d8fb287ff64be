"""Ranks: ties stay ties, nothing is ranked by nothing, and the intervals keep their promise."""

from __future__ import annotations

import numpy as np
import pytest

from retrowalk.experiments.statistics.ranks import Rank, rank


def ranks(*columns, highest_first: bool = True, seed: int = 0) -> list[Rank]:
    values = np.column_stack([np.asarray(column, float) for column in columns])
    return rank(values, highest_first, np.random.default_rng(seed))


def placed(found: list[Rank]) -> list[tuple]:
    return [(one.rank, one.tied, one.low, one.high) for one in found]


def test_who_is_far_ahead_is_first_for_sure():
    noise = np.random.default_rng(0).standard_normal((20, 3))
    found = ranks(noise[:, 0], noise[:, 1] + 100, noise[:, 2] + 50)
    assert placed(found) == [(3, False, 3, 3), (1, False, 1, 1), (2, False, 2, 2)]
    lowest = ranks(noise[:, 0], noise[:, 1] + 100, noise[:, 2] + 50, highest_first=False)
    assert [one.rank for one in lowest] == [1, 3, 2]


def test_equals_share_a_rank_and_the_next_is_left_out():
    found = ranks(np.ones(10), np.ones(10), np.zeros(10))
    assert placed(found) == [(1, True, 1, 2), (1, True, 1, 2), (3, False, 3, 3)]


def test_equal_but_for_rounding_is_equal():
    values = np.random.default_rng(1).random(12)
    found = ranks(values + 0.3, (values + 0.1) + 0.2)
    assert [one.rank for one in found] == [1, 1]


def test_one_lucky_trial_more_is_no_certain_rank():
    found = ranks([1] * 7 + [0], [1] * 8)
    assert placed(found) == [(2, False, 1, 2), (1, False, 1, 2)]


def test_pairs_that_always_differ_alike_are_sure_though_trials_scatter():
    trials = np.random.default_rng(2).standard_normal(16)
    found = ranks(trials, trials - 0.01)
    assert placed(found) == [(1, False, 1, 1), (2, False, 2, 2)]


def test_without_any_value_there_is_no_rank():
    nothing = np.full(10, np.nan)
    found = ranks(np.ones(10), nothing, np.zeros(10))
    assert placed(found) == [(1, False, 1, 1), (None, False, None, None), (2, False, 2, 2)]
    assert found[1].note == "no trial has a value"
    assert [one.rank for one in ranks(nothing, nothing)] == [None, None]


def test_few_trials_give_a_rank_but_no_interval():
    found = ranks([1, 2, 3], [2, 3, 4])
    assert placed(found) == [(2, False, None, None), (1, False, None, None)]
    assert found[0].note == "fewer than 6 trials give no interval"


def test_ranks_are_by_the_trials_that_all_have_where_these_are_enough():
    trials = np.arange(10.0)
    found = ranks(trials, [*trials[:9], np.nan])
    assert placed(found) == [(1, True, 1, 2), (1, True, 1, 2)]
    apart = ranks([5, np.nan] * 8, [np.nan, 4] * 8)
    assert [one.rank for one in apart] == [1, 2]
    assert all("differ between policies" in one.note for one in apart)


def test_the_same_generator_gives_the_same_interval():
    values = np.random.default_rng(3).random((12, 4))
    assert placed(ranks(*values.T)) == placed(ranks(*values.T))


@pytest.mark.parametrize(("gaps", "trials"), [((0.0, 0.4, 0.8), 12), ((0.0, 0.25), 8)])
def test_intervals_hold_the_true_rank(gaps: tuple[float, ...], trials: int):
    """Of 300 draws with known ranks at least 93 % of the intervals hold them."""
    rng, held = np.random.default_rng(4), 0
    truth = np.arange(len(gaps), 0, -1)
    for _ in range(300):
        shared = rng.standard_normal((trials, 1))
        values = shared + rng.standard_normal((trials, len(gaps))) + np.array(gaps)
        found = rank(values, True, rng)
        held += sum(
            one.low is not None and one.high is not None and one.low <= true <= one.high
            for one, true in zip(found, truth, strict=True)
        )
    assert held / (300 * len(gaps)) >= 0.93
