"""What a measure is: its name, what it means, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from .muscle_groups import CHAINS, MUSCLE_GROUPS

PLACEHOLDERS = {
    "<group>": MUSCLE_GROUPS,
    "<part>": (*MUSCLE_GROUPS, *CHAINS),
    "<joint>": ("hip_flexion", "hip_adduction", "knee", "ankle", "mtp"),
}
"""What stands for several columns in a measure's name: muscle groups, groups and chains, joints."""


@dataclass(frozen=True)
class Measure:
    """One column of the results.

    Attributes:
        name: the column; a placeholder in it (`PLACEHOLDERS`) stands for each of its names.
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
        """Return the measure for each name of its placeholder, or itself alone without one."""
        for placeholder, names in PLACEHOLDERS.items():
            if placeholder in self.name:
                return tuple(
                    replace(
                        self,
                        name=self.name.replace(placeholder, name),
                        definition=self.definition.replace(placeholder, name.replace("_", " ")),
                    )
                    for name in names
                )
        return (self,)
