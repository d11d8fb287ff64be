"""PPO whose rollouts stay on the device that the walkers live on (extras `rl` and `gpu`).

Loss, update, checkpoint and file are those of stable-baselines3's PPO with its normaliser; what is
its own here is that observations, rewards and the running moments are tensors, so that a step of
all walkers copies nothing to the host. The host sees sums, once after each rollout.

The libraries are imported when the classes are first asked for, so that this module can be without
them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from ...envs.gym.sb3 import as_vec_env
from ...envs.gym.tensors import TensorEnv, as_tensor_env
from ...envs.gym.vector import WalkVectorEnv

if TYPE_CHECKING:
    import torch
    from stable_baselines3 import PPO
    from stable_baselines3.common.buffers import RolloutBuffer
    from stable_baselines3.common.vec_env import VecNormalize


class TensorMoments:
    """Running mean and variance of rows of tensors, as stable-baselines3's `RunningMeanStd`.

    `mean`, `var` and `count` are read and written as numbers of the host; all else keeps to the
    device.

    Args:
        shape: of a row. device: of the rows.
    """

    def __init__(self, shape: tuple[int, ...], device: torch.device) -> None:
        import torch

        self._mean = torch.zeros(shape, dtype=torch.float64, device=device)
        self._var, self._count = torch.ones_like(self._mean), self._mean.new_full((), 1e-4)

    def update(self, rows: torch.Tensor) -> None:
        """Take `rows` (n, *shape) into account."""
        values, many = rows.double(), len(rows)
        off, total = values.mean(0) - self._mean, self._count + many
        spread = self._var * self._count + values.var(0, correction=0) * many
        self._var = (spread + off * off * self._count * many / total) / total
        self._mean = self._mean + off * many / total
        self._count = total

    def centred(self, rows: torch.Tensor, epsilon: float, most: float) -> torch.Tensor:
        """Rows less the mean, in standard deviations, at most `most` either way, float32."""
        return self._scaled(rows - self._mean, epsilon, most)

    def scaled(self, rows: torch.Tensor, epsilon: float, most: float) -> torch.Tensor:
        """Rows in standard deviations, at most `most` either way, float32."""
        return self._scaled(rows, epsilon, most)

    def _scaled(self, rows: torch.Tensor, epsilon: float, most: float) -> torch.Tensor:
        return (rows / (self._var + epsilon).sqrt()).clamp(-most, most).float()

    @property
    def mean(self) -> np.ndarray:
        """Mean of a row."""
        return self._mean.cpu().numpy()

    @mean.setter
    def mean(self, values: np.ndarray) -> None:
        self._mean = self._mean.new_tensor(values)

    @property
    def var(self) -> np.ndarray:
        """Variance of a row."""
        return self._var.cpu().numpy()

    @var.setter
    def var(self, values: np.ndarray) -> None:
        self._var = self._var.new_tensor(values)

    @property
    def count(self) -> float | np.ndarray:
        """Rows so far, or of each column its own."""
        count = self._count.cpu().numpy()
        return count if count.ndim else float(count)

    @count.setter
    def count(self, value: float | np.ndarray) -> None:
        self._count = self._mean.new_tensor(value)


@cache
def _classes() -> tuple[type[VecNormalize], type[RolloutBuffer], type[PPO]]:
    import torch
    from stable_baselines3 import PPO
    from stable_baselines3.common.buffers import RolloutBuffer
    from stable_baselines3.common.type_aliases import RolloutBufferSamples
    from stable_baselines3.common.vec_env import VecNormalize

    class TensorNormalize(VecNormalize):
        """The normaliser between the walkers on a device and the model; see `tensor_normaliser`."""

        def __init__(self, tensors: TensorEnv, gamma: float, clip_obs: float) -> None:
            super().__init__(as_vec_env(tensors.env), clip_obs=clip_obs, gamma=gamma)
            self.tensors: Any = tensors
            shape, at = tensors.single_observation_space.shape or (), tensors.device
            self.obs_rms: Any = TensorMoments(shape, at)
            self.ret_rms: Any = TensorMoments((), at)

        def reset(self) -> Any:
            """Begin new episodes; return what all see, normalised."""
            seen = self.tensors.reset()
            self.returns: Any = torch.zeros(self.num_envs, device=seen.device)
            self.old_obs: Any = seen
            self.obs_rms.update(seen)
            return self._seen(seen)

        def walk(self, actions: torch.Tensor) -> tuple[Any, Any, Any, dict[str, Any]]:
            """Let all walk; return what they see, reward, ends, and info, all normalised."""
            seen, earned, terminated, truncated, info = self.tensors.step(actions)
            self.obs_rms.update(seen)
            self.returns = self.returns * self.gamma + earned
            self.ret_rms.update(self.returns)
            reward = self.ret_rms.scaled(earned, self.epsilon, self.clip_reward)
            over = terminated | truncated
            self.returns = self.returns.masked_fill(over, 0.0)
            told = {**info, "final_obs": self._seen(info["final_obs"])}
            told |= {"terminated": terminated, "truncated": truncated}
            return self._seen(seen), reward, over, told

        def _seen(self, seen: torch.Tensor) -> Any:
            return self.obs_rms.centred(seen, self.epsilon, self.clip_obs)

    class TensorRollouts(RolloutBuffer):
        """What all walkers did in `n_steps` steps, on their device."""

        def reset(self) -> None:
            """Begin anew; what is held is written over."""
            if not hasattr(self, "_held"):
                rows = self.buffer_size, self.n_envs
                sizes = {"seen": self.obs_shape, "action": (self.action_dim,)}
                names = ("seen", "action", "reward", "first", "value", "log_prob")
                self._held = {
                    name: torch.zeros((*rows, *sizes.get(name, ())), device=self.device)
                    for name in names
                }
                self._gained = torch.zeros(rows, device=self.device)
            self.pos, self.full = 0, False

        def add(self, *step: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            """Take one step of all: seen, action, reward, whether it is a first, value, log."""
            for held, values in zip(self._held.values(), step, strict=True):
                held[self.pos] = values.view(held[self.pos].shape)
            self.pos += 1
            self.full = self.pos == self.buffer_size

        def compute_returns_and_advantage(self, last_values: torch.Tensor, dones: Any) -> None:
            """Reckon advantages (generalised, by lambda) and returns back from the last step."""
            held, gain = self._held, torch.zeros(self.n_envs, device=self.device)
            following, goes_on = last_values.flatten(), 1.0 - dones.float()
            for step in reversed(range(self.buffer_size)):
                value = held["value"][step]
                off = held["reward"][step] + self.gamma * following * goes_on - value
                gain = off + self.gamma * self.gae_lambda * goes_on * gain
                self._gained[step] = gain
                following, goes_on = value, 1.0 - held["first"][step]
            self.values = held["value"].cpu().numpy()  # for the explained variance alone
            self.returns = (self._gained + held["value"]).cpu().numpy()

        def get(self, batch_size: int | None = None) -> Iterator[RolloutBufferSamples]:  # pyright: ignore[reportIncompatibleMethodOverride]
            """Yield all of it in random batches."""
            held = {name: values.flatten(0, 1) for name, values in self._held.items()}
            gained = self._gained.flatten()
            order: Any = torch.randperm(len(gained), device=self.device)
            for rows in order.split(batch_size or len(order)):
                value = held["value"][rows]
                yield RolloutBufferSamples(
                    held["seen"][rows],
                    held["action"][rows],
                    value,
                    held["log_prob"][rows],
                    gained[rows],
                    gained[rows] + value,
                )

    class TensorPPO(PPO):
        """PPO that collects on the device; see the module's head."""

        def _maybe_recommend_cpu(self, mlp_class_name: str = "ActorCriticPolicy") -> None:
            """Say nothing: the walkers are where the network is."""

        def collect_rollouts(
            self, env: Any, callback: Any, rollout_buffer: Any, n_rollout_steps: int
        ) -> bool:
            """Let all walk `n_rollout_steps` steps; return whether to go on."""
            self.policy.set_training_mode(False)
            rollout_buffer.reset()
            callback.on_rollout_start()
            seen: Any = self._last_obs
            first: Any = self._last_episode_starts
            if isinstance(first, np.ndarray):  # the first of a segment
                first = torch.ones(env.num_envs, device=self.device)
            ended: Any = torch.zeros(3, dtype=torch.float64, device=self.device)
            for _ in range(n_rollout_steps):
                with torch.no_grad():
                    actions, values, log_probs = self.policy(seen)
                    after, reward, over, info = env.walk(actions.clamp(-1.0, 1.0))
                    beyond = self.policy.predict_values(info["final_obs"]).flatten()
                self.num_timesteps += env.num_envs
                callback.update_locals({"info": info})
                if not callback.on_step():
                    return False
                reward = reward + self.gamma * beyond * info["truncated"]
                rollout_buffer.add(seen, actions, reward, first.float(), values, log_probs)
                counted = torch.stack([torch.ones_like(reward), info["return"], info["steps"]])
                ended += (counted * over).sum(1)
                seen, first = after, over
            self._last_obs, self._last_episode_starts = seen, first
            with torch.no_grad():
                last = self.policy.predict_values(seen)
            rollout_buffer.compute_returns_and_advantage(last, first)
            count, earned, steps = ended.tolist()
            if count:
                cast(Any, self).ep_info_buffer.append({"r": earned / count, "l": steps / count})
            callback.on_rollout_end()
            return True

    return TensorNormalize, TensorRollouts, TensorPPO


def tensor_normaliser(env: WalkVectorEnv, gamma: float, clip_obs: float) -> VecNormalize:
    """Return the normaliser of an environment whose steps run on its device."""
    make: Any = _classes()[0]
    return make(as_tensor_env(env), gamma, clip_obs)


def tensor_ppo() -> tuple[type[PPO], type[RolloutBuffer]]:
    """Return the PPO that collects on the device, and the buffer that it needs."""
    _, rollouts, model = _classes()
    return model, rollouts


class TensorEpisodes:
    """Adds up on the device how often the walkers of each surface fall, and what their steps earn.

    Args:
        tensors: the environment.
    """

    def __init__(self, tensors: TensorEnv) -> None:
        import torch

        at, surfaces = tensors.device, len(tensors.env.task.surfaces)
        self._surface = torch.arange(tensors.num_envs, device=at) % surfaces
        self._falls = torch.zeros(surfaces, device=at)
        self._ended = torch.zeros(2, dtype=torch.float64, device=at)
        self._terms: dict[str, torch.Tensor] = {}
        self.calls = 0

    def __call__(self, local: dict[str, Any], _: dict[str, Any]) -> bool:
        """Take note of a step."""
        info, self.calls = local["info"], self.calls + 1
        fell = info["terminated"]
        over = (fell | info["truncated"]).double()
        self._falls.index_add_(0, self._surface, fell.float())
        self._ended[0] += over.sum()
        self._ended[1] += (over * info["return"]).sum()
        for name, value in info.items():
            if name.startswith("reward_"):
                before = self._terms.get(name)
                self._terms[name] = value.mean() if before is None else before + value.mean()
        return True

    def counts(self) -> tuple[list[float], float, dict[str, float]]:
        """Falls on each surface, mean return of what ended, and means of the terms by name."""
        ended: list[float] = self._ended.cpu().numpy().tolist()
        falls: list[float] = self._falls.cpu().numpy().tolist()
        count, earned = ended
        terms = {name: float(value) / self.calls for name, value in self._terms.items()}
        return falls, earned / count if count else np.nan, terms
