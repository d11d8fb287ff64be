"""What a learning environment asks: direction, ground, command, actions, rewards. Data only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..models.catalogue import find_walker
from ..models.walker import Walker
from ..sim.errors import ConfigError, unknown_name
from ..sim.ground.surface import Surface
from ..sim.surface import surface
from ..sim.with_fields import with_fields
from .random_pushes import Pushes

ACTION_MODES = ("residual", "joint", "excitation")
DIRECTIONS = ("backward", "forward")
REWARDS = {
    "alive": 0.5,
    "speed": 0.4,
    "upright": 0.2,
    "effort": -4.0,
    "action": -0.05,
    "action_change": -0.05,
    "fall": -3.0,
}
"""Weights of the reward's terms; what each term is stands in `reward_terms`."""


@dataclass(frozen=True)
class Task:
    """What is to be learned.

    Attributes:
        direction: `backward` or `forward`.
        surfaces: presets' names or descriptions; simulation i walks on number i modulo their count.
        speed_m_per_s: least and most commanded speed; each episode draws one.
        action_mode: one of `ACTION_MODES`.
        pushes: random pushes, or None.
        start_noise_rad: most that every joint angle is disturbed by at the start, beyond the gait's
            own 0.02; each episode draws how much. The velocities' noise is three times that.
        episode_s: after which an episode is cut short (truncated, not terminated).
        rewards: weights by the terms' names; those not named have none.
        eyes: whether the heights of the ground ahead are observed.
        muscles: whether activations are observed.
        body, walker: who walks.
    """

    direction: str = "backward"
    surfaces: tuple[str | Surface, ...] = ("flat",)
    speed_m_per_s: tuple[float, float] = (0.6, 0.8)
    action_mode: str = "residual"
    pushes: Pushes | None = None
    start_noise_rad: float = 0.0
    episode_s: float = 10.0
    rewards: Mapping[str, float] = field(default_factory=lambda: dict(REWARDS))
    eyes: bool = False
    muscles: bool = False
    body: str = "human"
    walker: Walker = field(default_factory=lambda: find_walker("young-adult"))

    def __post_init__(self) -> None:
        """Bring loose values (names, lists, mappings) into shape, and refuse bad ones.

        Raises:
            ConfigError: naming the field, its value and what is allowed.
        """
        for name, allowed in (("direction", DIRECTIONS), ("action_mode", ACTION_MODES)):
            if getattr(self, name) not in allowed:
                raise unknown_name(name.replace("_", " "), str(getattr(self, name)), allowed)
        grounds = self.surfaces
        if isinstance(grounds, str | Surface | Mapping):
            grounds = (grounds,)
        if not grounds:
            raise ConfigError("surfaces: at least one is needed")
        self._set("surfaces", tuple(_ground(one) for one in grounds))
        speed = self.speed_m_per_s
        low, high = (speed, speed) if isinstance(speed, int | float) else speed
        if not 0.1 <= low <= high <= 3.0:
            raise ConfigError(f"speed_m_per_s: {speed} is not a least and a most from 0.1 to 3")
        self._set("speed_m_per_s", (float(low), float(high)))
        if isinstance(self.pushes, Mapping):
            self._set("pushes", with_fields(Pushes(), "pushes", self.pushes))
        if isinstance(self.walker, str):
            self._set("walker", find_walker(self.walker))
        for name, most in (("start_noise_rad", 0.3), ("episode_s", 3600.0)):
            if not 0 <= getattr(self, name) <= most:
                raise ConfigError(f"{name}: {getattr(self, name)} is outside 0 to {most:g}")
        for name in self.rewards:
            if name not in REWARDS:
                raise unknown_name("reward term", name, REWARDS)
        self._set("rewards", {name: float(weight) for name, weight in self.rewards.items()})

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    @property
    def sign(self) -> float:
        """+1 where the walker goes to +x, -1 where to -x."""
        return -1.0 if self.direction == "backward" else 1.0

    def with_fields(self, **values: Any) -> Task:
        """Return a copy with `values` set.

        Raises:
            ConfigError: an unknown field, or a value that is refused.
        """
        return with_fields(self, "task", values)


def _ground(one: str | Surface | Mapping[str, Any]) -> str | Surface:
    if isinstance(one, str):
        surface(one)
        return one
    return Surface().with_fields(**one) if isinstance(one, Mapping) else one


def surfaces_of(task: Task) -> Sequence[Surface]:
    """Return the grounds of `task` as descriptions."""
    return [surface(one) if isinstance(one, str) else one for one in task.surfaces]
