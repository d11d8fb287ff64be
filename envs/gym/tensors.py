"""The batched environment as tensors on a device: `as_tensor_env`.

`backend="warp"` steps bodies on a device. This is the same environment for learners that live
there too: actions, observations, rewards and ends of episodes are tensors of torch on that device,
and a step copies nothing to the host.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...sim.errors import ConfigError, RetrowalkError
from ...sim.extras import needs_extra
from ...sim.physics.warp_backend import WarpBatch
from ...sim.plain_values import is_a
from ..gaits.parameters import GaitTable
from ..task.task import Task
from .arguments import whole
from .batch_task import BatchTask
from .tensor_task import TensorTask, keeps_on_host
from .vector import WalkVectorEnv

if TYPE_CHECKING:
    import torch


class TensorEnv:
    """Many walkers whose steps run on a device; see `as_tensor_env`.

    A walker whose episode ends begins the next in the same step. New episodes start from a bank of
    512 to 1,024 starts of the task, made on the processor after `reset(seed)` as any environment's
    are; the first of walker i is its own, later ones are drawn from all on the device.

    Attributes:
        env: the environment that it took over. num_envs: walkers. device: where tensors are.
        single_observation_space, single_action_space: of one walker. task: what is asked.
    """

    def __init__(self, env: WalkVectorEnv) -> None:
        if (reason := why_on_host(env)) is not None:
            raise ConfigError(f"as_tensor_env: {reason}")
        self.env, self.num_envs = env, env.num_envs
        self.single_observation_space = env.single_observation_space
        self.single_action_space = env.single_action_space
        self._walks: list[Any] = []
        self._parts: list[tuple[Any, TensorTask]] = []
        self._make()

    def _make(self) -> None:
        """Take over the walkers that the environment has now."""
        import torch

        if (reason := why_on_host(self.env)) is not None:  # a stage has another task
            raise ConfigError(f"task: {reason}")
        self._walks, self._parts = self.env.walks, []
        for walk, rows in zip(self.env.walks, self.env.rows, strict=True):
            part = TensorTask(walk)
            self._parts.append((torch.as_tensor(rows, device=part.rows.device), part))
        at = self.device
        self._steps = torch.zeros(self.num_envs, dtype=torch.long, device=at)
        self._returns = torch.zeros(self.num_envs, device=at)
        self._begun = False

    @property
    def device(self) -> torch.device:
        """Where the tensors are."""
        return self._parts[0][1].rows.device

    @property
    def parts(self) -> list[TensorTask]:
        """Walkers of each surface."""
        return [part for _, part in self._parts]

    def reset(self, seed: int | None = None) -> torch.Tensor:
        """Begin new episodes of all; return the observation, (walkers, columns) float32.

        With a seed the walkers are made anew (their strength and friction, their starts), and all
        that follows repeats on one processor; kernels of a GPU may add up in another order.
        """
        if seed is not None:
            self.env.change_task(self.env.task, whole("seed", seed, 0))
        if self.env.walks is not self._walks:
            self._make()
        for part in self.parts:
            part.begin_all()
        self._steps.zero_()
        self._returns.zero_()
        self._begun = True
        return self._gather([part.observe() for part in self.parts])

    def step(
        self, actions: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor, dict[str, torch.Tensor]]:
        """Let all walk for 20 ms; return observation, reward, terminated, truncated, info.

        Of walkers whose episode ended the observation is the new episode's first;
        `info["final_obs"]` holds what all saw before. `info["return"]` and `info["steps"]` are of
        the episode so far, `info["reward_NAME"]` the terms of the reward, all (walkers,).
        An action that is no number ends the walker's episode, as if it had blown up: to refuse it
        in words would be to ask the device.

        Raises:
            ConfigError: actions of another shape or kind, or before the first `reset`.
        """
        self._check(actions)
        for rows, part in self._parts:
            part.step(actions if len(self._parts) == 1 else actions[rows])
        earned = [part.earned() for part in self.parts]
        terms = {name: self._gather([one[name] for one in earned]) for name in earned[0]}
        seen = self._gather([part.observe() for part in self.parts])
        terminated = self._gather([part.fallen for part in self.parts])
        speed = self._gather([part.mean_speed.float() for part in self.parts])
        blown_up = self._gather([~part.state.valid for part in self.parts])
        reward = sum(terms.values(), self._returns.new_zeros(self.num_envs))
        self._steps += 1
        self._returns += reward
        truncated = (self._steps >= self.env.episode_steps) & ~terminated
        info = {f"reward_{name}": value for name, value in terms.items()}
        info |= {"speed_m_per_s": speed, "blown_up": blown_up, "final_obs": seen}
        info |= {"return": self._returns.clone(), "steps": self._steps.clone()}
        over = terminated | truncated
        for rows, part in self._parts:
            part.begin(over if len(self._parts) == 1 else over[rows])
        self._steps.masked_fill_(over, 0)
        self._returns.masked_fill_(over, 0.0)
        seen = self._gather([part.observe() for part in self.parts])
        return seen, reward, terminated, truncated, info

    def _check(self, actions: torch.Tensor) -> None:
        import torch

        if not self._begun:
            raise ConfigError("reset() begins the first episodes; call it before step()")
        wanted = (self.num_envs, *(self.single_action_space.shape or ()))
        found = tuple(getattr(actions, "shape", ()))
        if not torch.is_tensor(actions) or found != wanted:
            raise ConfigError(f"action: a tensor of shape {wanted} is asked for, not {found}")
        if actions.device != self.device or not actions.is_floating_point():
            raise ConfigError(
                f"action: floats on {self.device} are asked for, not {actions.dtype} on "
                f"{actions.device}"
            )

    def _gather(self, parts: list[Any]) -> Any:
        """Rows of all walkers from those of each part."""
        if len(parts) == 1:
            return parts[0]
        out = parts[0].new_empty((self.num_envs, *parts[0].shape[1:]))
        for (rows, _), part in zip(self._parts, parts, strict=True):
            out[rows] = part
        return out


def task_on_host(task: Task, table: GaitTable) -> str | None:
    """Return what of a task is computed on the host alone, None where nothing is."""
    walks = (BatchTask(task, ground, table, [0]) for ground in task.surfaces)
    return next(filter(None, map(keeps_on_host, walks)), None)


def as_tensor_env(env: WalkVectorEnv) -> TensorEnv:
    """Return `env`, of backend `warp`, for tensors on its device; `env` is not stepped any more.

    Raises:
        RetrowalkError: torch is not installed.
        ConfigError: `env` is no native batch, of another backend, or its task has what is
            computed on the host alone.
    """
    try:
        return TensorEnv(env)
    except ImportError as error:
        raise RetrowalkError(needs_extra("as_tensor_env", "rl", error)) from error


def why_on_host(env: WalkVectorEnv) -> str | None:
    """Return in words why an environment's steps cannot run on a device alone, None if they can."""
    if not is_a(env, WalkVectorEnv):
        return f"takes the native batch without wrappers, not {type(env).__name__}"
    if not all(isinstance(walk.sim.batch, WarpBatch) for walk in env.walks):
        return "takes an environment of backend 'warp'"
    told = next((told for walk in env.walks if (told := keeps_on_host(walk))), None)
    return None if told is None else f"{told} is computed on the host alone"
