"""Intervals hold their level; tests and corrections agree with scipy and with hand calculation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import stats

from retrowalk.experiments.statistics.paired import (
    bootstrap_bounds,
    compare_paired,
    hedges_g,
    holm,
    mean_intervals,
    proportion_interval,
    sign_flip_p_value,
)

DRAWS = 4000


def _rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("n", [8, 16, 64])
def test_difference_interval_covers_95_percent(n: int):
    differences = 0.3 + _rng(n).normal(size=(n, DRAWS))
    low, high = bootstrap_bounds(differences, np.zeros((n, 0)), _rng(1), resamples=2000)
    covered = np.mean((low <= 0.3) & (high >= 0.3))
    assert 0.93 <= covered <= 0.97


@pytest.mark.parametrize("n", [16, 32])
def test_ratio_interval_covers_95_percent(n: int):
    rng = _rng(n)
    person = rng.normal(size=(n, DRAWS))  # what a pair shares
    first = 1.2 + 0.1 * person + 0.1 * rng.normal(size=(n, DRAWS))
    second = 1.0 + 0.1 * person + 0.1 * rng.normal(size=(n, DRAWS))
    low, high = bootstrap_bounds(first, second, _rng(1), resamples=2000)
    covered = np.mean((low <= 1.2) & (high >= 1.2))
    assert 0.93 <= covered <= 0.97


def test_interval_agrees_with_students_for_normal_data():
    values = _rng(3).normal(2.0, 1.0, size=200)
    (got,) = mean_intervals(values[:, None], _rng(1))
    low, high = stats.t.interval(0.95, 199, values.mean(), stats.sem(values))
    assert got.low == pytest.approx(low, abs=0.01)
    assert got.high == pytest.approx(high, abs=0.01)


def test_pairs_with_a_null_are_dropped_and_counted():
    first = np.array([1.0, 2.0, np.nan, 4.0, 5.0])
    second = np.array([0.5, np.nan, 2.0, 3.0, 4.5])
    got = compare_paired(first, second, "difference", _rng())
    assert (got.pairs, got.dropped) == (3, 2)
    assert got.interval.estimate == pytest.approx(2.0 / 3.0)
    assert got.mean_first == pytest.approx(10.0 / 3.0)


def test_pairing_is_used():
    person = 10.0 * _rng(5).normal(size=20)
    noise = 0.1 * _rng(6).normal(size=20)
    got = compare_paired(person + 1.0 + noise, person, "difference", _rng())
    assert got.interval.low is not None
    assert got.interval.high is not None
    assert 0.9 < got.interval.low < got.interval.high < 1.1


def test_same_generator_same_interval():
    values = _rng(2).normal(size=(30, 3))
    assert mean_intervals(values, _rng(9)) == mean_intervals(values, _rng(9))


def test_nothing_to_compare_gives_nulls_not_zeros():
    nothing = np.full(4, np.nan)
    got = compare_paired(nothing, nothing, "ratio", _rng())
    assert got.interval.estimate is None
    assert got.p_value is None
    assert (got.pairs, got.dropped) == (0, 4)
    assert mean_intervals(np.empty((0, 1)), _rng())[0].estimate is None


def test_few_pairs_have_an_estimate_and_no_interval():
    first, second = np.array([3.0, 3.3, 3.1]), np.array([2.0, 2.2, 2.0])
    got = compare_paired(first, second, "ratio", _rng())
    assert got.interval.estimate == pytest.approx(9.4 / 6.2)
    assert got.interval.low is None
    assert got.p_value == 0.25  # of 8 sign patterns, all plus and all minus


def test_ratio_of_means_with_different_signs_is_null():
    got = compare_paired(np.array([1.0, 2.0]), np.array([-1.0, 0.5]), "ratio", _rng())
    assert got.interval.estimate is None
    assert got.interval.low is None


def test_ratio_whose_divisor_may_be_zero_has_no_interval():
    got = compare_paired(np.arange(1.0, 8.0), np.arange(-1.0, 6.0), "ratio", _rng())
    assert got.interval.estimate is not None
    assert got.interval.low is None


def test_constant_difference_has_an_interval_of_no_width():
    got = compare_paired(np.full(8, 0.3), np.full(8, 0.1), "difference", _rng())
    assert got.interval.low == got.interval.high == got.interval.estimate
    assert got.effect_size is None


@pytest.mark.parametrize("n", [6, 12])
def test_sign_flip_is_exact_for_few_pairs(n: int):
    differences = _rng(n).normal(0.5, 1.0, size=n)
    reference = stats.permutation_test(
        (differences, np.zeros(n)),
        lambda a, b, axis: np.mean(a - b, axis=axis),
        permutation_type="samples",
        n_resamples=2**n,
        vectorized=True,
    )
    assert sign_flip_p_value(differences, _rng()) == pytest.approx(reference.pvalue)


def test_sign_flip_of_many_pairs_is_near_the_t_test():
    differences = _rng(4).normal(0.2, 1.0, size=60)
    got = sign_flip_p_value(differences, _rng())
    t_value = differences.mean() / stats.sem(differences)
    assert got == pytest.approx(2 * stats.t.sf(abs(t_value), 59), abs=0.02)


def test_hedges_g_by_hand():
    assert hedges_g(np.array([1.0, 2.0, 3.0])) == pytest.approx(2.0 * (1 - 3 / 7))


@given(total=st.integers(1, 200), share=st.floats(0, 1))
def test_wilson_stays_within_0_and_1_around_the_share(total: int, share: float):
    count = round(share * total)
    got = proportion_interval(count, total)
    assert got.low is not None
    assert got.high is not None
    assert 0.0 <= got.low <= count / total + 1e-12
    assert count / total - 1e-12 <= got.high <= 1.0
    assert got.low < got.high


def test_wilson_by_published_value():
    got = proportion_interval(0, 10)
    assert got.high == pytest.approx(0.2775, abs=1e-3)


def test_holm_by_hand():
    assert holm([0.01, 0.04, None, 0.03]) == pytest.approx([0.03, 0.06, None, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm_never_lowers_a_p_value_nor_changes_their_order(p_values: list[float]):
    corrected = holm(p_values)
    for before, after in zip(p_values, corrected, strict=True):
        assert after is not None
        assert before <= after <= 1.0
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    ranked = [corrected[i] or 0.0 for i in order]
    assert ranked == sorted(ranked)
