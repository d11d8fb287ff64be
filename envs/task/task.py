"""What a learning environment asks: direction, ground, command, actions, rewards. Data only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...models.catalogue import BODY_FILES, find_walker
from ...models.walker import Walker
from ...sim.errors import ConfigError, unknown_name
from ...sim.ground.lay import surface
from ...sim.ground.surface import Surface
from ...sim.hazards.hazard import Hazard
from ...sim.hazards.presets import build_hazard
from ...sim.with_fields import with_fields
from .random_pushes import Pushes
from .randomisation import Randomisation
from .technique import DIRECTIONS, Technique, technique, travel_sign

ACTION_MODES = ("residual", "joint", "excitation")
REWARDS = {
    "alive": 0.5,
    "speed": 0.4,
    "upright": 0.2,
    "effort": -4.0,
    "action": -0.05,
    "action_change": -0.05,
    "fall": -3.0,
    "wide": 0.0,
}
"""Weights of the reward's terms; what each term is stands in `reward_terms`. Of 0: not reckoned."""


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
        slip: whether the feet's sliding over the ground is observed.
        body, walker: who walks; observation and gait have what such a walker senses.
        attention: the walker's, 1 on walking to 0 elsewhere; None: as the walker has it.
        technique: a preset's name, fields or a technique: what is asked of the gait whose step
            clock, arms and gaze all action modes share. Its speed is not used.
        hazards: presets' names or descriptions; each happens once an episode, at a moment drawn for
            it (`after_s`, `window_s`, from the episode's start), or at its `at_s`.
        randomise: least and most factors by which simulations differ (`Randomisation`), or None.
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
    slip: bool = False
    body: str = "human"
    walker: Walker = field(default_factory=lambda: find_walker("young-adult"))
    attention: float | None = None
    technique: Technique = field(default_factory=Technique)
    hazards: tuple[Hazard, ...] = ()
    randomise: Randomisation | None = None

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
        if not isinstance(grounds, Sequence) or not grounds:
            raise ConfigError(f"surfaces: {grounds!r} is not a list of at least one")
        self._set("surfaces", tuple(_ground(one) for one in grounds))
        speed = self.speed_m_per_s
        pair = tuple(speed) if isinstance(speed, tuple | list) else (speed, speed)
        low, high = pair if len(pair) == 2 and all(map(_is_number, pair)) else (0.0, 0.0)
        if not 0.1 <= low <= high <= 3.0:
            raise ConfigError(f"speed_m_per_s: {speed} is not a least and a most from 0.1 to 3")
        self._set("speed_m_per_s", (float(low), float(high)))
        if isinstance(self.pushes, Mapping):
            self._set("pushes", with_fields(Pushes(), "pushes", self.pushes))
        if isinstance(self.walker, str | Mapping):
            self._set("walker", _walker(self.walker))
        if self.attention is not None:
            self._set("walker", replace(self.walker, attention=self.attention))
        self._set("technique", _technique(self.technique))
        hazards = self.hazards
        if isinstance(hazards, str | Hazard | Mapping):
            hazards = (hazards,)
        self._set("hazards", tuple(_hazard(one) for one in hazards))
        if isinstance(self.randomise, Mapping):
            self._set("randomise", with_fields(Randomisation(), "randomise", self.randomise))
        for name, most in (("start_noise_rad", 0.3), ("episode_s", 3600.0)):
            if not (_is_number(getattr(self, name)) and 0 <= getattr(self, name) <= most):
                raise ConfigError(f"{name}: {getattr(self, name)} is outside 0 to {most:g}")
        if not isinstance(self.rewards, Mapping):
            raise ConfigError(f"rewards: {self.rewards!r} is no mapping of terms to weights")
        for name, weight in self.rewards.items():
            if name not in REWARDS:
                raise unknown_name("reward term", str(name), REWARDS)
            if not _is_number(weight):
                raise ConfigError(f"rewards.{name}: {weight!r} is no number")
        if self.body not in BODY_FILES:
            raise unknown_name("body", str(self.body), BODY_FILES)
        for name in ("eyes", "muscles", "slip"):
            if not isinstance(getattr(self, name), bool):
                raise ConfigError(f"{name}: {getattr(self, name)!r} is neither true nor false")
        self._set("rewards", {name: float(weight) for name, weight in self.rewards.items()})

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    @property
    def sign(self) -> float:
        """+1 where the walker goes to +x, -1 where to -x."""
        return travel_sign(self.direction)

    def with_fields(self, **values: Any) -> Task:
        """Return a copy with `values` set.

        Raises:
            ConfigError: an unknown field, or a value that is refused.
        """
        return with_fields(self, "task", values)


def _walker(one: str | Mapping[str, Any]) -> Walker:
    if isinstance(one, str):
        return find_walker(one)
    fields = dict(one)
    return with_fields(find_walker(fields.pop("preset", "young-adult")), "walker", fields)


def _technique(one: str | Technique | Mapping[str, Any]) -> Technique:
    if isinstance(one, str):
        return technique(one)
    return with_fields(Technique(), "technique", one) if isinstance(one, Mapping) else one


def _hazard(one: str | Hazard | Mapping[str, Any]) -> Hazard:
    return one if isinstance(one, Hazard) else build_hazard(one)


def _is_number(value: object) -> bool:
    """Return whether it is a number that one can reckon with; yes and no are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def _ground(one: str | Surface | Mapping[str, Any]) -> str | Surface:
    if isinstance(one, str):
        surface(one)
        return one
    if isinstance(one, Mapping):
        return Surface().with_fields(**one)
    if not isinstance(one, Surface):
        raise ConfigError(f"surfaces: {one!r} is neither a name nor a mapping of fields")
    return one
