"""Margin of stability at foot contact and the posture of the trunk."""

from __future__ import annotations

import numpy as np

from .definition import Measure
from .over_strides import at_moment, spread, stride_max, stride_mean
from .strides import Strides
from .trial import Trial

_HOF = "Hof et al. 2005, J Biomech 38:1"

MEASURES = (
    Measure(
        "mos_ap_m",
        "at the contact that begins the stride: leading edge of the landing foot along travel "
        "minus extrapolated centre of mass (x + v / sqrt(g / l), v over the ground, l from the "
        "landing ankle to the centre of mass)",
        "m",
        "positive: the extrapolated centre of mass has not passed the foot; stable",
        source=_HOF,
        limits="the edge is that of all sole points of the landing foot, loaded or not yet; "
        "normal walking is negative or near zero fore-aft",
    ),
    Measure(
        "mos_ml_m",
        "at the contact that begins the stride: outer edge of the landing foot minus extrapolated "
        "centre of mass (see mos_ap_m), across the path",
        "m",
        "positive: the extrapolated centre of mass is inside the foot's outer edge; stable",
        source=_HOF,
    ),
    Measure(
        "mos_ap_sd_m",
        "standard deviation of mos_ap_m about each foot's mean",
        "m",
        limits="null with fewer than two strides of a foot",
        level="trial",
    ),
    Measure(
        "mos_ml_sd_m",
        "standard deviation of mos_ml_m about each foot's mean",
        "m",
        limits="null with fewer than two strides of a foot",
        level="trial",
    ),
    Measure("mos_ml_min_m", "smallest mos_ml_m of all contacts", "m", source=_HOF, level="trial"),
    Measure(
        "trunk_lean_rad",
        "mean angle over the stride between the trunk's long axis and the vertical, in the plane "
        "of the walker's path",
        "rad",
        "positive: leaning forward, to the walker's front, in either direction of travel",
        limits="the trunk's frame is upright in the neutral posture",
    ),
    Measure(
        "trunk_tilt_max_rad",
        "largest angle in the stride between the trunk's long axis and the vertical, any direction",
        "rad",
    ),
)


def extrapolated_com_m(
    position: np.ndarray, velocity: np.ndarray, length: np.ndarray, gravity: float
) -> np.ndarray:
    """Return xi = x + v / sqrt(g / l) (Hof et al. 2005).

    Args:
        position, velocity: of the centre of mass, horizontal, shape (k, 2) [m], [m/s].
        length: of the pendulum, shape (k,) [m].
        gravity: g [m/s^2].
    """
    return position + velocity * np.sqrt(length / gravity)[:, None]


def margins_m(trial: Trial, strides: Strides) -> tuple[np.ndarray, np.ndarray]:
    """Return the fore-aft and sideways margins at the contacts that begin strides, each (k,)."""
    when = strides.start, strides.start_s, trial.time_s
    points = trial["foot_point_m"][strides.start, strides.foot].astype(float)  # (k, points, 3)
    points[..., 0] -= trial.ground_moved_m[strides.start][:, None]
    centre = at_moment(trial.com_on_ground_m, *when)
    ankle_index = trial.layout.index("point", "ankle")
    sole = np.array([i for i in range(points.shape[1]) if i != ankle_index])
    base = points[:, ankle_index] if ankle_index is not None else points.mean(axis=1)
    length = np.sqrt(np.square(centre - base).sum(axis=1))
    xi = extrapolated_com_m(
        centre[:, :2],
        at_moment(trial.com_speed_m_per_s, *when)[:, :2],
        length,
        trial.layout.gravity_m_per_s2,
    )
    offset = points[:, sole, :2] - xi[:, None]  # (k, sole points, 2)
    ahead = np.einsum("kpi,ki->kp", offset, strides.travel).max(axis=1, initial=-np.inf)
    outward = strides.left * strides.outward[:, None]
    outside = np.einsum("kpi,ki->kp", offset, outward).max(axis=1, initial=-np.inf)
    return ahead, outside


def trunk_axis(quaternion: np.ndarray) -> np.ndarray:
    """Return the world direction of the trunk's long (z) axis, shape (n, 3), from wxyz (n, 4)."""
    w, x, y, z = np.moveaxis(quaternion, -1, 0)
    return np.stack([2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)], axis=-1)


def stride_columns(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the stride measures of this module, each of shape (k,)."""
    ahead, outside = margins_m(trial, strides)
    lean = tilt = np.full(len(strides), np.nan)
    quaternion = trial.get("trunk_quaternion")
    if quaternion is not None and len(strides):
        axis = trunk_axis(quaternion)
        facing = strides.travel * trial.travel_sign
        up = stride_mean(axis, strides.start, strides.end)
        lean = np.arctan2((up[:, :2] * facing).sum(axis=1), up[:, 2])
        angle = np.arctan2(np.hypot(axis[:, 0], axis[:, 1]), axis[:, 2])
        tilt = stride_max(angle, strides.start, strides.end)
    return {
        "mos_ap_m": ahead,
        "mos_ml_m": outside,
        "trunk_lean_rad": lean,
        "trunk_tilt_max_rad": tilt,
    }


def trial_columns(
    trial: Trial, strides: Strides, columns: dict[str, np.ndarray]
) -> dict[str, float]:
    """Return the trial measures of this module."""
    sideways = columns["mos_ml_m"]
    return {
        "mos_ap_sd_m": spread(columns["mos_ap_m"], strides.foot),
        "mos_ml_sd_m": spread(sideways, strides.foot),
        "mos_ml_min_m": float(sideways.min()) if len(sideways) else float("nan"),
    }
