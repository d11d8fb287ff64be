"""What can be exported, as named columns in the recording's own names, frames and units.

Positions and forces are in the world frame (z up), angles in rad, all SI.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import xarray as xr

Columns = dict[str, np.ndarray]
"""Series (time,) by the column's name, in the order of a file's columns."""

_PELVIS = ("pelvis_x_m", "pelvis_y_m", "pelvis_z_m")
_TURN = ("pelvis_qw", "pelvis_qx", "pelvis_qy", "pelvis_qz")


def own_columns(trial: xr.Dataset, quantity: str) -> Columns:
    """Return a quantity of one trial, `time_s` first."""
    return {"time_s": trial["time"].values, **_COLUMNS[quantity](trial)}


def activations(trial: xr.Dataset) -> Columns:
    """Return the activation of each muscle, 0 to 1, by the muscle's name."""
    active = trial["activation"]
    return {str(name): active.sel(muscle=name).values for name in active["muscle"].values}


def markers(trial: xr.Dataset) -> dict[str, np.ndarray]:
    """Return places on the body, (time, 3) [m] in the world frame, by name.

    The points of each foot's sole, the centres of ankles and knees, the pelvis's origin and the
    centre of mass: what is recorded, so that no body has to be built again.
    """
    found: dict[str, np.ndarray] = {}
    for foot in map(str, trial["foot"].values):
        points = trial["foot_point_m"].sel(foot=foot)
        for point in map(str, points["point"].values):
            found[f"{foot}_{point}"] = points.sel(point=point).transpose("time", "axis").values
        if "knee_position_m" in trial:
            knee = trial["knee_position_m"].sel(foot=foot)
            found[f"{foot}_knee"] = knee.transpose("time", "axis").values
    found["pelvis"] = trial["pelvis_position_m"].transpose("time", "axis").values
    found["centre_of_mass"] = trial["com_position_m"].transpose("time", "axis").values
    return found


def _joint_angles(trial: xr.Dataset) -> Columns:
    """Pelvis position [m] and orientation (unit quaternion), joint angles [rad]."""
    return {
        **dict(zip(_PELVIS, trial["pelvis_position_m"].values.T, strict=True)),
        **dict(zip(_TURN, trial["pelvis_quaternion"].values.T, strict=True)),
        **_of_joints(trial, "joint_angle_rad", "rad"),
    }


def _joint_moments(trial: xr.Dataset) -> Columns:
    """Net moment about each joint [N.m], positive in the joint's positive direction."""
    return _of_joints(trial, "joint_moment_n_m", "n_m")


def _of_joints(trial: xr.Dataset, name: str, unit: str) -> Columns:
    values = trial[name]
    return {
        f"{joint}_{unit}": values.sel(joint=joint).values
        for joint in map(str, values["joint"].values)
    }


def _ground_forces(trial: xr.Dataset) -> Columns:
    """Force of the ground on each foot [N], its centre of pressure [m], the free moment [N.m]."""
    force, centre = trial["ground_force_n"].sum("region"), trial["centre_of_pressure_m"]
    found: Columns = {}
    for foot in map(str, force["foot"].values):
        for axis in map(str, force["axis"].values):
            found[f"{foot}_force_{axis}_n"] = force.sel(foot=foot, axis=axis).values
        for axis in map(str, centre["axis"].values):
            found[f"{foot}_pressure_{axis}_m"] = centre.sel(foot=foot, axis=axis).values
        if "free_moment_n_m" in trial:  # recordings of before have none
            found[f"{foot}_free_moment_n_m"] = trial["free_moment_n_m"].sel(foot=foot).values
    return found


def _markers(trial: xr.Dataset) -> Columns:
    return {
        f"{name}_{axis}_m": place[:, number]
        for name, place in markers(trial).items()
        for number, axis in enumerate("xyz")
    }


_COLUMNS: Mapping[str, Callable[[xr.Dataset], Columns]] = {
    "joint-angles": _joint_angles,
    "joint-moments": _joint_moments,
    "muscle-activations": activations,
    "ground-forces": _ground_forces,
    "markers": _markers,
}
QUANTITIES = tuple(_COLUMNS)
"""What can be exported."""

_NEEDS: Mapping[str, tuple[str, ...]] = {
    "joint-angles": ("pelvis_position_m", "pelvis_quaternion", "joint_angle_rad"),
    "joint-moments": ("joint_moment_n_m",),
    "muscle-activations": ("activation",),
    "ground-forces": ("ground_force_n", "centre_of_pressure_m"),
    "markers": ("foot_point_m", "pelvis_position_m", "com_position_m"),
}


def lacks(recording: xr.Dataset, quantity: str) -> tuple[str, ...]:
    """Return what a recording would need for a quantity and does not hold.

    A body without muscles has no activations, and versions of before kept less.
    """
    return tuple(name for name in _NEEDS[quantity] if name not in recording)
