"""Path of the centre of pressure under the foot, in the foot's own frame.

The long axis runs from the heel's point to the middle of the ball's, seen from above; 0 is the
heel, 1 the tip of the toes with the foot flat.
"""

from __future__ import annotations

import numpy as np

from ..base.definition import read_measures
from ..base.per_stride import each_sample
from ..base.strides import Strides
from ..base.trial import Trial

MEASURES = read_measures(__name__)
_POINTS = ("heel", "ball_medial", "ball_lateral", "toe_medial", "toe_lateral")


def stride_columns(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the stride measures of this module, each of shape (k,)."""
    centre = trial.get("centre_of_pressure_m")
    index = [trial.layout.index("point", name) for name in _POINTS]
    if centre is None or None in index:
        return {}
    samples, owner, first = each_sample(strides.start, strides.off)
    foot = strides.foot[owner]
    points = trial["foot_point_m"][samples, foot][:, [i or 0 for i in index]].astype(float)
    heel, ball, toe = points[:, 0], points[:, 1:3].mean(axis=1), points[:, 3:].mean(axis=1)
    length = np.linalg.norm(ball - heel, axis=1) + np.linalg.norm(toe - ball, axis=1)
    axis = (ball - heel)[:, :2]
    axis /= np.linalg.norm(axis, axis=1)[:, None]
    offset = centre[samples, foot, :2].astype(float) - heel[:, :2]
    along = (offset * axis).sum(axis=1)
    across = axis[:, 0] * offset[:, 1] - axis[:, 1] * offset[:, 0]
    known = np.isfinite(along)
    share = along / length
    begins, ends = np.full((2, len(strides)), np.nan)
    of, place = np.unique(owner[known], return_index=True)
    begins[of] = share[known][place]
    of, place = np.unique(owner[known][::-1], return_index=True)
    ends[of] = share[known][::-1][place]
    return {
        "cop_first_share": begins,
        "cop_last_share": ends,
        "cop_range_share": _range(share, first),
        "cop_width_m": _range(across, first),
        "cop_path_m": _path(along, across, owner, len(strides)),
    }


def _range(values: np.ndarray, first: np.ndarray) -> np.ndarray:
    return np.fmax.reduceat(values, first) - np.fmin.reduceat(values, first)


def _path(along: np.ndarray, across: np.ndarray, owner: np.ndarray, count: int) -> np.ndarray:
    """Return the way from known sample to known sample within each stance, (count,)."""
    known = np.flatnonzero(np.isfinite(along))
    step = np.hypot(np.diff(along[known]), np.diff(across[known]))
    same = owner[known][1:] == owner[known][:-1]
    path = np.bincount(owner[known][1:][same], weights=step[same], minlength=count)
    seen = np.bincount(owner[known], minlength=count)
    return np.where(seen > 1, path, np.nan)
