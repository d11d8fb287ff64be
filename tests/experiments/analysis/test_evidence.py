"""When walks are no evidence about people, and that every place that answers says so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from retrowalk.envs.policies.source import gait_source
from retrowalk.experiments.analysis.contrasts import analyse
from retrowalk.experiments.analysis.evidence import standings
from retrowalk.experiments.statistics.paired import Interval
from retrowalk.experiments.study.columns import MEASURE_COLUMNS
from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.pace import PreferredSpeed
from retrowalk.experiments.study.plan import Plan, make_plan
from retrowalk.models.walker import WALKERS, Walker
from retrowalk.sim.ground.presets import PRESETS
from retrowalk.sim.ground.surface import Surface

WAYS = ["backward", "forward"]
N = 12
BASE: dict[str, Any] = {
    "name": "known",
    "factors": {"direction": WAYS},
    "technique": {"speed_m_per_s": 0.8},
    "trials": N,
}
NOISY = ({"sensory_noise": 1.5}, {"motor_noise": 0.03})


def plan_of(measure: str = "fell", as_: str = "difference", **changes: Any) -> Plan:
    config = {**BASE, **changes}
    factor, levels = next(iter(config["factors"].items()))
    config.setdefault(
        "contrasts", [{"measure": measure, "between": {factor: levels[:2]}, "as": as_}]
    )
    return make_plan(ExperimentConfig.model_validate(config))


def trials_of(plan: Plan, falls: list[int], onset_s: float | None = None) -> pd.DataFrame:
    """Walks of which so many of each cell fall, at 5 s; hazards come at `onset_s`."""
    rows = []
    for cell, fallen in zip(plan.cells, falls, strict=True):
        for i, seed in enumerate(plan.seeds):
            row = dict.fromkeys(MEASURE_COLUMNS, 0.1 + 0.01 * ((7 * i) % 5) + 0.03 * cell.index)
            row |= {"trial": cell.index * len(plan.seeds) + i, "cell": cell.index, "seed": seed}
            row |= {
                "valid": True,
                "fell": i < fallen,
                "time_to_fall_s": 5.0 if i < fallen else None,
            }
            rows.append(row | {"hazard_onset_s": np.nan if onset_s is None else onset_s})
    return pd.DataFrame(rows)


def reasons(plan: Plan, falls: list[int], **how: Any) -> list[list[str]]:
    found = analyse(trials_of(plan, falls, **how), plan)["contrasts"]
    return [[one["reason"] for one in answer["withheld"]] for answer in found]


def test_a_gait_fails_where_more_than_half_fall_undisturbed():
    assert reasons(plan_of(), [6, 0]) == [[]]
    assert reasons(plan_of(), [7, 0]) == [["gait-fails"]]
    told = analyse(trials_of(plan_of(), [7, 12]), plan_of())
    sentence = (
        "The gait fails here (backward: 7 of 12 walks fall undisturbed; forward: 12 of 12 walks "
        "fall undisturbed); this is no evidence about people."
    )
    assert told["contrasts"][0]["withheld"][0]["says"] == sentence
    assert told["no_evidence"] == [{"reason": "gait-fails", "says": sentence}]
    assert [cell["standing"]["fails"] for cell in told["cells"]] == [True, True]


@pytest.mark.parametrize(("onset_s", "undisturbed"), [(4.0, 0), (5.0, 0), (6.0, 9), (None, 9)])
def test_a_fall_is_undisturbed_until_the_hazard_has_come(onset_s: float | None, undisturbed: int):
    """Falls at 5 s: of a push at 4 s they are an outcome, before one at 6 s the gait's."""
    plan = plan_of(hazards=["push-sideways"])
    known = standings(trials_of(plan, [9, 0], onset_s), plan)
    assert known[0].undisturbed == undisturbed
    assert known[0].fails is (undisturbed > 6)
    assert reasons(plan, [9, 0], onset_s=onset_s) == [["gait-fails"] if undisturbed else []]


def test_means_over_the_few_who_stay_up_under_pushes_are_no_answer():
    plan = plan_of("speed_m_per_s", "ratio", hazards=["push-sideways"])
    assert "most-fall" in reasons(plan, [9, 0], onset_s=4.0)[0]


def test_a_mean_over_settings_in_which_most_fall_is_refused():
    plan = plan_of(factors={"direction": WAYS, "arms": ["swing", "crossed"]})
    single, other, pooled = reasons(plan, [8, 0, 0, 0])  # backward, swinging arms
    assert (single, other, pooled) == (["gait-fails"], [], ["pooled-over-falls"])
    found = analyse(trials_of(plan, [8, 0, 0, 0]), plan)["contrasts"][2]["withheld"][0]["says"]
    assert "backward, swing: 8 of 12 walks fall" in found
    assert "says nothing" in found


@pytest.mark.parametrize(("trials", "expected"), [(5, [["too-few-pairs"]]), (6, [[]])])
def test_fewer_than_six_pairs_give_no_answer(trials: int, expected: list[list[str]]):
    assert reasons(plan_of(trials=trials), [1, 0]) == expected


@pytest.mark.parametrize(
    ("changes", "measure", "by"),
    [
        ({}, "speed_m_per_s", "technique.speed_m_per_s"),
        ({}, "trunk_lean_rad", "the gait's own parameters"),
        (
            {"technique": {"speed_m_per_s": 0.8, "trunk_lean_rad": 0.1}},
            "trunk_lean_rad",
            "technique.trunk_lean_rad",
        ),
        (
            {"technique": {"speed_m_per_s": 0.8, "step_width_m": 0.12}},
            "step_width_m",
            "technique.step_width_m",
        ),
        (
            {"technique": {"speed_m_per_s": 0.8, "cadence_steps_per_min": 120.0}},
            "stride_length_m",
            "technique.cadence_steps_per_min",
        ),
    ],
)
def test_what_is_commanded_is_no_result(changes: dict, measure: str, by: str):
    plan = plan_of(measure, **changes)
    (refused,) = analyse(trials_of(plan, [0, 0]), plan)["contrasts"][0]["withheld"]
    assert refused["reason"] == "commanded"
    assert f"is set by {by}: what is commanded is no result." in refused["says"]


def test_what_is_not_commanded_is_a_result():
    assert reasons(plan_of("step_width_m"), [0, 0]) == [[]]
    assert reasons(plan_of("stride_length_m", "ratio"), [0, 0]) == [[]]


@pytest.mark.parametrize("measure", ["stride_time_cv", "step_width_sd_m", "mos_ml_sd_m"])
def test_variability_without_noise_is_no_human_variability(measure: str):
    (refused,) = analyse(trials_of(plan := plan_of(measure), [0, 0]), plan)["contrasts"][0][
        "withheld"
    ]
    assert refused["reason"] == "noise-free"
    assert refused["says"].endswith("is no human variability.")
    for walker in NOISY:
        assert reasons(plan_of(measure, walker=walker), [0, 0]) == [[]]


def swept(estimate: float, *, at_end: bool) -> list[PreferredSpeed]:
    return [
        PreferredSpeed(
            (("direction", way),),
            Interval(estimate, estimate, estimate),
            at_end,
            (0.8, 0.9, 1.0),
            (9.0, 8.5, 8.0),
            (6, 6, 6),
            (1.0, 1.0, 1.0),
        )
        for way in WAYS
    ]


def test_a_least_cost_at_the_end_of_the_speeds_is_no_preferred_speed():
    config = plan_of("cost_of_transport_j_per_kg_m", "ratio", pace="preferred").config
    for at_end, expected in ((True, [["not-enclosed"]]), (False, [[]])):
        plan = make_plan(config, swept(1.0 if at_end else 0.9, at_end=at_end))
        assert reasons(plan, [0, 0]) == expected
    plan = make_plan(config, swept(1.0, at_end=True))
    (refused,) = analyse(trials_of(plan, [0, 0]), plan)["contrasts"][0]["withheld"]
    assert "not enclosed" in refused["says"]
    assert "backward: least at 1 m/s of 0.8 to 1 m/s" in refused["says"]
    assert "cannot say" in refused["says"]


YOUNG = WALKERS["young-adult"]
WOMAN = Walker("woman", height_m=1.6, mass_kg=60.0, sex="female", age_years=70.0)


@pytest.mark.parametrize(
    ("policy", "speed", "walker", "surface", "fields"),
    [
        ("scripted", 0.6, YOUNG, PRESETS["grass"].surface, set()),
        ("scripted", 0.6, YOUNG, PRESETS["rough-2cm"].surface, {"roughness_m"}),
        ("scripted", 0.6, YOUNG, PRESETS["decline-10pct"].surface, {"slope"}),
        ("scripted", 0.8, YOUNG, PRESETS["grass"].surface, {"indentation_m", "friction"}),
        ("scripted", 0.6, YOUNG, PRESETS["ice-patch"].surface, {"patch_friction"}),
        ("scripted", 0.8, YOUNG, Surface(belt=True), set()),
        ("scripted", 0.8, Walker("w", sensory_noise=2.0, attention=0.5), Surface(), set()),
        ("scripted", 0.6, WOMAN, Surface(), {"height_m", "mass_kg", "sex", "age_years"}),
        ("scripted", 0.6, WALKERS["older-adult"], Surface(), set()),  # has a gait of his own
        ("scripted", 0.6, WALKERS["weak-general"], Surface(), {"strength"}),
        ("ppo-backward-rough", 0.6, YOUNG, PRESETS["rough-4cm"].surface, set()),
        ("ppo-backward-rough", 0.6, YOUNG, PRESETS["ice-patch"].surface, set()),
        ("ppo-backward-rough", 0.6, YOUNG, PRESETS["cobbles-3cm"].surface, {"cobble_height_m"}),
        ("ppo-residual-quick", 0.6, Walker("w", mass_kg=78.0), Surface(), set()),
        ("ppo-residual-quick", 0.6, Walker("w", mass_kg=80.0), Surface(), {"mass_kg"}),
        ("ppo-backward-eyes", 0.6, YOUNG, PRESETS["flat"].surface, set()),  # by what it began from
    ],
)
def test_a_gait_knows_what_it_was_made_for(
    policy: str, speed: float, walker: Walker, surface: Surface, fields: set[str]
):
    domains = gait_source(policy, "backward", "human", walker).made_for(speed)
    assert domains
    outside = [one for domain in domains for one in domain.outside("human", walker, surface)]
    assert {one.field for one in outside} == fields


def test_other_numerics_are_the_same_body_and_another_body_is_not():
    (domain,) = gait_source("scripted", "backward", "human", YOUNG).made_for(0.6)
    assert not domain.outside("human@half-step", YOUNG, Surface())
    assert [one.field for one in domain.outside("human-2026b", YOUNG, Surface())] == ["body"]


def test_a_belts_programme_is_a_slope():
    (domain,) = gait_source("scripted", "backward", "human", YOUNG).made_for(0.6)
    assert not domain.outside("human", YOUNG, Surface(belt=True), (0.05,))
    assert domain.outside("human", YOUNG, Surface(belt=True), (0.0, 0.08))[0].field == "slope"


def test_what_lies_outside_is_said_in_words():
    plan = plan_of(walker={"height_m": 1.6, "age_years": 70.0}, surface="rough-2cm")
    (refused,) = analyse(trials_of(plan, [0, 0]), plan)["contrasts"][0]["withheld"]
    assert refused["says"] == (
        "Outside of what the gait was tuned or trained for (age 70 years, made for up to 40 years; "
        "height 160 cm, made for 175 cm; roughness 2 cm, made for 0 cm); this is no evidence about "
        "people."
    )
