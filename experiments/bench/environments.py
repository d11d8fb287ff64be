"""Benchmark of the learning environments against raw physics of the same walk.

An environment walks once while an effect notes what it feeds the physics; then environment and
`mujoco.batch` alone, fed with the same from the same states, are timed in turn.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np

from ...envs.gym.single import WalkEnv
from ...envs.gym.vector import WalkVectorEnv
from ...sim.physics.backend import CpuBatch
from ...sim.physics.simulation import Simulation

SIMULATIONS = 64
SPEED = 0.6  # m/s
EPISODE = 25  # policy steps of one environment alone, none of which ends in a fall
MYOSUITE = "RETROWALK_MYOSUITE_PYTHON"  # a Python that has MyoSuite, which pins another MuJoCo
_MUSCLES_AT = (
    -0.9
)  # action: nearly slack muscles, so that a step's cost is that of walking, falling
_STATE = ("qpos", "qvel", "act")
_MYOSUITE_SCRIPT = """
import time
from myosuite.utils import gym
env = gym.make("myoLegWalk-v0").unwrapped
env.reset(seed=0)
env.action_space.seed(0)
actions = [env.action_space.sample() for _ in range({steps})]
began = time.process_time()
for action in actions:
    _, _, over, cut, _ = env.step(action)
    if over or cut:
        env.reset()
print({steps} * env.dt / (time.process_time() - began))
"""


@dataclass
class Fed:
    """An effect that records the inputs of each control step of a simulation.

    Attributes:
        steps: (ctrl, applied, external force, ids that began anew, their state) of each.
        substeps: physics steps of each.
    """

    sim: Simulation
    steps: list[tuple[np.ndarray, ...]] = field(default_factory=list[tuple[np.ndarray, ...]])
    substeps: list[int] = field(default_factory=list[int])
    _anew: set[int] = field(default_factory=set[int])

    def reset(self, sim: Simulation, ids: np.ndarray) -> None:
        """Note that these begin anew; their state is there with the next step."""
        self._anew.update(int(i) for i in ids)

    def act(self, sim: Simulation, duration_s: float) -> None:
        """Note what the coming step is fed."""
        ids = np.array(sorted(self._anew), int)
        self._anew.clear()
        state = [getattr(sim, name)[ids] for name in _STATE]
        fed = (sim.ctrl.copy(), sim.applied.copy(), sim.external_force.copy(), ids, *state)
        self.steps.append(fed)
        self.substeps.append(round(duration_s / sim.time_step))


class RawWalk:
    """`mujoco.batch` alone, fed with what simulations of an environment were fed.

    Args:
        fed: of each part of the environment. threads: of the batch.
    """

    def __init__(self, fed: list[Fed], threads: int) -> None:
        first = np.cumsum([0, *(one.sim.n for one in fed)])
        self.steps: list[tuple[np.ndarray, ...]] = []
        for parts in zip(*(one.steps for one in fed), strict=True):
            ids = [part[3] + start for part, start in zip(parts, first, strict=False)]
            columns = list(zip(*parts, strict=True))
            joined = [np.concatenate(c) for c in columns]
            joined[3] = np.concatenate(ids)
            self.steps.append(tuple(joined))
        self._substeps = fed[0].substeps
        self.batch = CpuBatch(fed[0].sim.model, int(first[-1]), threads)
        self._inputs = [self.batch.bind(n) for n in ("ctrl", "qfrc_applied", "xfrc_applied")]
        self._state = [self.batch.bind(name) for name in _STATE]

    def walk(self) -> None:
        """Step through all; where something began anew, from there."""
        for step in range(len(self.steps)):
            self.begin(step)
            self.feed(step)

    def begin(self, step: int) -> None:
        """Put what began anew with control step `step` where it began."""
        *_, ids, qpos, qvel, act = self.steps[step]
        if ids.size:
            self.batch.reset(ids)
            for live, state in zip(self._state, (qpos, qvel, act), strict=True):
                live[ids] = state

    def feed(self, step: int) -> None:
        """Step on with what control step `step` was fed."""
        for live, values in zip(self._inputs, self.steps[step], strict=False):
            live[:] = values
        self.batch.step(self._substeps[step])


def _actions(env: WalkVectorEnv | WalkEnv, mode: str, steps: int) -> np.ndarray:
    """Small actions for so many policy steps, the same at every call."""
    shape = (steps, *(env.action_space.shape or ()))
    actions = 0.1 * np.random.default_rng(0).uniform(-1.0, 1.0, shape)
    return actions + _MUSCLES_AT if mode == "excitation" else actions


def walking(mode: str, n: int, threads: int, steps: int) -> tuple[Callable[[], None], RawWalk]:
    """Return an environment's walk of so many policy steps, and the raw one of the same."""
    env = WalkVectorEnv(
        n, action_mode=mode, autoreset_mode="SameStep", speed_m_per_s=SPEED, threads=threads
    )
    env.reset(seed=1)
    actions = _actions(env, mode, steps)

    def walk() -> None:
        for action in actions:
            env.step(action)

    fed = [Fed(one.sim) for one in env.walks]
    for one in fed:
        one.sim.effects.append(one)
        one.reset(one.sim, np.arange(one.sim.n))
    walk()
    for one in fed:
        one.sim.effects.remove(one)
    return walk, RawWalk(fed, threads)


def single_walking(mode: str, episodes: int) -> tuple[Callable[[], float], Callable[[], float]]:
    """Return what times `step` of a single environment, and what times the raw physics of it.

    Both give seconds of this process's own time over `episodes` of `EPISODE` policy steps; how an
    episode is begun is in neither.
    """
    env = WalkEnv(action_mode=mode, speed_m_per_s=SPEED)
    env.reset(seed=1)
    actions = _actions(env, mode, EPISODE)

    def walk() -> float:
        seconds = 0.0
        for _ in range(episodes):
            env.reset()
            began = time.process_time()
            for action in actions:
                env.step(action)
            seconds += time.process_time() - began
        return seconds

    fed = Fed(env.walk.sim)
    fed.sim.effects.append(fed)
    walk()
    fed.sim.effects.remove(fed)
    raw = RawWalk([fed], 1)
    each = len(fed.steps) // episodes

    def walk_raw() -> float:
        seconds = 0.0
        for first in range(0, len(fed.steps), each):
            raw.begin(first)
            began = time.process_time()
            for step in range(first, first + each):
                raw.feed(step)
            seconds += time.process_time() - began
        return seconds

    return walk, walk_raw


def single_step_seconds(mode: str, episodes: int, rounds: int) -> tuple[float, float]:
    """Median seconds of a single environment's `step`, and of its raw physics, timed in turn."""
    timed = single_walking(mode, episodes)
    told = [[one() for one in timed] for _ in range(rounds)]
    ours, theirs = (statistics.median(one) for one in zip(*told, strict=True))
    return ours / (episodes * EPISODE), theirs / (episodes * EPISODE)


def bench_environments(result: MutableMapping[str, float], quick: bool, threads: int) -> None:
    """Measure into `result`; keys as in the design, and seconds simulated a second of single ones.

    Everything alternates with raw. What runs on one thread is timed by this process's own time,
    which other load disturbs less than the clock.
    """
    rounds, steps = (3, 12) if quick else (5, 50)
    clock = time.perf_counter if threads > 1 else time.process_time
    per_step = 0.0
    for mode, key in (("excitation", "vector_env"), ("residual", "residual_env")):
        walk, raw = walking(mode, SIMULATIONS, threads, steps)
        ours, theirs = _in_turn(walk, raw.walk, rounds, clock)
        per_step = theirs / (steps * SIMULATIONS)
        result[f"{key}_over_raw"] = theirs / ours
        result[f"{key}_realtime_factor"] = steps * SIMULATIONS * 0.02 / ours
    if not quick and find_spec("stable_baselines3"):
        result["ppo_over_raw"] = per_step / _ppo_seconds(threads, clock)
    ours, theirs = single_step_seconds("excitation", 4 if quick else 8, 2 * rounds)
    result["single_step_overhead_us"] = 1e6 * (ours - theirs)
    result["single_env_realtime_factor"] = 0.02 / ours
    result["humanoid_v5_realtime_factor"] = _humanoid(200 if quick else 1000)
    for name, value in _myosuite(200 if quick else 1000).items():
        result[name] = value


def _in_turn(
    ours: Callable[[], None],
    theirs: Callable[[], None],
    rounds: int,
    clock: Callable[[], float],
) -> tuple[float, float]:
    """Median seconds of each, timed in turn."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for told, walk in zip(seconds, (ours, theirs), strict=True):
            began = clock()
            walk()
            told.append(clock() - began)
    return statistics.median(seconds[0]), statistics.median(seconds[1])


def _ppo_seconds(threads: int, clock: Callable[[], float]) -> float:
    """Seconds that PPO, set as the shipped configs are, takes for a policy step of one walker."""
    import torch

    from ..learning.config import check_training_config
    from ..learning.learner import make_learner

    torch.set_num_threads(threads)
    walkers = 256
    steps = 32 * walkers
    fields = {"name": "bench", "walkers": walkers, "steps": steps, "segment_steps": steps}
    config = check_training_config(fields | {"task": {"speed_m_per_s": SPEED}}, "bench")
    env = WalkVectorEnv(walkers, config.base, autoreset_mode="SameStep", threads=threads)
    with tempfile.TemporaryDirectory() as folder:
        learner = make_learner(config, env, Path(folder))
        taken: list[float] = []
        for _ in range(2):
            began = clock()
            learner.learn(steps)
            taken.append((clock() - began) / steps)
    env.close()
    return statistics.median(taken)


def _humanoid(steps: int) -> float:
    """Seconds that Gymnasium's Humanoid-v5 simulates in a second of this process's time."""
    env = gym.make("Humanoid-v5")
    unwrapped: Any = env.unwrapped
    env.reset(seed=0)
    env.action_space.seed(0)
    actions = [env.action_space.sample() for _ in range(steps)]
    began = time.process_time()
    for action in actions:
        _, _, over, cut, _ = env.step(action)
        if over or cut:
            env.reset()
    seconds = time.process_time() - began
    simulated = steps * float(unwrapped.dt)
    env.close()
    return simulated / seconds


def _myosuite(steps: int) -> dict[str, float]:
    """The same of MyoSuite's myoLegWalk-v0, if the Python named by `MYOSUITE` has it."""
    python = os.environ.get(MYOSUITE)
    if not python:
        return {}
    script = _MYOSUITE_SCRIPT.format(steps=steps)
    done = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True)
    return {"myosuite_leg_walk_realtime_factor": float(done.stdout.split()[-1])}
