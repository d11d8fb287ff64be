"""When a hazard comes, at which foot, and how long it lasts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from ..fields import Choice, Range

LASTS = Range(0.005, 60.0)
"""How long a hazard may last [s]."""


@dataclass(frozen=True)
class Moment:
    """What a hazard waits for, by its clock or by chance."""

    at_s: Annotated[float | None, Range(0.0, 3600.0)] = None
    """Time since the trial's start from which it waits for its moment [s]; None: by chance."""
    after_s: Annotated[float, Range(0.0, 3600.0)] = 1.0
    """Where it comes by chance: earliest time after steady walking began [s]."""
    window_s: Annotated[float, Range(0.0, 600.0)] = 3.0
    """Where it comes by chance: how much later it may be [s]."""
    foot: Annotated[str, Choice(("either", "left", "right"))] = "either"
    """Whose contact, swing or stride it waits for, the walker's own; `either` is drawn."""


@dataclass(frozen=True)
class Duration(Moment):
    """A moment, and for how long."""

    lasts_s: Annotated[float, LASTS] = 0.4
    """How long it lasts [s]."""
