"""What a task may ask: walkers with senses, hazards, techniques, differing simulations."""

from __future__ import annotations

import numpy as np
import pytest

from retrowalk.envs.gaits.gait_files import gait_table
from retrowalk.envs.gym.batch_task import BatchTask
from retrowalk.envs.gym.vector import WalkVectorEnv
from retrowalk.envs.senses.perception import PerceivedState
from retrowalk.envs.task.task import Task
from retrowalk.sim.errors import ConfigError

HAZARDS = [
    {"preset": "slip", "after_s": 0.1, "window_s": 0.2},
    {"preset": "trip-low", "after_s": 0.1, "window_s": 0.2},
    {"preset": "push-sideways", "after_s": 0.0, "window_s": 0.2},
    {"preset": "attention-lapse", "after_s": 0.0, "window_s": 0.2},
    {"preset": "missed-step", "after_s": 0.3, "window_s": 0.2},
]
TASKS = {
    "hazards": {"hazards": HAZARDS},
    "older adult with eyes": {
        "walker": "older-adult",
        "speed_m_per_s": 0.6,
        "eyes": True,
        "surfaces": "rough-2cm",
        "attention": 0.5,
    },
    "technique": {"technique": "glances", "surfaces": "rough-2cm"},
    "differing": {
        "randomise": {
            "mass": [0.8, 1.2],
            "strength": [0.7, 1.3],
            "friction": [0.3, 1.0],
            "noise": [1.0, 2.0],
            "delay_s": [0.0, 0.03],
        }
    },
    "differing on own ground": {
        "surfaces": "rough-2cm",
        "randomise": {"mass": [0.8, 1.2], "strength": [0.7, 1.3], "friction": [0.3, 1.0]},
    },
}


def walk_of(seeds=(1, 2, 3), **fields) -> BatchTask:
    task = Task().with_fields(**fields)
    table = gait_table(task.direction, task.walker.name)
    walk = BatchTask(task, task.surfaces[0], table, seeds)
    walk.reset(np.arange(len(seeds)))
    return walk


def still(walk: BatchTask) -> np.ndarray:
    return np.zeros((walk.n, len(walk.actions.names)))


@pytest.mark.parametrize("name", TASKS)
def test_a_walker_of_a_batch_is_the_walker_alone(name: str):
    """Also after the walker beside it has begun anew in between."""
    fields = {"episode_s": 0.4, "autoreset_mode": "SameStep"} | TASKS[name]
    many, one = WalkVectorEnv(3, **fields), WalkVectorEnv(1, **fields)
    np.testing.assert_array_equal(many.reset(seed=5)[0][2], one.reset(seed=7)[0][0])
    many.walks[0].sim.qpos[0, 2] = 0.3  # the first falls at once
    for step in range(28):
        (seen, *_), (alone, *_) = many.step(np.zeros((3, 15))), one.step(np.zeros((1, 15)))
        np.testing.assert_array_equal(seen[2], alone[0], err_msg=f"step {step}")


def test_hazards_come_once_an_episode_at_moments_of_its_own():
    lapse = {"preset": "attention-lapse", "after_s": 0.0, "window_s": 0.2, "lasts_s": 0.05}
    walk = walk_of(hazards=[lapse])
    assert walk.scene.hazards is not None
    onsets = []
    for _ in range(2):
        walk.reset(np.arange(3))
        assert np.isnan(walk.scene.hazards.events[0].onset_s).all()
        for _ in range(12):
            walk.step(still(walk))
        onsets.append(walk.scene.hazards.events[0].onset_s.copy())
    assert np.isfinite(onsets).all()
    assert np.unique(onsets).size > 3


def test_a_slip_that_an_episode_ends_in_leaves_friction_as_it_was():
    walk = walk_of(hazards={"preset": "slip", "at_s": 0.0})
    assert walk.scene.hazards is not None
    for _ in range(40):
        walk.step(still(walk))
        if (walk.sim.foot_friction_scale < 1.0).any():
            break
    assert (walk.sim.foot_friction_scale < 1.0).any()
    walk.reset(np.arange(3))
    np.testing.assert_array_equal(walk.sim.foot_friction_scale, 1.0)


def test_a_walker_with_senses_observes_its_estimate():
    walk = walk_of(walker="older-adult", speed_m_per_s=0.6)
    assert isinstance(walk.state, PerceivedState)
    np.testing.assert_array_equal(walk.state.qpos, walk.sim.qpos)  # truth at the start
    for _ in range(10):
        walk.step(still(walk))
    error = np.abs(walk.state.qpos - walk.sim.qpos)
    assert 1e-5 < error.max() < 0.1
    young = walk_of()
    young.step(still(young))
    assert young.state is young.sim.state


def test_inattention_makes_senses_worse():
    errors = []
    for attention in (1.0, 0.0):
        walk = walk_of(walker="older-adult", speed_m_per_s=0.6, attention=attention)
        walk.step(still(walk))
        errors.append(np.abs(walk.state.qvel - walk.sim.qvel).mean())
    assert errors[1] > errors[0]


def test_eyes_see_where_the_walker_believes_to_be():
    fields = {"surfaces": "rough-4cm", "eyes": True, "speed_m_per_s": 0.6}
    walk = walk_of(walker="older-adult", **fields)
    for _ in range(5):
        walk.step(still(walk))
    seen = walk.observe()[:, -10:]
    walk.state = walk.sim
    assert 0.0 < np.abs(walk.observe()[:, -10:] - seen).max() < 0.05


def test_a_technique_changes_the_gait_that_is_learned_on():
    elbows = []
    for technique in ("preferred", "arms-crossed"):
        walk = walk_of(technique=technique)
        for _ in range(10):
            walk.step(still(walk))
        joint = walk.sim.joint_qpos[list(walk.sim.anatomy.joints).index("elbow_l")]
        elbows.append(walk.sim.qpos[:, joint].mean())
    assert elbows[1] > elbows[0] + 0.5


def test_simulations_differ_as_asked():
    walk = walk_of(seeds=range(8), **TASKS["differing"])
    nominal = walk.sim.model
    mass = walk.sim.fields.get("body_mass").sum(1) / nominal.body_mass.sum()
    force = walk.sim.fields.get("actuator_gainprm")[:, 0, 2] / nominal.actuator_gainprm[0, 2]
    friction = walk.sim.foot_friction_scale[:, 0, 0]
    for drawn, (low, high) in ((mass, (0.8, 1.2)), (force, (0.7, 1.3)), (friction, (0.3, 1.0))):
        assert low <= drawn.min() < drawn.max() - 0.2 * (high - low)
        assert drawn.max() <= high
    inverse = walk.sim.fields.get("dof_invweight0")
    assert np.ptp(inverse, axis=0).max() > 0.0  # what follows from mass has followed
    walk.reset(np.arange(8))
    np.testing.assert_array_equal(walk.sim.foot_friction_scale[:, 0, 0], friction)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"hazards": "lightning"}, "hazard 'lightning'"),
        ({"hazards": [{"preset": "slip", "slipery": 1}]}, "slipery"),
        ({"hazards": "belt-jerk-faster"}, "needs the belt"),
        ({"technique": "moonwalk"}, "technique 'moonwalk'"),
        ({"technique": {"arms": "up"}}, r"technique\.arms"),
        ({"attention": 2.0}, "attention"),
        ({"walker": "giant"}, "walker 'giant'"),
        ({"walker": {"age_years": 5}}, "age_years"),
        ({"randomise": {"mass": [2, 1]}}, r"randomise\.mass"),
        ({"randomise": {"gravity": [1, 1]}}, "gravity"),
    ],
)
def test_bad_fields_are_refused_by_name(fields, said):
    with pytest.raises(ConfigError, match=said):
        WalkVectorEnv(1, **fields)
