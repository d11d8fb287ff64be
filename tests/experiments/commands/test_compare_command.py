"""`retrowalk compare`: what it asks the runner for, what it refuses, and what it shows."""

from __future__ import annotations

import csv
import io
import json
import runpy
import sys
from dataclasses import replace
from pathlib import Path

import fake_engine
import pandas as pd
import pytest
from test_user_code import MODULE

from retrowalk.experiments.commands.compare_config import (
    ComparisonRequest,
    compare_config,
    sorted_out,
)
from retrowalk.experiments.report import page as report
from retrowalk.experiments.runner import run as runner
from retrowalk.experiments.study.catalogue import SCRIPTED
from retrowalk.experiments.study.plan import make_plan
from retrowalk.sim.errors import ConfigError

OWN = "my_gaits:Soft"


def measure(recording):
    trials, strides = fake_engine.measure(recording)
    return trials.assign(activation_mean=0.1 + 0.01 * trials["extra_measure"]), strides


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A current folder with a module of gaits, where nothing is simulated."""
    engine = replace(fake_engine.ENGINE, measure=measure)
    monkeypatch.setattr(runner, "simulation_engine", lambda: engine)
    monkeypatch.setattr(report, "write_report", fake_engine.write_report)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "my_gaits.py").write_text(MODULE, "utf-8")
    yield tmp_path
    sys.modules.pop("my_gaits", None)


@pytest.fixture
def call(command_line):
    """Call `retrowalk compare` with arguments; return exit code, stdout, stderr."""
    few = ("--threads", "1", "--no-open", "--trials", "7")
    return lambda *arguments: command_line("compare", *arguments, *few)


def test_it_is_an_ordinary_experiment_with_paired_seeds():
    config = compare_config(
        ComparisonRequest((SCRIPTED, OWN), ("flat", "grass"), ("none", "trip"), trials=9)
    )
    assert config.factors == {
        "surface": ("flat", "grass"),
        "hazard": ("none", "trip"),
        "policy": (SCRIPTED, OWN),
    }
    assert config.name == "compare-scripted-my_gaits-soft"
    assert (config.trials, config.direction, config.technique.speed_m_per_s) == (9, "backward", 0.8)
    assert {one.levels for one in config.contrasts} == {(OWN, SCRIPTED)}
    assert {one.measure for one in config.contrasts} >= {"fell", "cost_of_transport_j_per_kg_m"}
    plan = make_plan(config)
    assert len(plan.cells) == 8
    seeds = [[spec.seed for spec in plan.trials(cell)] for cell in plan.cells]
    assert all(one == seeds[0] for one in seeds)


def test_options_reach_the_config():
    asked = ComparisonRequest(
        (SCRIPTED, OWN),
        ("flat",),
        direction="forward",
        speed_m_per_s=1.1,
        overrides=("technique.arms=crossed", "keep_recordings=2"),
    )
    config = compare_config(asked)
    assert config.technique.changes == {"speed_m_per_s": 1.1, "arms": "crossed"}
    assert (config.direction, config.keep_recordings) == ("forward", 2)


def test_the_speed_is_one_that_all_policies_are_for():
    said: list[str] = []
    config = compare_config(
        ComparisonRequest((SCRIPTED, OWN), ("flat",), direction="forward"), said.append
    )
    assert config.technique.speed_m_per_s == 0.8
    assert said == []


@pytest.mark.parametrize(
    ("words", "on", "hazards", "found"),
    [
        (["a", "b"], ["flat,grass"], [], (("a", "b"), ("flat", "grass"), ())),
        (["a", "b", "grass"], ["flat"], [], (("a", "b"), ("flat", "grass"), ())),
        (["a"], ["flat", "sand"], ["none"], (("a",), ("flat", "sand"), ("none",))),
        (["a", "trip"], ["flat"], ["none"], (("a",), ("flat",), ("none", "trip"))),
        (["a", "trip"], ["flat"], [], (("a", "trip"), ("flat",), ())),
    ],
)
def test_names_may_stand_with_commas_or_spaces(words, on, hazards, found):
    assert sorted_out(words, on, hazards) == found


SNEAKED = ("--set", "factors.policy=[scripted, model.zip]", "--set", "contrasts=[]")
BAD = {
    (SCRIPTED, "--on", "flat"): "at least two policies",
    (SCRIPTED, SCRIPTED, "--on", "flat"): "'scripted' is named twice",
    (SCRIPTED, "scriptet", "--on", "flat"): "did you mean 'scripted'",
    (SCRIPTED, "gait.onnx", "--on", "flat"): "gait.onnx: no such file",
    (SCRIPTED, "gait.zip", "--on", "flat"): "gait.zip: no such file",
    (SCRIPTED, "model.zip", "--on", "flat"): "add --trust",
    (SCRIPTED, OWN, "--on", "flat", *SNEAKED): "add --trust",
    (SCRIPTED, OWN, "--on", "flatt"): "did you mean 'flat'",
    (SCRIPTED, OWN, "--on", "flat", "--hazards", "tripp"): "did you mean 'trip'",
    (SCRIPTED, OWN, "--on", "flat", "--walker", "adult"): "unknown walker",
    (SCRIPTED, OWN, "--on", "flat", "--direction", "sideways"): "direction",
    (SCRIPTED, OWN, "--on", "flat", "--duration", "0"): "duration_s",
    (SCRIPTED, OWN, "--on", "flat", "--format", "html"): "unknown format",
    (SCRIPTED, OWN): "--on",
}


@pytest.mark.parametrize("arguments", BAD)
def test_bad_input_is_told_with_exit_code_2(folder: Path, call, arguments: tuple[str, ...]):
    (folder / "model.zip").write_bytes(b"PK")
    code, out, err = call(*arguments)
    assert code == 2
    assert BAD[arguments] in err
    assert "Traceback" not in out + err
    assert not (folder / "runs").exists()


def test_a_folder_with_tables_and_a_report(folder: Path, call):
    code, out, err = call(SCRIPTED, OWN, "--on", "flat,grass")
    assert (code, err) == (0, "")
    run = folder / "runs" / "compare-scripted-my_gaits-soft"
    assert f"Report: {run.relative_to(folder)}" in out
    for part in ("Ranks, 1 the best", "all together", "5 of 6", "no trial has it"):
        assert part in out.replace("\n", " ")
    for name in ("trials.parquet", "comparison.json", "comparison.md", "comparison.csv"):
        assert (run / name).is_file()
    assert call(SCRIPTED, OWN, "--on", "flat,grass")[0] == 2
    assert call(SCRIPTED, OWN, "--on", "flat,grass", "--resume")[0] == 0


def test_other_formats_are_for_programs_and_papers(folder: Path, call):
    _, text, _ = call(SCRIPTED, OWN, "--on", "flat", "--format", "csv", "--out", "one")
    rows = list(csv.DictReader(io.StringIO(text)))
    survived = [row for row in rows if row["measure"] == "survived"]
    assert [row["policy"] for row in survived] == [SCRIPTED, OWN]
    assert float(survived[0]["estimate"]) == pytest.approx(5 / 6)
    cost = next(row for row in rows if row["measure"] == "cost_of_transport_j_per_kg_m")
    assert (cost["estimate"], cost["note"]) == ("", "no trial has it")
    _, text, _ = call(SCRIPTED, OWN, "--on", "flat", "--format", "markdown", "--out", "two")
    assert "| flat | scripted | 5 of 6 (44 to 97 %) |" in text
    _, text, _ = call(SCRIPTED, OWN, "--on", "flat", "--json", "--out", "three")
    found = json.loads(text)
    assert found["report"] == "three/report.html"
    ranks = found["places"][0]["policies"][0]["ranks"]["survived"]
    assert (ranks["rank"], ranks["tied"]) == (1, True)


def test_learned_policies_that_walk_apart_are_not_compared(tmp_path: Path):
    pytest.importorskip("onnx")
    tests = Path(__file__).parents[2]
    write_policy = runpy.run_path(str(tests / "envs" / "policies" / "test_policy_file.py"))[
        "write_policy"
    ]
    gaits = {}
    for direction in ("backward", "forward"):
        (tmp_path / direction).mkdir()
        gaits[direction] = str(write_policy(tmp_path / direction, direction=direction))
    with pytest.raises(ConfigError, match="do not walk in one direction"):
        compare_config(ComparisonRequest(tuple(gaits.values()), ("flat",)))
    slow = write_policy(tmp_path, speed_m_per_s=[0.3, 0.5])
    with pytest.raises(
        ConfigError, match=r"no speed that all .* scripted 0\.6 to 1 m/s, gait 0\.3"
    ):
        compare_config(ComparisonRequest((SCRIPTED, str(slow)), ("flat",)))
    within = write_policy(tmp_path, speed_m_per_s=[0.5, 0.7])
    said: list[str] = []
    config = compare_config(ComparisonRequest((SCRIPTED, str(within)), ("flat",)), said.append)
    assert config.technique.speed_m_per_s == 0.7
    assert "speed: 0.7 m/s" in said[0]


def test_scripted_against_a_class_that_does_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "my_gaits.py").write_text(MODULE, "utf-8")
    try:
        short = ("--speed", "0.6", "--duration", "6", "--trials", "8")
        code, _, err = call(SCRIPTED, OWN, "--on", "flat", *short)
    finally:
        sys.modules.pop("my_gaits", None)
    assert (code, err) == (0, "")
    run = tmp_path / "runs" / "compare-scripted-my_gaits-soft"
    trials = pd.read_parquet(run / "trials.parquet")
    both = [trials[trials["policy"] == policy] for policy in (SCRIPTED, OWN)]
    assert both[0]["activation_mean"].notna().all()
    for column in ("distance_m", "activation_mean", "fell"):
        assert both[0][column].tolist() == both[1][column].tolist()
    comparison = json.loads((run / "comparison.json").read_text("utf-8"))
    (place,) = comparison["places"]
    assert [one["ranks"]["survived"]["tied"] for one in place["policies"]] == [True, True]
    page = (run / "report.html").read_text("utf-8")
    assert 'id="policies-compared"' in page
    assert 'id="figure-policies"' in page
