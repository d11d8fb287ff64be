"""Runs beside that of the findings: the 3-metre walk, and older walkers at two speeds."""

from __future__ import annotations

from pathlib import Path

import known_gait
import numpy as np
import pytest
from known_engine import known_engine

from retrowalk.experiments.findings import page as findings
from retrowalk.experiments.findings.clinical_walk import attention
from retrowalk.experiments.runner.run import Options, run_experiment
from retrowalk.experiments.study.load import load_config
from retrowalk.sim.errors import ConfigError


@pytest.fixture(scope="module")
def agreeing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("findings") / "agreeing"
    return known_gait.make_run(folder, keep_recordings=0)


def clinical(cell, index: np.ndarray) -> dict[str, np.ndarray]:
    old, lost = cell.walker.age_years > 65, 1.0 - attention(cell)
    return {
        "fell": old & (index == 0),
        "walk_time_s": (5.0 if old else 4.0) + lost + 0.01 * index,
        "walk_mean_speed_m_per_s": 0.6 - 0.1 * lost + 0.001 * index,
    }


def quickened(cell, index: np.ndarray) -> dict[str, np.ndarray]:
    fast = cell.technique.speed_m_per_s > 0.6
    return {
        "fell": index < 0,
        "stride_length_m": 0.60 + 0.001 * index,
        "cadence_steps_per_min": (180.0 if fast else 120.0) + index,
    }


def known_run(folder: Path, experiment: str, known) -> Path:
    """A run of which `known` tells every measure; nothing is simulated."""
    config = load_config(experiment, ["trials=8", "keep_recordings=0"])
    run_experiment(config, folder, Options(threads=1), known_engine(known))
    return folder


def test_the_three_metre_walk_reaches_its_findings(agreeing: Path, tmp_path: Path):
    walk = known_run(tmp_path / "walk", "backward-3m", clinical)
    found = findings.findings_table(agreeing, walk).set_index("id")
    assert found.loc["backward-3m", "verdict"] == "agrees"
    values = {finding: found.loc[[finding], "values"].iloc[0] for finding in found.index}
    times = {v["setting"]: v for v in values["backward-3m"]}
    assert times["older-adult"]["estimate"] == pytest.approx(5.0 + 0.01 * np.mean(range(1, 8)))
    assert times["older-adult, attention 0"]["verdict"] is None
    assert times["young-adult"]["estimate"] == pytest.approx(4.0 + 0.01 * np.mean(range(8)))
    assert "older-adult: 1 of 8" in str(found.loc["backward-3m", "caveat"])
    assert found.loc["dual-task", "verdict"] == "agrees"
    for one in values["dual-task"]:
        assert one["estimate"] == pytest.approx(-0.1)
    assert findings.findings_table(agreeing).set_index("id").loc["dual-task", "verdict"] == (
        "not reached yet"
    )
    with pytest.raises(ConfigError, match="do not stop after a way"):
        findings.findings_table(agreeing, agreeing)


def test_older_walkers_who_take_quicker_steps_are_like_people(agreeing: Path, tmp_path: Path):
    older = known_run(tmp_path / "older", "older-speed", quickened)
    found = findings.findings_table(agreeing, older=older).set_index("id")
    assert found.loc["older-speed", "verdict"] == "agrees"
    stride, cadence = found.loc[["older-speed"], "values"].iloc[0]
    assert stride["estimate"] == pytest.approx(1.0)
    assert cadence["estimate"] == pytest.approx(1.5, abs=0.02)
    page = findings.findings_markdown(agreeing, older=older)
    assert f"--older {older}" in page
    with pytest.raises(ConfigError, match="walk backward at two"):
        findings.findings_table(agreeing, older=agreeing)
