"""The objective of walking, the same in both directions, read from one file.

Per metre walked, with the integral over time and per kilogram where it says so:

    J = 1/distance * integral of
          metabolic         * metabolic rate of the leg muscles [W/kg]
        + activation_cubed  * sum over muscles of volume / mean volume * activation^3
        + joint_limits      * sum over joints of (elastic passive moment / 100 N.m)^2
        + ground_force_rate * sum over feet of (d/dt vertical force / body weight)^2
        + jerk              * sum over lean and joints of (d/dt angular acceleration)^2
        + drive_rate        * sum over muscles of (d activation / dt)^2,
                              over elastic tendons of (d force / max. force / dt)^2
        + lean              * (lean of the trunk from upright)^2

and, as constraints, a swing foot that clears the ground by `clearance_m` within `clearance_window`
of the stride before and after the ankles pass. Nothing in it knows a direction, a joint angle of
people, or a time. The planar walker has no arms; where a body has, their energy counts in the first
term.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import yaml

from ...sim.data_files import beside
from ...sim.errors import ConfigError
from ...sim.fields import is_number

FILENAME = "objective.yaml"


@dataclass(frozen=True)
class Objective:
    """Weights and clearance; every field is at least 0."""

    metabolic: float
    activation_cubed: float
    joint_limits: float
    ground_force_rate: float
    jerk: float
    drive_rate: float
    lean: float
    clearance_m: float
    """Least height of the swing foot's discs around mid-swing [m]."""
    clearance_window: float
    """Share of a stride, on either side of the ankles' passing."""

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if not is_number(value) or not math.isfinite(value) or value < 0:
                raise ConfigError(f"objective: {name} must be a number from 0 up, is {value!r}")

    @property
    def digest(self) -> str:
        """sha256 of the numbers, whatever the file's layout and comments."""
        numbers = {name: float(value) for name, value in asdict(self).items()}
        return hashlib.sha256(json.dumps(numbers, sort_keys=True).encode()).hexdigest()


def read_objective(changes: Mapping[str, Any] | None = None) -> Objective:
    """Return the shipped objective, with `changes` for studies of its weights.

    Raises:
      ConfigError: an unknown or missing field, or a value that cannot be.
    """
    text = beside(__name__, FILENAME).read_text(encoding="utf-8")
    values = dict(yaml.safe_load(text)) | dict(changes or {})
    names = {field.name for field in fields(Objective)}
    wrong = sorted(names ^ set(values))
    if wrong:
        raise ConfigError(f"{FILENAME}: unknown or missing: {', '.join(wrong)}")
    return Objective(**values)
