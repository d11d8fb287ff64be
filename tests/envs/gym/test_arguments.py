"""What callers may give to make, reset and step: seeds, masks, actions, lengths."""

from __future__ import annotations

import re
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

from retrowalk.envs.gym.registration import ENVIRONMENTS
from retrowalk.envs.gym.single import WalkEnv
from retrowalk.envs.gym.vector import WalkVectorEnv
from retrowalk.sim.errors import ConfigError

GROUNDS = {
    "flat": {},
    "rough": {"surfaces": "rough-4cm", "eyes": True},
    "kerbs and patches": {"surfaces": ("kerbs-10cm", "ice-patch"), "eyes": True},
    "pushed older adult": {
        "walker": "older-adult",
        "surfaces": "rough-2cm",
        "pushes": {"every_s": (0.05, 0.1), "lasts_s": 0.02},
        "hazards": [{"preset": "missed-step", "after_s": 0.0, "window_s": 0.2}, "push-sideways"],
    },
}


def rows(env: Any, count: int, start: int = 0) -> list[np.ndarray]:
    """Step by fixed random actions; return what was seen."""
    actions = np.random.default_rng(1).uniform(-1, 1, (start + count, *env.action_space.shape))
    return [env.step(action)[0] for action in actions[start:]]


@pytest.mark.parametrize("name", GROUNDS)
def test_a_seed_with_a_mask_leaves_the_others_alone(name: str):
    """Who is in the mask starts as from that seed; the others walk on as if nothing had been."""
    fields = GROUNDS[name] | {"autoreset_mode": "Disabled"}
    mask = np.array([True, False, True, False])
    env, left, fresh = (WalkVectorEnv(4, **fields) for _ in range(3))
    for one in (env, left):
        one.reset(seed=1)
        rows(one, 6)
    expected, _ = fresh.reset(seed=9)
    seen, _ = env.reset(seed=9, options={"reset_mask": mask})
    np.testing.assert_array_equal(seen[mask], expected[mask])
    for ours, theirs in zip(rows(env, 6, 6), rows(fresh, 6, 6), strict=True):
        np.testing.assert_array_equal(ours[mask], theirs[mask])
    env.reset(options={"reset_mask": mask})
    fresh.reset(options={"reset_mask": mask})  # the second episode follows from the new seed too
    ours, theirs = rows(env, 3, 12)[-1], rows(fresh, 3, 12)[-1]
    np.testing.assert_array_equal(ours[mask], theirs[mask])
    rows(left, 6, 6)
    np.testing.assert_array_equal(ours[~mask], rows(left, 3, 12)[-1][~mask])


def test_a_list_of_seeds_is_one_for_each_walker():
    env, single = WalkVectorEnv(3), WalkEnv()
    seen, _ = env.reset(seed=[4, 4, 8])
    np.testing.assert_array_equal(seen[0], seen[1])
    np.testing.assert_array_equal(seen[2], single.reset(seed=8)[0])
    again, _ = env.reset(seed=np.array([4, 5, 8]).tolist())
    np.testing.assert_array_equal(again[[0, 2]], seen[[0, 2]])
    assert (again[1] != seen[1]).any()
    env.reset(seed=[4, 5, 8])
    mixed, _ = env.reset(seed=[4, None, None])
    np.testing.assert_array_equal(mixed[0], seen[0])
    env.reset(seed=[4, 5, 8])
    np.testing.assert_array_equal(mixed[1:], env.reset()[0][1:])


def test_walkers_that_differ_by_their_seed_are_made_anew_together():
    env = WalkVectorEnv(2, randomise={"mass": (0.9, 1.1)}, autoreset_mode="Disabled")
    env.reset(seed=1)
    with pytest.raises(ConfigError, match="randomise= all walkers are made anew"):
        env.reset(seed=1, options={"reset_mask": np.array([True, False])})
    env.reset(options={"reset_mask": np.array([True, False])})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"seed": [1, 2]}, "a list of 2 for 3 walkers"),
        ({"seed": -1}, "seed: -1 is not a whole number of at least 0"),
        ({"seed": 1.5}, "seed: 1.5 is not a whole number"),
        ({"seed": "today"}, "seed: 'today'"),
        ({"seed": [1, 2, "x"]}, "seed: 'x'"),
        ({"options": {"reset_mask": np.ones(2, bool)}}, "reset_mask: bool of shape (2,)"),
        ({"options": {"reset_mask": np.ones(3)}}, "reset_mask: float64 of shape (3,)"),
        ({"options": {"reset_mask": "all"}}, "reset_mask: <U3 of shape ()"),
    ],
)
def test_a_wrong_reset_is_refused_by_name(arguments: dict[str, Any], said: str):
    env = WalkVectorEnv(3)
    env.reset(seed=1)
    before = [walk.sim.qpos.copy() for walk in env.walks]
    with pytest.raises(ConfigError, match=re.escape(said)):
        env.reset(**arguments)
    np.testing.assert_array_equal(before[0], env.walks[0].sim.qpos)


def test_a_wrong_action_is_refused_by_name():
    env, single = WalkVectorEnv(2), WalkEnv()
    env.reset(seed=1)
    single.reset(seed=1)
    with pytest.raises(ConfigError, match=r"shape \(2, 3\); it has to be \(2, 15\)"):
        env.step(np.zeros((2, 3)))
    with pytest.raises(ConfigError, match=r"shape \(2, 15\); it has to be \(15,\)"):
        single.step(np.zeros((2, 15)))
    nothing = np.zeros((2, 15))
    nothing[1, 0] = np.nan
    with pytest.raises(ConfigError, match=r"not a number \(NaN\) for foot_ahead"):
        env.step(nothing)
    with pytest.raises(ConfigError, match="NaN"):
        single.step(nothing[1])
    with pytest.raises(ConfigError, match="not an array of numbers"):
        single.step("left")  # pyright: ignore[reportArgumentType]
    huge, _, _, _, _ = single.step(np.full(15, np.inf))  # the largest that there is
    single.reset(seed=1)
    np.testing.assert_array_equal(huge, single.step(np.ones(15))[0])


def test_nothing_steps_before_the_first_reset():
    for env in (WalkVectorEnv(2), WalkEnv()):
        with pytest.raises(gym.error.ResetNeeded, match=r"call it before step"):
            env.step(np.zeros(env.action_space.shape or ()))


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_spec_says_how_long_an_episode_is(name: str):
    assert (spec := gym.make(name).spec) is not None
    assert spec.max_episode_steps == 500
    longer = gym.make(name, episode_s=20)
    assert longer.spec is not None
    assert longer.spec.max_episode_steps == 1000
    again = gym.make(longer.spec)
    assert again.spec is not None
    assert again.spec.max_episode_steps == 1000
    batch = gym.make_vec(name, num_envs=2, episode_s=0.1)
    assert batch.spec is not None
    assert batch.spec.max_episode_steps == 5


def test_the_ground_reaches_as_far_as_the_longest_episode():
    env = WalkVectorEnv(1, surfaces="rough-2cm", max_episode_steps=1500)
    assert env.task.episode_s == 30.0
    assert env.episode_steps == 1500
