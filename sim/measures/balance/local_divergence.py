"""Short-term local divergence of the walking motion (Rosenstein 1993)."""

from __future__ import annotations

import numpy as np

from ..base.definition import read_measures
from ..base.strides import Strides
from ..base.trial import Trial

STRIDES = 30
"""At most this many strides are used: the estimate depends on their number."""
FEWEST_STRIDES = 8
SAMPLES_PER_STRIDE = 60
_DELAY = 15  # samples: a quarter of a stride

MEASURES = read_measures(__name__)


def divergence_pairs(
    states: np.ndarray, exclude: int, horizon: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the states j that have a neighbour (m,), and ln d_j(i), shape (m, horizon + 1).

    d_j(i) is the distance, i samples later, between state j and the state that was its nearest
    neighbour, among those more than `exclude` samples away in time (Rosenstein et al. 1993); NaN
    where it is 0.

    Args:
        states: shape (n, dimensions).
        exclude: Theiler window [samples].
        horizon: how far to follow the pairs [samples].
    """
    from scipy.spatial.distance import cdist

    count = len(states) - horizon
    if count < exclude + 2:
        return np.empty(0, int), np.empty((0, horizon + 1))
    nearest = np.empty(count, dtype=int)
    index = np.arange(count)
    for first in range(0, count, 256):
        rows = index[first : first + 256]
        distance = cdist(states[rows], states[:count], "sqeuclidean")
        distance[np.abs(rows[:, None] - index) <= exclude] = np.inf
        nearest[rows] = distance.argmin(axis=1)
    paired = np.abs(nearest - index) > exclude
    index, nearest = index[paired], nearest[paired]
    apart = np.empty((len(index), horizon + 1))
    for i in range(horizon + 1):
        apart[:, i] = np.square(states[index + i] - states[nearest + i]).sum(axis=1)
    apart[apart == 0] = np.nan
    return index, 0.5 * np.log(apart)


def _mean(logarithms: np.ndarray) -> np.ndarray:
    """Return the mean over pairs (m, points) of those that are known, (points,)."""
    known = np.isfinite(logarithms)
    total = np.where(known, logarithms, 0.0).sum(axis=0)
    count = known.sum(axis=0)
    return total / np.where(count > 0, count, np.nan)


def slope_interval(
    index: np.ndarray, logarithms: np.ndarray, block: int, step: float
) -> tuple[float, float, float]:
    """Return the slope of the mean curve and its 95 % interval over blocks of states.

    Args:
        index, logarithms: from `divergence_pairs`.
        block: states with index // block alike are one block [samples], a stride.
        step: between points of the curve.

    Returns:
        slope, low, high; NaN where they cannot be had (the interval needs three blocks).
    """
    from scipy.stats import t

    whole = slope(_mean(logarithms), step)
    owner = index // block
    blocks = np.array([slope(_mean(logarithms[owner == b]), step) for b in np.unique(owner)])
    blocks = blocks[np.isfinite(blocks)]
    if not np.isfinite(whole) or len(blocks) < 3:
        return whole, float("nan"), float("nan")
    half = t.ppf(0.975, len(blocks) - 1) * blocks.std(ddof=1) / np.sqrt(len(blocks))
    return whole, float(whole - half), float(whole + half)


def slope(curve: np.ndarray, step: float) -> float:
    """Return the least-squares slope of `curve`, its points `step` apart; NaN if undefined."""
    if not np.isfinite(curve).all() or len(curve) < 2:
        return float("nan")
    x = np.arange(len(curve)) * step
    x = x - x.mean()
    return float((x * (curve - curve.mean())).sum() / np.square(x).sum())


def walking_states(trial: Trial, strides: Strides, series: np.ndarray) -> np.ndarray | None:
    """Return a delay-embedded vector, shape (m, 6), along, across, up; None if too short.

    Args:
        series: a vector in world axes, (n, 3).
    """
    if not len(strides):
        return None
    own = np.flatnonzero(strides.foot == strides.foot[0])[:STRIDES]
    if len(own) < FEWEST_STRIDES:
        return None
    start, end = strides.start_s[own[0]], strides.end_s[own[-1]]
    moments = np.linspace(start, end, len(own) * SAMPLES_PER_STRIDE + 1)
    travel = strides.travel[own].mean(axis=0)
    left = strides.left[own].mean(axis=0)
    along = series[:, 0] * travel[0] + series[:, 1] * travel[1]
    across = series[:, 0] * left[0] + series[:, 1] * left[1]
    walker = np.stack(
        [np.interp(moments, trial.time_s, v) for v in (along, across, series[:, 2])], axis=1
    )
    return np.concatenate([walker[:-_DELAY], walker[_DELAY:]], axis=1)


def angular_velocity(quaternion: np.ndarray, period_s: float) -> np.ndarray:
    """Return the angular velocity in world axes, (n, 3) [rad/s], of a frame turning as wxyz (n, 4).

    omega = 2 q' q*, with central differences; quaternions of either sign.
    """
    q = quaternion.astype(float)
    flip = np.where((q[1:] * q[:-1]).sum(axis=1) < 0, -1.0, 1.0)
    q[1:] *= np.cumprod(flip)[:, None]
    w, x, y, z = q.T
    dw, dx, dy, dz = np.gradient(q, period_s, axis=0).T
    return 2.0 * np.stack(
        [
            -dw * x + dx * w - dy * z + dz * y,
            -dw * y + dx * z + dy * w - dz * x,
            -dw * z - dx * y + dy * x + dz * w,
        ],
        axis=1,
    )


def trial_columns(
    trial: Trial, strides: Strides, columns: dict[str, np.ndarray]
) -> dict[str, float]:
    """Return the trial measures of this module."""
    values: dict[str, float] = {}
    turn = trial.get("trunk_quaternion")
    series = {"divergence_short": trial.com_speed_m_per_s}
    if turn is not None and trial.samples > 1:
        series["divergence_short_trunk"] = angular_velocity(turn, trial.period_s)
    for name, vector in series.items():
        states = walking_states(trial, strides, vector)
        if states is None:
            continue
        pairs = divergence_pairs(states, SAMPLES_PER_STRIDE, SAMPLES_PER_STRIDE)
        found = slope_interval(*pairs, SAMPLES_PER_STRIDE, 1.0 / SAMPLES_PER_STRIDE)
        values |= dict(zip((name, f"{name}_low", f"{name}_high"), found, strict=True))
    return values
