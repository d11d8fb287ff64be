"""An episode depends on its walker's seed, its number and its own actions: on nothing else.

Not on the episodes before it, on how and when they ended, on the walkers beside it, or on whether
it is played alone, in the batch with any autoreset, by masks, or through stable-baselines3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from asking_tasks import TASKS

from retrowalk.envs.gaits.gait_files import gait_table
from retrowalk.envs.gym.batch_task import BatchTask
from retrowalk.envs.gym.sb3 import as_vec_env
from retrowalk.envs.policies.actions import KINDS
from retrowalk.envs.task.task import Task

SEEDS = (5, 6)
LONGEST = 5  # steps of an episode that nothing ends before
JUDGED = 1  # number of the episode that all play by the same actions
CASES = [(name, mode) for name in TASKS for mode in KINDS]

Episode = list[tuple[np.ndarray, float, bool, bool]]
"""Rows of observation, reward, terminated, truncated; the first is the reset's."""


def action(size: int, past: int, seed: int, episode: int, step: int) -> np.ndarray:
    """A random action; `past` changes those of the episodes before the judged one."""
    key = [seed, episode, step, 0 if episode == JUDGED else 1 + past]
    return np.random.default_rng(key).uniform(-1, 1, size).astype(np.float32)


def cut_after(past: int, seed: int, episode: int) -> int:
    """Steps after which an episode is ended from outside; the judged one is not."""
    return LONGEST + 1 if episode == JUDGED else 1 + (past + seed) % (LONGEST - 1)


def alone(fields: dict[str, Any], past: int) -> dict[int, Episode]:
    """Single environments, reset before an episode is over."""
    judged: dict[int, Episode] = {}
    grounds = fields.get("surfaces", "flat")
    for i, seed in enumerate(SEEDS):
        ground = grounds[i % len(grounds)] if isinstance(grounds, tuple) else grounds
        env = gym.make("retrowalk/Backward-v0", **fields | {"surfaces": ground})
        size = int(np.prod(env.action_space.shape or ()))
        env.reset(seed=seed)
        for step in range(cut_after(past, seed, 0)):
            env.step(action(size, past, seed, 0, step))
        judged[seed] = [(env.reset()[0], 0.0, False, False)]
        for step in range(LONGEST):
            seen, reward, fallen, cut, _ = env.step(action(size, past, seed, JUDGED, step))
            judged[seed].append((seen, float(reward), fallen, cut))
            if fallen or cut:
                break
    return judged


class Batch:
    """A batch whose walkers' episodes are ended from outside, each at its own time.

    It is native, or Gymnasium's own of single environments (`vectorization_mode="sync"`).
    """

    def __init__(self, fields: dict[str, Any], past: int, **kind: str) -> None:
        self.env: Any = gym.make_vec("retrowalk/Backward-v0", num_envs=len(SEEDS), **kind, **fields)
        self.size, self.past = self.env.single_action_space.shape[0], past
        self.played = [[0, 0] for _ in SEEDS]  # number of the episode and of its step
        self.judged: dict[int, Episode] = {seed: [] for seed in SEEDS}

    def actions(self) -> np.ndarray:
        asked = zip(SEEDS, self.played, strict=True)
        return np.stack([action(self.size, self.past, seed, *where) for seed, where in asked])

    def due(self) -> list[int]:
        """Walkers whose episode is to end with the coming step."""
        asked = zip(SEEDS, self.played, strict=True)
        return [
            i for i, (s, (k, step)) in enumerate(asked) if step + 1 == cut_after(self.past, s, k)
        ]

    def fell(self) -> None:
        """Let those who are due fall."""
        for i in self.due():
            if hasattr(self.env, "envs"):
                self.env.envs[i].unwrapped.walk.sim.qpos[0, 2] = 0.3
            else:
                kinds = len(self.env.walks)
                self.env.walks[i % kinds].sim.qpos[i // kinds, 2] = 0.3

    def begin(self, i: int, seen: np.ndarray) -> None:
        self.played[i] = [self.played[i][0] + 1, 0]
        if self.played[i][0] == JUDGED:
            self.judged[SEEDS[i]] = [(seen[i].copy(), 0.0, False, False)]

    def note(self, i: int, *row: Any) -> None:
        if self.played[i][0] == JUDGED:
            self.judged[SEEDS[i]].append((row[0].copy(), float(row[1]), bool(row[2]), bool(row[3])))
        self.played[i][1] += 1

    def goes_on(self) -> Iterator[None]:
        for _ in range(4 * LONGEST):
            yield
            if all(episode > JUDGED for episode, _ in self.played):
                return
        raise AssertionError("episodes did not end")


def next_step(fields: dict[str, Any], past: int, **kind: str) -> dict[int, Episode]:
    game = Batch(fields, past, **kind or {"autoreset_mode": "NextStep"})
    game.env.reset(seed=list(SEEDS))
    over = np.zeros(len(SEEDS), bool)
    for _ in game.goes_on():
        game.fell()
        seen, reward, fallen, cut, info = game.env.step(game.actions())
        terms = np.sum([v for k, v in info.items() if k.startswith("reward_")], axis=0)
        np.testing.assert_allclose(terms, reward, rtol=1e-12, atol=1e-12)
        told = info.get("_reward_alive", np.zeros(len(SEEDS), bool))  # of none where all begin
        np.testing.assert_array_equal(told, ~over)
        for i in range(len(SEEDS)):
            if over[i]:
                game.begin(i, seen)
            else:
                game.note(i, seen[i], reward[i], fallen[i], cut[i])
        over = fallen | cut
    return game.judged


def same_step(fields: dict[str, Any], past: int) -> dict[int, Episode]:
    game = Batch(fields, past, autoreset_mode="SameStep")
    game.env.reset(seed=SEEDS[0])
    for _ in game.goes_on():
        game.fell()
        seen, reward, fallen, cut, info = game.env.step(game.actions())
        for i in range(len(SEEDS)):
            ended = fallen[i] or cut[i]
            game.note(i, info["final_obs"][i] if ended else seen[i], reward[i], fallen[i], cut[i])
            if ended:
                game.begin(i, seen)
    return game.judged


def by_masks(fields: dict[str, Any], past: int) -> dict[int, Episode]:
    game = Batch(fields, past, autoreset_mode="Disabled")
    game.env.reset(seed=list(SEEDS))
    for _ in game.goes_on():
        due = game.due()
        seen, reward, fallen, cut, _ = game.env.step(game.actions())
        for i in range(len(SEEDS)):
            game.note(i, seen[i], reward[i], fallen[i], cut[i])
        ended = fallen | cut
        ended[due] = True
        if ended.any():
            again, _ = game.env.reset(options={"reset_mask": ended})
            np.testing.assert_array_equal(again[~ended], seen[~ended])
            for i in np.flatnonzero(ended).tolist():
                game.begin(i, again)
    return game.judged


def through_sb3(fields: dict[str, Any], past: int) -> dict[int, Episode]:
    game = Batch(fields, past, autoreset_mode="SameStep")
    adapter = as_vec_env(game.env)
    adapter.seed(SEEDS[0])
    adapter.reset()
    for _ in game.goes_on():
        game.fell()
        seen, reward, over, infos = adapter.step(game.actions())
        for i, info in enumerate(infos):
            cut = info.get("TimeLimit.truncated", False)
            last = info["terminal_observation"] if over[i] else np.asarray(seen)[i]
            game.note(i, last, reward[i], over[i] and not cut, cut)
            if over[i]:
                game.begin(i, np.asarray(seen))
    return game.judged


def assert_alike(one: dict[int, Episode], other: dict[int, Episode], tolerance: float = 0.0):
    for seed in SEEDS:
        assert len(one[seed]) == len(other[seed]) > 1
        for step, (ours, theirs) in enumerate(zip(one[seed], other[seed], strict=True)):
            where = f"seed {seed}, step {step}"
            np.testing.assert_array_equal(ours[0], theirs[0], err_msg=where)
            assert ours[1] == pytest.approx(theirs[1], rel=tolerance, abs=tolerance), where
            assert ours[2:] == theirs[2:], where


@pytest.mark.parametrize(("name", "mode"), CASES)
def test_an_episode_depends_on_seed_number_and_actions_alone(name: str, mode: str):
    fields = TASKS[name] | {"action_mode": mode, "episode_s": LONGEST * 0.02}
    judged = alone(fields, 0)
    for past, play in enumerate((alone, next_step, same_step, by_masks), start=1):
        assert_alike(judged, play(fields, past))


@pytest.mark.parametrize("mode", KINDS)
def test_in_gymnasiums_own_vector_too(mode: str):
    fields = {"action_mode": mode, "episode_s": LONGEST * 0.02, "start_noise_rad": 0.05}
    assert_alike(alone(fields, 0), next_step(fields, 1, vectorization_mode="sync"))


@pytest.mark.parametrize("mode", KINDS)
def test_through_stable_baselines_too(mode: str):
    pytest.importorskip("stable_baselines3")
    fields = {"action_mode": mode, "episode_s": LONGEST * 0.02}
    assert_alike(alone(fields, 0), through_sb3(fields, 1), tolerance=1e-6)  # rewards are float32


LONG = [(name, "excitation") for name in TASKS] + [("retrowalk/Backward-v0", "residual")]
LONG_STEPS = {"all hazards, older adult": 35}
"""Of tasks that take long; the others' reach past the start of the speed's ramp and a block of
noise, all into the first contacts, slips and pushes."""


def walk_of(name: str, mode: str) -> BatchTask:
    task = Task().with_fields(**TASKS[name] | {"action_mode": mode})
    walk = BatchTask(task, task.surfaces[0], gait_table(task.direction, task.walker.name), SEEDS)
    walk.reset(np.arange(len(SEEDS)))
    return walk


def go_on(walk: BatchTask, steps: int, past: int) -> list[np.ndarray]:
    """Walk on by random actions; return what was seen."""
    rng = np.random.default_rng(past)
    seen = []
    for _ in range(steps):
        walk.step(rng.uniform(-0.3, 0.3, walk.action.shape))
        seen.append(walk.observe())
    return seen


@pytest.mark.parametrize(("name", "mode"), LONG)
def test_a_long_episode_before_does_not_matter(name: str, mode: str):
    seen = []
    for past, steps in enumerate((3, LONG_STEPS.get(name, 75))):
        walk = walk_of(name, mode)
        go_on(walk, steps, past)
        walk.reset(np.arange(len(SEEDS)))
        seen.append([walk.observe(), *go_on(walk, 20, 9)])
    np.testing.assert_array_equal(seen[0], seen[1])


@pytest.mark.parametrize(("name", "mode"), LONG)
def test_who_begins_anew_beside_does_not_matter(name: str, mode: str):
    walk, left = walk_of(name, mode), walk_of(name, mode)
    for steps in (LONG_STEPS.get(name, 75), 1, 3):
        for one in (walk, left):
            before = go_on(one, steps, steps)[-1]
        walk.reset(np.array([0]))
        np.testing.assert_array_equal(walk.observe()[1], before[1])
    np.testing.assert_array_equal(walk.sim.qpos[1], left.sim.qpos[1])


def test_pushes_do_not_depend_on_how_many_came_before():
    task = Task().with_fields(pushes={"every_s": (0.05, 0.1), "lasts_s": 0.02})
    moments = []
    for steps in (2, 20):
        walk = BatchTask(task, "flat", gait_table("backward"), SEEDS)
        assert walk.pushes is not None
        walk.reset(np.arange(len(SEEDS)))
        go_on(walk, steps, 0)
        walk.reset(np.arange(len(SEEDS)))
        moments.append(np.append(walk.pushes._start, walk.pushes._impulse))
    np.testing.assert_array_equal(*moments)


def test_a_belt_beside_that_a_hazard_jerks_goes_on():
    walk = walk_of("belt jerk", "excitation")
    walk.sim.belt_speed_offset[1] = 0.3  # comes in with the next step
    before = walk.sim.ground_velocity.copy()
    walk.reset(np.array([0]))
    np.testing.assert_array_equal(walk.sim.ground_velocity, before)
