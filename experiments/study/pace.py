"""Pace: the technique's speed or a preferred one, and the sweep that finds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator

from ...envs.task.technique import Technique
from ..statistics.paired import Interval
from .fields import Scalar, Strict, Within, as_tuple

ASKED, PREFERRED = "asked", "preferred"


PACES = (ASKED, PREFERRED, "preferred-backward", "preferred-forward")
"""Whose speed is walked: the technique's, the cell's own preferred one, that of a direction."""


class PreferredSpeedFields(Strict):
    """The sweep that finds preferred speeds."""

    speeds_m_per_s: (
        Annotated[
            tuple[Annotated[float, Within.of(Technique, "speed_m_per_s")], ...],
            BeforeValidator(as_tuple),
        ]
        | None
    ) = None
    """Speeds to walk, three or more; without them `points` over all that the gait is for."""
    points: Annotated[int, Within(3, 25)] = 5
    """How many speeds, evenly from the slowest to the fastest that the gait is for."""
    trials: Annotated[int, Within(2, 1000)] = 8
    """Per speed."""
    duration_s: Annotated[float, Within(5.0, 600.0)] = 20.0
    by: Annotated[tuple[str, ...], BeforeValidator(as_tuple)] | None = None
    """Factors that have a preferred speed at each level, besides the direction; without it all."""


@dataclass(frozen=True)
class PreferredSpeed:
    """Preferred speed of one direction and one combination of the other factors' levels.

    Attributes:
        levels: of the factors that the sweep told apart, the direction first.
        speed: the estimate and its interval [m/s].
        at_end: the least cost is that of the slowest or the fastest speed walked.
        speeds: walked [m/s]. costs: mean of each [J/kg/m], NaN where nobody walked.
        walked: trials with a cost at each. coefficients: a, b, c; None with fewer than 3 speeds.
    """

    levels: tuple[tuple[str, Scalar], ...]
    speed: Interval
    at_end: bool
    speeds: tuple[float, ...]
    costs: tuple[float | None, ...]
    walked: tuple[int, ...]
    coefficients: tuple[float, float, float] | None

    @property
    def enclosed(self) -> bool:
        """Whether the speeds walked enclose the least cost: at an end it may lie beyond."""
        return self.coefficients is not None and not self.at_end


def speed_of(found: Sequence[PreferredSpeed], pace: str, level: Mapping[str, Any]) -> float:
    """Return the preferred speed of a cell [m/s].

    Args:
        level: of every factor of the cell, its direction among them.
    """
    estimate = sweep_of(found, pace, level).speed.estimate
    assert estimate is not None
    return round(estimate, 4)


def sweep_of(
    found: Sequence[PreferredSpeed], pace: str, level: Mapping[str, Any]
) -> PreferredSpeed:
    """Return what was found for a cell; arguments as of `speed_of`."""
    way = level["direction"] if pace == PREFERRED else pace.removeprefix("preferred-")
    wanted = {**level, "direction": way}
    for one in found:
        if all(wanted[name] == value for name, value in one.levels):
            return one
    raise KeyError(f"no sweep was made for {wanted}")
