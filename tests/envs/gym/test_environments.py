"""The Gymnasium environments: each one that is registered, alone and in a batch."""

from __future__ import annotations

import pickle
import warnings
from types import SimpleNamespace
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from retrowalk.envs.gaits import residual
from retrowalk.envs.gaits.gait_files import gait_table
from retrowalk.envs.gaits.scripted_gait import ScriptedGait
from retrowalk.envs.gym import reward_terms
from retrowalk.envs.gym.batch_task import BatchTask
from retrowalk.envs.gym.registration import ENVIRONMENTS
from retrowalk.envs.gym.vector import WalkVectorEnv
from retrowalk.envs.policies.actions import KINDS
from retrowalk.envs.scene import Course, build_scene
from retrowalk.envs.task.task import REWARDS, Task
from retrowalk.envs.task.technique import Technique
from retrowalk.models.body import build_body
from retrowalk.sim.errors import ConfigError


def random_actions(env, count: int, seed: int = 0) -> np.ndarray:
    shape = (count, *env.action_space.shape)
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype(np.float32)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_gymnasium_finds_no_fault(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gym.make(name).unwrapped, skip_render_check=True)


@pytest.mark.parametrize("mode", KINDS)
def test_stable_baselines_finds_no_fault(mode):
    checker = pytest.importorskip("stable_baselines3.common.env_checker")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        checker.check_env(gym.make("retrowalk/Backward-v0", action_mode=mode).unwrapped)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_walker_of_the_batch_is_the_single_environment(name):
    batch = gym.make_vec(name, num_envs=3)
    alone = gym.make(name)
    (many, _), (one, _) = batch.reset(seed=5), alone.reset(seed=7)
    np.testing.assert_array_equal(many[2], one)
    for action in random_actions(batch, 12):
        many, rewards, *_ = batch.step(action)
        one, reward, *_ = alone.step(action[2])
        np.testing.assert_array_equal(many[2], one)
        assert rewards[2] == reward


def test_zero_action_is_the_scripted_gait_bit_for_bit():
    walk = BatchTask(Task(speed_m_per_s=(0.8, 0.8)), "flat", gait_table("backward"), [1, 2])
    walk.reset(np.arange(2))
    body = build_body()
    sim = build_scene(body, Course(), [np.random.default_rng(0)] * 2).sim
    gait = ScriptedGait(sim, body, gait_table("backward"), Technique(speed_m_per_s=0.8))
    for one in (walk.gait, gait):
        one.reset(np.arange(2), [np.random.default_rng(i) for i in range(2)])
    for _ in range(50):
        walk.step(np.zeros((2, len(walk.actions.names))))
        for _ in range(4):
            sim.ctrl[:] = gait.excite(sim)
            sim.step(2)
    np.testing.assert_array_equal(walk.sim.qpos, sim.qpos)
    np.testing.assert_array_equal(walk.sim.act, sim.act)


def mirror_walk(walk: BatchTask, other: BatchTask) -> None:
    """Put `other` into the mirror image of the state of `walk`, standing on the other foot."""
    for one in (walk, other):
        one.reset(np.arange(1))
    sim, image = walk.sim, other.sim
    names = list(sim.anatomy.joints)
    swapped = [
        name[:-1] + {"l": "r", "r": "l"}[name[-1]] if name[-2] == "_" else name for name in names
    ]
    order = [names.index(name) for name in swapped]
    sign = np.array([-1.0 if n in MIRRORED_JOINTS else 1.0 for n in names])
    qpos, qvel = sim.qpos.copy(), sim.qvel.copy()
    qpos[:, [1, 4, 6]] *= -1.0
    qvel[:, [1, 3, 5]] *= -1.0
    qpos[:, sim.joint_qpos] = sign * sim.qpos[:, sim.joint_qpos[order]]
    qvel[:, sim.joint_dof] = sign * sim.qvel[:, sim.joint_dof[order]]
    image.qpos[:], image.qvel[:], image.act[:] = qpos, qvel, sim.act[:, mirror_muscles(walk)]
    image.forward()
    other.gait.command(np.arange(1), walk.gait.ramp.commanded)
    other.gait.roles.stance[:] = 1
    other.gait._lift_off(image, np.arange(1))
    other.mean_speed[:] = walk.mean_speed
    if other.sliding is not None:
        other.sliding.rest(image, np.arange(1))


def mirror_muscles(walk: BatchTask) -> np.ndarray:
    order = np.empty(walk.sim.model.nu, int)
    order[walk.muscle_order[0]] = walk.muscle_order[1]
    return order


MIRRORED_JOINTS = ("lumbar_bending", "lumbar_rotation", "neck_rotation")


@pytest.mark.parametrize("mode", KINDS)
def test_the_mirrored_walker_sees_and_does_the_mirrored(mode):
    table, task = gait_table("backward"), Task(action_mode=mode, muscles=True, slip=True)
    walk, other = (BatchTask(task, "flat", table, [1]) for _ in range(2))
    mirror_walk(walk, other)
    np.testing.assert_allclose(other.observe(), walk.observe(), atol=2e-5)
    action = np.random.default_rng(1).uniform(-1, 1, (1, len(walk.actions.names)))
    for _ in range(3):
        for one in (walk, other):
            one.step(action)
        np.testing.assert_allclose(
            other.sim.ctrl, walk.sim.ctrl[:, mirror_muscles(walk)], atol=2e-3
        )
        np.testing.assert_allclose(other.observe(), walk.observe(), atol=2e-3)


def test_each_residual_changes_the_walk():
    """One way or the other: a leg that is nearly straight cannot lift the hip any more."""
    task = Task(speed_m_per_s=(0.8, 0.8))
    count = len(residual.NAMES)
    walk = BatchTask(task, "flat", gait_table("backward"), [1] * (2 * count + 1))
    walk.reset(np.arange(2 * count + 1))
    actions = np.concatenate([np.eye(count), -np.eye(count), np.zeros((1, count))])
    for _ in range(30):
        walk.step(actions)
    change = np.abs(walk.sim.qpos[:-1] - walk.sim.qpos[-1]).max(1).reshape(2, count)
    for column, name in enumerate(residual.NAMES):
        assert change[:, column].max() > 1e-3, name


def test_terms_of_the_reward_add_up_and_carry_their_weights():
    env = gym.make("retrowalk/Backward-v0")
    env.reset(seed=2)
    _, reward, _, _, info = env.step(random_actions(env, 1)[0])
    terms = {name: info[f"reward_{name}"] for name, weight in REWARDS.items() if weight}
    assert reward == pytest.approx(sum(terms.values()))
    assert terms["action"] < 0 < terms["alive"]


def test_wide_steps_cost_while_both_feet_stand():
    ankle = np.zeros((3, 3))
    other = np.array([[0.3, 0.12, 0.0], [0.3, -0.23, 0.0], [0.3, 0.23, 0.0]])
    load = np.array([[300.0, 300.0], [300.0, 300.0], [700.0, 0.0]])
    walk: Any = SimpleNamespace(ankles=(ankle, other), state=SimpleNamespace(vertical_load=load))
    np.testing.assert_allclose(reward_terms.wide(walk), [0.0, 1.0, 0.0])


@pytest.mark.parametrize("command", [0.4, 0.8, 1.1])
def test_standing_earns_next_to_nothing_for_speed(command):
    walk = BatchTask(Task(speed_m_per_s=(command, command)), "flat", gait_table("backward"), [1])
    walk.reset(np.arange(1))
    walk.gait.time[:] = 60.0  # the starting ramp is over
    walk.mean_speed[:] = 0.0
    standing = reward_terms.earned(walk)["speed"]
    walk.mean_speed[:] = command
    assert standing < 0.1 * reward_terms.earned(walk)["speed"]
    assert reward_terms.earned(walk)["speed"] == pytest.approx(walk.task.rewards["speed"])


def test_a_fall_terminates_and_the_time_limit_truncates():
    env = WalkVectorEnv(2, episode_s=0.2)
    env.reset(seed=1)
    env.walks[0].sim.qpos[0, 2] = 0.3
    over = [env.step(np.zeros((2, 15)))[2:4] for _ in range(10)]
    assert over[0][0].tolist() == [True, False]
    assert not any(cut[0] for _, cut in over[:1])
    assert over[-1][1].tolist() == [False, True]


def test_autoreset_follows_gymnasium():
    """NextStep: the step after the end gives the new episode's first observation, reward 0."""
    env = WalkVectorEnv(2, episode_s=0.1)
    env.reset(seed=3)
    ends = [env.step(np.zeros((2, 15)))[3] for _ in range(5)]
    assert [cut.all() for cut in ends] == [False] * 4 + [True]
    first, reward, terminated, cut, _ = env.step(np.zeros((2, 15)))
    assert not (terminated | cut).any()
    assert (reward == 0.0).all()
    np.testing.assert_array_equal(first[:, -15:], 0.0)
    same = WalkVectorEnv(2, episode_s=0.1, autoreset_mode="SameStep")
    same.reset(seed=3)
    begun, _, _, cut, info = [same.step(np.zeros((2, 15))) for _ in range(5)][-1]
    assert cut.all()
    np.testing.assert_array_equal(begun, first)
    assert (info["final_obs"][0] != begun[0]).any()


def test_pickled_environments_start_alike():
    for env in (gym.make("retrowalk/BackwardRough-v0"), WalkVectorEnv(2)):
        copy = pickle.loads(pickle.dumps(env))
        np.testing.assert_array_equal(copy.reset(seed=4)[0], env.reset(seed=4)[0])


def test_surfaces_share_the_walkers():
    env = WalkVectorEnv(4, surfaces=("flat", "rough-4cm"), autoreset_mode="SameStep")
    assert [walk.n for walk in env.walks] == [2, 2]
    observation, _ = env.reset(seed=1)
    for part, walk in enumerate(env.walks):
        np.testing.assert_array_equal(observation[part::2], walk.observe())


def test_threads_change_nothing():
    fields = {"surfaces": ("flat", "rough-4cm"), "autoreset_mode": "SameStep", "pushes": {}}
    one, four = (WalkVectorEnv(5, threads=threads, **fields) for threads in (1, 4))
    assert [walk.n for walk in four.walks] == [3, 2]
    np.testing.assert_array_equal(one.reset(seed=2)[0], four.reset(seed=2)[0])
    for action in random_actions(one, 8):
        for ours, theirs in zip(one.step(action)[:4], four.step(action)[:4], strict=True):
            np.testing.assert_array_equal(ours, theirs)
    four.close()


def test_a_picture_is_drawn_without_a_screen():
    env = gym.make("retrowalk/BackwardRough-v0", render_mode="rgb_array")
    env.reset(seed=1)
    picture = env.render()
    env.close()
    assert isinstance(picture, np.ndarray)
    assert picture.shape == (360, 480, 3)
    assert picture.std() > 10.0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"direction": "sideways"}, "direction 'sideways'"),
        ({"action_mode": "torque"}, "action mode 'torque'"),
        ({"surfaces": "lava"}, "surface 'lava'"),
        ({"rewards": {"sped": 1.0}}, "speed"),
        ({"pushes": {"every_s": (3, 1)}}, "pushes.every_s"),
        ({"speed_m_per_s": 9.0}, "speed_m_per_s"),
        ({"gravity": 1.0}, "task field 'gravity'"),
    ],
)
def test_bad_fields_are_refused_by_name(fields, said):
    with pytest.raises(ConfigError, match=said):
        WalkVectorEnv(1, **fields)
