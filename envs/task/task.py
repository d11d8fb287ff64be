"""Learning task: direction, ground, command, actions, rewards. Data only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, TypeVar

from ...models.catalogue import BODIES, find_walker
from ...models.walker import Walker
from ...sim.errors import ConfigError, unknown_name
from ...sim.fields import Choice, Pair, Range, check
from ...sim.ground.presets import surface
from ...sim.ground.surface import Surface
from ...sim.hazards.hazard import Hazard
from ...sim.hazards.presets import build_hazard
from ...sim.plain_values import is_a, is_mapping, is_sequence
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

_WEIGHT = Range(-1e6, 1e6)


@dataclass(frozen=True)
class Task:
    """What is to be learned.

    Names, lists and mappings are taken for what they describe.

    Raises:
        ConfigError: a field that is not what it may be.
    """

    direction: Annotated[str, Choice(DIRECTIONS)] = "backward"
    """`backward` or `forward`; the walker faces the same way in both."""
    surfaces: tuple[str | Surface, ...] = ("flat",)
    """Presets' names or descriptions; simulation i walks on number i modulo their count."""
    speed_m_per_s: Annotated[tuple[float, float], Pair(0.1, 3.0)] = (0.6, 0.8)
    """Least and most commanded speed; each episode draws one."""
    action_mode: Annotated[str, Choice(ACTION_MODES)] = "residual"
    """What an action sets: `residual`, `joint` or `excitation`."""
    pushes: Pushes | None = None
    """Random pushes, or None."""
    start_noise_rad: Annotated[float, Range(0.0, 0.3)] = 0.0
    """Most that every joint angle is disturbed by at the start, beyond the gait's own 0.02; each
    episode draws how much. The velocities' noise is three times that."""
    episode_s: Annotated[float, Range(0.0, 3600.0)] = 10.0
    """After which an episode is cut short (truncated, not terminated)."""
    rewards: Mapping[str, float] = field(default_factory=lambda: dict(REWARDS))
    """Weights by the terms' names; those not named have none."""
    eyes: bool = False
    """Whether the heights of the ground ahead are observed."""
    muscles: bool = False
    """Whether activations are observed."""
    slip: bool = False
    """Whether the feet's sliding over the ground is observed."""
    body: Annotated[str, Choice(BODIES)] = "human"
    """The body that walks."""
    walker: Walker = field(default_factory=lambda: find_walker("young-adult"))
    """Who walks; observation and gait have what such a walker senses."""
    attention: float | None = None
    """The walker's, 1 on walking to 0 elsewhere; None: as the walker has it."""
    technique: Technique = field(default_factory=Technique)
    """A preset's name, fields or a technique: what is asked of the gait whose step clock, arms and
    gaze all action modes share. Its speed is not used."""
    hazards: tuple[Hazard, ...] = ()
    """Presets' names or descriptions; each happens once an episode, at a moment drawn for it
    (`after_s`, `window_s`, from the episode's start), or at its `at_s`."""
    randomise: Randomisation | None = None
    """Least and most factors by which simulations differ (`Randomisation`), or None."""

    def __post_init__(self) -> None:
        check(self, "")
        grounds = _listed(self.surfaces, Surface)
        if not grounds:
            raise ConfigError(f"surfaces: {self.surfaces!r} is not a list of at least one")
        self._set("surfaces", tuple(_ground(ground) for ground in grounds))
        for name, default in (("pushes", Pushes()), ("randomise", Randomisation())):
            value = getattr(self, name)
            if is_mapping(value):
                self._set(name, with_fields(default, name, value))
            elif value is not None:
                _of_kind(name, value, type(default))
        self._set("walker", _walker(self.walker))
        if self.attention is not None:
            self._set("walker", replace(self.walker, attention=self.attention))
        self._set("technique", _technique(self.technique))
        hazards = _listed(self.hazards, Hazard)
        if hazards is None:
            raise ConfigError(f"hazards: {self.hazards!r} is not a list of hazards")
        self._set("hazards", tuple(_hazard(hazard) for hazard in hazards))
        if not is_a(self.rewards, Mapping):
            raise ConfigError(f"rewards: {self.rewards!r} is no mapping of terms to weights")
        for name, weight in self.rewards.items():
            if name not in REWARDS:
                raise unknown_name("reward term", str(name), REWARDS)
            if problem := _WEIGHT.problem(f"rewards.{name}", weight):
                raise ConfigError(problem)
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


Kind = TypeVar("Kind")


def _listed(value: object, kind: type) -> Sequence[Any] | None:
    """Return the entries of a list or of one that stands alone; None of anything else."""
    if isinstance(value, str | Mapping | kind):
        return (value,)
    return value if is_sequence(value) else None


def _of_kind(name: str, value: object, kind: type[Kind]) -> Kind:
    if not isinstance(value, kind):
        raise ConfigError(
            f"{name}: {value!r} is neither a {kind.__name__} nor its name or a mapping of fields"
        )
    return value


def _walker(one: str | Walker | Mapping[str, Any]) -> Walker:
    if isinstance(one, str):
        return find_walker(one)
    if not isinstance(one, Mapping):
        return _of_kind("walker", one, Walker)
    fields = dict(one)
    return with_fields(find_walker(str(fields.pop("preset", "young-adult"))), "walker", fields)


def _technique(one: str | Technique | Mapping[str, Any]) -> Technique:
    if isinstance(one, str):
        return technique(one)
    if isinstance(one, Mapping):
        return with_fields(Technique(), "technique", one)
    return _of_kind("technique", one, Technique)


def _hazard(one: str | Hazard | Mapping[str, Any]) -> Hazard:
    return build_hazard(one) if isinstance(one, str | Mapping) else _of_kind("hazards", one, Hazard)


def _ground(one: str | Surface | Mapping[str, Any]) -> str | Surface:
    if isinstance(one, str):
        surface(one)
        return one
    if isinstance(one, Mapping):
        return with_fields(Surface(), "surface", one)
    return _of_kind("surfaces", one, Surface)
