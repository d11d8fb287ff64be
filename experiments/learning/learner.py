"""stable-baselines3 on the batched environment, a segment at a time (extra `rl`).

Its libraries are imported when they are needed, so that this module can be without them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from ...envs.gaits.parameters import GaitTable
from ...envs.gym.sb3 import as_vec_env
from ...envs.gym.tensors import task_on_host
from ...envs.gym.vector import WalkVectorEnv
from .config import TrainingConfig
from .logs import make_logger
from .tensor_ppo import TensorEpisodes, tensor_normaliser, tensor_ppo

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
        episodes, model = self._episodes(), cast(Any, self.model)
        model._last_obs = None
        model.learning_rate = _rate(self.config, model.num_timesteps)
        model._setup_lr_schedule()
        for name, weight in model.policy.named_parameters():
            weight.requires_grad = not value_only or "value" in name
        model.learn(steps, callback=episodes, reset_num_timesteps=False)
        return {"steps": float(model.num_timesteps), **_row(episodes, self)}

    def _episodes(self) -> _Episodes | TensorEpisodes:
        tensors = getattr(self.normaliser, "tensors", None)
        if tensors is not None:
            return TensorEpisodes(tensors)
        return _Episodes(self.env, self.normaliser.venv)

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
        self.calls = 0

    def __call__(self, local: dict[str, Any], _: dict[str, Any]) -> bool:
        """Take note of a step; stable-baselines3 calls it with its own variables."""
        self.calls += 1
        for info in local["infos"]:
            if "episode" in info:
                episode = info["episode"]
                whole = info["TimeLimit.truncated"]
                self._ended.append((info["surface"], episode["l"], episode["r"], whole))
        for name, value in self._adapter.last_info.items():
            if name.startswith("reward_"):
                self._terms.setdefault(name, []).append(float(value.mean()))
        return True

    def counts(self) -> tuple[list[float], float, dict[str, float]]:
        """Falls on each surface, mean return of what ended, and means of the terms by name."""
        ended = np.array(self._ended, float).reshape(-1, 4)
        fell = ended[ended[:, 3] == 0.0]
        falls = [float((fell[:, 0] == k).sum()) for k in range(self._surfaces)]
        mean_return = float(ended[:, 2].mean()) if len(ended) else np.nan
        return falls, mean_return, {k: float(np.mean(seen)) for k, seen in self._terms.items()}


def _row(episodes: _Episodes | TensorEpisodes, learner: Learner) -> dict[str, float]:
    """Seconds walked per fall (on the first and the worst surface), returns, and the update.

    Time between falls needs no episode to be whole, so it is right in a short segment too.
    """
    falls, mean_return, terms = episodes.counts()
    walked = episodes.calls * POLICY_STEP_S * learner.env.num_envs
    per_fall = [walked / len(falls) / max(1.0, count) for count in falls]
    values = learner.model.logger.name_to_value

    def mean(term: str) -> float:
        """Mean of a reward's term, without its weight."""
        weight, seen = learner.env.task.rewards.get(term, 0.0), terms.get(f"reward_{term}")
        return np.nan if seen is None or not weight else seen / weight

    return {
        "falls": sum(falls),
        "seconds_per_fall": walked / max(1.0, sum(falls)),
        "seconds_per_fall_first": float(per_fall[0]),
        "seconds_per_fall_worst": float(np.min(per_fall)),
        "return": mean_return,
        "speed_share": mean("speed"),
        "squared_activation": mean("effort"),
        "std": float(values.get("train/std", np.nan)),
        "kl": float(values.get("train/approx_kl", np.nan)),
        "explained_variance": float(values.get("train/explained_variance", np.nan)),
    }


def make_learner(config: TrainingConfig, env: WalkVectorEnv, folder: Path) -> Learner:
    """Return a learner at its beginning; logs go to `folder`."""
    file = config.file
    import torch
    from stable_baselines3 import PPO, SAC
    from stable_baselines3.common.vec_env import VecNormalize

    gamma = (file.ppo if file.algorithm == "ppo" else file.sac).gamma
    table = env.walks[0].gait.table
    if file.backend == "warp" and why_on_host(config, table) is None:
        normaliser = tensor_normaliser(env, gamma, OBSERVATION_CLIP)
    else:
        normaliser = VecNormalize(
            as_vec_env(env), norm_reward=True, clip_obs=OBSERVATION_CLIP, gamma=gamma
        )
    network: dict[str, Any] = {"activation_fn": torch.nn.ELU}
    if file.algorithm == "ppo":
        settings = file.ppo.model_dump(exclude={"log_std_init", "learning_rate"})
        network["net_arch"] = {"pi": list(file.network), "vf": list(file.network)}
        network["log_std_init"] = file.ppo.log_std_init
        make: Any = PPO
        if hasattr(normaliser, "tensors"):
            make, settings["rollout_buffer_class"] = tensor_ppo()
        model: PPO | SAC = make(
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
    venv: Any = normaliser.venv
    venv._reset_seeds()  # the model seeded it; every segment brings its own seed
    model.set_logger(make_logger(file.logs, folder, file.model_dump(mode="json")))
    return Learner(config, model, env, normaliser)


def why_on_host(config: TrainingConfig, table: GaitTable) -> str | None:
    """Return what of a training is computed on the host though its bodies are not; None: nothing.

    Asked of the tasks of all stages, for a learner does not change on the way.
    """
    if config.file.algorithm != "ppo":
        return f"algorithm: {config.file.algorithm}"
    begins = {0, *(stage.from_steps for stage in config.file.stages)}
    told = (task_on_host(config.task_at(steps), table) for steps in sorted(begins))
    return next(filter(None, told), None)


def _rate(config: TrainingConfig, steps_done: int) -> float:
    """Learning rate from `steps_done` on: constant for a third of the run, then to a tenth."""
    file = config.file
    rate = (file.ppo if file.algorithm == "ppo" else file.sac).learning_rate
    share = (steps_done / config.steps - 1 / 3) / (2 / 3)
    return rate * float(np.clip(1.0 - 0.9 * share, 0.1, 1.0))
