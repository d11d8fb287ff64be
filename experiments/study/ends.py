"""How a trial begins and ends in a config: `start` and `stop`."""

from __future__ import annotations

from typing import Annotated

from pydantic import model_validator

from ...envs.task.ends import STARTS, Ends
from ...sim.errors import ConfigError
from .fields import Known, Strict, Within, refusal

Start = Annotated[str, Known("start", lambda: STARTS)]


class StopFields(Strict):
    """When the walker is told to stop: after a way or after a time."""

    after_m: Annotated[float, Within.of(Ends, "stop_after_m")] | None = None
    """Way of the centre of mass over the ground [m]."""
    after_s: Annotated[float, Within.of(Ends, "stop_after_s")] | None = None
    """Time since the walker was told to go [s]."""

    @model_validator(mode="after")
    def _one_of_both(self) -> StopFields:
        try:
            ends = Ends(stop_after_m=self.after_m, stop_after_s=self.after_s)
        except ConfigError as error:
            raise refusal(str(error)) from None
        if not ends.stops:
            raise refusal("stop: give after_m or after_s")
        return self


def ends_of(start: str, stand_s: float, stop: StopFields | None) -> Ends:
    """Return how trials begin and end."""
    if stop is None:
        return Ends(start, stand_s)
    return Ends(start, stand_s, stop.after_m, stop.after_s)
