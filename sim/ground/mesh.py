"""The ground of one trial as triangles, for drawing."""

from __future__ import annotations

import numpy as np

from .ground import Ground
from .strips import Strips

_EDGE = 1e-4  # m to either side of a vertical face


def ground_mesh(
    ground: Ground, trial: int, x: tuple[float, float], half_width_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return corners (k, 3) float32 [m] and triangles (m, 3) int32 of the ground.

    Between the corners the ground is what feet touch, but for the width of vertical faces.

    Args:
        trial: whose ground. x: from and to, along world x [m]. half_width_m: to either side of y 0.
    """
    lines_x, lines_y = [np.array(x)], [np.array([-half_width_m, half_width_m])]
    grid = ground.grid
    if grid is not None:
        rows, columns = map(int, grid.share.shape[1:])
        lines_x.append(grid.x + grid.cell * np.arange(columns))
        lines_y.append(grid.y + grid.cell * np.arange(rows))
    if ground.raised is not None:
        lines_x.append(_edges(ground.raised, trial))
    if ground.belt is not None:
        half = 0.5 * ground.belt.length
        x, half_width_m = (-half, half), 0.5 * ground.belt.width
        lines_x, lines_y = [np.array(x)], [np.array([-half_width_m, half_width_m])]
    at_x, at_y = _within(lines_x, x), _within(lines_y, (-half_width_m, half_width_m))
    corners = np.stack(np.meshgrid(at_x, at_y, indexing="ij"), -1).reshape(-1, 2)
    every = np.repeat(corners[None], ground.trials or trial + 1, 0)
    height = ground.height(every)[trial]
    first = (np.arange(len(at_x) - 1)[:, None] * len(at_y) + np.arange(len(at_y) - 1)).ravel()
    right, left = first + len(at_y), first + 1
    last = right + 1
    triangles = np.concatenate(
        [np.stack([first, right, last], -1), np.stack([first, last, left], -1)]
    )
    return np.column_stack([corners, height]).astype(np.float32), triangles.astype(np.int32)


def _edges(strips: Strips, trial: int) -> np.ndarray:
    start = strips.start[trial]
    ends = np.concatenate([start, start + strips.length])
    return np.concatenate([ends - _EDGE, ends + _EDGE])


def _within(lines: list[np.ndarray], limits: tuple[float, float]) -> np.ndarray:
    low, high = min(limits), max(limits)
    every = np.unique(np.concatenate(lines))
    return every[(every >= low) & (every <= high)]
