"""The native batched environment: all walkers of a surface are one simulation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.envs.registration import EnvSpec
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from ...sim.errors import ConfigError, unknown_name
from ...sim.physics.backends import find_backend
from ...sim.plain_values import is_a
from ..gaits.gait_files import gait_table
from ..gaits.parameters import GaitTable
from ..policies.policy_interface import LARGEST
from ..policies.steered_walkers import POLICY_S
from ..task.task import Task
from .arguments import checked_actions, following_seeds, mask_of, seeds_of, whole
from .batch_task import BatchTask
from .picture import FollowCamera
from .registration import with_length
from .reward_terms import earned_rows


class WalkVectorEnv(VectorEnv[np.ndarray, np.ndarray, np.ndarray]):
    """Many walkers at once; `gymnasium.make_vec` makes it.

    Walker i is the same, bit for bit, as a single environment reset with `seed + i` (where the task
    has one surface).

    Args:
        num_envs: walkers. task: what is asked; `fields` change it.
        table: parameters of the scripted gait; None: those that ship.
        autoreset_mode: `NextStep` (Gymnasium's default), `SameStep` or `Disabled`.
        threads: of the physics; results do not change.
        max_episode_steps: policy steps of the longest episode, in place of `episode_s`.
        backend: `mujoco` on the processor, or `warp`. device: of the latter: `cpu`, `cuda`.

    Attributes:
        episode_steps: policy steps after which an episode is cut short. walks: the parts, of
            each surface. rows: the walkers in each.

    Raises:
        ConfigError: a field of the task that is refused, or a device that is not there.
        RetrowalkError: backend `warp` without the extra `gpu`.
    """

    single_observation_space: gym.Space[np.ndarray]
    single_action_space: gym.Space[np.ndarray]
    action_space: gym.Space[np.ndarray]

    def __init__(
        self,
        num_envs: int = 1,
        task: Task | None = None,
        table: GaitTable | None = None,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        threads: int = 1,
        max_episode_steps: int | None = None,
        render_mode: str | None = None,
        backend: str = "mujoco",
        device: str = "cpu",
        **fields: Any,
    ) -> None:
        num_envs, threads = whole("num_envs", num_envs, 1), whole("threads", threads, 0)
        if render_mode not in (None, "rgb_array"):
            raise ConfigError(f"render_mode: {render_mode!r} is neither None nor 'rgb_array'")
        if max_episode_steps is not None:  # the ground reaches as far as the longest episode
            steps = whole("max_episode_steps", max_episode_steps, 1)
            fields = fields | {"episode_s": steps * POLICY_S}
        for name, value, kind in (("task", task, Task), ("table", table, GaitTable)):
            if value is not None and not is_a(value, kind):
                raise ConfigError(f"{name}: {value!r} is no {kind.__name__}")
        self.task = (task or Task()).with_fields(**fields)
        asked = self.task
        self._table = table or gait_table(asked.direction, asked.walker.name, asked.body)
        self.num_envs, self.render_mode = num_envs, render_mode
        self._threads = max(1, threads)
        self._backend = {"backend": backend, "device": device}
        self.metadata = {"render_modes": ["rgb_array"], "render_fps": 50}
        self.autoreset(autoreset_mode)
        self._parts = self._share_out()
        self.rows = [rows for _, rows in self._parts]
        self.walks: list[BatchTask] = []
        self._cameras: list[FollowCamera] = []
        self._start(following_seeds(int(np.random.SeedSequence().generate_state(1)[0]), num_envs))
        first = self.walks[0]
        size = sum(len(term.columns) for term in first.terms.values())
        period = first.period_s
        self.episode_steps = max(1, round(self.task.episode_s / period))
        self.single_observation_space = gym.spaces.Box(-LARGEST, LARGEST, (size,))
        self.single_action_space = gym.spaces.Box(-1.0, 1.0, (len(first.actions.names),))
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._steps = np.zeros(num_envs, int)
        self._over = np.zeros(num_envs, bool)
        self._returns = np.zeros(num_envs)
        self._begun = np.zeros(num_envs, bool)
        self._spec: EnvSpec | None = None

    def _start(self, seeds: Sequence[int]) -> None:
        """Lay the ground and put the walkers on it; all chance comes from their `seeds`."""
        self._seeds = list(seeds)
        self._close_cameras()
        self.walks = [
            BatchTask(
                self.task,
                self.task.surfaces[kind],
                self._table,
                [self._seeds[int(i)] for i in rows],
                self._threads,
                find_backend(**self._backend),
            )
            for kind, rows in self._parts
        ]

    @property
    def spec(self) -> EnvSpec | None:
        """What Gymnasium made it from, and after how many steps an episode is cut short."""
        return self._spec

    @spec.setter
    def spec(self, spec: EnvSpec | None) -> None:  # pyright: ignore[reportIncompatibleVariableOverride]
        self._spec = with_length(spec, self.episode_steps)

    def _share_out(self) -> list[tuple[int, np.ndarray]]:
        """Number of the surface and walkers of each part that is a simulation of its own."""
        kinds = min(len(self.task.surfaces), self.num_envs)
        return [(kind, np.arange(kind, self.num_envs, kinds)) for kind in range(kinds)]

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | None = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin new episodes; with a seed the ground is laid anew and all repeats exactly.

        `seed` is the first walker's, of whom the others follow, or a list with one for each (None:
        it goes on by the seed that it has). `options["reset_mask"]` (num_envs,) bool limits all
        this to some walkers; the others walk on as if nothing had happened.

        Raises:
            ConfigError: seeds or a mask that are not one for each walker.
        """
        seeds, mask = seeds_of(seed, self.num_envs), mask_of(options, self.num_envs)
        super().reset(seed=next((one for one in seeds if one is not None), None))
        if mask.all() and None not in seeds:
            self._start([one for one in seeds if one is not None])
            seeds = [None] * self.num_envs
        self._reset_rows(mask, seeds)
        self._begun |= mask
        return self._gather([walk.observe() for walk in self.walks]), {}

    def _reset_rows(self, mask: np.ndarray, seeds: Sequence[int | None] = ()) -> None:
        """Begin new episodes of the walkers in `mask`, some of them from seeds."""
        for walk, rows in zip(self.walks, self.rows, strict=True):
            chosen = np.flatnonzero(mask[rows]).tolist()
            given = {i: seed for i in chosen if seeds and (seed := seeds[int(rows[i])]) is not None}
            walk.reset(np.array([i for i in chosen if i not in given], int))
            walk.reset(np.array([*given], int), list(given.values()))
            for i, seed in given.items():
                self._seeds[rows[i]] = seed
        self._steps[mask], self._over[mask], self._returns[mask] = 0, False, 0.0

    def step(
        self, actions: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Let all walk for 20 ms; every term of the reward stands in the info.

        In the step of `NextStep` that only begins an episode, a walker's action and terms do not
        count: they are 0, and not set in the masks (`_reward_alive`).

        Raises:
            ConfigError: actions of another shape, or that are no number.
        """
        actions = checked_actions(actions, self.action_space, self.walks[0].actions.names)
        self.refuse_before_reset()
        starting = self._over.copy() if self._mode is AutoresetMode.NEXT_STEP else None
        parts = [
            _step(walk, actions[rows]) for walk, rows in zip(self.walks, self.rows, strict=True)
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
        stepped = np.ones(self.num_envs, bool)
        if starting is not None and starting.any():
            stepped = ~starting
            self._begin_again(starting, observation)
            fallen, truncated = fallen & stepped, truncated & stepped
            reward = np.where(stepped, reward, 0.0)
            info = {
                name: np.where(stepped, value, value.dtype.type()) for name, value in info.items()
            }
        self._returns += reward
        over = fallen | truncated
        self._over = over.copy()
        if self._mode is AutoresetMode.SAME_STEP and over.any():
            info |= {"final_obs": _rows_of(observation, over), "_final_obs": over.copy()}
            ended = {"return": self._returns.copy(), "steps": self._steps.copy()}
            info |= {"final_info": ended, "_final_info": over.copy()}
            self._begin_again(over, observation)
        info |= {f"_{name}": stepped for name in info if not name.startswith(("_", "final"))}
        return observation, reward, fallen.copy(), truncated, info

    def autoreset(self, mode: AutoresetMode | str) -> None:
        """Set the autoreset mode.

        Raises:
            ConfigError: there is no such mode.
        """
        modes = [one.value for one in AutoresetMode]
        if not isinstance(mode, AutoresetMode) and mode not in modes:
            raise unknown_name("autoreset_mode", str(mode), modes)
        self._mode = self.metadata["autoreset_mode"] = AutoresetMode(mode)

    def refuse_before_reset(self) -> None:
        """Refuse a step of walkers that have never been reset.

        Raises:
            ResetNeeded: of Gymnasium.
        """
        if not self._begun.all():
            raise gym.error.ResetNeeded("reset() begins the first episodes; call it before step()")

    def _begin_again(self, mask: np.ndarray, observation: np.ndarray) -> None:
        """Begin new episodes of the walkers in `mask`, and put what they see in `observation`."""
        self._reset_rows(mask)
        for walk, rows in zip(self.walks, self.rows, strict=True):
            begun = mask[rows]
            if begun.any():
                observation[rows[begun]] = walk.observe()[begun]

    def render(self) -> tuple[np.ndarray, ...] | None:
        """Return a picture (height, width, 3) uint8 of each walker, or None without render mode."""
        if self.render_mode is None:
            return None
        if not self._cameras:
            self._cameras = [FollowCamera(walk.sim) for walk in self.walks]
        pictures = {
            int(row): camera.picture(i)
            for camera, rows in zip(self._cameras, self.rows, strict=True)
            for i, row in enumerate(rows)
        }
        return tuple(pictures[i] for i in range(self.num_envs))

    def _close_cameras(self) -> None:
        for camera in self._cameras:
            camera.close()
        self._cameras = []

    def close_extras(self, **kwargs: Any) -> None:
        """Release the renderer."""
        self._close_cameras()

    def _gather(self, parts: Sequence[np.ndarray]) -> np.ndarray:
        if len(parts) == 1:
            return parts[0].copy()
        out = np.empty((self.num_envs, *parts[0].shape[1:]), parts[0].dtype)
        for rows, part in zip(self.rows, parts, strict=True):
            out[rows] = part
        return out

    def change_task(self, task: Task, seed: int) -> None:
        """Go on with another task of the same actions and observation, from new episodes."""
        kept = ("action_mode", "eyes", "muscles", "slip", "body", "direction")
        if any(getattr(task, name) != getattr(self.task, name) for name in kept):
            raise ConfigError("a stage may not change direction, body, actions or observation")
        self.task = task
        self._parts = self._share_out()
        self.rows = [rows for _, rows in self._parts]
        self.episode_steps = max(1, round(task.episode_s / self.walks[0].period_s))
        self._start(following_seeds(seed, self.num_envs))
        self._begun[:] = False

    def __getstate__(self) -> dict[str, Any]:
        """What makes the environment anew: simulations do not travel, their seed does."""
        return {
            "num_envs": self.num_envs,
            "task": self.task,
            "table": self._table,
            "autoreset_mode": self._mode,
            "threads": self._threads,
            "render_mode": self.render_mode,
            **self._backend,
            "seeds": self._seeds,
            "spec": self.spec,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Make the environment anew, before its first reset."""
        seeds, spec = state.pop("seeds"), state.pop("spec")
        WalkVectorEnv.__init__(self, **state)
        self._spec = spec
        self._start(seeds)


def _step(walk: BatchTask, action: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    walk.step(action)
    return walk.observe(), earned_rows(walk)


def _rows_of(values: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Rows of `values` where `chosen`, None elsewhere: an object array, as Gymnasium has it."""
    out = np.full(len(values), None, object)
    for i in np.flatnonzero(chosen):
        out[i] = values[i].copy()
    return out


def make(num_envs: int = 1, **fields: Any) -> WalkVectorEnv:
    """Return the batched environment: Gymnasium's vector entry point."""
    return WalkVectorEnv(num_envs, **fields)
