"""Muscle actuators: adds a walker's muscles to a spec, each a tendon and an actuator."""

from __future__ import annotations

from dataclasses import replace

import mujoco
import numpy as np

from .muscle_table import MuscleRow
from .physiology import YOUNG_CURVE, MuscleCurve, group_strength
from .walker import Walker

FIBRE_RANGE = (0.5, 1.5)
"""Fibre lengths at the two ends of an actuator's length range, in optimal lengths."""


def scaled_muscle(row: MuscleRow, walker: Walker) -> MuscleRow:
    """Return the muscle of this walker: lengths and path by height, force by strength."""
    scale = walker.length_scale
    return replace(
        row,
        max_isometric_force_n=row.max_isometric_force_n * group_strength(walker, row.group),
        optimal_fibre_length_m=row.optimal_fibre_length_m * scale,
        tendon_slack_length_m=row.tendon_slack_length_m * scale,
        path=tuple((body, (x * scale, y * scale, z * scale)) for body, (x, y, z) in row.path),
    )


def add_muscle(spec: mujoco.MjSpec, row: MuscleRow, curve: MuscleCurve = YOUNG_CURVE) -> None:
    """Add a muscle to the spec: a site a path point, a tendon through them, an actuator on it.

    Optimal fibre length L0 and rigid tendon length LT are exactly the row's, because the actuator's
    length range is [LT + 0.5 L0, LT + 1.5 L0] and stands for fibre lengths 0.5 to 1.5 L0.
    """
    tendon = spec.add_tendon(name=row.name)
    for k, (body, point) in enumerate(row.path):
        site = f"{row.name}_{k}"
        spec.body(body).add_site(name=site, pos=point)
        tendon.wrap_site(site)
    tendon.width = 0.006
    tendon.rgba = np.array([0.75, 0.16, 0.16, 1], np.float32)
    tendon.group = 4
    actuator = spec.add_actuator(name=row.name, trntype=mujoco.mjtTrn.mjTRN_TENDON, target=row.name)
    actuator.set_to_muscle(
        range=list(FIBRE_RANGE),
        force=row.max_isometric_force_n,
        timeconst=[curve.activation_s, curve.deactivation_s],
        tausmooth=0.0,
        lmin=curve.lmin,
        lmax=curve.lmax,
        vmax=curve.vmax,
        fpmax=curve.fpmax,
        fvmax=curve.fvmax,
    )
    actuator.lengthrange = (
        row.tendon_slack_length_m + np.array(FIBRE_RANGE) * row.optimal_fibre_length_m
    )
    actuator.ctrllimited = True
    actuator.ctrlrange = np.array([0.0, 1.0])
