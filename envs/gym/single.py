"""One walker as a Gymnasium environment: a batch of one."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.envs.registration import EnvSpec
from gymnasium.vector import AutoresetMode

from ..gaits.parameters import GaitTable
from ..task.task import Task
from .arguments import checked_actions, whole
from .batch_task import BatchTask
from .registration import with_length
from .reward_terms import earned
from .vector import WalkVectorEnv


class WalkEnv(gym.Env[np.ndarray, np.ndarray]):
    """A walker that is to walk on; `gymnasium.make` makes it.

    Args:
        task: what is asked; `fields` change it. table: parameters of the scripted gait; None:
            those that ship. render_mode: None or `rgb_array`.

    Raises:
        ConfigError: a field of the task that is refused.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 50}  # noqa: RUF012

    def __init__(
        self,
        task: Task | None = None,
        table: GaitTable | None = None,
        render_mode: str | None = None,
        **fields: Any,
    ) -> None:
        self._batch = WalkVectorEnv(
            1, task, table, AutoresetMode.DISABLED, render_mode=render_mode, **fields
        )
        self.task, self.render_mode = self._batch.task, render_mode
        self.observation_space = self._batch.single_observation_space
        self.action_space = self._batch.single_action_space
        self._steps = 0
        self._spec: EnvSpec | None = None

    @property
    def walk(self) -> BatchTask:
        """The `Walk` of the one walker: simulation, gait, terms."""
        return self._batch.walks[0]

    @property
    def spec(self) -> EnvSpec | None:
        """What Gymnasium made it from, and after how many steps an episode is cut short."""
        return self._spec

    @spec.setter
    def spec(self, spec: EnvSpec | None) -> None:  # pyright: ignore[reportIncompatibleVariableOverride]
        self._spec = with_length(spec, self._batch.episode_steps)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin a new episode; with a seed the ground is laid anew and all repeats exactly."""
        seed = None if seed is None else whole("seed", seed, 0)
        super().reset(seed=seed)
        self._steps = 0
        observation, _ = self._batch.reset(seed=seed)
        return observation[0], {}

    def step(self, action: np.ndarray) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Walk for 20 ms; every term of the reward stands in the info.

        Raises:
            ConfigError: an action of another shape, or that is no number.
        """
        walk, reward = self._batch.walks[0], 0.0
        info: dict[str, Any] = {}
        action = checked_actions(action, self.action_space, walk.actions.names)
        self._batch.refuse_before_reset()
        walk.step(action[None])
        for name, value in earned(walk).items():
            info[f"reward_{name}"] = worth = float(value)
            reward += worth
        fallen = walk.fallen.item()
        self._steps += 1
        truncated = self._steps >= self._batch.episode_steps and not fallen
        info["speed_m_per_s"] = walk.mean_speed.item()
        info["blown_up"] = not walk.sim.valid.item()
        return walk.observe()[0], reward, fallen, truncated, info

    def render(self) -> np.ndarray | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return a picture (height, width, 3) uint8 of the walker, or None without render mode."""
        pictures = self._batch.render()
        return None if pictures is None else pictures[0]

    def close(self) -> None:
        """Release the renderer."""
        self._batch.close()
