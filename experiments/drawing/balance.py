"""Balance overlay: extrapolated centre of mass and base of support at every frame.

Both are those of the measures (`sim.measures.stability`, `sim.measures.contact_polygon`): the
pendulum reaches from the ankle of the foot that landed last to the centre of mass, and the base of
support is the hull of the points of every loaded region of the feet. The margin of stability lies
between the two: along travel, and sideways to the outer side of the foot that landed last.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from ...sim.measures.balance.margin_of_stability import extrapolated_com_m
from ...sim.measures.base.contact_polygon import REGION_EDGES
from ...sim.physics.contact import REGION_BEARS_N, STANDS_N

MOST_CORNERS = 12
"""Of a base of support: two points of three regions of two feet."""

_LEAST_LENGTH = 0.5  # m, of the pendulum: shorter only while falling


STANDING = "standing_foot"


def with_standing_foot(recording: xr.Dataset) -> xr.Dataset:
    """Return the recording with the foot that landed last at every sample: 0 left, 1 right."""
    if "ground_force_n" not in recording:
        return recording
    load = recording["ground_force_n"].isel(axis=2).sum("region").values  # (time, 2)
    down = load > STANDS_N
    landed = down & ~np.vstack([np.zeros((1, 2), bool), down[:-1]])
    changes = landed.any(axis=1) | (down.sum(axis=1) == 1)
    which = np.where(landed.any(axis=1), np.argmax(landed, axis=1), np.argmax(down, axis=1))
    last = np.maximum.accumulate(np.where(changes, np.arange(len(load)), 0))
    return recording.assign({STANDING: ("time", which[last])})


def extrapolated_centre(clip: xr.Dataset, floor: np.ndarray) -> np.ndarray | None:
    """Return the extrapolated centre of mass, (frames, 3) [m]; its height is that of the ground.

    None where the clip has no centre of mass. Without ankles the pendulum stands on the floor.

    Args:
        clip: frames of one trial, `with_standing_foot`.
        floor: height of the ground below the centre of mass (frames,) [m].
    """
    if "com_position_m" not in clip or "com_velocity_m_per_s" not in clip:
        return None
    com = clip["com_position_m"].values.astype(float)
    velocity = clip["com_velocity_m_per_s"].values.astype(float)
    if "ground_velocity_m_per_s" in clip:  # of a belt, against which balance is to be kept
        velocity[:, 0] -= np.nan_to_num(clip["ground_velocity_m_per_s"].values)
    length = np.maximum(com[:, 2] - floor, _LEAST_LENGTH)
    if "foot_point_m" in clip and "ankle" in clip["point"].values and STANDING in clip:
        ankles = clip["foot_point_m"].sel(point="ankle").values.astype(float)  # (frames, 2, 3)
        ankle = ankles[np.arange(len(com)), clip[STANDING].values]
        length = np.maximum(np.linalg.norm(com - ankle, axis=1), _LEAST_LENGTH)
    gravity = abs(float(clip.attrs.get("gravity_m_per_s2", 9.81)))
    ahead = extrapolated_com_m(com[:, :2], velocity[:, :2], length, gravity)
    return np.column_stack([ahead, floor])


def base_of_support(clip: xr.Dataset) -> np.ndarray | None:
    """Return the corners of the base of support in order, (frames, MOST_CORNERS, 2) [m].

    Missing corners are NaN: all of them where no foot bears load. None where the clip does not
    have the feet's points.
    """
    if "foot_point_m" not in clip or "ground_force_n" not in clip:
        return None
    points: list[np.ndarray] = []
    loaded: list[np.ndarray] = []
    for region, edges in REGION_EDGES.items():
        if region not in clip["region"].values:
            continue
        on = clip["ground_force_n"].sel(region=region).isel(axis=2).values > REGION_BEARS_N
        for name in edges:
            if name in clip["point"].values:
                points.append(clip["foot_point_m"].sel(point=name).values[..., :2])
                loaded.append(on)
    frames = clip.sizes["time"]
    corners = np.full((frames, MOST_CORNERS, 2), np.nan)
    if not points:
        return None
    every = np.stack(points, 2).reshape(frames, -1, 2).astype(float)
    bears = np.stack(loaded, 2).reshape(frames, -1) & np.isfinite(every).all(axis=-1)
    for frame in np.flatnonzero(bears.any(axis=1)):
        around = hull(every[frame, bears[frame]])
        corners[frame, : len(around)] = around
    return corners


def hull(points: np.ndarray) -> np.ndarray:
    """Return the corners of the convex hull of points (k, 2), anticlockwise (Andrew 1979)."""
    ordered: list[tuple[float, float]] = sorted((x, y) for x, y in points.tolist())
    if len(ordered) < 3:
        return np.array(ordered)
    ends: list[tuple[float, float]] = []
    for way in (ordered, ordered[::-1]):
        chain: list[tuple[float, float]] = []
        for one in way:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], one) <= 0:
                chain.pop()
            chain.append(one)
        ends += chain[:-1]
    return np.array(ends)


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    """Return twice the area of a, b, c: positive to the left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
