"""Drawn ground of a recorded trial: a plane, bumps, kerbs, a belt.

A level or sloping floor is `plane` alone: height at the origin, slopes along x and y. Uneven ground
has a `mesh` too: heights on lines across and along the path, in the strip that was walked, with the
triangles of `sim.ground.mesh`. A treadmill has a `belt`: shapes that tilt with it, how far it has
run, its slope.
"""

from __future__ import annotations

import mujoco
import numpy as np
import xarray as xr

from ...sim.errors import ConfigError
from ...sim.ground.ground import Ground
from ...sim.ground.height_grid import HALF_WIDTH
from ...sim.ground.mesh import ground_mesh
from ...sim.ground.strips import Strips
from ...sim.treadmill.handrail import GRIP, GRIP_HEIGHT
from ..rollout.ground import recorded_ground
from .packing import KINDS, encode, rounded, shape
from .scene_parts import DrawnGround, Mesh, Shape

BELT_TRAVEL = "belt_travel_m"
MOST_CORNERS = 100_000
"""Of a mesh: 270 kB of the page."""

_AHEAD = 3.5  # m of ground before and behind the way that was walked
_BESIDE = 2.5  # m to either side of it, if there is room
_STEP = 1e-4  # m, of heights
_EVEN_REACH = (15.0, 12.0)  # m along and across, where corners are few
_ICE, _SAND, _LAWN, _MAT = (
    [0.50, 0.74, 0.92],
    [0.50, 0.42, 0.26],
    [0.20, 0.36, 0.19],
    [0.20, 0.30, 0.48],
)
_DRY, _SLIPPERIEST = 0.9, 0.05  # friction without any blue, and with most of it
_RAIL_COLOUR = [0.62, 0.64, 0.67]


def laid_ground(recording: xr.Dataset) -> Ground | None:
    """Return the ground of the recording's one trial; None where the recording does not say."""
    if "surface_fields" not in recording.attrs or "seed" not in recording:
        return None
    try:
        return recorded_ground(recording)
    except (ConfigError, KeyError, ValueError):
        return None  # of an older version: drawn as a plane through the feet's places


def with_belt_travel(recording: xr.Dataset) -> xr.Dataset:
    """Return the recording with how far a treadmill's belt has run along itself [m]."""
    if "belt_slope" not in recording or "ground_velocity_m_per_s" not in recording:
        return recording
    way = np.sqrt(1.0 + recording["belt_slope"].values.astype(float) ** 2)
    speed = np.nan_to_num(recording["ground_velocity_m_per_s"].values * way)
    travel = np.cumsum(speed * np.gradient(recording["time"].values))
    return recording.assign({BELT_TRAVEL: ("time", travel)})


def height_under(ground: Ground, clip: xr.Dataset, xy: np.ndarray) -> np.ndarray:
    """Return the ground's height (frames,) [m] at points (frames, 2) [m] of the clip's frames."""
    if ground.belt is not None and "belt_slope" in clip:
        return np.nan_to_num(clip["belt_slope"].values) * xy[:, 0]
    return ground.height(np.nan_to_num(xy)[None])[0]


def drawn_ground(ground: Ground, clip: xr.Dataset, path: np.ndarray) -> DrawnGround:
    """Return what the player draws of the ground.

    Args:
        ground: of one trial. clip: the frames, with `BELT_TRAVEL` on a treadmill.
        path: (frames, 2) places that the walker passes [m].
    """
    if ground.belt is not None:
        return _treadmill(ground, clip)
    drawn: DrawnGround = {"plane": [0.0, *rounded(np.array(ground.plane), 6)]}
    tint = _tint(ground)
    if tint is not None:
        drawn["tint"] = tint
    low, high = path[:, 0].min(), path[:, 0].max()
    if ground.slippery is not None:
        near = _near(ground.slippery, (low - 2 * _AHEAD, high + 2 * _AHEAD))
        colour = _slippery(ground.surface.patch_friction or 0.0)
        drawn["patches"] = {"x": near, "tint": colour}
    if ground.grid is not None:
        drawn["mesh"] = _walked_mesh(ground, path)
    elif ground.raised is not None:
        along, across = _EVEN_REACH
        drawn["mesh"] = _mesh(ground, (low - along, high + along), across)
        drawn["raised"] = ground.raised.height
    return drawn


def _walked_mesh(ground: Ground, path: np.ndarray) -> Mesh:
    """Return the strip around the path, as wide as its share of the page allows."""
    assert ground.grid is not None
    x = (float(path[:, 0].min() - _AHEAD), float(path[:, 0].max() + _AHEAD))
    aside = float(np.abs(path[:, 1]).max())
    widest = 0.5 * MOST_CORNERS * ground.grid.cell**2 / (x[1] - x[0])
    half = min(aside + _BESIDE, max(widest - ground.grid.cell, 2 * ground.grid.cell), HALF_WIDTH)
    return _mesh(ground, x, half)


def _mesh(ground: Ground, x: tuple[float, float], half_width_m: float) -> Mesh:
    """Return lines and heights of `ground_mesh`, whose corners lie where the lines cross."""
    corners, _ = ground_mesh(ground, 0, x, half_width_m)
    along, across = np.unique(corners[:, 0]), np.unique(corners[:, 1])
    heights = corners[:, 2].astype(float)
    step = max(_STEP, float(np.abs(heights).max()) / 32767)
    return {
        "x": encode(along, "<f4"),
        "y": encode(across, "<f4"),
        "step": step,
        "height": encode(np.round(heights / step), "<i2"),
    }


def _near(strips: Strips, x: tuple[float, float]) -> list[list[float]]:
    """Return from and to of the strips of the first trial within the limits."""
    starts = sorted(one for one in strips.start[0] if x[0] < one + strips.length and one < x[1])
    return [rounded(np.array([one, one + strips.length]), 4) for one in starts]


def _tint(ground: Ground) -> list[float] | None:
    """Return colour and share of it, in what stands out of a dry floor; None for such a floor."""
    surface = ground.surface
    if surface.indentation_m:
        if surface.damping_ratio > 0.5:
            return [*_SAND, 0.85]
        return [*(_LAWN if surface.friction < _DRY else _MAT), 0.85]
    return _slippery(surface.friction) if surface.friction < _DRY else None


def _slippery(friction: float) -> list[float]:
    share = np.clip((_DRY - friction) / (_DRY - _SLIPPERIEST), 0.0, 1.0)
    return [*_ICE, round(0.12 + 0.63 * float(share), 3)]


def _treadmill(ground: Ground, clip: xr.Dataset) -> DrawnGround:
    """Return the floor below, and what the simulation has for a belt, with its rails."""
    assert ground.belt is not None
    spec = mujoco.MjSpec()
    ground.add_to(spec)
    model = spec.compile()
    belt = model.body("belt").id
    shapes = [shape(model, i) for i in range(model.ngeom) if _drawn_of(model, i, belt)]
    floor = float(model.geom("floor").pos[2])
    frames = clip.sizes["time"]
    series = [clip[name].values if name in clip else np.zeros(frames) for name in _OF_BELT]
    travel, slope = (np.nan_to_num(one) for one in series)
    rails: list[Shape] = []
    if "handrail_force_n" in clip:
        height = GRIP_HEIGHT * float(clip.attrs.get("standing_height_m", 0.9))
        rails = _rails(0.5 * ground.belt.length, height, floor)
    return {
        "plane": [floor, 0.0, 0.0],
        "belt": {
            "length": ground.belt.length,
            "width": ground.belt.width,
            "shapes": shapes,
            "rails": rails,
            "travel": encode(travel, "<f4"),
            "slope": encode(slope, "<f4"),
        },
    }


_OF_BELT = (BELT_TRAVEL, "belt_slope")


def _drawn_of(model: mujoco.MjModel, geom: int, body: int) -> bool:
    return model.geom_bodyid[geom] == body and mujoco.mjtGeom(model.geom_type[geom]) in KINDS


def _rails(half_length: float, height: float, floor: float) -> list[Shape]:
    """Return both rails, as long as the belt, where the hands hold them; they do not tilt."""
    parts: list[Shape] = []
    along, up = [0.70711, 0.0, 0.70711, 0.0], [1.0, 0.0, 0.0, 0.0]
    for side in (1, -1):
        y = side * GRIP[1]
        parts.append(_bar([0.0, y, height], along, half_length))
        parts += [
            _bar([end * half_length, y, 0.5 * (height + floor)], up, 0.5 * (height - floor))
            for end in (-1, 1)
        ]
    return parts


def _bar(place: list[float], turn: list[float], half: float) -> Shape:
    return {
        "kind": "capsule",
        "size": [0.018, 0.018, round(half, 4)],
        "position": [round(one, 4) for one in place],
        "quaternion": turn,
        "colour": _RAIL_COLOUR,
    }
