"""What a run says of its policies: survival, measures, ranks, contrasts; nulls have a reason."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from retrowalk.experiments.analysis.contrasts import analyse
from retrowalk.experiments.analysis.policies import (
    RANKED,
    ComparedPolicies,
    PolicyComparison,
    compare_policies,
)
from retrowalk.experiments.report.policy_tables import markdown, tables_of
from retrowalk.experiments.store.tables import TRIAL_COLUMNS
from retrowalk.experiments.study.load import check_config
from retrowalk.experiments.study.plan import Plan, make_plan
from retrowalk.models.yaml_source import parse_yaml

CONFIG = """\
name: three
technique: {speed_m_per_s: 0.7}
factors:
  surface: [flat, rough-4cm]
  policy: [scripted, runs/a/gait.onnx, runs/b/gait.onnx]
trials: 8
keep_recordings: 0
contrasts:
  - {measure: fell, between: {policy: [runs/a/gait.onnx, scripted]}}
  - measure: cost_of_transport_j_per_kg_m
    between: {policy: [runs/a/gait.onnx, scripted]}
    as: ratio
"""
COST = "cost_of_transport_j_per_kg_m"
ROUGH_SCRIPTED = ("rough-4cm", "scripted")


def plan_of(text: str = CONFIG) -> Plan:
    return make_plan(check_config(parse_yaml(text, "three.yaml")))


def made_up_trials(plan: Plan) -> pd.DataFrame:
    """On flat ground all survive, at costs 4, 3, 3; on rough ground a of 2 falls, b always."""
    rng, rows = np.random.default_rng(0), []
    noise = rng.random(len(plan.seeds))
    for cell in plan.cells:
        place, policy = cell.surface, str(cell.policy)
        for spec in plan.trials(cell):
            falls = {"scripted": 4, "runs/a/gait.onnx": 2, "runs/b/gait.onnx": 8}[policy]
            fell = place != "flat" and spec.index < falls
            cost = {"scripted": 4.0}.get(policy, 3.0) + 0.1 * noise[spec.index]
            rows.append(
                dict.fromkeys(TRIAL_COLUMNS)
                | {
                    "trial": spec.trial,
                    "cell": cell.index,
                    "valid": not (place == "flat" and "b/" in policy and spec.index == 7),
                    "fell": fell,
                    "duration_s": 5.0 if fell else 20.0,
                    COST: np.nan if fell else cost,
                    "activation_mean": np.nan if fell else 0.1,
                }
            )
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def found() -> ComparedPolicies:
    plan = plan_of()
    trials = made_up_trials(plan)
    return compare_policies(trials, plan, analyse(trials, plan))


def test_it_is_plain_data(found: dict):
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_policies_have_short_names(found: dict):
    assert [one["name"] for one in found["policies"]] == ["scripted", "a/gait", "b/gait"]
    assert found["policies"][1]["policy"] == "runs/a/gait.onnx"


def test_survival_has_wilson_intervals_and_invalid_trials_do_not_count(found: dict):
    flat, rough = found["places"]
    assert (flat["levels"], rough["levels"]) == ({"surface": "flat"}, {"surface": "rough-4cm"})
    told = [(one["survived"], one["valid"], one["trials"]) for one in flat["policies"]]
    assert told == [(8, 8, 8), (8, 8, 8), (7, 7, 8)]
    assert [one["survived"] for one in rough["policies"]] == [4, 6, 0]
    survival = rough["policies"][0]["survival"]
    assert survival["estimate"] == 0.5
    assert (survival["low"], survival["high"]) == pytest.approx((0.2152, 0.7848), abs=1e-4)


def test_who_always_falls_has_no_cost_and_a_reason(found: dict):
    fallen = found["places"][1]["policies"][2]
    cost = fallen["measures"][COST]
    assert (cost["mean"], cost["low"], cost["trials"]) == (None, None, 0)
    assert cost["note"] == "all 8 fell before it could be measured"
    assert fallen["ranks"][COST]["rank"] is None
    assert fallen["ranks"][COST]["note"] == "most walks fall, who stays up is no sample"
    few = found["places"][1]["policies"][0]["measures"][COST]
    assert (few["trials"], few["low"]) == (4, None)
    assert few["note"] == "fewer than 6 trials give no interval"


def test_who_mostly_falls_has_no_means_and_no_rank_by_cost():
    """Scripted falls in 5 of 8: the three that stay up are no sample, and the gait fails there."""
    plan = plan_of()
    trials = made_up_trials(plan)
    rough = {cell.index for cell in plan.cells if (cell.surface, cell.policy) == ROUGH_SCRIPTED}
    more = trials["cell"].isin(rough) & (trials.groupby("cell").cumcount() == 4)
    trials.loc[more, "fell"] = True
    own = compare_policies(trials, plan, analyse(trials, plan))
    scripted = own["places"][1]["policies"][0]
    cost = scripted["measures"][COST]
    assert (scripted["survived"], cost["mean"], cost["trials"]) == (3, None, 4)
    assert scripted["measures"]["duration_s"]["mean"] is not None
    assert scripted["ranks"][COST]["rank"] is None
    assert scripted["ranks"]["survived"]["rank"] == 2
    assert own["overall"][0]["ranks"][COST]["note"].startswith("most walks fall")
    assert "The gait fails here" in scripted["no_evidence"][0]
    text = markdown(tables_of(own))
    assert "No evidence about people" in text
    assert "5 of 8 walks fall undisturbed" in text
    falls, *_ = (
        one for one in own["contrasts"] if one["where"] and one["where"]["surface"] != "flat"
    )
    assert not falls["withheld"]  # of gaits beside each other: an answer, with a remark
    assert falls["remarks"][0]["reason"] == "gait-fails"


def test_ranks_by_place(found: dict):
    flat, rough = (
        {one["policy"]: one["ranks"] for one in place["policies"]} for place in found["places"]
    )
    assert [flat[name]["survived"]["rank"] for name in flat] == [1, 1, 1]
    assert all(flat[name]["survived"]["tied"] for name in flat)
    assert [flat[name][COST]["rank"] for name in flat] == [3, 1, 1]  # b's last trial left out
    assert [rough[name]["survived"]["rank"] for name in rough] == [2, 1, 3]
    assert (rough["a/gait"]["survived"]["low"], rough["a/gait"]["survived"]["high"]) == (1, 2)
    assert "differ between policies" in rough["scripted"][COST]["note"]


def test_overall_ranks_take_all_places_together(found: dict):
    overall = {one["policy"]: one["ranks"] for one in found["overall"]}
    assert [overall[name]["survived"]["rank"] for name in overall] == [2, 1, 3]
    assert overall["b/gait"][COST]["rank"] is None
    assert set(overall["scripted"]) == set(RANKED)


def test_contrasts_are_those_of_the_config_with_short_names(found: dict):
    assert [one["between"] for one in found["contrasts"]] == [["a/gait", "scripted"]] * 6
    pooled = [one for one in found["contrasts"] if one["pooled"]]
    assert [one["measure"] for one in pooled] == ["fell", COST]
    assert pooled[0]["estimate"] == pytest.approx(-0.125)
    assert all(one["p_holm"] is None or one["p_holm"] >= one["p"] for one in found["contrasts"])


def test_one_policy_is_no_comparison():
    text = CONFIG.replace(
        "policy: [scripted, runs/a/gait.onnx, runs/b/gait.onnx]", "arms: [crossed]"
    )
    assert not PolicyComparison().applies(plan_of(text.partition("contrasts:")[0]))
    assert PolicyComparison().applies(plan_of())


def test_the_runner_writes_it(tmp_path: Path):
    import fake_engine

    from retrowalk.experiments.runner.run import Options, run_experiment

    config = check_config(parse_yaml(CONFIG, "three.yaml"))
    folder = run_experiment(config, tmp_path / "run", Options(threads=1), fake_engine.ENGINE)
    written = json.loads(folder.answer("comparison").read_text("utf-8"))
    assert len(written["places"]) == 2
    measures = written["places"][0]["policies"][0]["measures"]
    assert measures[COST]["mean"] is None
    assert measures[COST]["note"] == "no trial has it"
