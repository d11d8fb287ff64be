"""What drives a mapped body: its muscles as a table and of a walker's strength, or its motors."""

from __future__ import annotations

from functools import cache

import mujoco
import numpy as np

from ...sim.errors import ConfigError
from ...sim.physics.muscle_pull import sites_of_path
from ...sim.physics.spec_parts import SpecParts
from ..muscle_table import MuscleRow, PathPoint, read_muscle_table
from ..physiology import YOUNG_CURVE, group_strength, muscle_curve
from ..walker import Walker
from .body_map import BodyMap
from .names import split_side

_MUSCLE, _MOTOR = mujoco.mjtGain.mjGAIN_MUSCLE, mujoco.mjtGain.mjGAIN_FIXED
_FORCE, _FORCE_OVER_ACC, _LMIN, _LMAX, _VMAX, _FPMAX, _FVMAX = range(2, 9)


def muscle_rows(
    spec: SpecParts, parts: BodyMap, walker: Walker, source: str
) -> tuple[MuscleRow, ...]:
    """Return the muscles of a spec in actuator order, and give them the walker's strength and age.

    Maximum forces and length ranges that were left to MuJoCo are written out.

    Raises:
        ConfigError: a muscle that the map does not name.
    """
    model = spec.compile()
    group_of = {name: group for group, names in parts.muscles.items() for name in names}
    rows: list[MuscleRow] = []
    for actuator in spec.actuators:
        if actuator.name not in group_of:
            raise ConfigError(f"muscle '{actuator.name}' belongs to no group of the map's muscles")
        group, i = group_of[actuator.name], actuator.id
        _fit(actuator, model, walker, group)
        gain, (short, long) = actuator.gainprm, actuator.lengthrange
        optimal = (long - short) / (gain[1] - gain[0])
        role, side = split_side(actuator.name)
        rows.append(
            MuscleRow(
                name=actuator.name,
                group=group,
                side=side,
                max_isometric_force_n=float(gain[_FORCE]),
                optimal_fibre_length_m=float(optimal),
                tendon_slack_length_m=float(short - gain[0] * optimal),
                slow_twitch_share=_of_group(group)[0],
                pennation_rad=_of_group(group)[1],
                path=_path(model, i),
                source=source,
                role=role,
            )
        )
    return tuple(rows)


def _fit(actuator: mujoco.MjsActuator, model: mujoco.MjModel, walker: Walker, group: str) -> None:
    """Write out what MuJoCo computed of a muscle, times what the walker has of it."""
    i, curve, young = actuator.id, muscle_curve(walker), YOUNG_CURVE
    gain, dynamics = np.array(actuator.gainprm), np.array(actuator.dynprm)
    if gain[_FORCE] <= 0.0:
        gain[_FORCE] = gain[_FORCE_OVER_ACC] / model.actuator_acc0[i]
    gain[_FORCE] *= group_strength(walker, group)
    gain[_VMAX] *= curve.vmax / young.vmax
    gain[_FPMAX] *= curve.fpmax / young.fpmax
    gain[_FVMAX] *= curve.fvmax / young.fvmax
    dynamics[:2] *= [
        curve.activation_s / young.activation_s,
        curve.deactivation_s / young.deactivation_s,
    ]
    actuator.gainprm, actuator.biasprm, actuator.dynprm = gain, gain, dynamics
    actuator.lengthrange = model.actuator_lengthrange[i]
    actuator.ctrllimited, actuator.ctrlrange = True, np.array([0.0, 1.0])


@cache
def _of_group(group: str) -> tuple[float, float]:
    """Return share of slow fibres and pennation of a group: the means of `human`, by force."""
    rows = [row for row in read_muscle_table("muscles.csv") if row.group == group]
    force = np.array([row.max_isometric_force_n for row in rows])
    both = np.array([(row.slow_twitch_share, row.pennation_rad) for row in rows])
    slow, pennation = force @ both / force.sum()
    return float(slow), float(pennation)


def _path(model: mujoco.MjModel, actuator: int) -> tuple[PathPoint, ...]:
    """Return the points of a muscle's path, without what it bends around."""
    points: list[PathPoint] = []
    for site in sites_of_path(model, actuator):
        x, y, z = map(float, model.site_pos[site])
        points.append((model.body(int(model.site_bodyid[site])).name, (x, y, z)))
    return tuple(points)


def make_motors_plain(spec: SpecParts, factor: float) -> None:
    """Let the control of each motor be its torque [N.m], within its limits times `factor`.

    Raises:
        ConfigError: an actuator that is no motor of a joint, or has no limit.
    """
    for actuator in spec.actuators:
        plain = (
            actuator.gaintype == _MOTOR
            and actuator.biastype == mujoco.mjtBias.mjBIAS_NONE
            and actuator.trntype == mujoco.mjtTrn.mjTRN_JOINT
        )
        low, high = actuator.ctrlrange
        if not plain or not low < high:
            raise ConfigError(
                f"actuator '{actuator.name}' is no motor of a joint with limits (ctrlrange); a "
                "body is driven by muscles or by motors"
            )
        torque = actuator.gear[0] * actuator.gainprm[0] * np.array([low, high])
        actuator.ctrlrange = factor * np.sort(torque)
        actuator.gear, actuator.gainprm[0] = np.eye(6)[0], 1.0
        actuator.ctrllimited, actuator.forcelimited = True, False
