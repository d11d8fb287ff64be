"""The sole of a foot, and when the foot comes down flat."""

from __future__ import annotations

import numpy as np

from ...physics.contact import REGION_BEARS_N
from ..base.strides import Strides
from ..base.trial import Trial


def sole_m(trial: Trial, samples: np.ndarray, foot: np.ndarray) -> np.ndarray:
    """Return all sole points of the feet over the ground, (m, points, 2) [m]."""
    sole = trial["foot_point_m"][samples, foot].astype(float)[..., :2]
    sole[..., 0] -= trial.ground_moved_m[samples][:, None]
    ankle = trial.layout.index("point", "ankle")
    return np.delete(sole, [] if ankle is None else [ankle], axis=1)


def flat_sample(trial: Trial, strides: Strides) -> np.ndarray:
    """Return the sample at which each stride's foot comes down flat, (k,); -1 where it never is."""
    heel = trial.layout.index("region", "heel")
    if heel is None:
        return np.full(len(strides), -1)
    bears = trial["ground_force_n"][..., 2] > REGION_BEARS_N  # (n, 2, regions)
    flat = bears[..., heel] & np.delete(bears, heel, axis=2).any(axis=2)
    n = len(flat)
    index = np.where(flat, np.arange(n)[:, None], n)
    following = np.minimum.accumulate(index[::-1], axis=0)[::-1]
    found = following[strides.start, strides.foot]
    return np.where(found < strides.off, found, -1)
