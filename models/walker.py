"""Who walks: size, weight and strength."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..sim.errors import ConfigError

REFERENCE_HEIGHT_M = 1.75
REFERENCE_MASS_KG = 75.0

LIMITS = {"height_m": (1.0, 2.3), "mass_kg": (20.0, 200.0), "strength": (0.2, 3.0)}
"""Smallest and largest value of each field; outside, uniform scaling means nothing."""


@dataclass(frozen=True)
class Walker:
    """A person as a scaling of the reference body (1.75 m, 75 kg).

    Height scales every length alike: bones, contact geometry, muscle paths, fibres and tendons.
    Mass scales every segment's mass, and with the square of the height its inertia. Strength scales
    the maximum isometric forces, and nothing else does.

    Raises:
      ConfigError: a field that is not a finite number in `LIMITS`, or an empty name.
    """

    name: str = "young-adult"
    height_m: float = REFERENCE_HEIGHT_M
    """Standing height [m]."""
    mass_kg: float = REFERENCE_MASS_KG
    """Body mass [kg]."""
    strength: float = 1.0
    """Factor on maximum isometric forces."""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise ConfigError(f"walker: name must be a text that is not empty, is {self.name!r}")
        for field, (low, high) in LIMITS.items():
            value = getattr(self, field)
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not number or not math.isfinite(value) or not low <= value <= high:
                raise ConfigError(
                    f"walker '{self.name}': {field} must be a number from {low:g} to {high:g}, "
                    f"is {value!r}"
                )

    @property
    def length_scale(self) -> float:
        """Length over the reference body's."""
        return self.height_m / REFERENCE_HEIGHT_M

    @property
    def mass_scale(self) -> float:
        """Mass over the reference body's."""
        return self.mass_kg / REFERENCE_MASS_KG


WALKERS = {walker.name: walker for walker in (Walker("young-adult"),)}
"""Every walker by name."""
