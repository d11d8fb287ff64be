"""The batched environment for stable-baselines3 (extra `rl`).

The class is made when it is first asked for, so that this module can be imported without the extra.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium.vector import AutoresetMode

from ...sim.errors import ConfigError, RetrowalkError
from ...sim.extras import needs_extra
from ...sim.plain_values import is_a
from .vector import WalkVectorEnv

if TYPE_CHECKING:
    from stable_baselines3.common.vec_env import VecEnv
    from stable_baselines3.common.vec_env.base_vec_env import (
        VecEnvIndices,
        VecEnvObs,
    )


def as_vec_env(env: WalkVectorEnv) -> VecEnv:
    """Return `env` as a `VecEnv`; from now on it resets in the step that ends an episode.

    At an episode's end `infos[i]` holds `terminal_observation`, `TimeLimit.truncated`, `episode`
    (return `r`, length `l`), and `surface`, the number of the surface walked on. `last_info` is
    the batch's own info of the last step.

    Raises:
        RetrowalkError: the extra `rl` is not installed.
        ConfigError: `env` is no native batch.
    """
    if not is_a(env, WalkVectorEnv):
        raise ConfigError(
            f"as_vec_env takes the native batch, as gymnasium.make_vec(id, num_envs=64) makes it "
            f"without vectorization_mode and wrappers, not {type(env).__name__}"
        )
    make = _adapter()
    env.autoreset(AutoresetMode.SAME_STEP)
    return make(env)


@cache
def _adapter() -> Callable[[WalkVectorEnv], VecEnv]:
    try:
        from stable_baselines3.common.vec_env import VecEnv
    except ImportError as error:
        raise RetrowalkError(needs_extra("as_vec_env", "rl", error)) from error

    class WalkVecEnv(VecEnv):
        """See `as_vec_env`."""

        def __init__(self, env: WalkVectorEnv) -> None:
            self.env = env
            self._actions = np.zeros(env.action_space.shape or ())
            self.last_info: dict[str, Any] = {}
            super().__init__(  # pyright: ignore[reportUnknownMemberType]  # SB3 leaves Space open
                env.num_envs, env.single_observation_space, env.single_action_space
            )
            self.metadata["render_fps"] = env.metadata["render_fps"]

        def reset(self) -> VecEnvObs:
            """Begin new episodes; after `seed` the ground is laid anew."""
            seeds = list(self._seeds)
            self._reset_seeds()
            self._reset_options()
            return self.env.reset(seed=seeds)[0]

        def step_async(self, actions: np.ndarray) -> None:
            """Take the actions for the next step."""
            self._actions = actions

        def step_wait(
            self,
        ) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[dict[str, Any]]]:
            """Step."""
            observation, reward, terminated, truncated, info = self.env.step(self._actions)
            self.last_info = info
            infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
            over = terminated | truncated
            for i in np.flatnonzero(over):
                ended = info["final_info"]
                infos[i] = {
                    "terminal_observation": info["final_obs"][i],
                    "TimeLimit.truncated": bool(truncated[i]),
                    "episode": {"r": float(ended["return"][i]), "l": int(ended["steps"][i])},
                    "surface": int(i % len(self.env.task.surfaces)),
                }
            return observation, reward.astype(np.float32), over, infos

        def close(self) -> None:
            """Close the environment."""
            self.env.close()

        def get_attr(self, attr_name: str, indices: VecEnvIndices = None) -> list[Any]:
            """Return the attribute of each walker's environment, as of a single one.

            Raises:
                AttributeError: there is none of that name.
            """
            one_of_many = attr_name in ("observation_space", "action_space")
            value = getattr(self.env, f"single_{attr_name}" if one_of_many else attr_name)
            return [value for _ in self._get_indices(indices)]

        def set_attr(self, attr_name: str, value: Any, indices: VecEnvIndices = None) -> None:
            """Refused: the walkers are one batch."""
            raise AttributeError(f"'{attr_name}' cannot be set on the walkers of a batch")

        def env_method(
            self, method_name: str, *args: Any, indices: VecEnvIndices = None, **kwargs: Any
        ) -> list[Any]:
            """Refused: the walkers are one batch."""
            raise AttributeError(f"'{method_name}' cannot be called on the walkers of a batch")

        def env_is_wrapped(self, wrapper_class: type, indices: VecEnvIndices = None) -> list[bool]:
            """Return False for each: nothing is wrapped."""
            return [False for _ in self._get_indices(indices)]

        def get_images(self) -> Sequence[np.ndarray | None]:
            """Return a picture of each walker; None without render mode."""
            return self.env.render() or [None] * self.num_envs

    return WalkVecEnv
