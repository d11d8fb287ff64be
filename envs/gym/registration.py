"""The environments by name, as Gymnasium knows them."""

from __future__ import annotations

import copy
from typing import Any

import gymnasium as gym
from gymnasium.envs.registration import EnvSpec

ENVIRONMENTS: dict[str, dict[str, Any]] = {
    "retrowalk/Backward-v0": {"direction": "backward"},
    "retrowalk/BackwardRough-v0": {"direction": "backward", "surfaces": ("rough-4cm",)},
    "retrowalk/BackwardTreadmill-v0": {"direction": "backward", "surfaces": ("treadmill",)},
    "retrowalk/BackwardHazards-v0": {
        "direction": "backward",
        "pushes": {"velocity_change_m_per_s": (0.05, 0.4), "every_s": (2.0, 4.0)},
        "hazards": (
            {"preset": "slip", "window_s": 8.0},
            {"preset": "trip-low", "window_s": 8.0},
        ),
        "start_noise_rad": 0.05,
    },
    "retrowalk/Forward-v0": {"direction": "forward", "speed_m_per_s": (0.8, 1.0)},
}
"""Every environment: fields of its task that differ from the defaults."""

ENTRY_POINT, VECTOR_ENTRY_POINT = (
    "retrowalk.envs.gym.single:WalkEnv",
    "retrowalk.envs.gym.vector:make",
)


def with_length(spec: EnvSpec | None, steps: int) -> EnvSpec | None:
    """Return what an environment was made from with the length of its episodes in it.

    The registered specs have none, so that Gymnasium adds no time limit to that of `episode_s`.
    """
    if spec is None or spec.max_episode_steps is not None:
        return spec
    whole = copy.copy(spec)
    whole.max_episode_steps = steps
    return whole


def register_environments() -> None:
    """Register all `ENVIRONMENTS` with Gymnasium; done once, when `envs` is imported.

    No `max_episode_steps`: the environments truncate by `episode_s` themselves, alike in single and
    vector form, and say so in their own specs.
    """
    for name, fields in ENVIRONMENTS.items():
        if name not in gym.registry:
            gym.register(  # pyright: ignore[reportUnknownMemberType]  # its kwargs are a bare dict
                name,
                entry_point=ENTRY_POINT,
                vector_entry_point=VECTOR_ENTRY_POINT,
                kwargs=dict(fields),
            )
