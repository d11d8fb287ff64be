"""Short-term local divergence of the walking motion (Rosenstein 1993)."""

from __future__ import annotations

import numpy as np

from .definition import Measure
from .strides import Strides
from .trial import Trial

STRIDES = 30
"""At most this many strides are used: the estimate depends on their number."""
FEWEST_STRIDES = 8
SAMPLES_PER_STRIDE = 60
_DELAY = 15  # samples: a quarter of a stride

MEASURES = (
    Measure(
        "divergence_short",
        "slope of the mean logarithmic distance between nearest neighbours in state space, over "
        "the first stride after they were near (0-1 stride). State: velocity of the centre of mass "
        "over the ground (along, across, up) and the same a quarter of a stride later. The first "
        "30 steady strides of the foot that lands first, resampled as one series to 60 samples a "
        "stride on average; neighbours more than one stride apart in time",
        "1/stride",
        "positive: neighbouring states move apart; larger is less stable",
        source="Rosenstein et al. 1993, Physica D 65:117; Dingwell & Cusumano 2000, Chaos 10:848",
        limits="null with fewer than 8 strides; compare only trials with the same number of "
        "strides (30 where the trial is long enough)",
        level="trial",
    ),
)


def divergence_curve(states: np.ndarray, exclude: int, horizon: int) -> np.ndarray:
    """Return <ln d_j(i)> for i = 0 ... horizon, shape (horizon + 1,).

    d_j(i) is the distance, i samples later, between state j and the state that was its nearest
    neighbour, among those more than `exclude` samples away in time (Rosenstein et al. 1993).

    Args:
        states: shape (n, dimensions).
        exclude: Theiler window [samples].
        horizon: how far to follow the pairs [samples].
    """
    from scipy.spatial.distance import cdist

    count = len(states) - horizon
    if count < exclude + 2:
        return np.full(horizon + 1, np.nan)
    nearest = np.empty(count, dtype=int)
    index = np.arange(count)
    for first in range(0, count, 256):
        rows = index[first : first + 256]
        distance = cdist(states[rows], states[:count], "sqeuclidean")
        distance[np.abs(rows[:, None] - index) <= exclude] = np.inf
        nearest[rows] = distance.argmin(axis=1)
    paired = np.abs(nearest - index) > exclude
    index, nearest = index[paired], nearest[paired]
    curve = np.empty(horizon + 1)
    for i in range(horizon + 1):
        apart = np.square(states[index + i] - states[nearest + i]).sum(axis=1)
        apart = apart[apart > 0]
        curve[i] = 0.5 * np.log(apart).mean() if len(apart) else np.nan
    return curve


def slope(curve: np.ndarray, step: float) -> float:
    """Return the least-squares slope of `curve`, its points `step` apart; NaN if undefined."""
    if not np.isfinite(curve).all() or len(curve) < 2:
        return float("nan")
    x = np.arange(len(curve)) * step
    x = x - x.mean()
    return float((x * (curve - curve.mean())).sum() / np.square(x).sum())


def walking_states(trial: Trial, strides: Strides) -> np.ndarray | None:
    """Return the delay-embedded velocity of the centre of mass, shape (m, 6); None if too short."""
    if not len(strides):
        return None
    own = np.flatnonzero(strides.foot == strides.foot[0])[:STRIDES]
    if len(own) < FEWEST_STRIDES:
        return None
    start, end = strides.start_s[own[0]], strides.end_s[own[-1]]
    moments = np.linspace(start, end, len(own) * SAMPLES_PER_STRIDE + 1)
    velocity = trial.com_speed_m_per_s
    travel = strides.travel[own].mean(axis=0)
    left = strides.left[own].mean(axis=0)
    along = velocity[:, 0] * travel[0] + velocity[:, 1] * travel[1]
    across = velocity[:, 0] * left[0] + velocity[:, 1] * left[1]
    series = np.stack(
        [np.interp(moments, trial.time_s, v) for v in (along, across, velocity[:, 2])], axis=1
    )
    return np.concatenate([series[:-_DELAY], series[_DELAY:]], axis=1)


def stride_columns(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return nothing: divergence belongs to a whole trial."""
    return {}


def trial_columns(
    trial: Trial, strides: Strides, columns: dict[str, np.ndarray]
) -> dict[str, float]:
    """Return the trial measures of this module."""
    states = walking_states(trial, strides)
    if states is None:
        return {"divergence_short": float("nan")}
    curve = divergence_curve(states, SAMPLES_PER_STRIDE, SAMPLES_PER_STRIDE)
    return {"divergence_short": slope(curve, 1.0 / SAMPLES_PER_STRIDE)}
