"""What a measure is: its name, what it means, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from .muscle_groups import MUSCLE_GROUPS


@dataclass(frozen=True)
class Measure:
    """One column of the results.

    Attributes:
        name: the column; `<group>` in it stands for each muscle group.
        definition: how it is computed, in words.
        unit: SI unit, or `1` for a share or count.
        sign: what a positive (or larger) value means.
        source: publication of the definition, or `own`.
        limits: what it cannot tell, and when it is null.
        level: `stride` is in `strides` too, and its trial value is the mean over the trial's steady
            strides; `trial` exists for a whole trial only.
    """

    name: str
    definition: str
    unit: str
    sign: str = "magnitude"
    source: str = "own"
    limits: str = "null without a complete steady stride"
    level: Literal["stride", "trial"] = "stride"

    def columns(self) -> tuple[Measure, ...]:
        """Return the measure for each muscle group, or itself alone if it has no `<group>`."""
        if "<group>" not in self.name:
            return (self,)
        return tuple(
            replace(
                self,
                name=self.name.replace("<group>", group),
                definition=self.definition.replace("<group>", group.replace("_", " ")),
            )
            for group in MUSCLE_GROUPS
        )
