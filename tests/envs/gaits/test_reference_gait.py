"""The reference gait: mirrored states get mirrored torques, and a walker is alone with itself."""

from __future__ import annotations

import numpy as np
import pytest

from retrowalk.envs.gaits.reference_cycle import cycle_table
from retrowalk.envs.gaits.reference_gains import GAINS, Gains
from retrowalk.envs.gaits.reference_gait import ReferenceGait
from retrowalk.envs.policies.reference_source import BODY, ReferenceSource
from retrowalk.envs.scene import Course, build_scene
from retrowalk.envs.task.technique import Technique
from retrowalk.envs.task.termination import has_fallen
from retrowalk.models.body import build_body
from retrowalk.models.walker import Walker
from retrowalk.sim.errors import ConfigError

SPEED = 1.2
MIDLINE = ("lumbar_bending", "lumbar_rotation", "neck_rotation")


def start(n: int, seed: int = 3, gains: dict[str, float] | None = None):
    """A simulation and its gait, reset with n trials' own noise."""
    body = build_body(BODY)
    sim = build_scene(body, Course(), [np.random.default_rng(0)] * n).sim
    cycle = cycle_table("forward").cycle_at(SPEED)
    gait = ReferenceGait(sim, body, cycle, Gains.same(n, gains))
    gait.reset(np.arange(n), [np.random.default_rng([seed, i]) for i in range(n)])
    return sim, gait


def walk(sim, gait, seconds: float) -> None:
    for _ in range(round(seconds / gait.control_period_s)):
        sim.ctrl[:] = gait.excite(sim)
        sim.step(round(gait.control_period_s / sim.time_step))


@pytest.mark.parametrize(("lifted_m", "within"), [(0.1, 1e-6), (0.0, 2.0)])
def test_mirrored_states_get_mirrored_torques(lifted_m, within):
    """Half a stride on, with left and right changed over and y reversed.

    On the ground only nearly: its forces come from a solver that stops early.
    """
    sim, gait = start(2)
    sim.qpos[:, 2] += lifted_m
    names = list(sim.anatomy.joints)
    twin = [
        names.index(name[:-1] + {"l": "r", "r": "l"}[name[-1]]) if name[-2:] in ("_l", "_r") else i
        for i, name in enumerate(names)
    ]
    sign = np.array([-1.0 if name in MIDLINE else 1.0 for name in names])
    qpos, qvel = sim.qpos[0].copy(), sim.qvel[0].copy()
    sim.qpos[1, :7] = qpos[:7] * [1, -1, 1, 1, -1, 1, -1]
    sim.qpos[1, sim.joint_qpos] = qpos[sim.joint_qpos[twin]] * sign
    sim.qvel[1, :6] = qvel[:6] * [1, -1, 1, -1, 1, -1]
    sim.qvel[1, sim.joint_dof] = qvel[sim.joint_dof[twin]] * sign
    sim.forward()
    gait.clock.reset(np.array([1]), gait.clock.phase[:1] + 0.5)
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
    np.testing.assert_allclose(lowest, 0.0, atol=1e-6)
    excitation = gait.excite(sim)
    assert excitation.shape == (4, sim.model.nu)
    assert excitation.min() >= 0.0
    assert excitation.max() <= 1.0


@pytest.mark.parametrize("name", GAINS)
def test_a_start_lies_in_its_search_range(name):
    _, value, low, high = GAINS[name]
    assert low <= value <= high


@pytest.mark.parametrize(
    ("body", "technique", "said"),
    [
        ("human", Technique(speed_m_per_s=SPEED), "is for the body 'human-2026b', not 'human'"),
        (BODY, Technique(speed_m_per_s=0.3), "0.3 is outside the range of the reference forward"),
        (BODY, Technique(speed_m_per_s=SPEED, arms="crossed"), "asked for speed_m_per_s alone"),
    ],
)
def test_what_it_cannot_do_is_refused(body, technique, said):
    with pytest.raises(ConfigError, match=said):
        ReferenceSource("reference", "forward", body, Walker()).check(technique)
