"""What people did to a walker and when, so that it can be done again at the same moments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["push", "speed", "attention"]


@dataclass(frozen=True)
class Deed:
    """One deed, before the control period that begins `time_s` after the start.

    Attributes:
        value: of a push its impulse [N.s], of a speed [m/s], of attention 0 to 1.
        towards: of a push, one of `live_trial.DIRECTIONS`; else empty.
    """

    time_s: float
    kind: Kind
    value: float
    towards: str = ""
