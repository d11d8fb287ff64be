"""Muscle sharing in a config: a criterion's name, or its fields."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from ...envs.gaits.sharing import LIMITS, SHARINGS, Sharing
from .fields import Known, Preset, Within

AS_TUNED = "as-tuned"


class SharingFields(Preset):
    """By which criterion the scripted and the reference gait share joint torques out to muscles."""

    preset: Annotated[str, Known("sharing", lambda: SHARINGS)] | None = AS_TUNED
    """A criterion, which the other fields change."""
    exponent: Annotated[float, Within(*LIMITS["exponent"])] | None = None
    """Of activation in the sum that is made least."""
    volume_power: Annotated[float, Within(*LIMITS["volume_power"])] | None = None
    """Power of a muscle's volume that weighs it in that sum."""
    linear_cost: Annotated[float, Within(*LIMITS["linear_cost"])] | None = None
    """Linear cost of activation beside it; without it the gait's own."""
    blend_s: Annotated[float, Within(*LIMITS["blend_s"])] | None = None
    """Time in which torques go over when the legs change roles."""
    reach_s: Annotated[float, Within(*LIMITS["reach_s"])] | None = None
    """Time in which activations must be able to reach what is asked; 0: no matter."""
    ahead_s: Annotated[float, Within(*LIMITS["ahead_s"])] | None = None
    """Time before they count at which torques are asked for that the gait knows before."""
    steer_s: Annotated[float, Within(*LIMITS["steer_s"])] | None = None
    """Time in which activations are steered along their own dynamics; 0: with a fixed lead."""
    precision: Annotated[float, Within(*LIMITS["precision"])] | None = None
    """Factor on what torques count for that are not met."""

    def build(self) -> Sharing:
        """Return the criterion that the fields describe."""
        base = Sharing() if self.preset is None else SHARINGS[self.preset]
        return replace(base, **self.changes)
