"""Each action mode has its own control period; what acts from outside goes on every 5 ms in all."""

from __future__ import annotations

import numpy as np
import pytest

from retrowalk.envs.gaits.arms import NECK_DAMPING, UpperBody
from retrowalk.envs.gaits.gait_files import gait_table
from retrowalk.envs.gym.batch_task import BatchTask
from retrowalk.envs.gym.reward_terms import earned_rows
from retrowalk.envs.task.task import Task


class Periods:
    """An effect that notes the lengths of steps."""

    def __init__(self) -> None:
        self.lengths: list[float] = []

    def reset(self, sim, ids) -> None: ...

    def act(self, sim, duration_s: float) -> None:
        self.lengths.append(round(duration_s, 6))


def walk_of(mode: str, **fields) -> BatchTask:
    task = Task(action_mode=mode).with_fields(**fields)
    walk = BatchTask(task, task.surfaces[0], gait_table("backward", task.walker.name), [1, 2])
    walk.reset(np.arange(2))
    return walk


@pytest.mark.parametrize(
    ("mode", "fields", "lengths"),
    [
        ("residual", {}, [0.005] * 4),
        ("joint", {}, [0.005] * 4),
        ("excitation", {}, [0.02]),
        ("excitation", {"pushes": {}}, [0.005] * 4),
        ("excitation", {"hazards": "slip"}, [0.005] * 4),
        ("excitation", {"surfaces": "treadmill"}, [0.005] * 4),
        ("excitation", {"walker": "older-adult", "speed_m_per_s": 0.6}, [0.005] * 4),
    ],
)
def test_a_policy_step_is_cut_as_finely_as_what_acts_needs(mode, fields, lengths):
    walk, noted = walk_of(mode, **fields), Periods()
    walk.sim.effects.append(noted)
    walk.step(np.zeros((2, len(walk.actions.names))))
    assert noted.lengths == lengths


def test_a_policy_step_in_pieces_is_the_one_at_once():
    """Pushes of nothing cut the steps, and change no bit of the walk."""
    nothing = {"velocity_change_m_per_s": (0.0, 0.0)}
    once, pieces = walk_of("excitation"), walk_of("excitation", pushes=nothing)
    rng = np.random.default_rng(0)
    for _ in range(40):
        action = rng.uniform(-1.0, -0.4, (2, 50))
        for walk in (once, pieces):
            walk.step(action)
        np.testing.assert_array_equal(once.observe(), pieces.observe())
        for name, ours in earned_rows(once).items():
            np.testing.assert_array_equal(ours, earned_rows(pieces)[name])


@pytest.mark.parametrize("technique", ["preferred", "arms-crossed"])
def test_arms_and_neck_hold_still_when_their_torques_are_held(technique: str):
    """Held for 20 ms the gains for 5 ms would shake the neck: D dt / I is 3.1, above 2."""
    walk = walk_of("excitation", technique=technique)
    upper, sim = walk.gait.upper, walk.sim
    neck = sim.joint_dof[list(sim.anatomy.joints).index("neck_rotation")]
    assert 0.02 * NECK_DAMPING * sim.model.dof_invweight0[neck] > 2.0
    for _ in range(25):
        walk.step(np.full((2, 50), -0.9))
        assert np.abs(sim.applied[:, upper.dofs]).max() < 30.0
        assert np.abs(sim.qvel[:, neck]).max() < 3.0


def test_gains_for_5_ms_are_as_they_were():
    walk = walk_of("joint", technique="arms-crossed")
    upper = UpperBody(walk.sim, walk.gait.body.roles, crossed=True)
    np.testing.assert_array_equal(upper._stiffness, [*[12.0] * 6, 60.0])
    np.testing.assert_array_equal(upper._damping, [*[1.2] * 6, 4.0])
