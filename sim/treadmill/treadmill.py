"""What a treadmill is: belt, edges, bar, rails and programme."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import ConfigError, unknown_name
from .workout import Workout

LIMITS = {
    "belt_length_m": (1.0, 10.0),
    "belt_width_m": (0.4, 4.0),
    "belt_acceleration_m_per_s2": (0.02, 2.0),
}


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

    Attributes:
        belt_length_m, belt_width_m: what can be walked on.
        belt_acceleration_m_per_s2: most that the belt's speed changes, also at its start.
        front_bar: whether there is a padded bar at the front end.
        handrail: one of `RAILS`.
        workout: speed and incline over time.
    """

    belt_length_m: float = 1.6
    belt_width_m: float = 0.6
    belt_acceleration_m_per_s2: float = 0.06
    front_bar: bool = True
    handrail: str = "none"
    workout: Workout = field(default_factory=Workout)

    def __post_init__(self) -> None:
        """Refuse what no treadmill has.

        Raises:
            ConfigError: naming the field, its value, and what is allowed.
        """
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ConfigError(f"treadmill.{name}: {value!r} is not a number")
            if not low <= value <= high:
                raise ConfigError(f"treadmill.{name}: {value} is outside {low} to {high}")
        if self.handrail not in RAILS:
            raise unknown_name("treadmill.handrail", str(self.handrail), RAILS)

    def bar_x(self, travel_sign: float) -> float | None:
        """Where the bar is along world x [m], None without one."""
        return travel_sign * (0.5 * self.belt_length_m - 0.1) if self.front_bar else None
