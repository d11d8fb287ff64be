"""Drawn ground around the live walker: tiles with marks."""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np

from ...sim.ground.ground import Ground
from ...sim.ground.mesh import ground_mesh
from ...sim.ground.surface import Surface
from .scale_marks import PATH_HALF_WIDTH, Height, Mesh, lines, numbers, sheet_mesh

TILE_M = 4
"""Length of a tile along world x."""

Colour = tuple[int, int, int]

FLOOR: Colour = (70, 77, 87)
LINE: Colour = (150, 160, 172)
FAINT: Colour = (98, 107, 118)
NUMBER: Colour = (196, 204, 214)
_UNEVEN: Colour = (118, 108, 92)
_RAISED: Colour = (168, 140, 104)
_SAND: Colour = (150, 132, 96)
_LAWN: Colour = (72, 104, 66)
_MAT: Colour = (62, 84, 124)
_WET: Colour = (58, 86, 108)
_ICE: Colour = (104, 152, 184)
_HALF_WIDTH = 2.0  # m of uneven ground to either side of the path's middle
_DRY = 0.5  # friction below which a floor looks wet
_PATCH_SAMPLE = 0.1  # m
_CLEAR_OF_GROUND = 0.05  # m that the floor around uneven ground lies below its lowest point


@dataclass(frozen=True)
class GroundPiece:
    """A piece to draw: a mesh, its colour, and whether its triangles show as facets."""

    name: str
    mesh: Mesh
    colour: Colour
    facets: bool = False


@dataclass(frozen=True)
class Solid:
    """A box or a round bar to draw, in the frame of its parent.

    Attributes:
        size: full lengths (3,) of a box, or (radius, length) of a bar along its z [m].
        position: (3,) [m]. quaternion: wxyz.
    """

    size: tuple[float, ...]
    position: np.ndarray
    quaternion: np.ndarray
    colour: Colour


def tile(ground: Ground, sign: float, number: int) -> list[GroundPiece]:
    """Return what lies on world x from `number` to `number` + 1 tiles, but for an even floor."""
    start, end = number * TILE_M, (number + 1) * TILE_M
    even = ground.grid is None and ground.raised is None

    def height(xy: np.ndarray) -> np.ndarray:
        return ground.height(xy[None])[0]

    parts: list[GroundPiece] = []
    if ground.grid is not None:
        mesh = ground_mesh(ground, 0, (start, end), _HALF_WIDTH)
        tiled = bool(ground.surface.cobble_height_m)
        parts.append(GroundPiece("uneven", mesh, _UNEVEN, facets=tiled))
    strong, thin = lines(start, end, height, even)
    parts.append(GroundPiece("lines", strong, LINE))
    parts.append(GroundPiece("thin", thin, FAINT))
    parts.append(GroundPiece("numbers", numbers(start, end, sign, height, even), NUMBER))
    if ground.slippery is not None:
        slick = _ICE if (ground.surface.patch_friction or 0.0) < _DRY / 2 else _WET
        parts.append(GroundPiece("patches", _patches(ground, start, end, height), slick))
    return [part for part in parts if len(part.mesh[0])]


def floor(ground: Ground) -> tuple[np.ndarray, np.ndarray, Colour]:
    """Return a point (3,), the quaternion and the colour of the plane around the path."""
    if ground.belt is not None:
        return np.zeros(3), np.array([1.0, 0.0, 0.0, 0.0]), FLOOR
    up, turn = np.array([-ground.plane[0], -ground.plane[1], 1.0]), np.zeros(4)
    mujoco.mju_quatZ2Vec(turn, up / np.linalg.norm(up))
    point = np.zeros(3)
    if ground.grid is not None:
        point[2] = -_deepest(ground) - _CLEAR_OF_GROUND
    return point, turn, _floor_colour(ground.surface)


def raised(ground: Ground) -> list[Solid]:
    """Return the kerbs or bars that stand on the floor."""
    strips = ground.raised
    if strips is None:
        return []
    size = (strips.length, 2 * PATH_HALF_WIDTH, strips.height)
    upright = np.array([1.0, 0.0, 0.0, 0.0])
    middles = strips.start[0] + 0.5 * strips.length
    return [Solid(size, np.array([x, 0.0, 0.5 * strips.height]), upright, _RAISED) for x in middles]


def belt_solids(model: mujoco.MjModel) -> list[Solid]:
    """Return the belt's bed, decks and bar, in the belt's frame."""
    found: list[Solid] = []
    belt = model.body("belt").id
    for i in np.flatnonzero(model.geom_bodyid == belt):
        kind = mujoco.mjtGeom(model.geom_type[i])
        half, colour = model.geom_size[i], _bytes(model.geom_rgba[i])
        size = tuple(2.0 * half) if kind == mujoco.mjtGeom.mjGEOM_BOX else (half[0], 2.0 * half[1])
        found.append(Solid(size, model.geom_pos[i].copy(), model.geom_quat[i].copy(), colour))
    return found


def _bytes(rgba: np.ndarray) -> Colour:
    red, green, blue = (round(255 * float(one)) for one in rgba[:3])
    return red, green, blue


def _deepest(ground: Ground) -> float:
    """Depth of uneven ground below its plane [m]."""
    grid = ground.grid
    assert grid is not None
    rows, columns = map(int, grid.share.shape[1:])
    x = grid.x + grid.cell * np.arange(columns)
    y = grid.y + grid.cell * np.arange(rows)
    level = ground.plane[0] * x + ground.plane[1] * y[:, None]
    return float((level - grid.low - grid.span * grid.share[0]).max())


def _floor_colour(surface: Surface) -> Colour:
    if surface.indentation_m:
        if surface.damping_ratio > 0.5:
            return _SAND
        return _LAWN if surface.friction < 0.8 else _MAT
    if surface.is_grid:
        return FLOOR
    return _WET if surface.friction < _DRY else FLOOR


def _patches(ground: Ground, start: float, end: float, height: Height) -> Mesh:
    strips = ground.slippery
    assert strips is not None
    sheets: list[np.ndarray] = []
    for low in strips.start[0]:
        a, b = max(float(low), start), min(float(low) + strips.length, end)
        if b - a > 1e-6:
            x = np.linspace(a, b, max(2, int(np.ceil((b - a) / _PATCH_SAMPLE)) + 1))
            y = np.linspace(-_HALF_WIDTH, _HALF_WIDTH, 41)
            sheets.append(np.stack(np.meshgrid(x, y, indexing="ij"), -1))
    return sheet_mesh(sheets, height)
