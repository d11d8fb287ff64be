"""The base of support: the convex hull of the points of the feet that bear load."""

from __future__ import annotations

import numpy as np

from ...physics.contact import REGION_BEARS_N
from .trial import Trial

REGION_EDGES = {
    "heel": ("heel_medial", "heel_lateral"),
    "ball": ("ball_medial", "ball_lateral"),
    "toe": ("toe_medial", "toe_lateral"),
}
"""The points at the two ends of each region of the foot: it is loaded between them."""


def support_points(trial: Trial, samples: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the points of both feet that can bear load, and which of them do.

    A point bears load where its region does (over 5 N vertically).

    Args:
        samples: which, shape (m,).

    Returns:
        positions over the ground (m, points, 2) [m] and loaded (m, points); None if the recording
        has no such points.
    """
    regions = trial.layout.names.get("region", ())
    chosen: list[tuple[int, int]] = []
    for r, region in enumerate(regions):
        for name in REGION_EDGES.get(region, ()):
            point = trial.layout.index("point", name)
            if point is not None:
                chosen.append((r, point))
    if not chosen:
        return None
    region, point = (list(index) for index in zip(*chosen, strict=True))
    force = trial["ground_force_n"][samples, :, :, 2]  # (m, 2, regions)
    position = trial["foot_point_m"][samples][:, :, point, :2].astype(float)  # (m, 2, points, 2)
    position[..., 0] -= trial.ground_moved_m[samples][:, None, None]
    loaded = force[:, :, region] > REGION_BEARS_N
    m = len(samples)
    return position.reshape(m, -1, 2), loaded.reshape(m, -1)


def reach(points: np.ndarray, loaded: np.ndarray) -> np.ndarray:
    """Return how far the hull reaches along +x, (m,): its support function; NaN without load.

    Args:
        points: coordinate along the direction, (m, points). loaded: (m, points).
    """
    far = np.where(loaded, points, -np.inf).max(axis=1, initial=-np.inf)
    return np.where(np.isfinite(far), far, np.nan)


def holds_origin(points: np.ndarray, loaded: np.ndarray) -> np.ndarray:
    """Return whether the hull holds the origin, (m,) bool; False without load.

    It does where the directions to its points leave no gap of half a turn.

    Args:
        points: relative to what is asked about, (m, points, 2). loaded: (m, points).
    """
    angle = np.where(loaded, np.arctan2(points[..., 1], points[..., 0]), np.nan)
    angle = np.sort(angle, axis=1)  # the unloaded last
    count = loaded.sum(axis=1)
    last = angle[np.arange(len(angle)), np.maximum(count - 1, 0)]
    around = angle[:, 0] + 2 * np.pi - last
    between = np.nan_to_num(np.diff(angle, axis=1), nan=0.0).max(axis=1, initial=0.0)
    return (count > 0) & (np.maximum(around, between) <= np.pi)
