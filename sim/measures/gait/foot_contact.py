"""How the foot meets the ground: which part first, and whether it slips."""

from __future__ import annotations

import numpy as np

from ...physics.contact import REGION_BEARS_N
from ..base.definition import read_measures
from ..base.per_stride import average, stride_mean
from ..base.strides import Strides
from ..base.trial import Trial

_LEAD_S = 0.03  # regions may bear load this long before the whole foot passes its threshold
_REGION_POINTS = {
    "heel": ("heel",),
    "ball": ("ball_medial", "ball_lateral"),
    "toe": ("toe_medial", "toe_lateral"),
}

MEASURES = read_measures(__name__, REGION_BEARS_N=REGION_BEARS_N)


def stride_columns(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the stride measures of this module, each of shape (k,)."""
    first = _first_load(trial, strides)  # (k, regions)
    heel = trial.layout.index("region", "heel") or 0
    fore = np.delete(first, heel, axis=1).min(axis=1, initial=trial.samples)
    return {
        "toe_first": (fore < first[:, heel]).astype(float),
        "heel_first": (first[:, heel] < fore).astype(float),
        "foot_slip_m": foot_slip_m(trial, strides),
    }


def trial_columns(
    trial: Trial, strides: Strides, columns: dict[str, np.ndarray]
) -> dict[str, float]:
    """Return the trial measures of this module."""
    slip = columns["foot_slip_m"]
    return {
        "toe_first_fraction": average(columns["toe_first"]),
        "heel_first_fraction": average(columns["heel_first"]),
        "foot_slip_max_m": float(slip.max()) if len(slip) else float("nan"),
    }


def _first_load(trial: Trial, strides: Strides) -> np.ndarray:
    """Return the sample at which each region of the foot first bears load, shape (k, regions)."""
    loaded = trial["ground_force_n"][..., 2] > REGION_BEARS_N  # (n, 2, regions)
    n = len(loaded)
    index = np.where(loaded, np.arange(n)[:, None, None], n)
    following = np.minimum.accumulate(index[::-1], axis=0)[::-1]  # next loaded sample
    lead = round(_LEAD_S / trial.period_s)
    return following[np.maximum(strides.start - lead, 0), strides.foot]


def foot_slip_m(trial: Trial, strides: Strides) -> np.ndarray:
    """Return the slip of the stance that begins each stride, shape (k,) [m].

    s = sum_t sum_r F_r(t) / F(t) |p_r(t) - p_r(t - dt)|, p over the ground, horizontal.
    """
    names = trial.layout.names.get("region", tuple(_REGION_POINTS))
    where = [[trial.layout.index("point", p) for p in _REGION_POINTS.get(r, ())] for r in names]
    if not len(strides) or any(None in points or not points for points in where):
        return np.full(len(strides), np.nan)
    points = trial["foot_point_m"]
    load = np.maximum(trial["ground_force_n"][..., 2], 0.0)  # (n, 2, regions)
    moved = np.zeros(load.shape[:2])  # (n, 2), per sample
    total = load.sum(axis=-1)
    belt = np.diff(trial.ground_moved_m)
    for r, chosen in enumerate(where):
        centre = sum(points[:, :, p, :2] for p in chosen) / len(chosen)
        step = np.diff(centre, axis=0)  # (n - 1, feet, 2)
        path = np.hypot(step[..., 0] - belt[:, None], step[..., 1])
        moved[1:] += path * (load[1:, :, r] / np.where(total[1:] > 0, total[1:], 1.0))
    slip = np.empty(len(strides))
    for foot in (0, 1):
        own = strides.foot == foot
        off = strides.off[own]
        first = strides.start[own] + 1  # the movement up to the first loaded sample is swing
        slip[own] = stride_mean(moved[:, foot], first, off) * (off - first)
    return slip
