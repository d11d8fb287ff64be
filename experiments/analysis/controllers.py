"""How much an answer hangs on the controller: each one's own, agreement, interval over them.

A run whose factor `policy` has several gaits gives a contrast of another factor once a gait. Each
is one way in which a body like this may walk; the interval over them holds what differs between
them beside chance between trials, which an interval of a single gait leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypedDict

import numpy as np

from ..statistics.crossed import crossed_interval
from ..statistics.paired import Interval
from ..study.plan import Plan
from .answer import Answer, Evidence

POLICY = "policy"
FEWEST_CONTROLLERS = 3
"""Controllers whose answer counts, for an interval over them."""
AGREEING = 0.8
"""Share of the controllers that must be on one side for an answer: 4 of 5."""


class ControllerAnswers(TypedDict):
    """The content of `controllers.json`."""

    contrasts: list[dict[str, Any]]


class Controllers(Answer[ControllerAnswers]):
    """Contrasts of other factors over the gaits of the factor `policy`."""

    name = "controllers"

    def applies(self, plan: Plan) -> bool:
        """Where several gaits walk and something else is compared."""
        gaits = plan.config.factors.get(POLICY, ())
        return len(gaits) > 1 and any(_asked(one.factor) for one in plan.config.contrasts)

    def answer(self, evidence: Evidence) -> ControllerAnswers:
        """Return each contrast over the controllers, from `contrasts.json`."""
        return {"contrasts": list(over_controllers(evidence.earlier["contrasts"]["contrasts"]))}


def _asked(factor: str) -> bool:
    return factor != POLICY


def over_controllers(contrasts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the contrasts of `contrasts.json` that differ in the gait alone, taken together."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in contrasts:
        if POLICY not in one["where"] or one["pooled"] or one.get("across"):
            continue
        where = {name: level for name, level in one["where"].items() if name != POLICY}
        key = repr((one["measure"], one["between"], one["as"], where))
        groups.setdefault(key, []).append(one)
    for group in groups.values():
        if len(group) > 1:
            yield _together(group)


def _together(group: list[dict[str, Any]]) -> dict[str, Any]:
    first = group[0]
    ratio = first["as"] == "ratio"
    counted = [one for one in group if _counts(one)]
    estimates = np.array([float(one["estimate"]) for one in counted])
    nothing = 1.0 if ratio else 0.0
    above, below = int((estimates > nothing).sum()), int((estimates < nothing).sum())
    found = Interval(None, None, None)
    if len(counted) >= FEWEST_CONTROLLERS:
        found = _interval(estimates, ratio)
    return {
        "measure": first["measure"],
        "between": first["between"],
        "as": first["as"],
        "where": {name: level for name, level in first["where"].items() if name != POLICY},
        "controllers": [
            {
                "policy": one["where"][POLICY],
                **{key: one[key] for key in ("estimate", "low", "high", "n_pairs")},
                "counts": _counts(one),
                "withheld": [refusal["says"] for refusal in one.get("withheld") or ()],
            }
            for one in group
        ],
        "counted": len(counted),
        "agreeing": max(above, below),
        "estimate": found.estimate,
        "low": found.low,
        "high": found.high,
        "says": _says(found, nothing, above, below, len(counted)),
    }


def _counts(one: Mapping[str, Any]) -> bool:
    return one["estimate"] is not None and not one.get("withheld")


def _interval(estimates: np.ndarray, ratio: bool) -> Interval:
    if not ratio:
        return crossed_interval(estimates[:, None])
    if (estimates <= 0).any():
        return Interval(None, None, None)
    found = crossed_interval(np.log(estimates)[:, None])
    ends = (found.estimate, found.low, found.high)
    return Interval(*(None if end is None else float(np.exp(end)) for end in ends))


def _says(found: Interval, nothing: float, above: int, below: int, counted: int) -> str:
    """Return the answer over controllers, or why there is none."""
    if counted < FEWEST_CONTROLLERS:
        return f"this model cannot say: {counted} controllers give an answer"
    if max(above, below) < AGREEING * counted:
        return f"this model cannot say: {above} of {counted} controllers above, {below} below"
    if found.low is None or found.high is None or found.low <= nothing <= found.high:
        return "this model cannot say: the interval over controllers holds no difference"
    return "higher" if found.low > nothing else "lower"
