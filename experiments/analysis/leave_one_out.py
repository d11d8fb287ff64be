"""Leave-one-out sensitivity: whether an answer depends on a single pair of walks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..statistics.paired import Interval, PairedResult

Side = Literal["above", "below", "around"]
"""Where an interval lies beside "no difference"; around: it holds it."""


@dataclass(frozen=True)
class LeaveOneOut:
    """Effect of leaving out any one pair.

    Attributes:
        low, high: least and largest estimate without one pair; None below two pairs.
        changes: whether the interval without some pair lies elsewhere beside "no difference";
            None where there is no interval to change, or too few pairs without one.
        hangs_on: index of that pair among the trials of a cell, None without.
    """

    low: float | None = None
    high: float | None = None
    changes: bool | None = None
    hangs_on: int | None = None


def side(interval: Interval, nothing: float) -> Side | None:
    """Return where `interval` lies beside `nothing`, None without an interval."""
    if interval.low is None or interval.high is None:
        return None
    return "above" if interval.low > nothing else "below" if interval.high < nothing else "around"


def leave_one_out(
    result: PairedResult,
    parts: np.ndarray,
    ratio: bool,
    without: Callable[[int], Interval],
    *,
    shares: bool = False,
) -> LeaveOneOut:
    """Return what leaving out any one pair does to an answer.

    Estimates are computed without every pair; the interval only without the one whose absence
    speaks most against the answer: that which leaves the least t of the differences where the
    answer is clear, the largest where it is not. Of shares, one pair of each kind is left out.

    Args:
        parts: both sides, or all four of an interaction, of all trials of a cell, (n, 2 or 4).
        without: the comparison's interval without the pair of an index.
        shares: the values are yes or no.
    """
    pairs = np.flatnonzero(np.isfinite(parts).all(axis=1))
    if len(pairs) < 3:
        return LeaveOneOut()
    own = parts[pairs]
    means = (own.sum(axis=0) - own) / (len(own) - 1)  # without each, (pairs, sides)
    with np.errstate(invalid="ignore", divide="ignore"):
        estimates = _compared(means, ratio)
        differences = _compared(own, False)
        if ratio and own.shape[1] == 4:
            differences = np.log(_compared(own, True))
    nothing = 1.0 if ratio else 0.0
    now = side(result.interval, nothing)
    if shares:
        kinds = np.unique(own, axis=0, return_index=True)[1]
        asked = [int(pairs[kind]) for kind in kinds]
    else:
        t = np.abs(_t_without(differences))
        asked = [int(pairs[(np.nanargmin if now != "around" else np.nanargmax)(t)])]
    sides = {index: side(without(index), nothing) for index in asked if now is not None}
    known = estimates[np.isfinite(estimates)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (None, None)
    if now is None or None in sides.values():
        return LeaveOneOut(low, high)
    hangs_on = next((index for index, there in sides.items() if there != now), None)
    return LeaveOneOut(low, high, hangs_on is not None, hangs_on)


def _compared(sides: np.ndarray, ratio: bool) -> np.ndarray:
    """Return first against second, or that against third against fourth, of each row."""
    first, *rest = sides.T
    if ratio:
        return first / rest[0] if len(rest) == 1 else first * rest[2] / (rest[0] * rest[1])
    return first - rest[0] if len(rest) == 1 else (first - rest[0]) - (rest[1] - rest[2])


def _t_without(differences: np.ndarray) -> np.ndarray:
    """Return Student's t of a zero mean without each of the differences (n,), (n,)."""
    n = len(differences)
    rest = n - 1
    mean = (differences.sum() - differences) / rest
    square = (np.square(differences).sum() - np.square(differences)) / rest - np.square(mean)
    spread = np.sqrt(np.maximum(square, 0.0) / max(rest - 1, 1))
    tiny = 1e-12 * (np.abs(differences).max() or 1.0)
    return mean / np.maximum(spread, tiny)
