"""Verdict on a finding in people: the model agrees, disagrees or cannot tell.

A value with a 95 % interval agrees if the whole interval lies where the finding says, and disagrees
if none of it does. Without an interval the single pairs take its place, all of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..statistics.paired import Interval
from ..study.labels import Label

AGREES, DISAGREES = "agrees", "disagrees"
CANNOT_TELL, NOT_REACHED = "cannot tell", "not reached yet"
VERDICTS = (AGREES, DISAGREES, CANNOT_TELL, NOT_REACHED)
FEWEST_PAIRS = 2
"""Pairs that a verdict without an interval needs."""

PLAIN = Label("", digits=3)
PERCENT = Label("", "%", 100.0, 1)
SECONDS = Label("", "s", digits=2)
SPEED = Label("", "m/s", digits=3)
WATT = Label("", "W", digits=1)


@dataclass(frozen=True)
class ExpectedRange:
    """Expected range of a value: between `low` and `high`, the bounds included if `closed`."""

    words: str
    low: float = -math.inf
    high: float = math.inf
    closed: bool = False

    def verdict(self, low: float, high: float) -> str:
        """Return the verdict on a value known to lie between `low` and `high`."""
        if self.closed:
            inside, outside = self.low <= low and high <= self.high, low > self.high
            return AGREES if inside else DISAGREES if outside or high < self.low else CANNOT_TELL
        if self.low < low and high < self.high:
            return AGREES
        return DISAGREES if low >= self.high or high <= self.low else CANNOT_TELL

    def nearest(self, value: float) -> float:
        """Return the bound nearest to `value`."""
        return min((self.low, self.high), key=lambda bound: abs(bound - value))


BELOW_1 = ExpectedRange("below 1", high=1.0)


@dataclass(frozen=True)
class FindingPart:
    """One value of the model for a finding.

    Attributes:
        name: what of several (`hip`), empty if there is just one. setting: `0.8 m/s`.
        interval: mean over the pairs (or trials), with bounds where there are enough.
        pairs: the single values behind it, finite.
        expected: None if the value is only shown.
        label: how the value is written.
        note: why there is no value.
    """

    name: str
    setting: str
    interval: Interval
    pairs: np.ndarray
    expected: ExpectedRange | None
    label: Label = PLAIN
    note: str = ""

    @property
    def verdict(self) -> str:
        """Verdict of this value alone."""
        bounds = self.bounds
        return (
            CANNOT_TELL if self.expected is None or not bounds else self.expected.verdict(*bounds)
        )

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The interval, or the range of the pairs in its place; None if there is neither."""
        low, high = self.interval.low, self.interval.high
        if self.interval.estimate is None:
            return None
        if low is not None and high is not None:
            return low, high
        enough = len(self.pairs) >= FEWEST_PAIRS
        return (float(self.pairs.min()), float(self.pairs.max())) if enough else None

    @property
    def place(self) -> str:
        """Name and setting: `hip at 0.8 m/s`."""
        return f"{self.name} at {self.setting}" if self.name else f"at {self.setting}"

    @property
    def text(self) -> str:
        """The value with its interval: `0.912 [0.905, 0.919]`."""
        label, known = self.label, self.interval
        if known.estimate is None:
            return "none"
        if known.low is None or known.high is None:
            return f"{label.quantity(known.estimate)} (no interval, n = {len(self.pairs)})"
        bounds = f"[{label.number(known.low)}, {label.number(known.high)}]"
        return f"{label.quantity(known.estimate)} {bounds}"

    @property
    def sentence(self) -> str:
        """Why this value does not agree: where it lies, and how far from where the finding is."""
        if self.interval.estimate is None or self.expected is None:
            return f"{self.place}: {self.note or 'no value'}"
        bound = self.expected.nearest(self.interval.estimate)
        limit, wanted = self.label.quantity(bound), self.expected.words
        if self.verdict == CANNOT_TELL:
            if self.bounds is None:
                return f"{self.place}: {self.text}, from too few trials to tell"
            where = "its interval" if self.interval.low is not None else "the range of its trials"
            return f"{self.place}: {self.text}; {where} holds the limit {limit} ({wanted})"
        away = self.interval.estimate - bound
        side = "above" if away > 0 else "below"
        apart = self.label.quantity(abs(away))
        distance = "at" if away == 0 else f"{apart} {side}"
        return f"{self.place}: {self.text}, {distance} the limit {limit} ({wanted})"


def together(parts: Sequence[FindingPart]) -> str:
    """Return the verdict of all parts of a finding that have an expectation.

    Settings of one name that contradict each other cannot tell; a finding of several names
    disagrees if one of them does.
    """
    names = dict.fromkeys(part.name for part in parts if part.expected is not None)
    verdicts = {_agreed(p.verdict for p in parts if p.expected and p.name == n) for n in names}
    return next((v for v in (DISAGREES, CANNOT_TELL, AGREES) if v in verdicts), CANNOT_TELL)


def _agreed(verdicts: Iterable[str]) -> str:
    found = set(verdicts)
    return found.pop() if len(found) == 1 else CANNOT_TELL


def reason(parts: Sequence[FindingPart], verdict: str) -> str:
    """Return in words, from the numbers, why the parts give `verdict`."""
    deciding = [part for part in parts if part.expected is not None]
    if not deciding:
        return "the run has nothing to compare"
    if verdict == AGREES:
        wanted = dict.fromkeys(
            f"{part.name} {part.expected.words}".strip() for part in deciding if part.expected
        )
        return f"every value is as found: {', '.join(wanted)}"
    apart = [part for part in deciding if part.verdict != AGREES]
    text = "; ".join(part.sentence for part in apart)
    told: dict[str, set[str]] = {}
    for part in deciding:
        told.setdefault(part.name, set()).add(part.verdict)
    if verdict == CANNOT_TELL and any({AGREES, DISAGREES} <= found for found in told.values()):
        text = f"the settings contradict each other: {text}"
    agreeing = dict.fromkeys(part.place for part in deciding if part.verdict == AGREES)
    return text + (f"; as found: {', '.join(agreeing)}" if agreeing else "")
