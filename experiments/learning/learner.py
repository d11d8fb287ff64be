"""stable-baselines3 on the batched environment, a segment at a time (extra `rl`).

Its libraries are imported when they are needed, so that this module can be without them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from ...envs.gym.sb3 import as_vec_env
from ...envs.gym.vector import WalkVectorEnv
from .config import TrainingConfig
from .logs import make_logger

if TYPE_CHECKING:
    from stable_baselines3 import PPO, SAC
    from stable_baselines3.common.vec_env import VecNormalize

OBSERVATION_CLIP = 8.0  # standard deviations


POLICY_STEP_S = 0.02


class Learner:
    """A model, the environment that it learns in, and the normaliser between them.

    Attributes:
        model: of stable-baselines3. normaliser: running mean and variance of the observation.
    """

    def __init__(
        self, config: TrainingConfig, model: PPO | SAC, env: WalkVectorEnv, normaliser: VecNormalize
    ) -> None:
        self.config, self.model, self.env, self.normaliser = config, model, env, normaliser

    def learn(self, steps: int, value_only: bool = False) -> dict[str, float]:
        """Learn for `steps` policy steps of fresh episodes; return a row of the learning curve.

        With `value_only` (PPO) the policy acts as it is, and only the value is learned.
        """
        episodes, model = _Episodes(self.env, self.normaliser.venv), cast(Any, self.model)
        model._last_obs = None
        model.learning_rate = _rate(self.config, model.num_timesteps)
        model._setup_lr_schedule()
        for name, weight in model.policy.named_parameters():
            weight.requires_grad = not value_only or "value" in name
        model.learn(steps, callback=episodes, reset_num_timesteps=False)
        return {"steps": float(model.num_timesteps), **episodes.row(self.model)}

    def log(self, values: dict[str, Any]) -> None:
        """Write numbers to the logs, under `evaluation`."""
        model: Any = self.model
        for name, value in values.items():
            if not isinstance(value, str):
                model.logger.record(f"evaluation/{name}", value)
        model.logger.dump(model.num_timesteps)


class _Episodes:
    """Gathers how often the walkers of each surface fall, and what their steps earn."""

    def __init__(self, env: WalkVectorEnv, adapter: Any) -> None:
        self._env, self._adapter = env, adapter
        self._surfaces = len(env.task.surfaces)
        self._ended: list[tuple[int, int, float, bool]] = []
        self._terms: dict[str, list[float]] = {}
        self._calls = 0

    def __call__(self, local: dict[str, Any], _: dict[str, Any]) -> bool:
        """Take note of a step; stable-baselines3 calls it with its own variables."""
        self._calls += 1
        for info in local["infos"]:
            if "episode" in info:
                episode = info["episode"]
                whole = info["TimeLimit.truncated"]
                self._ended.append((info["surface"], episode["l"], episode["r"], whole))
        for name, value in self._adapter.last_info.items():
            if name.startswith("reward_"):
                self._terms.setdefault(name, []).append(float(value.mean()))
        return True

    def row(self, model: PPO | SAC) -> dict[str, float]:
        """Seconds walked per fall (on the first and the worst surface), returns, and the update.

        Time between falls needs no episode to be whole, so it is right in a short segment too.
        """
        ended = np.array(self._ended, float).reshape(-1, 4)
        walkers = self._env.num_envs
        walked = self._calls * POLICY_STEP_S * walkers / self._surfaces
        fell = ended[ended[:, 3] == 0.0]
        per_fall = [walked / max(1, int((fell[:, 0] == k).sum())) for k in range(self._surfaces)]
        values = model.logger.name_to_value
        return {
            "falls": float(len(fell)),
            "seconds_per_fall": walked * self._surfaces / max(1, len(fell)),
            "seconds_per_fall_first": float(per_fall[0]),
            "seconds_per_fall_worst": float(np.min(per_fall)),
            "return": float(ended[:, 2].mean()) if len(ended) else np.nan,
            "speed_share": self._mean("speed"),
            "squared_activation": self._mean("effort"),
            "std": float(values.get("train/std", np.nan)),
            "kl": float(values.get("train/approx_kl", np.nan)),
            "explained_variance": float(values.get("train/explained_variance", np.nan)),
        }

    def _mean(self, term: str) -> float:
        """Mean of a reward's term, without its weight."""
        weight = self._env.task.rewards.get(term, 0.0)
        seen = self._terms.get(f"reward_{term}", [])
        return float(np.mean(seen)) / weight if seen and weight else np.nan


def make_learner(config: TrainingConfig, env: WalkVectorEnv, folder: Path) -> Learner:
    """Return a learner at its beginning; logs go to `folder`."""
    file = config.file
    import torch
    from stable_baselines3 import PPO, SAC
    from stable_baselines3.common.vec_env import VecNormalize

    gamma = (file.ppo if file.algorithm == "ppo" else file.sac).gamma
    adapter = as_vec_env(env)
    normaliser = VecNormalize(adapter, norm_reward=True, clip_obs=OBSERVATION_CLIP, gamma=gamma)
    network: dict[str, Any] = {"activation_fn": torch.nn.ELU}
    if file.algorithm == "ppo":
        settings = file.ppo.model_dump(exclude={"log_std_init", "learning_rate"})
        network["net_arch"] = {"pi": list(file.network), "vf": list(file.network)}
        network["log_std_init"] = file.ppo.log_std_init
        model: PPO | SAC = PPO(
            "MlpPolicy",
            normaliser,
            policy_kwargs=network,
            seed=config.seed,
            device=file.device,
            learning_rate=file.ppo.learning_rate,
            **settings,
        )
    else:
        settings = file.sac.model_dump()
        network["net_arch"] = list(file.network)
        model = SAC(
            "MlpPolicy",
            normaliser,
            policy_kwargs=network,
            seed=config.seed,
            device=file.device,
            **settings,
        )
    adapter._reset_seeds()  # the model seeded it; every segment brings its own seed
    model.set_logger(make_logger(file.logs, folder, file.model_dump(mode="json")))
    return Learner(config, model, env, normaliser)


def _rate(config: TrainingConfig, steps_done: int) -> float:
    """Learning rate from `steps_done` on: constant for a third of the run, then to a tenth."""
    file = config.file
    rate = (file.ppo if file.algorithm == "ppo" else file.sac).learning_rate
    share = (steps_done / config.steps - 1 / 3) / (2 / 3)
    return rate * float(np.clip(1.0 - 0.9 * share, 0.1, 1.0))
