"""Treadmill description: belt, edges, bar, rails and programme."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from ..errors import ConfigError
from ..fields import Choice, Range, check
from ..plain_values import is_a
from .workout import Workout


@dataclass(frozen=True)
class Rail:
    """How firmly each hand holds on.

    Attributes:
        stiffness: [N/m]. damping: [N s/m]. support: of the body's weight, upwards.
        limit: greatest force [N]; beyond it the grip slips.
    """

    stiffness: float
    damping: float
    support: float
    limit: float


RAILS: dict[str, Rail | None] = {
    "none": None,
    "light": Rail(300.0, 40.0, 0.0, 20.0),
    "firm": Rail(600.0, 80.0, 0.03, 150.0),
}
"""Chosen: light is fingers on the rail, of the order of the light touch of a few newtons that
steadies without bearing; firm is a grip that carries 6 % of the weight on both hands, and more
of a walker who sags."""


@dataclass(frozen=True)
class Treadmill:
    """What a treadmill is like.

    The walker starts over the belt's centre; the belt runs against the direction of travel. The
    bar is at the end towards which the walker goes: on an ordinary treadmill, people who walk
    backwards turn their back on the console.

    Raises:
        ConfigError: a field that is not what it may be.
    """

    belt_length_m: Annotated[float, Range(1.0, 10.0)] = 1.6
    """Of what can be walked on."""
    belt_width_m: Annotated[float, Range(0.4, 4.0)] = 0.6
    """Of what can be walked on."""
    belt_acceleration_m_per_s2: Annotated[float, Range(0.02, 2.0)] = 0.06
    """Most that the belt's speed changes, also at its start."""
    front_bar: bool = True
    """A padded bar at the end towards which the walker goes."""
    handrail: Annotated[str, Choice(RAILS)] = "none"
    """How the hands hold the side rails."""
    workout: Workout = field(default_factory=Workout)
    """Speed and incline over time: a name, or points."""

    def __post_init__(self) -> None:
        check(self, "treadmill.")
        if not is_a(self.workout, Workout):
            raise ConfigError(f"treadmill.workout: {self.workout!r} is no workout")

    def bar_x(self, travel_sign: float) -> float | None:
        """Where the bar is along world x [m], None without one."""
        return travel_sign * (0.5 * self.belt_length_m - 0.1) if self.front_bar else None
