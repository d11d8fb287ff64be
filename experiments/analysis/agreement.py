"""The rule by which several controllers give one answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..statistics.crossed import crossed_interval
from ..statistics.paired import LEVEL, Interval
from ..study.controllers import GATES, GATES_ASKED

FEWEST_CONTROLLERS = 5
"""Controllers whose answer counts, that an answer over them needs."""
AGREEING = 0.8
"""Share of the controllers that must be on one side for an answer: 4 of 5."""


@dataclass(frozen=True)
class Agreement:
    """Answers of several controllers to one contrast.

    Attributes:
        estimates: of the controllers that count, (k,). ratio: whether they are ratios.
        forward_gates: that each one's forward gait holds, None where unknown.
        counts_falls: whether an exact test must refuse "no difference" too. p_value: of it.
    """

    estimates: np.ndarray
    ratio: bool
    forward_gates: tuple[int | None, ...]
    counts_falls: bool = False
    p_value: float | None = None

    @property
    def nothing(self) -> float:
        """The estimate that means no difference."""
        return 1.0 if self.ratio else 0.0

    @property
    def interval(self) -> Interval:
        """Mean and interval over the controllers, of ratios on the logarithm."""
        if not len(self.estimates) or (self.ratio and (self.estimates <= 0).any()):
            return Interval(None, None, None)
        if not self.ratio:
            return crossed_interval(self.estimates[:, None])
        found = crossed_interval(np.log(self.estimates)[:, None])
        ends = (found.estimate, found.low, found.high)
        return Interval(*(None if end is None else float(np.exp(end)) for end in ends))

    @property
    def above(self) -> int:
        """How many lie above no difference."""
        return int((self.estimates > self.nothing).sum())

    @property
    def below(self) -> int:
        """How many lie below it."""
        return int((self.estimates < self.nothing).sum())

    @property
    def most(self) -> int:
        """How many lie on the side where most are."""
        return max(self.above, self.below)

    @property
    def objection(self) -> str:
        """Why they give no answer together; empty where they do."""
        count, found = len(self.estimates), self.interval
        if count < FEWEST_CONTROLLERS:
            given = "1 controller gives" if count == 1 else f"{count} controllers give"
            return f"{given} an answer, {FEWEST_CONTROLLERS} are asked for"
        if self.most < AGREEING * count:
            return (
                f"{self.above} of {count} controllers lie above no difference, {self.below} below"
            )
        if found.low is None or found.high is None or found.low <= self.nothing <= found.high:
            return "the interval over controllers holds no difference"
        if self.counts_falls and (self.p_value is None or self.p_value >= 1.0 - LEVEL):
            return "the exact test over all pairs of walks does not rule out no difference"
        agree = np.sign(self.estimates - self.nothing) == np.sign(self.above - self.below)
        held = [gates or 0 for gates, one in zip(self.forward_gates, agree, strict=True) if one]
        if max(held, default=0) < GATES_ASKED:
            return (
                f"no forward gait of those that agree holds {GATES_ASKED} of {GATES} measures of "
                "people"
            )
        return ""

    @property
    def says(self) -> str:
        """The answer: `higher`, `lower`, or why there is none."""
        if self.objection:
            return f"this model cannot say: {self.objection}"
        return "higher" if self.above > self.below else "lower"
