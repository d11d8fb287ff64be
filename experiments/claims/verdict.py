"""Verdict of a claim from the intervals of its tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from ..study.columns import OUTCOME_COLUMNS
from .claim import ClaimTest, Verdict

Outcome = Literal[
    "as claimed",
    "opposite",
    "no difference that matters",
    "unclear",
    "no evidence",
    "this model cannot say",
    "not run yet",
]
UNCLEAR: tuple[Outcome, ...] = ("unclear", "no evidence", "this model cannot say", "not run yet")
SIGNIFICANT = 0.05
EXACT = (*OUTCOME_COLUMNS, "falls_per_100_m")
"""Measures that are counts: they need an exact test beside the interval."""

RULE = """\
A part of the claim is **as claimed** if the 95 % interval rules out no difference, the difference
is in the claimed direction, and it is at least as large as matters; **opposite** if all that holds
the other way round; **no difference that matters** if the whole interval is smaller than that;
else **unclear**. Falls, and whatever else is yes or no or counted, need an exact test with p below
0.05 too (McNemar's of pairs, the binomial of rates). Where the claim is that something is *not*
worse, a part is as claimed if the whole interval is better than the smallest difference that
matters; that margin is set before the run from what would matter to a person, with reason and
source. A part is **no evidence**, whatever its number, for any of the reasons of
[statistics.md](../../use/statistics.md#when-there-is-no-answer): the gait fails or walks what it
was not made for, the measure is commanded, variability comes of no noise, most walkers fall, a
preferred speed is not enclosed. Where several controllers were asked, theirs is the answer, with
the interval over controllers, and they find **no difference that matters** where four of five of
them each do; where [they give none](../../use/statistics.md#contrasts), or one alone walks a part,
**this model cannot say**. All parts as claimed: **supported**. Some but not
all: **depends**. None: **not supported** if at least half of the parts are clear, else **cannot
tell**. The intervals are not widened for being several: *supported* asks for every part at once,
which keeps the chance of a wrong *supported* within that of one part (an intersection-union test,
Berger 1982, Technometrics 24:295)."""


def outcome(test: ClaimTest, contrast: dict[str, Any] | None) -> Outcome:
    """Return what an entry of `contrasts.json` says of the test; None: it was not asked yet."""
    if contrast is None:
        return "not run yet"
    if refused := contrast.get("withheld"):
        apart = refused[0]["reason"] == "controllers"
        return "this model cannot say" if apart else "no evidence"
    nothing = 1.0 if contrast["as"] == "ratio" else 0.0
    values = [contrast[key] for key in ("estimate", "low", "high")]
    if any(value is None for value in values):
        return "unclear"
    estimate, low, high = (value - nothing for value in values)
    if test.claimed.endswith("below"):
        estimate, low, high = -estimate, -high, -low
    if test.measure in EXACT and not _refused(contrast):
        low, high = min(low, 0.0), max(high, 0.0)  # no difference is not ruled out
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


def _refused(contrast: dict[str, Any]) -> bool:
    """Return whether the exact test refuses "no difference"."""
    p_value = contrast.get("p")
    return p_value is not None and p_value < SIGNIFICANT


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
    unclear = sum(one in UNCLEAR for one in outcomes)
    return "cannot tell" if 2 * unclear > len(outcomes) else "not supported"
