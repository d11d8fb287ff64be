"""Foot contact and foot off from the vertical ground force, robust to chatter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...physics.contact import STANDS_N
from .trial import Trial

SHORTEST_GAP_S = 0.06
"""A gap shorter than this is chatter and part of the contact [s]."""
SHORTEST_CONTACT_S = 0.1
"""A contact shorter than this is a scuff of the swinging foot and is ignored [s]."""


@dataclass(frozen=True)
class Contacts:
    """The contacts of one foot in order; every array has shape (contacts,).

    Attributes:
        touch, off: first sample on the ground; first sample off it again (n if still on it).
        touch_s, off_s: the moment at which the force crosses the threshold, interpolated
            between samples [s]; NaN where the recording starts or ends within the contact.
    """

    touch: np.ndarray
    off: np.ndarray
    touch_s: np.ndarray
    off_s: np.ndarray


def vertical_force(trial: Trial) -> np.ndarray:
    """Return the vertical ground force on each foot [N], shape (n, 2), float64."""
    return trial["ground_force_n"][..., 2].sum(axis=-1, dtype=float)


def contacts_of(
    force_n: np.ndarray,
    time_s: np.ndarray,
    *,
    on_n: float = STANDS_N,
    off_n: float = STANDS_N,
    shortest_gap_s: float = SHORTEST_GAP_S,
    shortest_contact_s: float = SHORTEST_CONTACT_S,
) -> Contacts:
    """Return the contacts of one foot.

    Args:
        force_n: vertical force on the foot, shape (n,).
        time_s: shape (n,), uniform.
        on_n, off_n: thresholds of the hysteresis [N], off_n <= on_n.
        shortest_gap_s: shorter gaps are closed, first.
        shortest_contact_s: shorter contacts are dropped, then.
    """
    n = len(force_n)
    if n < 2:
        none = np.empty(0)
        return Contacts(none.astype(int), none.astype(int), none, none)
    period = time_s[1] - time_s[0]
    touch, off = _runs(_hysteresis(force_n, on_n, off_n))
    if len(touch):
        apart = (touch[1:] - off[:-1]) * period >= shortest_gap_s - 1e-9
        touch, off = touch[np.r_[True, apart]], off[np.r_[apart, True]]
        long = (off - touch) * period >= shortest_contact_s - 1e-9
        touch, off = touch[long], off[long]
    return Contacts(
        touch, off, _crossing(force_n, time_s, touch, on_n), _crossing(force_n, time_s, off, off_n)
    )


def _hysteresis(force_n: np.ndarray, on_n: float, off_n: float) -> np.ndarray:
    """True from where `force_n` rises above `on_n` until it falls below `off_n`, shape (n,)."""
    above = force_n > on_n
    decided = above | (force_n < off_n)
    last = np.maximum.accumulate(np.where(decided, np.arange(len(force_n)), 0))
    return above[last]


def _runs(state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the first index of each run of True, and the first index after it."""
    edges = np.diff(state.astype(np.int8), prepend=0, append=0)
    return np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)


def _crossing(
    force_n: np.ndarray, time_s: np.ndarray, index: np.ndarray, level: float
) -> np.ndarray:
    """Return when the force crosses `level` just before each `index`; NaN at the ends."""
    inside = (index > 0) & (index < len(force_n))
    at = np.where(inside, index, 1)
    before, after = force_n[at - 1], force_n[at]
    rise = np.where(after == before, 1.0, after - before)
    share = np.clip((level - before) / rise, 0.0, 1.0)
    moment = time_s[at] - (1.0 - share) * (time_s[1] - time_s[0])
    return np.where(inside, moment, np.nan)
