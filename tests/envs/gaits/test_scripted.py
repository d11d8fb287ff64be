"""The shipped scripted gaits: they start alike anywhere, obey their table, and walk."""

from __future__ import annotations

import numpy as np
import pytest
from reference_walks import walk

from retrowalk.envs.gaits.gait_files import gait_table
from retrowalk.envs.gaits.parameters import NAMES, GaitTable, guess, search_range
from retrowalk.envs.gaits.scripted_gait import ScriptedGait
from retrowalk.envs.scene import Course, build_scene
from retrowalk.envs.task.technique import Technique
from retrowalk.envs.task.termination import has_fallen
from retrowalk.models.body import build_body
from retrowalk.sim.errors import ConfigError

DIRECTIONS = ("backward", "forward")


def start(direction: str, speed: float, n: int, seed: int = 3):
    """Return a simulation and its gait, reset with n trials' own noise."""
    body = build_body()
    sim = build_scene(body, Course(), [np.random.default_rng(0)] * n).sim
    gait = ScriptedGait(sim, body, gait_table(direction), Technique(speed_m_per_s=speed))
    gait.reset(np.arange(n), [np.random.default_rng([seed, i]) for i in range(n)])
    return sim, gait


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_walks_five_seconds_the_right_way(direction):
    speed = float(gait_table(direction).speeds[0])
    sim, gait = start(direction, speed, 4)
    from_x = sim.com[:, 0].copy()
    walk(sim, gait, 5.0)
    assert not has_fallen(sim).any()
    assert sim.valid.all()
    travelled = gait.sign * (sim.com[:, 0] - from_x)
    np.testing.assert_allclose(travelled / 5.0, speed, rtol=0.25)
    assert (gait.roles.steps >= 6).all()


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_excitations_stay_in_bounds(direction):
    sim, gait = start(direction, float(gait_table(direction).speeds[0]), 3)
    for _ in range(100):
        u = gait.excite(sim)
        assert u.shape == (3, sim.model.nu)
        assert u.min() >= 0.0
        assert u.max() <= 1.0
        sim.ctrl[:] = u
        sim.step(2)


def test_a_trial_does_not_depend_on_its_batch():
    speed = float(gait_table("backward").speeds[0])
    alone, its_gait = start("backward", speed, 1)
    among, gait = start("backward", speed, 7)
    walk(alone, its_gait, 2.0)
    walk(among, gait, 2.0)
    np.testing.assert_array_equal(alone.qpos[0], among.qpos[0])
    np.testing.assert_array_equal(alone.act[0], among.act[0])


def test_a_speed_that_was_not_tuned_is_refused():
    with pytest.raises(ConfigError, match=r"1\.9 is outside the tuned range of the scripted back"):
        gait_table("backward").check(1.9)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_guess_lies_in_its_search_range(direction):
    for name, value in guess(direction).items():
        low, high, scale = search_range(name, direction)
        assert low <= value <= high
        assert 0 < scale < high - low


def test_a_table_is_linear_between_its_speeds_and_held_beyond():
    values = np.arange(2 * len(NAMES), dtype=float).reshape(2, -1)
    table = GaitTable("backward", np.array([0.6, 0.8]), values)
    between = table.at(np.array([0.5, 0.6, 0.7, 0.8, 0.9]))[NAMES[3]]
    a, b = values[:, 3]
    np.testing.assert_allclose(between, [a, a, (a + b) / 2, b, b])
