"""A run with several controllers: who walks what, each one's answer, the answer over them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest

from retrowalk.experiments.analysis.contrast_sides import sides
from retrowalk.experiments.analysis.controllers import Controllers
from retrowalk.experiments.report.answer import comparisons
from retrowalk.experiments.report.controllers import table_of
from retrowalk.experiments.report.data import load_run
from retrowalk.experiments.runner.run import Options, run_experiment
from retrowalk.experiments.store.run import Run
from retrowalk.experiments.study.controllers import controllers, find_controller
from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.plan import Cell, Plan, make_plan
from retrowalk.sim.errors import ConfigError

from ..rollout.known_engine import known_engine

WAYS = ["backward", "forward"]
BETWEEN = {"direction": WAYS}
CONFIG = {
    "name": "known",
    "technique": {"speed_m_per_s": 0.8},
    "factors": {"direction": WAYS},
    "controllers": ["ppo", "ppo-rough-first", "reference-residual", "scripted"],
    "trials": 8,
    "contrasts": [
        {"measure": "step_width_m", "between": BETWEEN},
        {"measure": "fell", "between": BETWEEN},
        {"measure": "speed_m_per_s", "between": BETWEEN, "as": "ratio"},
    ],
}
THREE = {"direction": WAYS, "surface": ["flat", "grass"], "attention": [0.5, 1.0]}
HELD = find_controller("reference-residual").forward_gates(0.8)
WIDER = {"ppo": 0.02, "reference-residual": 0.03, "scripted": -0.01}  # backward than forward [m]


def config_of(**changes: Any) -> ExperimentConfig:
    return ExperimentConfig.model_validate(CONFIG | changes)


def plan_of(**changes: Any) -> Plan:
    return make_plan(config_of(**changes))


def known(cell: Cell, index: np.ndarray) -> dict[str, np.ndarray]:
    wider = WIDER[str(dict(cell.levels)["controller"])] if cell.direction == "backward" else 0.0
    fell = (index < 3) & (cell.direction == "backward") & (cell.policy != "scripted")
    still = np.ones(len(index))
    return {"step_width_m": 0.1 + wider + 1e-4 * index, "fell": fell, "speed_m_per_s": 0.8 * still}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    out = tmp_path_factory.mktemp("runs") / "known"
    run_experiment(config_of(), out, Options(threads=1), known_engine(known))
    return Run.finished(out)


def over(run: Run, measure: str) -> dict[str, Any]:
    found = run.answer("controllers")["contrasts"]
    (one,) = (one for one in found if one["measure"] == measure)
    return one


def test_a_cell_names_its_controller_and_policy_and_body_follow(run: Run):
    cells = {cell.levels: (cell.policy, cell.body) for cell in run.plan.cells}
    backward = ("direction", "backward")
    assert cells[backward, ("controller", "ppo")] == ("ppo-backward", "human")
    assert cells[backward, ("controller", "scripted")] == ("scripted", "human")
    both = ("reference-residual", "human-2026b")
    assert cells[backward, ("controller", "reference-residual")] == both
    assert set(run.trials["factor_controller"]) == set(WIDER)


def test_what_a_controller_cannot_walk_is_told_and_stays_so_in_the_run(run: Run):
    """Its backward gait has nothing to be compared with, so it does not walk at all."""
    assert len(run.plan.cells) == 6
    told = {dict(one.levels)["direction"]: one.says for one in run.plan.left_out}
    none = "controller 'ppo-rough-first' has no forward gait"
    assert told == {"forward": none, "backward": f"nothing to compare with: {none}"}
    last = over(run, "step_width_m")["controllers"][-1]
    assert (last["controller"], last["counts"]) == ("ppo-rough-first", False)
    assert last["withheld"] == [none]


def test_each_answers_alone_and_few_give_none_together(run: Run):
    found = over(run, "step_width_m")
    own = {one["controller"]: one["estimate"] for one in found["controllers"] if one["counts"]}
    assert own == pytest.approx(WIDER)
    assert found["estimate"] == pytest.approx(np.mean(list(WIDER.values())))
    assert (found["counted"], found["agreeing"], found["where"]) == (3, 2, {})
    (why,) = found["withheld"]
    assert why["says"].startswith("This model cannot say: 3 controllers give an answer")
    gates = {one["controller"]: one["forward_gates"] for one in found["controllers"]}
    assert (gates["reference-residual"], gates["scripted"]) == (HELD, None)


def test_falls_are_tested_over_all_pairs_of_walks(run: Run):
    """3 of 8 pairs differ with two controllers, none with the third."""
    assert over(run, "fell")["p"] == pytest.approx(binomtest(6, 6).pvalue)


def test_what_is_commanded_stays_no_result(run: Run):
    found = over(run, "speed_m_per_s")
    assert [one["reason"] for one in found["withheld"]] == ["commanded"]
    assert found["says"] == "no answer: commanded"


def test_readers_are_told_the_answer_over_controllers(run: Run):
    items = comparisons(load_run(run.path))
    assert [(one.column, one.known, one.why) for one in items[:2]] == [
        ("step_width_m", False, "this model cannot say"),
        ("fell", False, "this model cannot say"),
    ]
    table = table_of(run.answer("controllers")["contrasts"])
    assert table is not None
    rows = [row for row in table.rows if row[0].startswith("step width")]
    assert [row[1] for row in rows] == [*sorted(WIDER), "ppo-rough-first", "over controllers"]
    assert rows[1][3] == f"{HELD} of 25"
    assert rows[-1][4].startswith("2 of 3 on one side: this model cannot say")


def test_a_table_has_each_controller_and_all_together(run: Run):
    rows = run.controllers.set_index(["measure", "controller"])
    assert rows.loc[("step_width_m", "scripted"), "estimate"] == pytest.approx(-0.01)
    assert str(rows.loc[("step_width_m", "ppo-rough-first"), "says"]).endswith("no forward gait")
    assert "cannot say" in str(rows.loc[("step_width_m", "over controllers"), "says"])


def test_a_resumed_run_is_the_same_run(run: Run):
    before = json.loads((run.path / "controllers.json").read_text("utf-8"))
    again = run_experiment(run.config, run.path, Options(resume=True), known_engine(known))
    assert Run(again.path).answer("controllers") == before


def test_no_mean_is_taken_over_controllers():
    """Beside other settings the mean over them is each controller's own."""
    plan = plan_of(factors={"direction": WAYS, "surface": ["flat", "grass"]})
    found = list(sides(plan.config.contrasts[0], plan))
    assert [one.where for one in found if one.pooled] == [{"controller": name} for name in WIDER]
    assert len(found) == 9


def test_who_goes_on_from_one_that_counts_does_not_count(tmp_path: Path):
    def fell(cell: Cell, index: np.ndarray) -> dict[str, np.ndarray]:
        return {"fell": (index < 3) & (cell.ground is not None and cell.ground.roughness_m > 0.0)}

    levels = [0.0, 0.02]
    config = config_of(
        factors={"roughness_m": levels},
        direction="backward",
        technique={"speed_m_per_s": 0.6},
        controllers=["ppo-rough", "ppo-rough-first", "ppo-eyes", "scripted"],
        contrasts=[{"measure": "fell", "between": {"roughness_m": [0.02, 0.0]}}],
    )
    run_experiment(config, tmp_path / "run", Options(threads=1), known_engine(fell))
    found = over(Run(tmp_path / "run"), "fell")
    says = {one["controller"]: one["withheld"] for one in found["controllers"]}
    after = ["goes on from 'ppo-rough-first', which counts"]
    assert says["ppo-rough"] == says["ppo-eyes"] == after
    assert not says["ppo-rough-first"]
    assert found["counted"] == sum(one["counts"] for one in found["controllers"])


def test_all_are_those_found_by_themselves():
    names = plan_of(controllers="all").config.factors["controller"]
    assert set(names) == {one.name for one in controllers() if one.independent}
    assert "ppo-eyes" not in names


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"controllers": ["scripted", "scriptd"]}, "did you mean 'scripted'"),
        ({"controllers": ["scripted", "scripted"]}, "'scripted' is repeated"),
        ({"controllers": "some"}, "must be 'all' or a list of controllers"),
        ({"factors": {"policy": ["scripted"], "direction": WAYS}}, "would set the policy"),
        ({"factors": {"body": ["human"], "direction": WAYS}}, "would set the body"),
        ({"pace": "preferred"}, "a speed that is asked for"),
        ({"design": "resolution-3", "factors": THREE}, "must be full"),
        ({"technique": {"speed_m_per_s": 0.2}}, "none can walk what is asked for"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], told: str):
    with pytest.raises((ConfigError, ValueError), match=told):
        plan_of(**changes)


def test_it_asks_for_controllers_and_something_else_to_compare():
    assert Controllers().applies(plan_of())
    assert not Controllers().applies(plan_of(controllers=None))
    alone = {"measure": "fell", "between": {"controller": ["ppo", "scripted"]}}
    assert not Controllers().applies(plan_of(contrasts=[alone]))


def test_an_interval_of_falls_is_not_narrower_than_counts_allow(run: Run):
    """Where hardly anyone falls controllers are alike, and still chance between walks is there."""
    found = over(run, "fell")
    walks = run.trials[run.trials["factor_controller"].isin(WIDER)]
    assert found["high"] - found["low"] > 2.0 / len(walks)
    assert found["low"] <= found["estimate"] <= found["high"]
