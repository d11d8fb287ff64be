"""Beginning and end of a trial: moving or from standing, walking on or stopping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from ...sim.errors import ConfigError
from ...sim.fields import Choice, Range, check

MOVING, STANDING = "moving", "standing"
STARTS = (MOVING, STANDING)


@dataclass(frozen=True)
class Ends:
    """Beginning and end of a trial.

    Raises:
        ConfigError: a field that is not what it may be, or two places to stop.
    """

    start: Annotated[str, Choice(STARTS)] = MOVING
    """`moving`: in mid step; `standing`: in quiet standing, until it is told to go."""
    stand_s: Annotated[float, Range(0.0, 3600.0)] = 1.0
    """Quiet standing before a walker is told to go [s]."""
    stop_after_m: Annotated[float | None, Range(0.3, 1000.0)] = None
    """Way of the centre of mass over the ground at which the walker is told to stop [m]."""
    stop_after_s: Annotated[float | None, Range(1.0, 3600.0)] = None
    """Time since the walker was told to go at which it is told to stop [s]."""

    def __post_init__(self) -> None:
        check(self, "")
        if self.stop_after_m is not None and self.stop_after_s is not None:
            raise ConfigError("stop: give after_m or after_s, not both")

    @property
    def stops(self) -> bool:
        """Whether the walker is told to stop."""
        return self.stop_after_m is not None or self.stop_after_s is not None

    @property
    def stands(self) -> bool:
        """Whether the walker ever stands."""
        return self.start == STANDING or self.stops


ON_THE_MOVE = Ends()
"""Trials that begin in mid step and end in it."""
