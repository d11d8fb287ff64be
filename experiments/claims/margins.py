"""When several controllers agree that a difference is too small to matter.

Where a difference is there, they agree if most lie on one side of none. Where none is, they lie on
either side of it or on none, and chance decides how many where: then most of them must each rule
out, by the interval of their own walks, a difference that matters. Two one-sided tests at 2.5 %
each (Schuirmann 1987, J Pharmacokinet Biopharm 15:657), for each controller and over them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..analysis.agreement import AGREEING, FEWEST_CONTROLLERS
from ..study.controllers import GATES_ASKED
from .claim import ClaimTest
from .verdict import Outcome, outcome

TOO_SMALL: Outcome = "no difference that matters"


def judged(test: ClaimTest, contrast: dict[str, Any]) -> dict[str, Any]:
    """Return a contrast over controllers, as an answer where they agree that it does not matter.

    Args:
        contrast: as `collect_full` gives it.
    """
    if not contrast["withheld"] or not _agreed(test, contrast):
        return contrast
    return {**contrast, "withheld": [], "says": TOO_SMALL}


def _agreed(test: ClaimTest, contrast: Mapping[str, Any]) -> bool:
    counted = [one for one in contrast["controllers"] if one["counts"]]
    small = [one for one in counted if _rules_out(test, contrast, one)]
    return (
        len(counted) >= FEWEST_CONTROLLERS
        and len(small) >= AGREEING * len(counted)
        and _rules_out(test, contrast, contrast)
        and max(one["forward_gates"] or 0 for one in small) >= GATES_ASKED
    )


def _rules_out(test: ClaimTest, contrast: Mapping[str, Any], one: Mapping[str, Any]) -> bool:
    """Return whether an interval rules out a difference that matters; "not worse": a worse one."""
    small = "as claimed" if test.claimed.startswith("not") else TOO_SMALL
    return outcome(test, {**contrast, **one, "withheld": []}) == small
