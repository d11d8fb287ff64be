"""What can happen to a walker: each kind of hazard is a few numbers, checked when it is made."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar

from ..errors import ConfigError, unknown_name
from ..plain_values import make_plain

LIMITS: dict[str, tuple[float, float]] = {
    "at_s": (0.0, 3600.0),
    "after_s": (0.0, 3600.0),
    "window_s": (0.0, 600.0),
    "impulse_n_s": (0.0, 300.0),
    "lasts_s": (0.005, 60.0),
    "at_phase": (0.0, 1.0),
    "slip_friction": (0.001, 1.5),
    "bar_height_m": (0.01, 0.4),
    "hole_depth_m": (0.005, 0.3),
    "speed_change_m_per_s": (-3.0, 3.0),
    "belt_change_m_per_s2": (0.1, 50.0),
    "attention_left": (0.0, 1.0),
}
"""Smallest and largest value of each number."""

CHOICES: dict[str, tuple[str, ...]] = {
    "foot": ("either", "left", "right"),
    "push_towards": ("along-travel", "against-travel", "left", "right", "either-side"),
    "push_profile": ("half-sine", "square"),
    "bar_at": ("ground", "foot"),
}
"""What each text may be. Left and right are the walker's own, whichever way it goes."""

_POSITIVE = ("impulse_n_s",)


def _within(value: Any, low: float, high: float) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and low <= value <= high  # never so of NaN


@dataclass(frozen=True)
class Hazard:
    """Something that happens once in a trial.

    Raises:
        ConfigError: a field out of `LIMITS` or not in `CHOICES`.
    """

    kind: ClassVar[str] = ""
    _may_be_none: ClassVar[tuple[str, ...]] = ("at_s",)

    at_s: float | None = None
    """Time since the trial's start from which it waits for its moment [s]; None: by chance."""
    after_s: float = 1.0
    """Where it comes by chance: earliest time after steady walking began [s]."""
    window_s: float = 3.0
    """Where it comes by chance: how much later it may be [s]."""
    foot: str = "either"
    """Whose contact, swing or stride it waits for; `either` is drawn."""

    def __post_init__(self) -> None:
        make_plain(self)
        for field in fields(self):
            self._check(field.name, getattr(self, field.name))

    def _check(self, name: str, value: Any) -> None:
        where = f"hazard '{self.kind}': {name}"
        if name in CHOICES:
            if value not in CHOICES[name]:
                problem = unknown_name(name.replace("_", " "), str(value), CHOICES[name])
                raise ConfigError(f"hazard '{self.kind}': {problem}")
        elif name in LIMITS:
            if value is None and name in self._may_be_none:
                return
            low, high = LIMITS[name]
            if not _within(value, low, high):
                raise ConfigError(
                    f"{where} must be a number from {low:g} to {high:g}, is {value!r}"
                )
            if name in _POSITIVE and value == 0:
                raise ConfigError(f"{where} must be above 0")
        elif not isinstance(value, str) or not value.strip():
            raise ConfigError(f"{where} must be a name, is {value!r}")

    @property
    def magnitude(self) -> float:
        """The number that says how bad it is, in the unit of its field."""
        raise NotImplementedError


@dataclass(frozen=True)
class Push(Hazard):
    """A force on a body at its centre of mass, level, for a while."""

    kind: ClassVar[str] = "push"
    _may_be_none: ClassVar[tuple[str, ...]] = ("at_s", "at_phase")

    impulse_n_s: float = 15.0
    """Force times time [N.s]."""
    lasts_s: float = 0.1
    """[s]"""
    push_towards: str = "either-side"
    """`either-side` is drawn."""
    push_profile: str = "half-sine"
    """Force over time."""
    pushed_body: str = "pelvis"
    """A body of the model."""
    at_phase: float | None = None
    """Share of the stride since the contact of `foot`; None is drawn."""

    @property
    def magnitude(self) -> float:
        """Impulse [N.s]."""
        return self.impulse_n_s


@dataclass(frozen=True)
class Slip(Hazard):
    """The ground under one foot turns slippery when that foot lands."""

    kind: ClassVar[str] = "slip"

    slip_friction: float = 0.05
    """Friction coefficient under that foot."""
    lasts_s: float = 0.4
    """[s]"""

    @property
    def magnitude(self) -> float:
        """Friction coefficient."""
        return self.slip_friction


@dataclass(frozen=True)
class Trip(Hazard):
    """A bar stands in the way of the swinging foot."""

    kind: ClassVar[str] = "trip"

    bar_height_m: float = 0.08
    """From the bar's lower to its upper edge [m]."""
    bar_at: str = "ground"
    """`ground`: it stands there, and comes once the foot is lower than it; `foot`: its middle is
    at the height of the foot's leading lower edge, so that every swinging foot meets it."""
    lasts_s: float = 0.4
    """How long the bar stays [s]."""
    at_phase: float = 0.4
    """Share of the swing of `foot` from which the bar may come."""

    @property
    def magnitude(self) -> float:
        """Height [m]."""
        return self.bar_height_m


@dataclass(frozen=True)
class BeltJerk(Hazard):
    """The belt of a treadmill changes speed for a while."""

    kind: ClassVar[str] = "belt-jerk"
    _may_be_none: ClassVar[tuple[str, ...]] = ("at_s", "at_phase")

    speed_change_m_per_s: float = 0.4
    """Added to the belt's speed [m/s]; negative slows it."""
    belt_change_m_per_s2: float = 6.0
    """How fast it changes [m/s^2]."""
    lasts_s: float = 0.4
    """From the start of the change to the start of the way back [s]."""
    at_phase: float | None = 0.0
    """Share of the stride since the contact of `foot`; None is drawn."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.speed_change_m_per_s == 0:
            raise ConfigError("hazard 'belt-jerk': speed_change_m_per_s must not be 0")

    @property
    def magnitude(self) -> float:
        """Change of speed [m/s]."""
        return self.speed_change_m_per_s


@dataclass(frozen=True)
class MissedStep(Hazard):
    """The ground is lower than it was where one foot lands: a hole, or a step down unseen."""

    kind: ClassVar[str] = "missed-step"

    hole_depth_m: float = 0.05
    """[m]"""

    @property
    def magnitude(self) -> float:
        """Depth [m]."""
        return self.hole_depth_m


@dataclass(frozen=True)
class AttentionLapse(Hazard):
    """The walker's mind is elsewhere for a while."""

    kind: ClassVar[str] = "attention-lapse"

    attention_left: float = 0.0
    """Of full attention."""
    lasts_s: float = 2.0
    """[s]"""

    @property
    def magnitude(self) -> float:
        """Attention that is left."""
        return self.attention_left


KINDS: dict[str, type[Hazard]] = {
    kind.kind: kind for kind in (Push, Slip, Trip, BeltJerk, MissedStep, AttentionLapse)
}
"""Every kind of hazard by name."""


def field_names() -> tuple[str, ...]:
    """Return the fields that any hazard has."""
    names = (field.name for kind in KINDS.values() for field in fields(kind))
    return tuple(dict.fromkeys(names))
