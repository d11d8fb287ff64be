"""Answers over controllers: agreement in sign, the interval over them, and what is not counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import t

from retrowalk.experiments.analysis.controllers import Controllers, over_controllers
from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.plan import make_plan


def contrast(policy: str, estimate: float | None, **changes: Any) -> dict[str, Any]:
    return {
        "measure": "step_width_m",
        "between": {"direction": ["backward", "forward"]},
        "as": "difference",
        "where": {"policy": policy, "surface": "flat"},
        "pooled": False,
        "estimate": estimate,
        "low": None if estimate is None else estimate - 0.001,
        "high": None if estimate is None else estimate + 0.001,
        "n_pairs": 12,
        "withheld": [],
        **changes,
    }


def together(*estimates: float | None, **changes: Any) -> dict[str, Any]:
    contrasts = [contrast(f"gait-{i}", one, **changes) for i, one in enumerate(estimates)]
    (found,) = over_controllers(contrasts)
    return found


def test_the_interval_holds_what_differs_between_controllers():
    estimates = np.array([0.010, 0.030, 0.020, 0.025, 0.015])
    found = together(*estimates)
    reach = t.ppf(0.975, 4) * estimates.std(ddof=1) / np.sqrt(5)
    assert found["low"] == pytest.approx(estimates.mean() - reach)
    assert found["high"] - found["low"] > 5 * 0.002  # of a single controller
    assert (found["says"], found["agreeing"], found["counted"]) == ("higher", 5, 5)
    assert found["where"] == {"surface": "flat"}


def test_a_ratio_is_taken_on_its_logarithm():
    found = together(0.5, 0.6, 0.7, **{"as": "ratio"})
    assert found["estimate"] == pytest.approx((0.5 * 0.6 * 0.7) ** (1 / 3))
    assert found["says"] == "lower"


def test_controllers_that_disagree_give_no_answer():
    found = together(0.02, 0.03, 0.02, -0.01, -0.02)
    assert found["says"] == "this model cannot say: 3 of 5 controllers above, 2 below"


def test_one_of_five_may_differ_but_the_interval_must_tell():
    assert together(0.02, 0.03, 0.02, 0.03, -0.001)["says"] == "higher"
    assert "interval over controllers" in together(0.02, 0.03, 0.02, 0.03, -0.06)["says"]


def test_who_gives_no_answer_is_told_and_not_counted():
    refused = [{"reason": "gait-fails", "says": "The gait fails here."}]
    contrasts = [contrast(f"gait-{i}", 0.02 + 0.001 * i) for i in range(3)]
    contrasts += [contrast("falls", -0.5, withheld=refused), contrast("none", None)]
    (found,) = over_controllers(contrasts)
    assert (found["counted"], found["says"]) == (3, "higher")
    told = {one["policy"]: one for one in found["controllers"]}
    assert told["falls"]["withheld"] == ["The gait fails here."]
    assert not told["none"]["counts"]
    assert "1 controllers" in together(0.02, None)["says"]


def test_it_asks_for_several_gaits_and_something_else_to_compare():
    asked = {"measure": "fell", "between": {"direction": ["backward", "forward"]}}
    config = {"name": "known", "technique": {"speed_m_per_s": 0.8}, "contrasts": [asked]}
    ways = {"direction": ["backward", "forward"]}

    def applies(**changes: Any) -> bool:
        return Controllers().applies(make_plan(ExperimentConfig.model_validate(config | changes)))

    gaits = ["scripted", "reference"]
    assert applies(factors={**ways, "policy": gaits})
    assert not applies(factors=ways)
    between = {"measure": "fell", "between": {"policy": gaits}}
    assert not applies(factors={**ways, "policy": gaits}, contrasts=[between])
