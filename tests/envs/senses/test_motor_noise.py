"""Motor noise: of the stated size and colour, from each walker's own seed, none unless asked."""

from __future__ import annotations

import numpy as np
import pytest

from retrowalk.envs.senses.motor_noise import CORRELATION_S, MotorNoise
from retrowalk.experiments.rollout.trials import rollout_cell
from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.plan import TrialSpec, make_plan
from retrowalk.models.body import build_body
from retrowalk.models.walker import WALKERS, Walker
from retrowalk.sim.physics.simulation import Simulation

PERIOD_S = 0.005
N = 8
NOISY = Walker("noisy", motor_noise=0.05)


def noise_of(*walkers: Walker) -> MotorNoise:
    body = build_body()
    noise = MotorNoise(Simulation(body.spec(), body.anatomy, len(walkers)), walkers, PERIOD_S)
    noise.reset(np.arange(len(walkers)), [np.random.default_rng(i) for i in range(len(walkers))])
    return noise


def test_its_size_is_a_share_of_the_command_and_it_is_coloured():
    noise = noise_of(*[NOISY] * N)
    muscles = noise.added(np.zeros(1)).shape[1]
    command = np.linspace(0.05, 0.5, muscles)
    excited = np.stack([noise.added(np.tile(command, (N, 1))) for _ in range(2000)])
    error: np.ndarray = excited / command - 1.0
    assert error.mean() == pytest.approx(0.0, abs=0.002)
    assert error.std() == pytest.approx(0.05, rel=0.03)
    later = round(CORRELATION_S / PERIOD_S)
    alike = np.mean(error[later:] * error[:-later]) / np.mean(error**2)
    assert alike == pytest.approx(np.exp(-1.0), abs=0.05)
    between = np.corrcoef(error[:, 0, :], rowvar=False)
    assert np.abs(between[np.triu_indices(muscles, 1)]).mean() < 0.15  # muscles are independent


def test_nobody_excites_less_than_nothing_or_more_than_all():
    noise = noise_of(Walker("wild", motor_noise=0.5))
    for command in (0.0, 1.0):
        for _ in range(20):
            excited = noise.added(np.full((1, 1), command))
            assert excited.min() >= 0.0
            assert excited.max() <= 1.0


def test_without_it_a_command_passes_as_it_is():
    command = np.full((2, 3), 0.3)
    noise = noise_of(*[WALKERS["young-adult"]] * 2)
    assert not noise.live
    assert noise.added(command) is command


def test_a_noisy_walk_depends_on_its_seed_alone():
    config = {"name": "noisy", "direction": "backward", "duration_s": 1.0}
    config |= {"technique": {"speed_m_per_s": 0.8}, "trials": 2}
    walker = {"preset": "young-adult", "motor_noise": 0.05}
    (cell,) = make_plan(ExperimentConfig.model_validate({**config, "walker": walker})).cells
    (quiet,) = make_plan(ExperimentConfig.model_validate(config)).cells
    trials = [TrialSpec(i, i, 40 + i) for i in range(2)]
    both = rollout_cell(cell, trials, 1)["activation"]
    alone = rollout_cell(cell, trials[1:], 1)["activation"]
    np.testing.assert_array_equal(both.isel(trial=1), alone.isel(trial=0))
    without = rollout_cell(quiet, trials[1:], 1)["activation"]
    assert np.abs(alone - without).max() > 1e-3
