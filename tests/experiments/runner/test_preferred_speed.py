"""Preferred speeds: the estimate is right, its interval keeps its promise, runs walk at it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import fake_engine
import numpy as np
import pandas as pd
import pytest

from retrowalk.experiments.runner.preferred_speed import (
    find_preferred_speeds,
    sweep_config,
    swept_directions,
)
from retrowalk.experiments.runner.run import Options, run_experiment
from retrowalk.experiments.statistics.least_cost import least_cost
from retrowalk.experiments.store.run import Run
from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.load import load_config
from retrowalk.experiments.study.pace import speed_of
from retrowalk.experiments.study.plan import make_plan
from retrowalk.sim.errors import ConfigError, RetrowalkError

SPEEDS = np.linspace(0.6, 1.2, 5)
A, B, C = 1.62, 2.0, 2.0  # least at 0.9 m/s
BEST = {"backward": 0.7, "forward": 1.0}


def costs(rng: np.random.Generator, n: int, noise: float = 0.1) -> np.ndarray:
    """Costs (n, speeds) of seeds that share most of what is random between speeds."""
    curve = A / SPEEDS + B + C * SPEEDS
    return curve + noise * (rng.normal(size=(n, 1)) + rng.normal(size=(n, len(SPEEDS))))


def test_without_noise_the_minimum_is_exact():
    found, coefficients = least_cost(SPEEDS, costs(np.random.default_rng(0), 8, 0.0))
    assert coefficients == pytest.approx([A, B, C])
    for value in (found.estimate, found.low, found.high):
        assert value == pytest.approx(0.9)


@pytest.mark.parametrize("n", [8, 32])
def test_interval_covers_95_percent(n: int):
    rng = np.random.default_rng(n)
    found = [least_cost(SPEEDS, costs(rng, n, 0.05))[0] for _ in range(1000)]
    covered = [one.low <= 0.9 <= one.high for one in found]  # type: ignore[operator]
    assert 0.93 <= np.mean(covered) <= 0.97


def test_cost_that_only_falls_ends_at_the_fastest_speed():
    rising = np.tile(3.0 - SPEEDS, (8, 1))
    found, _ = least_cost(SPEEDS, rising)
    assert found.estimate == SPEEDS[-1]


def test_speeds_that_most_trials_cannot_walk_do_not_count():
    values = costs(np.random.default_rng(0), 8, 0.0)
    values[:, 0] = 0.0  # cheap, but only three of eight walk so slowly
    values[3:, 0] = np.nan
    found, _ = least_cost(SPEEDS, values)
    assert found.estimate == pytest.approx(0.9)
    with pytest.raises(RetrowalkError, match="at none of the speeds"):
        least_cost(SPEEDS, np.full((8, 5), np.nan))


def config(**changes: object) -> ExperimentConfig:
    given = {
        "name": "pace",
        "factors": {"direction": ["backward", "forward"], "pace": ["asked", "preferred"]},
        "technique": {"speed_m_per_s": 0.8},
        "trials": 7,
        "duration_s": 10,
    }
    return ExperimentConfig.model_validate({**given, **changes})


def test_a_sweep_is_needed_for_each_direction_that_a_pace_names():
    assert swept_directions(config()) == ("backward", "forward")
    assert swept_directions(config(factors={}, pace="asked")) == ()
    matched = config(factors={"direction": ["backward", "forward"]}, pace="preferred-backward")
    assert swept_directions(matched) == ("backward",)


def test_sweeps_cover_the_speeds_of_the_gaits():
    factors = {
        "pace": ["preferred"],
        "surface": ["flat", "rough-2cm"],
        "walker": ["young-adult", "older-adult"],
    }
    asked = config(factors=factors, preferred_speed={"by": ["surface"], "points": 3})
    sweep = sweep_config(asked, "forward", lambda cell: (0.8, 1.2))
    assert sweep.factors == {
        "surface": ("flat", "rough-2cm"),
        "walker": ("young-adult",),
        "speed_m_per_s": (0.8, 1.0, 1.2),
    }
    assert ExperimentConfig.model_validate(sweep.resolved()) == sweep
    assert len(make_plan(sweep).cells) == 6


def measure(recording) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measures of the stand-in, and a cost that is least at a known speed of each direction."""
    trials, strides = fake_engine.measure(recording)
    best, speed = BEST[recording.attrs["direction"]], recording.attrs["speed"]
    cost = best**2 / speed + speed + 0.01 * trials["extra_measure"]
    return trials.assign(cost_of_transport_j_per_kg_m=cost), strides


def rollout(cell, trials, threads):
    recording = fake_engine.rollout(cell, trials, threads)
    recording.attrs["speed"] = cell.technique.speed_m_per_s
    return recording


ENGINE = replace(fake_engine.ENGINE, rollout=rollout, measure=measure)


def test_a_run_finds_the_speeds_and_walks_at_them(tmp_path: Path):
    asked = config(preferred_speed={"speeds_m_per_s": [0.6, 0.8, 1.0, 1.2], "trials": 8})
    folder = run_experiment(asked, tmp_path / "run", Options(threads=1), ENGINE)
    found = Run(folder.path).preferred_speeds
    for one in found:
        best = BEST[str(dict(one.levels)["direction"])]
        assert one.speed.estimate == pytest.approx(best, abs=0.02)
        assert not one.at_end
    trials = pd.read_parquet(folder.trials)
    for (direction, pace), rows in trials.groupby(["direction", "factor_pace"]):
        level = {"direction": direction, "pace": pace}
        speed = 0.8 if pace == "asked" else speed_of(found, str(pace), level)
        assert (rows["commanded_speed_m_per_s"] == speed).all()
    again = run_experiment(asked, tmp_path / "run", Options(threads=1, resume=True), ENGINE)
    pd.testing.assert_frame_equal(trials, pd.read_parquet(again.trials))


def test_nothing_is_swept_where_no_pace_asks_for_it(tmp_path: Path):
    plain = config(factors={"direction": ["backward"]})
    assert find_preferred_speeds(plain, tmp_path, lambda *_: pytest.fail("ran")) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"factors": {"pace": ["hasty"]}}, "unknown pace 'hasty'"),
        ({"factors": {}, "preferred_speed": {}}, "no pace is a preferred one"),
        ({"factors": {"pace": ["preferred"], "speed_m_per_s": [0.8]}}, "that the pace sets"),
        ({"preferred_speed": {"by": ["surface"]}}, "'surface' is not a factor"),
        ({"preferred_speed": {"speeds_m_per_s": [0.6, 0.8]}}, "three or more"),
    ],
)
def test_what_does_not_go_together_is_refused(changes: dict, words: str):
    with pytest.raises(Exception, match=words):
        config(**changes)


def test_a_config_without_a_pace_is_as_it_was(config_file: Path):
    resolved = load_config(config_file).resolved()
    assert not {"pace", "preferred_speed", "design", "figures"} & set(resolved)
    assert all("across" not in contrast for contrast in resolved["contrasts"])
    with pytest.raises(ConfigError, match="pace"):
        load_config(config_file, ["pace=hasty"])
