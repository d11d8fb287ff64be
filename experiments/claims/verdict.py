"""From intervals to an answer: the rule, the same for every claim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from .claim import ClaimTest, Verdict

Outcome = Literal["as claimed", "opposite", "no difference that matters", "unclear"]

RULE = """\
A part of the claim is **as claimed** if the 95 % interval rules out no difference, the difference
is in the claimed direction, and it is at least as large as matters; **opposite** if all that holds
the other way round; **no difference that matters** if the whole interval is smaller than that;
else **unclear**. Where the claim is that something is *not* worse, a part is as claimed if the
whole interval is better than the smallest difference that matters. All parts as claimed:
**supported**. Some but not all: **depends**. None: **not supported** if at least half of the parts
are clear, else **cannot tell**. The intervals are not widened for being several: *supported* asks
for every part at once, which keeps the chance of a wrong *supported* within that of one part
(an intersection-union test, Berger 1982, Technometrics 24:295)."""


def outcome(test: ClaimTest, contrast: dict[str, Any]) -> Outcome:
    """Return what an entry of `contrasts.json` says of the test."""
    nothing = 1.0 if contrast["as"] == "ratio" else 0.0
    values = [contrast[key] for key in ("estimate", "low", "high")]
    if any(value is None for value in values):
        return "unclear"
    estimate, low, high = (value - nothing for value in values)
    if test.claimed.endswith("below"):
        estimate, low, high = -estimate, -high, -low
    if test.claimed.startswith("not"):
        if high < test.matters:
            return "as claimed"
        return "opposite" if low > 0 and estimate >= test.matters else "unclear"
    if low > 0 and estimate >= test.matters:
        return "as claimed"
    if high < 0 and estimate <= -test.matters:
        return "opposite"
    if -test.matters < low and high < test.matters:
        return "no difference that matters"
    return "unclear"


def verdict(outcomes: Sequence[Outcome]) -> Verdict:
    """Return the answer that the outcomes of all parts make.

    Raises:
        ValueError: there are none.
    """
    if not outcomes:
        raise ValueError("an answer needs at least one part")
    held = [one == "as claimed" for one in outcomes]
    if all(held):
        return "supported"
    if any(held):
        return "depends"
    unclear = sum(one == "unclear" for one in outcomes)
    return "cannot tell" if 2 * unclear > len(outcomes) else "not supported"
