"""Contrasts find what was put into made-up trials: main effects, interactions, fractions, falls."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest

from retrowalk.experiments.analysis.contrasts import analyse
from retrowalk.experiments.study.columns import MEASURE_COLUMNS
from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.plan import Plan, make_plan

FACTORS = {
    "direction": ["backward", "forward"],
    "surface": ["flat", "rough-2cm"],
    "strength": [0.7, 1.0],
    "attention": [0.5, 1.0],
}
MEASURE = "step_width_m"
EFFECT = {"direction": 0.04, "surface": 0.02, "strength": 0.0, "attention": -0.01}
BOTH = 0.03  # of direction on the first surface alone: the interaction


def plan_of(contrasts: list[dict[str, Any]], **changes: Any) -> Plan:
    given = {
        "name": "known",
        "factors": FACTORS,
        "technique": {"speed_m_per_s": 0.8},
        "trials": 12,
        "contrasts": contrasts,
    }
    return make_plan(ExperimentConfig.model_validate({**given, **changes}))


def trials_of(plan: Plan, fell: Any = lambda level, index: False) -> pd.DataFrame:
    """Trials whose step width is the sum of the effects of the cell's first levels and noise."""
    rows = []
    for cell in plan.cells:
        level = dict(cell.levels)
        at_first = {name: level[name] == FACTORS[name][0] for name in FACTORS if name in level}
        value = 0.1 + sum(EFFECT[name] for name, first in at_first.items() if first)
        value += BOTH if at_first.get("direction") and at_first.get("surface") else 0.0
        rng = np.random.default_rng(cell.index)
        for spec in plan.trials(cell):
            noise = 0.001 * rng.normal()
            measures = dict.fromkeys(MEASURE_COLUMNS, 1.0)
            rows.append(
                {
                    **measures,
                    "trial": spec.trial,
                    "cell": cell.index,
                    "valid": True,
                    "fell": fell(level, spec.index),
                    MEASURE: value + noise,
                }
            )
    return pd.DataFrame(rows)


def answers(plan: Plan, **how: Any) -> list[Any]:
    return analyse(trials_of(plan, **how), plan)["contrasts"]


def between(factor: str, **more: Any) -> dict[str, Any]:
    return {"measure": MEASURE, "between": {factor: FACTORS[factor]}, **more}


def test_a_full_factorial_tells_every_setting_and_the_mean():
    found = answers(plan_of([between("strength")]))
    assert len(found) == 8 + 1
    assert [one["pooled"] for one in found] == [False] * 8 + [True]
    assert all(one["aliases"] == [] for one in found)
    assert found[-1]["low"] <= EFFECT["strength"] <= found[-1]["high"]


@pytest.mark.parametrize("design", ["resolution-4", "full"])
@pytest.mark.parametrize("factor", FACTORS)
def test_main_effects_are_found_with_half_of_the_cells(design: str, factor: str):
    plan = plan_of([between(factor)], design=design)
    assert len(plan.cells) == (8 if design == "resolution-4" else 16)
    found = answers(plan)[-1]
    true = EFFECT[factor] + (BOTH / 2 if factor in ("direction", "surface") else 0.0)
    assert found["estimate"] == pytest.approx(true, abs=0.001)
    assert found["aliases"] == []  # of two factors at most


def test_resolution_3_says_what_a_main_effect_is_mixed_with():
    three = {name: FACTORS[name] for name in ("direction", "surface", "strength")}
    plan = plan_of([between("strength")], factors=three, design="resolution-3")
    (found,) = answers(plan)
    assert found["aliases"] == [["direction", "surface"]]
    mixed = abs(found["estimate"])  # strength does nothing itself
    assert mixed == pytest.approx(BOTH / 2, abs=0.001)


@pytest.mark.parametrize("as_", ["difference", "ratio"])
def test_an_interaction_is_the_difference_of_two_contrasts(as_: str):
    across = {"surface": FACTORS["surface"]}
    found = answers(plan_of([between("direction", across=across, **{"as": as_})]))
    assert len(found) == 4 + 1
    pooled = found[-1]
    assert pooled["pooled"]
    assert pooled["across"] == across
    if as_ == "difference":
        assert pooled["estimate"] == pytest.approx(BOTH, abs=0.001)
    else:
        base = 0.1 + EFFECT["attention"] / 2
        first = (base + 0.02 + 0.04 + BOTH) / (base + 0.02)
        assert pooled["estimate"] == pytest.approx(first / ((base + 0.04) / base), rel=0.01)
    assert pooled["low"] < pooled["estimate"] < pooled["high"]
    assert pooled["p"] < 0.001


def test_an_interaction_that_the_fraction_cannot_tell_is_refused():
    across = {"surface": FACTORS["surface"]}
    with pytest.raises(ValueError, match="cannot be told apart from strength × attention"):
        plan_of([between("direction", across=across)], design="resolution-4")


def test_falls_get_intervals_that_do_not_vanish():
    contrast = {"measure": "fell", "between": {"direction": FACTORS["direction"]}}
    found = answers(plan_of([contrast]))
    assert all(one["estimate"] == 0.0 for one in found)
    assert all(one["low"] < -0.05 and one["high"] > 0.05 for one in found)
    assert found[0]["method"] == "exact (Buehler's limits by Tango's score)"

    def falls(level: dict[str, Any], index: int) -> bool:
        return level["direction"] == "backward" and index < 9

    found = answers(plan_of([contrast]), fell=falls)
    assert all(one["estimate"] == pytest.approx(0.75) for one in found)
    assert found[0]["p"] == pytest.approx(2 * 0.5**9)
    assert found[0]["detectable"]["difference"] == pytest.approx(0.59, abs=0.02)


def test_what_can_be_seen_is_told_for_one_contrast_and_for_all():
    for one in answers(plan_of([between("direction"), between("surface")])):
        assert 0 < one["detectable"]["difference"] < one["detectable_holm"]["difference"]
        assert one["effect_size_low"] < one["effect_size"] < one["effect_size_high"]


def test_every_combination_of_the_settings_is_told_once():
    found = answers(plan_of([between("direction")]))
    names = ("surface", "strength", "attention")
    wheres = [tuple(one["where"][name] for name in names) for one in found[:-1]]
    assert wheres == list(itertools.product(*(FACTORS[name] for name in names)))
