"""Turn one recorded trial into the small scene that the page's player draws.

A scene is plain JSON: a `figure` (shapes and muscle paths fixed to bodies; one for all trials of a
body) and a `track` (where every body is, how active each muscle is, what the ground does, frame by
frame, as base64 of little-endian int16; the ground itself; the hazards). It takes about 400 bytes a
frame.

    model = compile_body("human", "young-adult")
    scene = {"figure": figure(model, groups), "tracks": [track(recording, model)]}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import mujoco
import numpy as np
import xarray as xr

from ...models.body import MuscleRow
from ...models.sides import side_of
from ...models.walker import Walker
from ...sim.ground.ground import Ground
from ..drawing.balance import (
    STANDING,
    base_of_support,
    extrapolated_centre,
    with_standing_foot,
)
from ..drawing.bodies import body_poses
from ..drawing.ground_mesh import (
    BELT_TRAVEL,
    drawn_ground,
    height_under,
    laid_ground,
    with_belt_travel,
)
from ..drawing.muscle_belly import Belly, bellies, muscle_names
from ..drawing.packing import KINDS, block, encode, rounded, shape
from ..drawing.scene_parts import DrawnHazard, Figure, Muscle, Track, TrackExtras
from ..drawing.series import FRAMES
from ..drawing.skin import drawn_skin
from ..study.labels import words
from .hazards import drawn_hazards

FRAMES_PER_S = 30.0
LENGTH_STEP_M = 2e-4  # int16 step of lengths relative to the root: reaches 6.5 m
_UNIT_STEP = 1.0 / 32767.0  # int16 step of quaternions and activations
_FORCE_STEP_N = 0.25  # int16 step of ground forces: reaches 8 kN


def figure(
    model: mujoco.MjModel,
    groups: Mapping[str, str],
    person: Walker | None = None,
    rows: Sequence[MuscleRow] = (),
) -> Figure:
    """Return what a body looks like: `skin`, `shapes`, `muscles`, each fixed to bodies by number.

    `groups` gives the muscle group of each actuator that has one, `rows` its fibres and tendon. The
    skin is that of `person`; without one, and where skin cannot be drawn, the player shows the
    shapes of the model.
    """
    sides = {row.name: row.side for row in rows}
    return {
        "bodies": [model.body(i).name for i in range(model.nbody)],
        "parents": model.body_parentid.tolist(),
        "skin": [] if person is None else drawn_skin(model, person),
        "shapes": [shape(model, i) for i in _visible_geoms(model)],
        "muscles": [
            _muscle(model, name, one, groups, sides)
            for name, one in zip(muscle_names(model), bellies(model, rows), strict=True)
        ],
    }


def track(
    recording: xr.Dataset, model: mujoco.MjModel, start_s: float = 0.0, length_s: float = 12.0
) -> Track:
    """Return the motion of one trial (no `trial` dimension) from `start_s` for `length_s`."""
    laid = laid_ground(recording)
    clip = _resample(with_standing_foot(with_belt_travel(recording)), start_s, length_s)
    position, quaternion = body_poses(model, clip["qpos"].values)
    root = position[:, 1]
    time = clip["time"].values
    ground = clip["ground_force_n"].sum("region").values if "ground_force_n" in clip else None
    pressure = clip["centre_of_pressure_m"].values if "centre_of_pressure_m" in clip else None
    blocks = {
        "position": (position - root[:, None], LENGTH_STEP_M),
        "quaternion": (quaternion, _UNIT_STEP),
        "activation": (_activation(clip, model), _UNIT_STEP),
    }
    if ground is not None and pressure is not None:
        blocks["force"] = (ground, _FORCE_STEP_N)
        blocks["pressure"] = (pressure - root[:, None], LENGTH_STEP_M)
    blocks |= _balance(clip, root, laid)
    fell = float(recording.get("time_to_fall_s", xr.DataArray(np.nan)))
    return {
        "frames": len(time),
        "fps": FRAMES_PER_S,
        "start_s": round(float(time[0]), 4),
        "fell_s": round(fell, 3) if np.isfinite(fell) else None,
        "weight_n": round(float(recording.attrs.get("body_mass_kg", 75.0)) * 9.81, 1),
        "direction": str(recording.attrs.get("direction", "")),
        "travel": float(recording.get("travel_sign", xr.DataArray(1.0))),
        "ground": (
            {"plane": _plane_of_feet(clip)}
            if laid is None
            else drawn_ground(laid, clip, root[:, :2])
        ),
        **_extras(clip, drawn_hazards(recording, model)),
        "root": encode(root, "<f4"),
        "blocks": {name: block(values, step) for name, (values, step) in blocks.items()},
    }


def _extras(clip: xr.Dataset, hazards: list[DrawnHazard]) -> TrackExtras:
    extras: TrackExtras = {}
    if STANDING in clip:
        extras["standing"] = encode(clip[STANDING].values, "<u1")
    if hazards:
        extras["hazards"] = hazards
    return extras


def _balance(
    clip: xr.Dataset, root: np.ndarray, laid: Ground | None
) -> dict[str, tuple[np.ndarray, float]]:
    """Centre of mass, extrapolated centre of mass and base of support, against the root."""
    if "com_position_m" not in clip:
        return {}
    com = clip["com_position_m"].values.astype(float)
    floor = (
        np.full(len(com), _ground_height(clip))
        if laid is None
        else height_under(laid, clip, com[:, :2])
    )
    found: dict[str, tuple[np.ndarray, float]] = {}
    ahead = extrapolated_centre(clip, floor)
    if ahead is not None:
        found["centre"] = (np.stack([com, ahead], axis=1) - root[:, None], LENGTH_STEP_M)
    base = base_of_support(clip)
    if base is not None:
        found["base"] = (base - root[:, None, :2], LENGTH_STEP_M)
    return found


def _resample(recording: xr.Dataset, start_s: float, length_s: float) -> xr.Dataset:
    """Pick the samples nearest to the frames' times, up to the end of the trial."""
    time = recording["time"].values
    end = min(start_s + length_s, float(time[-1]))
    wanted = np.arange(start_s, end + 1e-9, 1.0 / FRAMES_PER_S)
    after = np.searchsorted(time, wanted).clip(1, len(time) - 1)
    nearest = after - (wanted - time[after - 1] < time[after] - wanted)
    names = (*FRAMES, BELT_TRAVEL, STANDING, "handrail_force_n")
    return recording[[name for name in names if name in recording]].isel(time=nearest)


def _activation(clip: xr.Dataset, model: mujoco.MjModel) -> np.ndarray:
    """Activation of every muscle of the model. Shape (frames, muscles)."""
    names = muscle_names(model)
    if "activation" not in clip:
        return np.zeros((clip.sizes["time"], len(names)))
    recorded = clip["activation"].reindex(muscle=names).transpose("time", "muscle").values
    return np.clip(np.nan_to_num(recorded), 0.0, 1.0)


def _ground_height(clip: xr.Dataset) -> float:
    if "centre_of_pressure_m" not in clip:
        return 0.0
    height = clip["centre_of_pressure_m"].isel(axis=2).values
    return float(np.nanmean(height)) if np.isfinite(height).any() else 0.0


def _plane_of_feet(clip: xr.Dataset) -> list[float]:
    """Height at the origin, slopes along x and y, of the ground that the feet pressed on."""
    if "centre_of_pressure_m" not in clip:
        return [0.0, 0.0, 0.0]
    points = clip["centre_of_pressure_m"].values.reshape(-1, 3)
    points = points[np.isfinite(points).all(axis=1)]
    if len(points) < 10 or np.ptp(points[:, 0]) < 0.5:
        return [0.0, 0.0, 0.0]
    slope, height = np.polyfit(points[:, 0], points[:, 2], 1)
    return [round(float(height), 4), round(float(slope), 5), 0.0]


def _visible_geoms(model: mujoco.MjModel) -> list[int]:
    """Geoms of the body that MuJoCo's own viewer would show, of kinds that the player draws."""
    return [
        i
        for i in range(model.ngeom)
        if model.geom_bodyid[i] > 0
        and model.geom_group[i] <= 2
        and model.geom_rgba[i, 3] > 0
        and mujoco.mjtGeom(model.geom_type[i]) in KINDS
    ]


def _muscle(
    model: mujoco.MjModel,
    name: str,
    belly: Belly,
    groups: Mapping[str, str],
    sides: Mapping[str, str],
) -> Muscle:
    """Name, group, strength, points of the path (body number, then local x, y, z), its belly."""
    return {
        "name": words(name),
        "group": groups.get(name, ""),
        "side": sides.get(name, side_of(name)),
        "force_n": round(float(abs(model.actuator(name).gainprm[2])), 1),
        "points": [
            [int(model.site_bodyid[site]), *rounded(model.site_pos[site])] for site in belly.sites
        ],
        "belly": rounded(np.array([belly.start, belly.share, belly.radius_m])),
    }
