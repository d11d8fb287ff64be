"""CSV: one row a sample, the recording's own names, frames and units."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from .activations import activations

ENDINGS = (".csv",)
_PELVIS = ("pelvis_x_m", "pelvis_y_m", "pelvis_z_m")
_TURN = ("pelvis_qw", "pelvis_qx", "pelvis_qy", "pelvis_qz")


def text(trial: xr.Dataset, quantity: str, title: str) -> str:
    """Return the file's text: a header, then `time_s` and the quantity's columns.

    Empty fields are the centre of pressure of a foot that is off the ground.
    """
    del title
    columns = {"time_s": trial["time"].values, **_COLUMNS[quantity](trial)}
    return pd.DataFrame(columns).to_csv(index=False, float_format="%.9g", lineterminator="\n")


def _joint_angles(trial: xr.Dataset) -> dict[str, np.ndarray]:
    """Pelvis position [m] and orientation (unit quaternion), joint angles [rad]."""
    angles = trial["joint_angle_rad"]
    return {
        **dict(zip(_PELVIS, trial["pelvis_position_m"].values.T, strict=True)),
        **dict(zip(_TURN, trial["pelvis_quaternion"].values.T, strict=True)),
        **{f"{name}_rad": angles.sel(joint=name).values for name in angles["joint"].values},
    }


def _ground_forces(trial: xr.Dataset) -> dict[str, np.ndarray]:
    """Force of the ground on each foot [N] and its centre of pressure [m]."""
    force, centre = trial["ground_force_n"].sum("region"), trial["centre_of_pressure_m"]
    found = {}
    for foot in force["foot"].values:
        for axis in force["axis"].values:
            found[f"{foot}_force_{axis}_n"] = force.sel(foot=foot, axis=axis).values
        for axis in centre["axis"].values:
            found[f"{foot}_pressure_{axis}_m"] = centre.sel(foot=foot, axis=axis).values
    return found


_COLUMNS = {
    "joint-angles": _joint_angles,
    "muscle-activations": activations,
    "ground-forces": _ground_forces,
}
