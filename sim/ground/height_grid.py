"""Heights of uneven ground on a grid, one for each trial, interpolated as MuJoCo collides them."""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np

from ..errors import ConfigError
from .roughness import bumps, tiles
from .surface import EVERY, Surface

HALF_WIDTH = 4.0  # m to either side of the path
BEHIND = 3.0  # m of ground behind the start
MAX_POINTS = 6_000_000  # a trial: 24 MB
LEVEL_WITHIN, UNEVEN_FROM = 0.6, 1.2  # m from the origin: level to stand on, then the full heights
_CELL = 0.05  # m, about
_TILE_CELLS = 4
_BUMP_LIMIT = 4.0  # standard deviations
_FLOOR = 0.5  # m of solid ground below the lowest point


@dataclass(frozen=True)
class HeightGrid:
    """Heights of n trials.

    Attributes:
        x, y: of the grid's first column and row [m]. cell: spacing both ways [m].
        low, span: a height is low + span * share [m].
        share: float32 in 0..1, (n, rows, columns), rows along +y and columns along +x: MuJoCo's
            `hfield_data`.
    """

    x: float
    y: float
    cell: float
    low: float
    span: float
    share: np.ndarray

    def height(self, xy: np.ndarray, trials: np.ndarray | slice = EVERY) -> np.ndarray:
        """Heights (n, k) [m] at points (n, k, 2) [m]; beyond the edge, those of the edge.

        Each cell is two triangles that meet on the diagonal from its corner of least x and y to
        that of most, as in MuJoCo's collisions and rays (a test compares).
        """
        share = self.share
        rows, columns = share.shape[1:]
        u = np.clip((xy[..., 0] - self.x) / self.cell, 0.0, columns - 1)
        v = np.clip((xy[..., 1] - self.y) / self.cell, 0.0, rows - 1)
        j = np.minimum(u.astype(int), columns - 2)
        i = np.minimum(v.astype(int), rows - 2)
        u, v = u - j, v - i
        trial = np.arange(len(share))[trials, None]
        first, last = share[trial, i, j], share[trial, i + 1, j + 1]
        right, left = share[trial, i, j + 1], share[trial, i + 1, j]
        lower = first + u * (right - first.astype(float)) + v * (last - right.astype(float))
        upper = first + v * (left - first.astype(float)) + u * (last - left.astype(float))
        return self.low + self.span * np.where(u >= v, lower, upper)

    def add_to(self, spec: mujoco.MjSpec, ground: mujoco.MjsGeom) -> None:
        """Make `ground` a height field of this size; the heights come with `write`."""
        rows, columns = self.share.shape[1:]
        half = 0.5 * self.cell * np.array([columns - 1, rows - 1])
        spec.add_hfield(
            name="ground",
            nrow=rows,
            ncol=columns,
            size=[*half, self.span, _FLOOR],
            userdata=self.share[0].ravel(),
        )
        ground.type = mujoco.mjtGeom.mjGEOM_HFIELD
        ground.hfieldname = "ground"
        ground.size[:] = 0.0
        ground.pos[:] = [self.x + half[0], self.y + half[1], self.low]

    def write(self, model: mujoco.MjModel, trial: int) -> None:
        """Put the heights of `trial` into `model`."""
        model.hfield_data[:] = self.share[trial].ravel()  # MjSpec would stretch them to 0..1


def lay_grid(
    surface: Surface,
    travel_sign: float,
    reach_m: float,
    generators: list[np.random.Generator],
    plane: tuple[float, float],
) -> HeightGrid:
    """Return the heights of an uneven surface, level around the origin, one for each generator.

    Args:
        travel_sign: of the direction of travel along world x. reach_m: ground ahead of the start.
        plane: slopes along x and y, which are added.

    Raises:
        ConfigError: the ground would be too long.
    """
    check_reach(surface, reach_m)
    cells, cell = _cells(surface)
    if surface.roughness_m:
        most = _BUMP_LIMIT * surface.roughness_m / 4
    else:
        most = 0.5 * surface.cobble_height_m
    columns, rows = _size(cell, reach_m)
    along = cell * np.arange(columns) - BEHIND  # m along travel
    x = travel_sign * along[-1 if travel_sign < 0 else 0]
    y = -0.5 * cell * (rows - 1)
    across = y + cell * np.arange(rows)
    blend = _blend(along[:, None] ** 2 + across**2)
    heights = np.empty((len(generators), rows, columns))
    for i, rng in enumerate(generators):
        if surface.roughness_m:
            one = bumps(rng, columns, rows, cells, _BUMP_LIMIT) * (surface.roughness_m / 4)
        else:
            one = tiles(rng, columns, rows, cells) * surface.cobble_height_m
        one = (one * blend).T
        heights[i] = one[:, ::-1] if travel_sign < 0 else one
    heights += plane[0] * (x + cell * np.arange(columns)) + plane[1] * across[:, None]
    far = np.abs([x, x + cell * (columns - 1)]).max()
    most += abs(plane[0]) * far + abs(plane[1]) * abs(y)
    share = ((heights + most) / (2 * most)).astype(np.float32)
    return HeightGrid(x, y, cell, -most, 2 * most, share)


def check_reach(surface: Surface, reach_m: float) -> None:
    """Refuse uneven ground that is longer than the height field may be.

    Raises:
        ConfigError: telling how much there may be.
    """
    cell = _cells(surface)[1]
    columns, rows = _size(cell, reach_m)
    if columns * rows > MAX_POINTS:
        longest = MAX_POINTS * cell / rows - BEHIND
        raise ConfigError(
            f"surface: {reach_m:.0f} m of uneven ground are too much ({longest:.0f} m at most); "
            "choose a shorter duration, a lower speed or longer waves"
        )


def _cells(surface: Surface) -> tuple[int, float]:
    """Grid cells a lattice spacing or a tile, and the side of one [m]."""
    if surface.roughness_m:
        size = 0.5 * surface.roughness_wavelength_m  # of a lattice spacing
        cells = max(1, round(size / _CELL))
        return cells, size / cells
    return _TILE_CELLS, surface.cobble_size_m / _TILE_CELLS


def _size(cell: float, reach_m: float) -> tuple[int, int]:
    """Columns and rows of the grid."""
    return round((reach_m + BEHIND) / cell) + 1, round(2 * HALF_WIDTH / cell) + 1


def _blend(distance_2: np.ndarray) -> np.ndarray:
    """0 near the origin, 1 away from it, smooth between; of squared distances."""
    near, far = LEVEL_WITHIN**2, UNEVEN_FROM**2
    t = np.clip((distance_2 - near) / (far - near), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)
