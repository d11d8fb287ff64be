"""A run of a cohort: the same people in every cell, contrasts within them, nobody left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.stats import t

from retrowalk.experiments.analysis.answer import Evidence
from retrowalk.experiments.analysis.cohort import Cohort, over_people
from retrowalk.experiments.report.answer import comparisons
from retrowalk.experiments.report.cohort import (
    contrast_table,
    failing,
    not_counted,
    people_table,
)
from retrowalk.experiments.report.data import load_run
from retrowalk.experiments.report.replay import body_of
from retrowalk.experiments.runner.run import Options, run_experiment
from retrowalk.experiments.store.curve_store import Curves
from retrowalk.experiments.store.run import Run
from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.plan import Cell, make_plan
from retrowalk.models.body import build_body

from ..rollout.known_engine import known_engine

WAYS = ["backward", "forward"]
BETWEEN = {"direction": WAYS}
CONFIG = {
    "name": "known",
    "technique": {"speed_m_per_s": 0.8},
    "cohort": {"n": 6, "ages": [30, 70]},
    "factors": {"direction": WAYS},
    "trials": 2,
    "seed": 5,
    "contrasts": [{"measure": "step_width_m", "between": BETWEEN}],
}
WIDER = dict(zip(["p01", "p02", "p03", "p04", "p05"], [0.02, 0.03, 0.01, 0.02, -0.01], strict=True))
FALLS = "p06"


def config_of(**changes: Any) -> ExperimentConfig:
    return ExperimentConfig.model_validate(CONFIG | changes)


def known(cell: Cell, index: np.ndarray) -> dict[str, np.ndarray]:
    person = str(dict(cell.levels)["person"])
    wider = WIDER.get(person, 0.0) if cell.direction == "backward" else 0.0
    fell = np.full(len(index), person == FALLS and cell.direction == "backward")
    return {"step_width_m": 0.1 + wider + 0.0 * index, "fell": fell, "time_to_fall_s": index + 5.0}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    out = tmp_path_factory.mktemp("runs") / "known"
    run_experiment(config_of(), out, Options(threads=1), known_engine(known))
    return Run.finished(out)


def test_the_same_people_walk_every_cell():
    plan = make_plan(config_of())
    by_person: dict[str, set[str]] = {}
    for cell in plan.cells:
        by_person.setdefault(cell.walker.name, set()).add(repr(cell.walker))
    assert list(by_person) == [*WIDER, FALLS]
    assert all(len(walkers) == 1 for walkers in by_person.values())
    assert make_plan(config_of(walker={"attention": 0.5})).cells[0].walker.attention == 0.5


def test_another_seed_makes_other_people():
    first, second = (make_plan(config_of(seed=seed)).cells[0].walker for seed in (5, 6))
    assert first.height_m != second.height_m


def test_the_interval_is_over_people(run: Run):
    (one,) = run.answer("cohort")["contrasts"]
    values = np.array(list(WIDER.values()))
    reach = t.ppf(0.975, 4) * values.std(ddof=1) / np.sqrt(5)
    assert one["estimate"] == pytest.approx(values.mean())
    assert one["high"] - one["low"] == pytest.approx(2 * reach)
    assert one["says"] == "higher in 4 of 6 people"
    assert (one["counted"], one["n_dropped"]) == (5, 1)


def test_whose_gait_fails_is_told_and_not_dropped(run: Run):
    found = run.answer("cohort")
    people = {one["name"]: one for one in found["people"]}
    assert [name for name, one in people.items() if one["fails_in"]] == [FALLS]
    (own,) = (one for one in found["contrasts"][0]["people"] if one["person"] == FALLS)
    assert "The gait fails here" in own["withheld"][0]
    (sentence,) = failing(found["people"])
    assert sentence.startswith("The gait fails with 1 of 6 people")
    assert f"{FALLS} ({len(people[FALLS]['fails_in'])})" in sentence
    assert own["reasons"] == ["gait-fails"]
    assert not_counted(found["contrasts"][0]) == f"1: the gait fails ({FALLS})"
    assert not_counted({**found["contrasts"][0], "n_dropped": 0}) == ""


def test_people_whom_the_gait_was_not_made_for_are_no_evidence(run: Run):
    """The scripted gait was tuned for one man; the counts are told, the headline is not."""
    data = load_run(run.path)
    failing_there, outside = data.no_evidence
    assert failing_there.startswith("The gait fails here (p06, backward: 2 of 2")
    assert outside.startswith("Outside of what the gait was tuned or trained for: people of other")
    (item,) = comparisons(data)
    assert not item.known
    assert item.withheld[0].startswith("Outside of what the gait was tuned")
    table = contrast_table(run.answer("cohort")["contrasts"])
    assert table is not None
    assert table.rows[0][1] == "higher in 4 of 6 people"
    assert table.rows[0][2].startswith("+1.4 cm")
    people = people_table(run.answer("cohort")["people"])
    assert people is not None
    assert len(people.rows) == 6


def test_the_report_draws_the_person(run: Run):
    data, walker = load_run(run.path), run.plan.cells[0].walker
    size = build_body("human", walker).spec().compile().nq
    told = {"body": "human", "walker": walker.name}
    recording = xr.Dataset({"qpos": (("time", "position"), np.zeros((1, size)))}, attrs=told)
    model = body_of(data.cells[0], recording, data)
    assert model is not None
    assert model.body_mass.sum() == pytest.approx(walker.mass_kg, rel=1e-3)


def entry(person: str, controller: str, estimate: float) -> Any:
    told = {
        "measure": "step_width_m",
        "factor": "direction",
        "between": BETWEEN,
        "as": "difference",
    }
    where = {"person": person, "controller": controller}
    return {**told, "where": where, "pooled": False, "estimate": estimate, "withheld": []}


def test_over_controllers_too_the_interval_is_that_of_the_two_way_table():
    """Controllers that differ widen it: their mean square has one degree of freedom here."""
    people, shift = ["p01", "p02", "p03"], {"scripted": -0.02, "ppo": 0.02}
    entries = [
        entry(person, name, 0.1 + 0.01 * i + by)
        for i, person in enumerate(people)
        for name, by in shift.items()
    ]
    (both,) = over_people(entries, people)
    (alone,) = over_people([one for one in entries if one["where"]["controller"] == "ppo"], people)
    assert both["estimate"] == pytest.approx(0.11)
    assert both["high"] - both["low"] > 3 * (alone["high"] - alone["low"])
    assert both["says"] == "higher in 3 of 3 people"


def test_of_a_line_of_controllers_the_first_counts():
    """`reference-residual-rough` goes on from `reference-residual`: one way of walking, not two."""
    people, first, later = ["p01", "p02"], "reference-residual", "reference-residual-rough"
    entries = [entry(person, name, 0.1) for person in people for name in (first, later, "scripted")]
    (one,) = over_people(entries, people)
    assert [len(own["by_controller"]) for own in one["people"]] == [2, 2]
    assert one["not_counted"] == {later: f"goes on from '{first}', which counts"}
    table = contrast_table([one])
    assert table is not None
    assert table.rows[0][3] == f"{later} goes on from '{first}', which counts"
    unable = [{"reason": "gait-fails", "says": "The gait fails here."}]
    failing_first: Any = [
        {**made, "withheld": unable if made["where"]["controller"] == first else []}
        for made in entries
    ]
    (other,) = over_people(failing_first, people)
    assert other["not_counted"] == {}  # who gives no answer stands in nobody's way


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"cohort": None, "factors": {"direction": WAYS, "person": ["p01"]}}, "needs a cohort"),
        ({"factors": {"direction": WAYS, "age_years": [30]}}, "would set the age_years"),
        ({"factors": {"direction": WAYS, "walker": ["older-adult"]}}, "would set the walker"),
        ({"cohort": {"n": 2, "ages": [60, 30]}}, "from the youngest to the oldest"),
        ({"cohort": {"n": 1}}, "must be from 2 to 200"),
        ({"pace": "preferred"}, "a speed that is asked for"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], told: str):
    with pytest.raises(ValueError, match=told):
        config_of(**changes)


def test_the_config_that_a_run_keeps_makes_the_same_people(run: Run, tmp_path: Path):
    again = Run(run.path).plan
    assert [cell.walker for cell in again.cells] == [cell.walker for cell in run.plan.cells]
    assert again.config.cohort == config_of().cohort


def test_controllers_of_a_cohort_are_held_to_the_rule():
    """Two agree over everyone, but five are asked for."""
    changes = {"controllers": ["scripted", "ppo"], "cohort": {"n": 2}}
    plan = make_plan(config_of(**changes))
    entries = [
        entry(person, controller, 0.1)
        for person in ("p01", "p02")
        for controller in ("scripted", "ppo")
    ]
    curves = Curves(Path(), np.empty(0, int), {}, {})
    found = {"contrasts": entries, "cells": []}
    evidence = Evidence(plan, pd.DataFrame(), curves, {"contrasts": found})
    (one,) = Cohort().answer(evidence)["contrasts"]
    assert (one["controllers"], one["agreeing"], one["says"]) == (2, 2, "higher in 2 of 2 people")
    assert "2 controllers give an answer, 5 are asked for" in one["withheld"][-1]["says"]
