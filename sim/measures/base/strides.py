"""The steady strides of a trial: from a contact of a foot to the next contact of that foot."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from ...physics.contact import STANDS_N
from .events import Contacts, contacts_of, vertical_force
from .per_stride import at_moment
from .trial import Trial

_STANDING_M = 0.1  # a shorter displacement in a stride gives no direction


@dataclass(frozen=True)
class Strides:
    """All complete steady strides of both feet in order of their start; k of them.

    The swing phase ends a stride: step quantities are those of the step that the foot itself makes,
    from the contact of the other foot to its own next contact, so each step belongs to one stride.

    Attributes:
        foot: 0 left, 1 right. Shape (k,), as all below unless stated.
        start, end: sample of the contact that begins the stride, and of the next one.
        off: first sample in between at which the foot has left the ground.
        start_s, end_s, off_s: those moments and the foot off in between [s].
        opposite: sample of the other foot's contact within the stride; -1 unless it makes just one.
        opposite_s: its moment [s]; NaN unless there is just one.
        double_support_s: time with both feet on the ground [s].
        landing_support_s: the part of it that follows the contact which begins the stride [s].
        travel: unit vector of travel over the ground in world x, y. Shape (k, 2).
        left: unit vector to the walker's left. Shape (k, 2).
        before_fall: number of further complete strides that the coming fall makes unsteady.
    """

    foot: np.ndarray
    start: np.ndarray
    end: np.ndarray
    off: np.ndarray
    start_s: np.ndarray
    end_s: np.ndarray
    off_s: np.ndarray
    opposite: np.ndarray
    opposite_s: np.ndarray
    double_support_s: np.ndarray
    landing_support_s: np.ndarray
    travel: np.ndarray
    left: np.ndarray
    before_fall: int = 0

    def __len__(self) -> int:
        """Return the number of strides k."""
        return len(self.foot)

    @cached_property
    def of_foot(self) -> tuple[Strides, Strides]:
        """The strides of the left foot, and those of the right."""
        arrays = {field.name: getattr(self, field.name) for field in fields(self)}
        del arrays["before_fall"]
        left, right = (
            replace(self, **{name: values[self.foot == foot] for name, values in arrays.items()})
            for foot in (0, 1)
        )
        return left, right

    @property
    def time_s(self) -> np.ndarray:
        """Duration of each stride [s], shape (k,)."""
        return self.end_s - self.start_s

    @property
    def outward(self) -> np.ndarray:
        """+1 where the walker's left is the outer side of the foot, else -1, shape (k,)."""
        return np.where(self.foot == 0, 1.0, -1.0)


def strides_of(trial: Trial, stands_n: float = STANDS_N) -> Strides:
    """Find the steady strides of `trial`; none if it is invalid or too short.

    They begin at or after `steady_from_s` and end at or before `Trial.steady_until_s`.

    Args:
        stands_n: vertical force above which a foot is on the ground [N].
    """
    force = vertical_force(trial)
    contacts = [
        contacts_of(force[:, foot], trial.time_s, on_n=stands_n, off_n=stands_n) for foot in (0, 1)
    ]
    parts = [_of_foot(trial, foot, contacts[foot], contacts[1 - foot]) for foot in (0, 1)]
    both = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    steady = both["end_s"] <= trial.steady_until_s + 1e-9
    order = np.lexsort((both["foot"], both["start_s"]))
    order = order[steady[order]]
    both = {name: values[order] for name, values in both.items()}
    travel, left = _directions(trial, both["start"], both["end"], both["start_s"], both["end_s"])
    return Strides(**both, travel=travel, left=left, before_fall=int((~steady).sum()))


def _of_foot(trial: Trial, foot: int, own: Contacts, other: Contacts) -> dict[str, np.ndarray]:
    """Return the attributes of `Strides` for one foot, except its directions."""
    steady = own.touch_s >= trial.steady_from_s - 1e-9 if trial.valid else own.touch < 0
    first = np.flatnonzero(steady[:-1] & steady[1:]) if len(steady) > 1 else np.empty(0, int)
    start_s, end_s, off_s = own.touch_s[first], own.touch_s[first + 1], own.off_s[first]

    within = (other.touch_s > start_s[:, None]) & (other.touch_s < end_s[:, None])  # (k, contacts)
    single = within.sum(axis=1) == 1
    opposite, opposite_s = np.full(len(first), -1), np.full(len(first), np.nan)
    if single.any():
        which = within[single].argmax(axis=1)
        opposite[single], opposite_s[single] = other.touch[which], other.touch_s[which]

    on = np.where(np.isnan(other.touch_s), -np.inf, other.touch_s)
    until = np.where(np.isnan(other.off_s), np.inf, other.off_s)
    shared = np.minimum(until, off_s[:, None]) - np.maximum(on, start_s[:, None])
    shared = np.maximum(shared, 0.0)  # (k, contacts)
    return {
        "foot": np.full(len(first), foot),
        "start": own.touch[first],
        "end": own.touch[first + 1],
        "off": own.off[first],
        "start_s": start_s,
        "end_s": end_s,
        "off_s": off_s,
        "opposite": opposite,
        "opposite_s": opposite_s,
        "double_support_s": shared.sum(axis=1),
        "landing_support_s": np.where(on < start_s[:, None], shared, 0.0).sum(axis=1),
    }


def _directions(
    trial: Trial, start: np.ndarray, end: np.ndarray, start_s: np.ndarray, end_s: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return `travel` and `left` of `Strides`, from the path of the centre of mass."""
    commanded = np.array([trial.travel_sign, 0.0])
    if not len(start):
        return np.empty((0, 2)), np.empty((0, 2))
    centre = trial.com_on_ground_m[:, :2]
    moved = at_moment(centre, end, end_s, trial.time_s) - at_moment(
        centre, start, start_s, trial.time_s
    )
    length = np.hypot(moved[:, 0], moved[:, 1])
    walking = length > _STANDING_M
    travel = np.where(
        walking[:, None], moved / np.where(walking, length, 1.0)[:, None], commanded[None]
    )
    travel *= np.where(travel[:, 0] * trial.travel_sign < 0, -1.0, 1.0)[:, None]
    facing = travel * trial.travel_sign
    return travel, np.stack([-facing[:, 1], facing[:, 0]], axis=1)
