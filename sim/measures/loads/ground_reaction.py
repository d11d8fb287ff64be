"""Force of the ground on the foot: peaks, rate of loading, braking and propulsion, the toes.

In walking 98 % of the force's power lies below 10 Hz and 99 % below 15 Hz (Antonsson & Mann 1985, J
Biomech 18:39): what the filter takes away at 20 Hz is the spike of a stiff sole. The steepest rise
depends on the cut-off; the rise from 20 to 90 % of the first peak hardly does.
"""

from __future__ import annotations

import numpy as np

from ..base.definition import read_measures
from ..base.events import vertical_force
from ..base.filters import LOW_PASS_HZ, low_pass
from ..base.per_stride import each_sample, stride_max
from ..base.strides import Strides
from ..base.trial import Trial

LOADING_SHARE = 0.15
"""The steepest rise is looked for in this first share of the stance."""
_RISE = (0.2, 0.9)  # of the first peak, between which the mean rise is taken

MEASURES = read_measures(__name__, LOADING_SHARE=LOADING_SHARE, LOW_PASS_HZ=LOW_PASS_HZ, RISE=_RISE)


def stride_columns(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the stride measures of this module, each of shape (k,)."""
    columns: dict[str, np.ndarray] = {}
    weight = trial.layout.body_weight_n
    vertical = vertical_force(trial) / weight
    smooth = low_pass(vertical, trial.period_s)
    rise = np.gradient(smooth, trial.period_s, axis=0)
    middle = strides.start + np.maximum((strides.off - strides.start) // 2, 1)
    early = strides.start + np.maximum(
        np.rint(LOADING_SHARE * (strides.off - strides.start)).astype(int), 1
    )
    for foot in (0, 1):
        own = strides.foot == foot
        start, end, off = strides.start[own], strides.end[own], strides.off[own]
        for name, series, span in (
            ("vertical_grf_peak_bw", smooth, (start, end)),
            ("vertical_grf_peak_raw_bw", vertical, (start, end)),
            ("vertical_grf_first_peak_bw", smooth, (start, middle[own])),
            ("vertical_grf_second_peak_bw", smooth, (middle[own], off)),
            ("loading_rate_bw_per_s", rise, (start, early[own])),
        ):
            column = columns.setdefault(name, np.empty(len(strides)))
            column[own] = stride_max(series[:, foot], *span)
    columns["loading_rate_mean_bw_per_s"] = mean_rise(
        smooth, strides.foot, strides.start, middle, trial.period_s
    )
    return columns | _horizontal(trial, strides) | _toes(trial, strides)


def mean_rise(
    force: np.ndarray, foot: np.ndarray, start: np.ndarray, end: np.ndarray, period_s: float
) -> np.ndarray:
    """Return the mean slope of `force` (n, 2) from 20 to 90 % of its peak in each span, (k,).

    Linear between samples; from the span's first sample on where that is above 20 % already.
    """
    samples, owner, first = each_sample(start, end)
    series = force[samples, foot[owner]]
    peak = np.maximum.reduceat(series, first)
    place = np.arange(len(series))
    moment: list[np.ndarray] = []
    level: list[np.ndarray] = []
    for share in _RISE:
        above = np.where(series >= share * peak[owner], place, len(series))
        at = np.minimum.reduceat(above, first)
        before = np.maximum(at - 1, first)
        step = np.where(at > before, series[at] - series[before], 1.0)
        back = np.where(at > before, (series[at] - share * peak) / step, 0.0)
        moment.append((at - back) * period_s)
        level.append(np.where(at > before, share * peak, series[at]))
    time_s = moment[1] - moment[0]
    return (level[1] - level[0]) / np.where(time_s > 0, time_s, np.nan)


def _horizontal(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the measures of the horizontal force, each (k,)."""
    weight = trial.layout.body_weight_n
    whole = trial["ground_force_n"][..., :2].sum(axis=2, dtype=float) / weight  # (n, 2, 2)
    smooth = low_pass(whole, trial.period_s)
    samples, owner, first = each_sample(strides.start, strides.off)
    travel = strides.travel[owner]
    inward = -strides.left[owner] * strides.outward[owner, None]
    along, medial = (
        (smooth[samples, strides.foot[owner]] * axis).sum(axis=1) for axis in (travel, inward)
    )
    raw = (whole[samples, strides.foot[owner]] * travel).sum(axis=1) * trial.period_s
    return {
        "braking_grf_peak_bw": np.maximum.reduceat(-along, first),
        "propulsion_grf_peak_bw": np.maximum.reduceat(along, first),
        "medial_grf_peak_bw": np.maximum.reduceat(medial, first),
        "braking_impulse_bw_s": np.add.reduceat(np.maximum(-raw, 0.0), first),
        "propulsion_impulse_bw_s": np.add.reduceat(np.maximum(raw, 0.0), first),
    }


def _toes(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the measures of the force under the toes, each (k,); none if it is not recorded."""
    toe = trial.layout.index("region", "toe")
    if toe is None:
        return {}
    weight = trial.layout.body_weight_n
    samples, owner, first = each_sample(strides.start, strides.off)
    force = trial["ground_force_n"][samples, strides.foot[owner]].astype(float) / weight
    smooth = low_pass(trial["ground_force_n"][:, :, toe, 2], trial.period_s) / weight
    push = (force[:, toe, :2] * strides.travel[owner]).sum(axis=1) * trial.period_s
    whole = np.add.reduceat(force[..., 2].sum(axis=1), first)
    share = np.add.reduceat(force[:, toe, 2], first) / np.where(whole > 0, whole, np.nan)
    return {
        "toe_force_peak_bw": np.maximum.reduceat(smooth[samples, strides.foot[owner]], first),
        "toe_load_share": share,
        "toe_push_impulse_bw_s": np.add.reduceat(push, first),
    }
