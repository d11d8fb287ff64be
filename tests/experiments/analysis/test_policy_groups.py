"""Groups of policies in a run: their scores over all places, who fails, who does better."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from retrowalk.experiments.analysis.policy_groups import PolicyGroups, score_groups
from retrowalk.experiments.commands.compare_config import grouped
from retrowalk.experiments.report.policy_groups import group_table, improvement_table
from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.plan import make_plan
from retrowalk.sim.errors import ConfigError

POLICIES = ["scripted", "ppo-backward", "ppo-backward-rough", "ppo-backward-eyes"]
GROUPS = {"rules": POLICIES[:1], "learned": POLICIES[1:]}
CONFIG = {
    "name": "known",
    "technique": {"speed_m_per_s": 0.8},
    "factors": {"surface": ["flat", "grass"], "policy": POLICIES},
    "groups": GROUPS,
    "trials": 4,
}
FALLS = {"scripted": 3, "ppo-backward": 0, "ppo-backward-rough": 1, "ppo-backward-eyes": 4}


def config_of(**changes: Any) -> ExperimentConfig:
    return ExperimentConfig.model_validate(CONFIG | changes)


def answers() -> dict[str, Any]:
    plan = make_plan(config_of())
    rows = [
        {
            "cell": cell.index,
            "valid": True,
            "fell": i < FALLS[cell.policy] and cell.surface == "grass",
            "cost_of_transport_j_per_kg_m": 9.0 if cell.policy == "scripted" else 8.0 + 0.1 * i,
            "activation_mean": np.nan,
        }
        for cell in plan.cells
        for i in range(4)
    ]
    return dict(score_groups(pd.DataFrame(rows), plan))


def test_a_group_is_scored_over_its_policies_and_places():
    rules, learned = answers()["groups"]
    assert rules["scores"]["survived"] == {"estimate": 0.625, "low": None, "high": None}
    assert learned["scores"]["survived"]["estimate"] == pytest.approx((1 + 1 + 1 + 0.75) / 4)
    assert learned["scores"]["survived"]["low"] < learned["scores"]["survived"]["estimate"]
    assert learned["scores"]["cost_of_transport_j_per_kg_m"]["estimate"] == pytest.approx(8.15)
    assert "activation_mean" not in learned["scores"]
    assert learned["failed"] == ["ppo-backward-eyes"]
    assert learned["profile"]["0.75"] == pytest.approx(5 / 6)


def test_cheaper_is_better():
    (pair,) = answers()["improvements"]
    assert pair["between"] == ["rules", "learned"]
    assert pair["cost_of_transport_j_per_kg_m"]["estimate"] == 0.0


def test_tables_have_a_row_a_group_and_a_pair():
    found = answers()
    assert [row[:2] for row in group_table(found).rows] == [("rules", "1"), ("learned", "3")]
    table = improvement_table(found)
    assert table is not None
    assert table.rows[0][0] == "rules over learned"


def test_groups_are_written_as_names_with_policies():
    policies, groups = grouped(["scripted", "mine=a.onnx,b.onnx"])
    assert policies == ("scripted", "a.onnx", "b.onnx")
    assert groups == {"mine": ("a.onnx", "b.onnx")}
    for word in ("mine=", "=a.onnx"):
        with pytest.raises(ConfigError, match="a group must be"):
            grouped([word])


def test_a_group_holds_levels_of_the_factor_policy():
    with pytest.raises(ValueError, match="is not a level of the factor policy"):
        config_of(groups={"mine": ["ppo-forward"]})
    assert not PolicyGroups().applies(make_plan(config_of(groups={})))
