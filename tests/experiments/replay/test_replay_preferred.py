"""A trial at a preferred speed is walked again at the speed that its run found."""

from __future__ import annotations

from pathlib import Path

from retrowalk.experiments.replay.again import recording_of
from retrowalk.experiments.replay.recorded_run import RecordedRun
from retrowalk.experiments.runner.run import Options, run_experiment
from retrowalk.experiments.study.experiment import ExperimentConfig


def test_an_unrecorded_trial_at_a_preferred_speed_is_walked_again(tmp_path: Path):
    """The sweep is walked too, so this takes some seconds."""
    config = {
        "name": "own-pace",
        "pace": "preferred",
        "preferred_speed": {"speeds_m_per_s": [0.6, 0.65, 0.7], "trials": 2, "duration_s": 7.0},
        "trials": 2,
        "duration_s": 1.0,
        "seed": 7,
        "keep_recordings": 0,
    }
    run_experiment(ExperimentConfig.model_validate(config), tmp_path / "run", Options(1))
    run = RecordedRun.finished(tmp_path / "run")
    (cell,) = run.plan.cells
    assert cell.technique.speed_m_per_s == run.trials["commanded_speed_m_per_s"][0]
    recording, again = recording_of(run, run.choose(1))
    assert again
    assert recording["time"].values[-1] == 1.0
