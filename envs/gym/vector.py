"""The native batched environment: all walkers of a surface are one simulation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from ...sim.errors import ConfigError
from ..gaits.gait_files import gait_table
from ..gaits.parameters import GaitTable
from ..policies.policy_interface import LARGEST
from ..task.task import Task
from .picture import Camera
from .walk import Walk


class WalkVectorEnv(VectorEnv[np.ndarray, np.ndarray, np.ndarray]):
    """Many walkers at once; `gymnasium.make_vec` makes it.

    Walker i is the same, bit for bit, as a single environment reset with `seed + i` (where the task
    has one surface).

    Args:
        num_envs: walkers. task: what is asked; `fields` change it.
        table: parameters of the scripted gait; None: those that ship.
        autoreset_mode: `NextStep` (Gymnasium's default), `SameStep` or `Disabled`.
        threads: of the physics; results do not change.
        max_episode_steps: policy steps after which an episode is cut short; None: by `episode_s`.

    Attributes:
        episode_steps: policy steps after which an episode is cut short. walks: the parts.

    Raises:
        ConfigError: a field of the task that is refused.
    """

    def __init__(
        self,
        num_envs: int = 1,
        task: Task | None = None,
        table: GaitTable | None = None,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        threads: int = 1,
        max_episode_steps: int | None = None,
        render_mode: str | None = None,
        **fields: Any,
    ) -> None:
        if num_envs < 1:
            raise ConfigError(f"num_envs: {num_envs} is not a number of walkers")
        if render_mode not in (None, "rgb_array"):
            raise ConfigError(f"render_mode: {render_mode!r} is neither None nor 'rgb_array'")
        self.task = (task or Task()).with_fields(**fields)
        self._table = table or gait_table(self.task.direction, self.task.walker.name)
        self.num_envs, self.render_mode = num_envs, render_mode
        self._mode = AutoresetMode(autoreset_mode)
        self._threads = max(1, threads)
        self.metadata = {
            "autoreset_mode": self._mode,
            "render_modes": ["rgb_array"],
            "render_fps": 50,
        }
        self._parts = self._share_out()
        self._rows = [rows for _, rows in self._parts]
        self._seed: int | None = None
        self.walks: list[Walk] = []
        self._start(int(np.random.SeedSequence().generate_state(1)[0]))
        first = self.walks[0]
        size = sum(len(term.columns) for term in first.terms.values())
        period = first.period_s
        self.episode_steps = max_episode_steps or max(1, round(self.task.episode_s / period))
        self.single_observation_space = gym.spaces.Box(-LARGEST, LARGEST, (size,))
        self.single_action_space = gym.spaces.Box(-1.0, 1.0, (len(first.actions.names),))
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._steps = np.zeros(num_envs, int)
        self._over = np.zeros(num_envs, bool)
        self._returns = np.zeros(num_envs)

    def _start(self, seed: int) -> None:
        """Lay the ground and put the walkers on it; all chance comes from `seed`."""
        self._seed = seed
        self.walks = [
            Walk(
                self.task,
                self.task.surfaces[kind],
                self._table,
                [seed + int(i) for i in rows],
                self._threads,
            )
            for kind, rows in self._parts
        ]

    def _share_out(self) -> list[tuple[int, np.ndarray]]:
        """Number of the surface and walkers of each part that is a simulation of its own."""
        kinds = min(len(self.task.surfaces), self.num_envs)
        return [(kind, np.arange(kind, self.num_envs, kinds)) for kind in range(kinds)]

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin new episodes; with a seed the ground is laid anew and all repeats exactly.

        `options["reset_mask"]` (num_envs,) bool limits it to some walkers.
        """
        super().reset(seed=seed)
        mask = np.ones(self.num_envs, bool)
        if options and "reset_mask" in options:
            mask = np.asarray(options["reset_mask"], bool)
        if seed is not None:
            self._start(seed)
        self._reset_rows(mask)
        return self._gather([walk.observe() for walk in self.walks]), {}

    def _reset_rows(self, mask: np.ndarray) -> None:
        for walk, rows in zip(self.walks, self._rows, strict=True):
            walk.reset(np.flatnonzero(mask[rows]))
        self._steps[mask], self._over[mask], self._returns[mask] = 0, False, 0.0

    def step(
        self, actions: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Let all walk for 20 ms; every term of the reward stands in the info."""
        actions = np.asarray(actions, float)
        starting = self._over.copy() if self._mode is AutoresetMode.NEXT_STEP else None
        parts = [
            _step(walk, actions[rows]) for walk, rows in zip(self.walks, self._rows, strict=True)
        ]
        observation = self._gather([part[0] for part in parts])
        terms = {name: self._gather([part[1][name] for part in parts]) for name in parts[0][1]}
        fallen = self._gather([walk.fallen for walk in self.walks])
        valid = self._gather([walk.sim.valid for walk in self.walks])
        reward = np.sum(list(terms.values()), axis=0)
        self._steps += 1
        truncated = (self._steps >= self.episode_steps) & ~fallen
        info: dict[str, Any] = {f"reward_{name}": value for name, value in terms.items()}
        info["speed_m_per_s"] = self._gather([walk.mean_speed for walk in self.walks])
        info["blown_up"] = ~valid
        if starting is not None and starting.any():
            self._reset_rows(starting)
            observation = self._gather([walk.observe() for walk in self.walks])
            reward = np.where(starting, 0.0, reward)
            fallen, truncated = fallen & ~starting, truncated & ~starting
        self._returns += reward
        over = fallen | truncated
        self._over = over.copy()
        if self._mode is AutoresetMode.SAME_STEP and over.any():
            info |= {"final_obs": _rows_of(observation, over), "_final_obs": over.copy()}
            ended = {"return": self._returns.copy(), "steps": self._steps.copy()}
            info |= {"final_info": ended, "_final_info": over.copy()}
            self._reset_rows(over)
            observation = self._gather([walk.observe() for walk in self.walks])
        every = np.ones(self.num_envs, bool)
        info |= {f"_{name}": every for name in info if not name.startswith(("_", "final"))}
        return observation, reward, fallen.copy(), truncated, info

    def render(self) -> tuple[np.ndarray, ...] | None:
        """Return a picture (height, width, 3) uint8 of each walker, or None without render mode."""
        if self.render_mode is None:
            return None
        pictures = []
        for i in range(self.num_envs):
            part = next(k for k, rows in enumerate(self._rows) if i in rows)
            camera = Camera(self.walks[part].sim)
            pictures.append(camera.picture(int(np.searchsorted(self._rows[part], i))))
            camera.close()
        return tuple(pictures)

    def _gather(self, parts: Sequence[np.ndarray]) -> np.ndarray:
        if len(parts) == 1:
            return parts[0].copy()
        out = np.empty((self.num_envs, *parts[0].shape[1:]), parts[0].dtype)
        for rows, part in zip(self._rows, parts, strict=True):
            out[rows] = part
        return out

    def change_task(self, task: Task, seed: int) -> None:
        """Go on with another task of the same actions and observation, from new episodes."""
        kept = ("action_mode", "eyes", "muscles", "slip", "body", "direction")
        if any(getattr(task, name) != getattr(self.task, name) for name in kept):
            raise ConfigError("a stage may not change direction, body, actions or observation")
        self.task = task
        self._parts = self._share_out()
        self._rows = [rows for _, rows in self._parts]
        self.episode_steps = max(1, round(task.episode_s / self.walks[0].period_s))
        self._start(seed)

    def __getstate__(self) -> dict[str, Any]:
        """What makes the environment anew: simulations do not travel, their seed does."""
        return {
            "num_envs": self.num_envs,
            "task": self.task,
            "table": self._table,
            "autoreset_mode": self._mode,
            "threads": self._threads,
            "max_episode_steps": self.episode_steps,
            "render_mode": self.render_mode,
            "seed": self._seed,
            "spec": self.spec,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Make the environment anew, before its first reset."""
        seed, spec = state.pop("seed"), state.pop("spec")
        WalkVectorEnv.__init__(self, **state)
        self.spec = spec
        self._start(seed)


def _step(walk: Walk, action: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    walk.step(action)
    return walk.observe(), walk.rewards()


def _rows_of(values: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Rows of `values` where `chosen`, None elsewhere: an object array, as Gymnasium has it."""
    out = np.full(len(values), None, object)
    for i in np.flatnonzero(chosen):
        out[i] = values[i]
    return out


def make(num_envs: int = 1, **fields: Any) -> WalkVectorEnv:
    """Return the batched environment: Gymnasium's vector entry point."""
    return WalkVectorEnv(num_envs, **fields)
