"""A treadmill's programme: speed and incline over time."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..errors import ConfigError, unknown_name
from ..fields import Range, check


@dataclass(frozen=True)
class WorkoutPoint:
    """Speed and slope at a moment; between points both change evenly, after the last they stay.

    Raises:
        ConfigError: a field that is not what it may be.
    """

    at_s: Annotated[float, Range(0.0, 3600.0, note="nothing is before the trial's start")] = 0.0
    """Since the trial's start."""
    speed_m_per_s: Annotated[
        float | None, Range(0.0, 3.0, note="the belt always runs against the direction of travel")
    ] = None
    """Of the belt, against the direction of travel; without it, the commanded speed of walking."""
    slope: Annotated[float, Range(-0.2, 0.2, note="0.05 is 5 %")] = 0.0
    """Uphill along travel, of the way: 0.05 is 5 %."""

    def __post_init__(self) -> None:
        check(self, "workout.")


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
    points: list[WorkoutPoint] = []
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
