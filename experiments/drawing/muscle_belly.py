"""Muscle thickness along the drawn path: thin tendons, a belly sized by muscle strength."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import mujoco
import numpy as np

from ...models.body import MuscleRow
from ...sim.physics.actuators import actuator_kinds
from ...sim.physics.muscle_pull import sites_of_path
from .muscle_tubes import SPECIFIC_TENSION

TENDON_M = 0.0026
SWELL = (0.85, 0.45)
"""Radius of a belly over its own at rest, and what full activation adds to that."""

_SLENDER = 0.38  # of the true radius: side by side, bellies of true size would hide each other
_THINNEST_M = 0.004
_LEAST_BELLY = 0.4  # share of the path: pennate bellies are longer than their fibres


@dataclass(frozen=True)
class Belly:
    """The sites of a muscle's path; where along it the belly lies (shares); its radius [m]."""

    sites: tuple[int, ...]
    start: float
    share: float
    radius_m: float


def bellies(model: mujoco.MjModel, rows: Sequence[MuscleRow] = ()) -> list[Belly]:
    """Return the belly of each muscle of the model; `rows` tell of its fibres and tendon."""
    known: Mapping[str, MuscleRow] = {row.name: row for row in rows}
    found: list[Belly] = []
    for actuator in actuator_kinds(model).muscles:
        row = known.get(model.actuator(int(actuator)).name)
        share = _LEAST_BELLY
        if row is not None:
            fibre = row.optimal_fibre_length_m
            fibres = fibre / (fibre + row.tendon_slack_length_m)
            share += (1.0 - _LEAST_BELLY) * fibres
        force = float(abs(model.actuator_gainprm[actuator, 2]))
        radius = max(_SLENDER * np.sqrt(force / SPECIFIC_TENSION / np.pi), _THINNEST_M)
        start = 0.35 * (1.0 - share)  # more tendon at the far end, as in the leg
        found.append(Belly(tuple(sites_of_path(model, int(actuator))), start, share, float(radius)))
    return found


def muscle_names(model: mujoco.MjModel) -> list[str]:
    """Return the names of the model's muscles, in the order of `bellies`."""
    return [model.actuator(int(i)).name for i in actuator_kinds(model).muscles]


def spindle(path: np.ndarray, belly: Belly, activation: float, rings: int) -> np.ndarray:
    """Return places and radii (rings, 4) [m] along a path (k, 3), evenly spaced."""
    length = np.linalg.norm(np.diff(path, axis=0), axis=1)
    upto = np.concatenate([[0.0], np.cumsum(length)])
    wanted = np.linspace(0.0, float(upto[-1]), rings)
    places = [np.interp(wanted, upto, path[:, axis]) for axis in range(3)]
    inside = (np.linspace(0.0, 1.0, rings) - belly.start) / belly.share
    profile = np.sin(np.pi * np.clip(inside, 0.0, 1.0)) ** 0.8
    radius = TENDON_M + belly.radius_m * profile * (SWELL[0] + SWELL[1] * activation)
    return np.column_stack([*places, radius])
