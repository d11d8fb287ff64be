"""The reference gait: mirrored states get mirrored torques, and a walker is alone with itself."""

from __future__ import annotations

import numpy as np
import pytest
from reference_walks import SPEED, mirrored_pair, start, walk

from retrowalk.envs.gaits.foot_placement import STATION_GAIN
from retrowalk.envs.gaits.reference_gains import GAINS
from retrowalk.envs.gaits.reference_gait import SUNK
from retrowalk.envs.policies.reference_source import BODY, ReferenceSource
from retrowalk.envs.task.technique import Technique
from retrowalk.envs.task.termination import has_fallen
from retrowalk.models.walker import Walker
from retrowalk.sim.errors import ConfigError


@pytest.mark.parametrize(("lifted_m", "within"), [(0.1, 1e-6), (SUNK, 2.0)])
def test_mirrored_states_get_mirrored_torques(lifted_m, within):
    """On the ground only nearly: its forces come from a solver that stops early."""
    sim, gait, twin, sign = mirrored_pair(lifted_m)
    torque = gait._torques(sim)
    np.testing.assert_allclose(torque[1], (torque[0, twin[:17]]) * sign[:17], atol=within)
    assert np.abs(torque).max() > 20.0


def test_a_trial_does_not_depend_on_its_batch():
    alone, its_gait = start(1)
    among, gait = start(5)
    walk(alone, its_gait, 0.6)
    walk(among, gait, 0.6)
    np.testing.assert_array_equal(alone.qpos[0], among.qpos[0])
    np.testing.assert_array_equal(alone.act[0], among.act[0])


def test_who_begins_anew_disturbs_no_one():
    left, its_gait = start(2)
    both, gait = start(2)
    walk(left, its_gait, 0.2)
    walk(both, gait, 0.2)
    gait.reset(np.array([1]), [np.random.default_rng(9)])
    walk(left, its_gait, 0.3)
    walk(both, gait, 0.3)
    np.testing.assert_array_equal(left.qpos[0], both.qpos[0])
    assert gait.clock.steps[1] <= gait.clock.steps[0]


def test_it_starts_on_the_cycle_moving_its_way():
    sim, gait = start(4)
    assert not has_fallen(sim).any()
    np.testing.assert_allclose(sim.com_velocity[:, 0], SPEED, atol=0.25)
    lowest = sim.points[:, :, :-1, 2].min((1, 2))
    np.testing.assert_allclose(lowest, -SUNK, atol=1e-6)  # as deep as soles give under its weight
    excitation = gait.excite(sim)
    assert excitation.shape == (4, sim.model.nu)
    assert excitation.min() >= 0.0
    assert excitation.max() <= 1.0


@pytest.mark.parametrize("name", GAINS)
def test_a_start_lies_in_its_search_range(name):
    value, low, high = GAINS[name]
    assert low <= value <= high


@pytest.mark.parametrize(
    ("body", "technique", "said"),
    [
        ("human", Technique(speed_m_per_s=SPEED), "is for the body 'human-2026b', not 'human'"),
        (BODY, Technique(speed_m_per_s=0.3), "0.3 is outside the range of the reference forward"),
        (
            BODY,
            Technique(speed_m_per_s=SPEED, arms="crossed"),
            r"arms: .* asked for speed_m_per_s, lo",
        ),
    ],
)
def test_what_it_cannot_do_is_refused(body, technique, said):
    with pytest.raises(ConfigError, match=said):
        ReferenceSource("reference", "forward", body, Walker()).check(technique)


def test_who_starts_from_a_state_is_in_it_at_the_origin():
    sim, gait = start(2)
    walk(sim, gait, 0.1)
    state, pose = gait.state(np.array([0])), sim.qpos[0].copy()
    bias, at = gait.bias[0], float(gait.clock.phase[0])
    gait.reset(np.array([1]), [np.random.default_rng(2)], phase=at, noise=0.0, states=state)
    np.testing.assert_allclose(sim.qpos[1, 3:], pose[3:], atol=1e-12)
    np.testing.assert_allclose(sim.qpos[1, :2], 0.0, atol=1e-12)
    np.testing.assert_allclose(sim.qvel[1], sim.qvel[0], atol=1e-12)
    np.testing.assert_allclose(sim.act[1], sim.act[0], atol=1e-12)
    assert gait.bias[1] == bias


def test_on_a_belt_it_asks_for_the_belts_speed_and_back_to_its_middle():
    sim, gait = start(3)
    np.testing.assert_array_equal(gait.seen(sim)[:, -1], SPEED)
    sim.ground_velocity[:] = [0.0, -1.1, -1.1]
    sim.root_pose.move(sim.qpos, np.array([0.3, 0.0, 0.3]) - sim.com[:, 0], 0)  # of the middle
    sim.forward()
    np.testing.assert_allclose(gait.seen(sim)[:, -1], [SPEED, 1.1, 1.1 - 0.3 * STATION_GAIN])
