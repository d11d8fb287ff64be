"""Who walks: size, sex, age, strength of each muscle group, senses, attention, pain."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..sim.errors import ConfigError, unknown_name
from ..sim.measures.base.muscle_groups import CHAINS, MUSCLE_GROUPS

REFERENCE_HEIGHT_M = 1.75
REFERENCE_MASS_KG = 75.0
SEXES = ("male", "female")

LIMITS = {
    "height_m": (1.0, 2.3),
    "mass_kg": (20.0, 200.0),
    "age_years": (18.0, 95.0),
    "strength": (0.2, 3.0),
    "contraction_speed": (0.3, 2.0),
    "activation_time": (0.3, 5.0),
    "deactivation_time": (0.3, 5.0),
    "passive_stiffness": (0.2, 5.0),
    "sensory_noise": (0.0, 10.0),
    "extra_delay_s": (0.0, 0.2),
    "attention": (0.0, 1.0),
    "knee_pain": (0.0, 10.0),
}
"""Smallest and largest value of each number; outside, uniform scaling means nothing."""

GROUP_LIMITS = (0.05, 3.0)
"""Smallest and largest factor on the strength of one muscle group."""


@dataclass(frozen=True)
class Walker:
    """A person as a change of the reference body (a man of 1.75 m and 75 kg, a young adult).

    Height scales every length alike: bones, contact geometry, muscle paths, fibres and tendons.
    Mass scales every segment's mass, and with the square of the height its inertia. Sex shifts mass
    between segments (`proportions`). Strength scales the maximum isometric forces. Age sets a whole
    of muscle and sense parameters (`ageing`), on which the factors below multiply.

    Raises:
      ConfigError: a field that is not a finite number in `LIMITS`, an empty name, an unknown sex or
        muscle group.
    """

    name: str = "young-adult"
    height_m: float = REFERENCE_HEIGHT_M
    """Standing height [m]."""
    mass_kg: float = REFERENCE_MASS_KG
    """Body mass [kg]."""
    sex: str = "male"
    """`male` or `female`: how mass is spread over the segments."""
    age_years: float = 25.0
    """Age [years]: strength, contraction, senses and delays of that age."""
    strength: float = 1.0
    """Factor on maximum isometric forces."""
    group_strength: tuple[tuple[str, float], ...] = ()
    """(muscle group, factor on its maximum isometric forces); a mapping is taken too."""
    contraction_speed: float = 1.0
    """Factor on the maximum shortening velocity."""
    activation_time: float = 1.0
    """Factor on the time constant of activation."""
    deactivation_time: float = 1.0
    """Factor on the time constant of deactivation."""
    passive_stiffness: float = 1.0
    """Factor on the passive force of stretched fibres."""
    sensory_noise: float = 1.0
    """Factor on the sensory noise of the age; a focused young adult's own is the least there is."""
    extra_delay_s: float = 0.0
    """Delay of all senses on top of the age's [s]."""
    attention: float = 1.0
    """1: all on walking; 0: all on something else."""
    knee_pain: float = 0.0
    """Price of loading the knee beside that of effort (`knee_pain`); 0: none."""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise ConfigError(f"walker: name must be a text that is not empty, is {self.name!r}")
        for field, limits in LIMITS.items():
            self._check(field, getattr(self, field), limits)
        if self.sex not in SEXES:
            raise ConfigError(f"walker '{self.name}': {unknown_name('sex', str(self.sex), SEXES)}")
        groups = self.group_strength
        if not isinstance(groups, Mapping | tuple | list):
            raise ConfigError(
                f"walker '{self.name}': group_strength must map muscle groups to factors, "
                f"is {groups!r}"
            )
        pairs = groups.items() if isinstance(groups, Mapping) else groups
        factors: dict[str, float] = {}
        for pair in pairs:
            if not isinstance(pair, tuple | list) or len(pair) != 2:
                raise ConfigError(
                    f"walker '{self.name}': group_strength must hold pairs of a muscle group and "
                    f"a factor, holds {pair!r}"
                )
            group, factor = pair
            if group not in MUSCLE_GROUPS:
                problem = unknown_name("muscle group", str(group), MUSCLE_GROUPS)
                raise ConfigError(f"walker '{self.name}': group_strength: {problem}")
            self._check(f"group_strength.{group}", factor, GROUP_LIMITS)
            factors[group] = factor
        object.__setattr__(self, "group_strength", tuple(sorted(factors.items())))

    def _check(self, field: str, value: Any, limits: tuple[float, float]) -> None:
        low, high = limits
        number = isinstance(value, int | float) and not isinstance(value, bool)
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


def _weak(groups: tuple[str, ...], factor: float) -> tuple[tuple[str, float], ...]:
    return tuple((group, factor) for group in groups)


WALKERS = {
    walker.name: walker
    for walker in (
        Walker("young-adult"),
        Walker("older-adult", age_years=75.0),
        Walker("weak-posterior-chain", group_strength=_weak(CHAINS["posterior_chain"], 0.6)),
        Walker("weak-quadriceps", group_strength=_weak(("rectus_femoris", "vasti"), 0.5)),
        Walker("weak-general", strength=0.7),
        Walker("painful-knee", knee_pain=1.0),
    )
}
"""Every walker by name; what they stand for and their sources: docs/world/walkers.md."""
