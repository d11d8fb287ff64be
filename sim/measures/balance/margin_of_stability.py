"""Margin of stability: how far the base of support reaches beyond the extrapolated centre of mass.

The base of support is the true contact polygon: the convex hull of the medial and lateral points
of every region (heel, ball, toe) of either foot that bears over 5 N. Fore-aft the edge is the one
that lies farthest along travel; sideways, the one on the outer side of the foot whose stride it is.
The extrapolated centre of mass is x + v / sqrt(g / l), v over the ground, l from the ankle of the
stride's foot to the centre of mass.

A foot reaches far ahead of its ankle and little behind it, and what has landed bears load on the
heel in forward, on the toes in backward walking: between directions most of a difference in margin
is the shape of a foot. Every margin is therefore split at the ankle of the stride's foot,

    margin = edge + from the ankle,    mos_ap_m = mos_ap_edge_m + mos_ap_ankle_m,

and so at foot flat, at the least margin and in the mean. The edge is geometry; compare directions
by the part from the ankle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..base.contact_polygon import holds_origin, reach, support_points
from ..base.definition import read_measures
from ..base.per_stride import at_moment, each_sample, spread
from ..base.strides import Strides
from ..base.trial import Trial
from .foot_flat import flat_sample, sole_m

_AXES = ("ap", "ml")  # along travel, sideways

MEASURES = read_measures(__name__)


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


def ankles_m(trial: Trial) -> np.ndarray:
    """Return both ankles over the ground, (n, 2, 3) [m]; the sole's middle if not recorded."""
    index = trial.layout.index("point", "ankle")
    points = trial["foot_point_m"]
    ankle = points.mean(axis=2) if index is None else points[:, :, index]
    ankle = ankle.astype(float)
    ankle[..., 0] -= trial.ground_moved_m[:, None]
    return ankle


def _walkers_frame(offset: np.ndarray, strides: Strides, owner: np.ndarray | slice) -> np.ndarray:
    """Return horizontal vectors (m, ..., 2) as (along travel, outward of the stride's foot)."""
    outward = strides.left * strides.outward[:, None]
    axes = np.stack([strides.travel, outward], axis=1)[owner]  # (m, 2, 2)
    return np.einsum("m...i,mji->m...j", offset, axes)


@dataclass(frozen=True)
class _Instants:
    """The body at m instants of strides.

    Attributes:
        xcom: extrapolated centre of mass over the ground, (m, 2) [m].
        ankle: of the stride's foot, over the ground, (m, 2) [m].
    """

    xcom: np.ndarray
    ankle: np.ndarray


def _instants(trial: Trial, samples: np.ndarray, foot: np.ndarray) -> _Instants:
    ankle = ankles_m(trial)[samples, foot]
    centre, velocity = trial.com_on_ground_m[samples], trial.com_speed_m_per_s[samples, :2]
    length = np.sqrt(np.square(centre - ankle).sum(axis=1))
    gravity = trial.layout.gravity_m_per_s2
    return _Instants(extrapolated_com_m(centre[:, :2], velocity, length, gravity), ankle[:, :2])


def at_foot_flat(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the margins at foot flat, each (k,)."""
    names = [f"mos_{axis}_flat_{end}" for axis in _AXES for end in ("m", "edge_m")]
    columns = {name: np.full(len(strides), np.nan) for name in (*names, "foot_flat_s")}
    sample = flat_sample(trial, strides)
    known = np.flatnonzero(sample >= 0)
    if not len(known):
        return columns
    when, foot = sample[known], strides.foot[known]
    columns["foot_flat_s"][known] = np.maximum(trial.time_s[when] - strides.start_s[known], 0.0)
    body = _instants(trial, when, foot)
    sole = sole_m(trial, when, foot)
    margin = _walkers_frame(sole - body.xcom[:, None], strides, known).max(axis=1)
    edge = _walkers_frame(sole - body.ankle[:, None], strides, known).max(axis=1)
    for i, axis in enumerate(_AXES):
        columns[f"mos_{axis}_flat_m"][known] = margin[:, i]
        columns[f"mos_{axis}_flat_edge_m"][known] = edge[:, i]
    return columns


def at_contact(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the margins at the contacts that begin strides, each (k,)."""
    when = strides.start, strides.start_s, trial.time_s
    ankle = ankles_m(trial)[strides.start, strides.foot]
    centre = at_moment(trial.com_on_ground_m, *when)
    length = np.sqrt(np.square(centre - ankle).sum(axis=1))
    velocity = at_moment(trial.com_speed_m_per_s, *when)[:, :2]
    gravity = trial.layout.gravity_m_per_s2
    xi = extrapolated_com_m(centre[:, :2], velocity, length, gravity)
    every = slice(None)
    beyond = _walkers_frame(xi - ankle[:, :2], strides, every)
    columns = {"xcom_ap_m": beyond[:, 0], "xcom_ml_m": -beyond[:, 1]}
    from_ankle = {axis: -beyond[:, i] for i, axis in enumerate(_AXES)}
    columns |= {f"mos_{axis}_ankle_m": margin for axis, margin in from_ankle.items()}

    sole = sole_m(trial, strides.start, strides.foot)
    outline = _walkers_frame(sole - xi[:, None], strides, every).max(axis=1, initial=-np.inf)
    columns |= {"mos_ap_outline_m": outline[:, 0], "mos_ml_outline_m": outline[:, 1]}

    found = support_points(trial, strides.start)
    if found is not None:
        points, loaded = found
        offset = _walkers_frame(points - xi[:, None], strides, every)
        columns["mos_ap_m"] = reach(offset[..., 0], loaded)
        columns["mos_ml_m"] = reach(offset[..., 1], loaded)
    for kind in ("", "outline_"):
        for axis, margin in from_ankle.items():
            whole = columns.get(f"mos_{axis}_{kind}m")
            if whole is not None:
                columns[f"mos_{axis}_{kind}edge_m"] = whole - margin
    return columns


def in_stance(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the margins over the stances that begin strides, each (k,)."""
    samples, owner, first = each_sample(strides.start, strides.off)
    found = support_points(trial, samples)
    if found is None:
        return {}
    points, loaded = found
    body = _instants(trial, samples, strides.foot[owner])
    offset = _walkers_frame(points - body.xcom[:, None], strides, owner)
    from_ankle = _walkers_frame(body.ankle - body.xcom, strides, owner)
    columns: dict[str, np.ndarray] = {}
    count = strides.off - strides.start
    for axis, name in enumerate(_AXES):
        margin = reach(offset[..., axis], loaded)
        edge = margin - from_ankle[:, axis]
        least = np.fmin.reduceat(margin, first)
        of, at = np.unique(np.where(margin == least[owner], owner, -1), return_index=True)
        columns[f"mos_{name}_least_m"] = least
        columns[f"mos_{name}_least_edge_m"] = np.full(len(least), np.nan)
        columns[f"mos_{name}_least_edge_m"][of[of >= 0]] = edge[at[of >= 0]]
        some = np.add.reduceat(np.isfinite(margin).astype(float), first)
        some = np.where(some > 0, some, np.nan)
        for kind, series in (("mean_m", margin), ("mean_edge_m", edge)):
            columns[f"mos_{name}_{kind}"] = np.add.reduceat(np.nan_to_num(series), first) / some
    inside = holds_origin(offset, loaded)
    columns["xcom_inside_fraction"] = np.add.reduceat(inside.astype(float), first) / count
    return columns


def stride_columns(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the stride measures of this module, each of shape (k,)."""
    at_moments = at_contact(trial, strides) | at_foot_flat(trial, strides)
    return at_moments | in_stance(trial, strides)


def trial_columns(
    trial: Trial, strides: Strides, columns: dict[str, np.ndarray]
) -> dict[str, float]:
    """Return the trial measures of this module."""
    sideways = columns["mos_ml_m"]
    known = sideways[np.isfinite(sideways)]
    return {
        **{f"mos_{a}_sd_m": spread(columns[f"mos_{a}_m"], strides.foot) for a in _AXES},
        **{f"mos_{a}_least_sd_m": spread(columns[f"mos_{a}_least_m"], strides.foot) for a in _AXES},
        "mos_ml_min_m": float(known.min()) if len(known) else float("nan"),
    }
