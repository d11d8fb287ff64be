"""The rule by which controllers give one answer: number, agreement, interval, falls, gates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import t

from retrowalk.experiments.analysis.agreement import Agreement


def agreement(*estimates: float, **changes: Any) -> Agreement:
    gates = (17, *[None] * (len(estimates) - 1))
    known: dict[str, Any] = {"ratio": False, "forward_gates": gates, **changes}
    return Agreement(np.array(estimates), **known)


def test_the_interval_holds_what_differs_between_controllers():
    estimates = np.array([0.010, 0.030, 0.020, 0.025, 0.015])
    found = agreement(*estimates)
    reach = t.ppf(0.975, 4) * estimates.std(ddof=1) / np.sqrt(5)
    assert found.interval.low == pytest.approx(estimates.mean() - reach)
    assert (found.says, found.most) == ("higher", 5)


def test_a_ratio_is_taken_on_its_logarithm():
    found = agreement(0.5, 0.6, 0.7, 0.6, 0.55, ratio=True)
    assert found.interval.estimate == pytest.approx((0.5 * 0.6 * 0.7 * 0.6 * 0.55) ** 0.2)
    assert found.says == "lower"
    assert agreement(0.5, -0.1, ratio=True).interval.estimate is None


def test_controllers_that_disagree_or_are_few_give_no_answer():
    assert "3 of 5 controllers lie above" in agreement(0.02, 0.03, 0.02, -0.01, -0.02).says
    assert "4 controllers give an answer, 5 are asked for" in agreement(0.2, 0.2, 0.2, 0.2).says
    assert "1 controller gives" in agreement(0.2).says


def test_one_of_five_may_differ_but_the_interval_must_tell():
    assert agreement(0.02, 0.03, 0.02, 0.03, -0.001).says == "higher"
    assert "interval over controllers" in agreement(0.02, 0.03, 0.02, 0.03, -0.06).says


def test_falls_need_the_exact_test_too():
    falls = (0.2, 0.25, 0.3, 0.2, 0.25)
    assert "exact test" in agreement(*falls, counts_falls=True).says
    assert "exact test" in agreement(*falls, counts_falls=True, p_value=0.06).says
    assert agreement(*falls, counts_falls=True, p_value=0.01).says == "higher"


@pytest.mark.parametrize("gates", [(16, None, 3, None, None), (None, None, None, None, 25)])
def test_one_that_agrees_must_walk_forward_like_people(gates: tuple[int | None, ...]):
    """The last controller disagrees, so that its gates say nothing for the others."""
    found = agreement(0.02, 0.03, 0.02, 0.03, -0.001, forward_gates=gates)
    assert "no forward gait of those that agree holds 17 of 25" in found.says
