"""A treadmill's programme: speed and incline over time."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from ..errors import ConfigError, unknown_name

MAX_SPEED = 3.0  # m/s
MAX_SLOPE = 0.2


@dataclass(frozen=True)
class WorkoutPoint:
    """Speed and slope at a moment; between points both change evenly, after the last they stay.

    Attributes:
        at_s: since the trial's start.
        speed_m_per_s: of the belt against the travel; None: the commanded speed of walking.
        slope: uphill along travel, of the way; 0.05 is 5 %.
    """

    at_s: float = 0.0
    speed_m_per_s: float | None = None
    slope: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no belt does.

        Raises:
            ConfigError: naming the field, its value, and what is allowed.
        """
        if self.at_s < 0:
            raise ConfigError(f"workout.at_s: {self.at_s} is before the trial's start")
        if self.speed_m_per_s is not None and not 0 <= self.speed_m_per_s <= MAX_SPEED:
            raise ConfigError(
                f"workout.speed_m_per_s: {self.speed_m_per_s} is outside 0 to {MAX_SPEED} (the "
                "belt always runs against the direction of travel)"
            )
        if not abs(self.slope) <= MAX_SLOPE:
            raise ConfigError(
                f"workout.slope: {self.slope} is outside {-MAX_SLOPE} to {MAX_SLOPE} (0.05 is 5 %)"
            )


@dataclass(frozen=True)
class Workout:
    """Points in order of time; a step is two points at nearly the same time.

    Raises:
        ConfigError: no points, or not in order of time.
    """

    points: tuple[WorkoutPoint, ...] = (WorkoutPoint(),)

    def __post_init__(self) -> None:
        """Refuse disorder."""
        times = [point.at_s for point in self.points]
        if not times:
            raise ConfigError("workout: give at least one point")
        for before, after in itertools.pairwise(times):
            if after <= before:
                raise ConfigError(
                    f"workout: points must be in order of time, but {after} s follows {before} s"
                )

    def at(self, time_s: np.ndarray, commanded: float) -> tuple[np.ndarray, np.ndarray]:
        """Return speed [m/s] and slope at times (n,) [s]; `commanded` stands where none is set."""
        times = [point.at_s for point in self.points]
        speeds = [
            commanded if point.speed_m_per_s is None else point.speed_m_per_s
            for point in self.points
        ]
        slopes = [point.slope for point in self.points]
        return np.interp(time_s, times, speeds), np.interp(time_s, times, slopes)


def intervals(
    slow_m_per_s: float, fast_m_per_s: float, each_s: float, until_s: float, change_s: float = 2.0
) -> Workout:
    """Return slow and fast spells of `each_s` in turn, with changes over `change_s`.

    Raises:
        ConfigError: spells shorter than the changes, or a speed that no belt has.
    """
    if each_s <= change_s:
        raise ConfigError(
            f"workout: spells of {each_s} s are too short for changes of {change_s} s"
        )
    points = []
    for k in range(max(1, int(np.ceil(until_s / each_s)))):
        speed = fast_m_per_s if k % 2 else slow_m_per_s
        points.append(WorkoutPoint(k * each_s + (change_s if k else 0.0), speed))
        points.append(WorkoutPoint((k + 1) * each_s, speed))
    return Workout(tuple(points))


WORKOUTS: dict[str, Workout] = {
    "steady": Workout(),
    "hill": Workout(
        (
            WorkoutPoint(0.0),
            WorkoutPoint(10.0),
            WorkoutPoint(30.0, slope=0.05),
            WorkoutPoint(50.0, slope=0.05),
            WorkoutPoint(70.0),
        )
    ),
    "intervals": intervals(0.6, 0.8, each_s=30.0, until_s=600.0),
    "stop": Workout((WorkoutPoint(0.0), WorkoutPoint(20.0), WorkoutPoint(25.0, 0.0))),
}


def workout(name: str) -> Workout:
    """Return the workout `name`.

    Raises:
        ConfigError: no such workout.
    """
    if name not in WORKOUTS:
        raise unknown_name("workout", name, WORKOUTS)
    return WORKOUTS[name]
