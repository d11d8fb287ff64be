"""The factor `training`: a gait beside the one that its training went on from."""

from __future__ import annotations

from typing import Any

import pytest

from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.labels import level_words
from retrowalk.experiments.study.plan import make_plan
from retrowalk.sim.errors import ConfigError


def config(**fields: Any) -> ExperimentConfig:
    return ExperimentConfig.model_validate(
        {
            "name": "practice",
            "body": "human-2026b",
            "technique": {"speed_m_per_s": 0.8},
            "factors": {"training": ["whole", "first-part"]},
            "trials": 1,
            "duration_s": 12,
            **fields,
        }
    )


@pytest.mark.parametrize("direction", ["backward", "forward"])
def test_the_first_part_is_the_gait_that_training_went_on_from(direction: str):
    plan = make_plan(config(policy="reference-residual-rough", direction=direction))
    asked = {dict(cell.levels)["training"]: cell.policy for cell in plan.cells}
    assert asked == {"whole": "reference-residual-rough", "first-part": "reference-residual"}


def test_each_controller_has_its_own_first_part():
    between = {"training": ["whole", "first-part"]}
    asked = {"measure": "fell", "between": between, "as": "difference"}
    names = ["reference-residual-rough-3", "reference-residual-2"]
    plan = make_plan(config(controllers=names, contrasts=[asked]))
    assert [cell.policy for cell in plan.cells] == [
        "reference-residual-rough-3",
        "reference-residual-3",
    ]
    (left_out,) = {one.says for one in plan.left_out if dict(one.levels)["training"] != "whole"}
    assert left_out == "training: 'reference-residual-2' did not go on from a gait that ships"


def test_a_gait_found_by_itself_has_no_first_part():
    with pytest.raises(ConfigError, match="'reference-residual' did not go on from a gait"):
        make_plan(config(policy="reference-residual"))


def test_configs_without_it_say_nothing_of_it():
    assert "training" not in config(factors={}).resolved()
    assert config(factors={}, training="first-part").resolved()["training"] == "first-part"


def test_its_levels_are_read_as_words():
    assert level_words("training", "whole") == "the whole training"
    assert level_words("training", "first-part") == "its first part"
