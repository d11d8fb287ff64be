"""Smooth closed surfaces through cross-sections along an axis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.interpolate import PchipInterpolator

Section = tuple[float, float, float, float, float, float]
"""Place along the axis; centre (u, v); reach to +u and to -u; half width along v. All in metres."""


def loft(
    sections: Sequence[Section],
    axis: str = "z",
    *,
    powers: tuple[float, float] = (2.0, 2.0),
    caps: tuple[float, float] = (0.0, 0.0),
    rings: int = 14,
    sides: int = 20,
) -> tuple[np.ndarray, np.ndarray]:
    """Return vertices (v, 3) and outward triangles (f, 3) of a closed surface through `sections`.

    Between sections every number runs smoothly and without overshoot.

    Args:
        sections: in ascending order along the axis.
        axis: `z` (then u is x, v is y: limbs, trunk, head) or `x` (u is z, v is y: feet).
        powers: of the cross-section's upper (+u) and lower half: 2 is an ellipse, more is boxier.
        caps: depth of the rounded ends beyond the first and the last section [m].
        rings: between the ends, spaced evenly. sides: corners of each ring.
    """
    table = np.array(sections, float)
    along = np.linspace(float(table[0, 0]), float(table[-1, 0]), rings)
    rows = PchipInterpolator(table[:, 0], table[:, 1:])(along)
    rows = np.column_stack([along, rows])
    rows = np.vstack([_cap(rows[0], -caps[0])[::-1], rows, _cap(rows[-1], caps[1])])
    angle = 2.0 * np.pi * np.arange(sides) / sides
    cos, sin = np.cos(angle), np.sin(angle)
    power = np.where(cos >= 0.0, powers[0], powers[1])
    across = np.sign(cos) * np.abs(cos) ** (2.0 / power)
    beside = np.sign(sin) * np.abs(sin) ** (2.0 / power)
    depth = np.where(cos >= 0.0, rows[:, 3:4], rows[:, 4:5])
    u = rows[:, 1:2] + depth * across
    v = rows[:, 2:3] + rows[:, 5:6] * beside
    s = np.broadcast_to(rows[:, :1], u.shape)
    order = {"z": (u, v, s), "x": (s, v, u)}[axis]
    ring_points = np.stack(order, -1)
    vertices = np.concatenate([ring_points.reshape(-1, 3), ring_points[[0, -1]].mean(1)])
    return vertices, _outward(vertices, closed_tube(len(rows), sides))


def closed_tube(rings: int, sides: int) -> np.ndarray:
    """Return triangles (f, 3) over rings of `sides` vertices, then a vertex for either end."""
    ring, side = np.meshgrid(np.arange(rings - 1), np.arange(sides), indexing="ij")
    here = (ring * sides + side).ravel()
    beside = (ring * sides + (side + 1) % sides).ravel()
    first, last = rings * sides, rings * sides + 1
    one, after = np.arange(sides), (np.arange(sides) + 1) % sides
    top = (rings - 1) * sides
    return np.concatenate(
        [
            np.stack([here, beside, here + sides], -1),
            np.stack([beside, beside + sides, here + sides], -1),
            np.stack([np.full(sides, first), after, one], -1),
            np.stack([np.full(sides, last), top + one, top + after], -1),
        ]
    )


def ellipsoid(
    centre: tuple[float, float, float], half: tuple[float, float, float], sides: int = 8
) -> tuple[np.ndarray, np.ndarray]:
    """Return vertices and outward triangles of an ellipsoid with half axes `half` [m]."""
    x, y, z = centre
    flat = (z, x, y, half[0], half[0], half[1])
    return loft([flat, (z + 1e-6, *flat[1:])], caps=(half[2], half[2]), rings=2, sides=sides)


def volume(vertices: np.ndarray, faces: np.ndarray) -> float:
    """Volume [m^3] within a closed surface; negative where its triangles face inwards."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6.0)


_CAP_RINGS = 4


def _cap(end: np.ndarray, depth: float) -> np.ndarray:
    """Return rings of an ellipsoid's half that closes `end`, from there outwards."""
    if depth == 0.0:
        return np.empty((0, len(end)))
    angle = 0.5 * np.pi * np.arange(1, _CAP_RINGS + 1) / (_CAP_RINGS + 0.5)
    rows = np.repeat(end[None], _CAP_RINGS, 0)
    rows[:, 0] += depth * np.sin(angle)
    rows[:, 3:] *= np.cos(angle)[:, None]
    return rows


def _outward(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    return faces if volume(vertices, faces) > 0 else faces[:, ::-1]
