"""OpenSim's storage files (.mot, .sto): y up, x ahead, z to the right.

Joints have the names and signs of the full-body model of Rajagopal et al. 2016 (IEEE Trans Biomed
Eng 63:2068), where the body has them; others keep their own. The pelvis turns by tilt, list and
rotation about its own z, x and y in this order. Forces are those of the ground on the foot, at the
centre of pressure, with the free moment about it.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy.spatial.transform import Rotation

from ....models.sides import SIDES, sided
from .columns import Columns, activations

ENDINGS = (".mot", ".sto")
QUANTITIES = ("joint-angles", "joint-moments", "muscle-activations", "ground-forces")

_FRAME = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
"""From the world (x ahead, y left, z up) to OpenSim's ground (x ahead, y up, z right)."""

_NAMES = {
    **{
        sided(own, side): (sided(theirs, side), 1.0)
        for side in SIDES
        for own, theirs in (
            ("hip_flexion", "hip_flexion"),
            ("hip_adduction", "hip_adduction"),
            ("hip_rotation", "hip_rotation"),
            ("knee", "knee_angle"),
            ("ankle", "ankle_angle"),
            ("subtalar", "subtalar_angle"),
            ("mtp", "mtp_angle"),
            ("shoulder_flexion", "arm_flex"),
            ("shoulder_adduction", "arm_add"),
            ("elbow", "elbow_flex"),
        )
    },
    "lumbar_flexion": ("lumbar_extension", -1.0),
    "lumbar_bending": ("lumbar_bending", 1.0),
    "lumbar_rotation": ("lumbar_rotation", 1.0),
}
"""Coordinate of the 2016 model by joint, and the sign between them."""


_JOINTS = {theirs: (joint, sign) for joint, (theirs, sign) in _NAMES.items()}
_FORCES = {
    **{f"ground_force_{foot}_v": foot for foot in ("left", "right")},
    "ground_force_l_v": "left",
    "ground_force_r_v": "right",
    "1_ground_force_v": "left",
    "ground_force_v": "right",
}
"""Foot by the beginning of a force's name: ours, and those of OpenSim's own examples."""
_UP, _AHEAD = "y", "x"
_MOMENT = "_moment"


def own_name(theirs: str, angle_unit: str) -> tuple[str, float]:
    """Return the name of a column in our CSV files for OpenSim's, and the sign between them.

    What has no name of ours keeps its own. `angle_unit` (`rad`, `deg`) ends the names of angles.
    """
    if theirs in _JOINTS:
        joint, sign = _JOINTS[theirs]
        return f"{joint}_{angle_unit}", sign
    if (coordinate := theirs.removesuffix(_MOMENT)) != theirs and coordinate in _JOINTS:
        joint, sign = _JOINTS[coordinate]
        return f"{joint}_n_m", sign
    foot = _FORCES.get(theirs[:-1])
    if foot is not None and theirs[-1] in (_UP, _AHEAD):
        return f"{foot}_force_{'z' if theirs[-1] == _UP else 'x'}_n", 1.0
    return theirs, 1.0


def content(trial: xr.Dataset, quantity: str, title: str) -> bytes:
    """Return the file: OpenSim's header, then tab-separated columns, `time` [s] first."""
    columns = {"time": trial["time"].values, **_COLUMNS[quantity](trial)}
    rows = np.stack(list(columns.values()), axis=1)
    head = (
        title,
        "version=1",
        f"nRows={len(rows)}",
        f"nColumns={len(columns)}",
        "inDegrees=no",
        "endheader",
        "\t".join(columns),
    )
    lines = ("\t".join(f"{value:.9g}" for value in row) for row in rows)
    return ("\n".join((*head, *lines)) + "\n").encode()


def _joint_angles(trial: xr.Dataset) -> Columns:
    """Coordinates of the pelvis [rad, m] and angles of the joints [rad]."""
    w, x, y, z = trial["pelvis_quaternion"].values.astype(float).T
    world = Rotation.from_quat(np.stack([x, y, z, w], axis=1)).as_matrix()
    turned = Rotation.from_matrix(_FRAME @ world @ _FRAME.T)
    tilt, lateral, rotation = np.unwrap(turned.as_euler("ZXY"), axis=0).T
    place = in_ground(trial["pelvis_position_m"].values)
    found = {"pelvis_tilt": tilt, "pelvis_list": lateral, "pelvis_rotation": rotation}
    found |= dict(zip(("pelvis_tx", "pelvis_ty", "pelvis_tz"), place.T, strict=True))
    angles = trial["joint_angle_rad"]
    for joint in map(str, angles["joint"].values):
        name, sign = _NAMES.get(joint, (joint, 1.0))
        found[name] = sign * angles.sel(joint=joint).values
    return found


def _joint_moments(trial: xr.Dataset) -> Columns:
    """Net moment about each joint [N.m], named and signed as OpenSim's inverse dynamics does."""
    moments = trial["joint_moment_n_m"]
    found: Columns = {}
    for joint in map(str, moments["joint"].values):
        name, sign = _NAMES.get(joint, (joint, 1.0))
        found[f"{name}{_MOMENT}"] = sign * moments.sel(joint=joint).values
    return found


def _ground_forces(trial: xr.Dataset) -> Columns:
    """Force [N], centre of pressure [m], free moment [N.m] of each foot; zeros off the ground."""
    force, centre = trial["ground_force_n"].sum("region"), trial["centre_of_pressure_m"]
    found: dict[str, np.ndarray] = {}
    for foot in map(str, force["foot"].values):
        pull = in_ground(force.sel(foot=foot).transpose("time", "axis").values)
        point = in_ground(centre.sel(foot=foot).transpose("time", "axis").values)
        loaded = np.asarray(np.isfinite(point).all(axis=1))[:, None]
        pull, point = np.where(loaded, pull, 0.0), np.where(loaded, point, 0.0)
        for number, axis in enumerate("xyz"):
            found[f"ground_force_{foot}_v{axis}"] = pull[:, number]
        for number, axis in enumerate("xyz"):
            found[f"ground_force_{foot}_p{axis}"] = point[:, number]
        if "free_moment_n_m" in trial:  # recordings of before have none
            turn = np.nan_to_num(trial["free_moment_n_m"].sel(foot=foot).values)
            still = np.zeros_like(turn)
            for axis, values in zip("xyz", (still, turn, still), strict=True):
                found[f"ground_torque_{foot}_{axis}"] = values
    return found


def in_ground(vectors: np.ndarray) -> np.ndarray:
    """Return world vectors (..., 3) in OpenSim's ground frame."""
    return vectors @ _FRAME.T


_COLUMNS = {
    "joint-angles": _joint_angles,
    "joint-moments": _joint_moments,
    "muscle-activations": activations,
    "ground-forces": _ground_forces,
}
