"""Falls by the metre in one stretch of a walk against another, of one controller and of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ..analysis.agreement import Agreement
from ..analysis.controllers import fewest_gates, taken_together
from ..analysis.same_question import same_questions
from ..statistics.paired_shares import widest
from ..statistics.rates import (
    Tally,
    difference_of_rates,
    equal_rates,
    rate_interval,
    tally_between,
    together,
)
from ..store.run import Run
from ..study.battery import FACTOR as CHALLENGE, UNDISTURBED
from ..study.controller_factor import CONTROLLER
from ..study.plan import Plan

RATE = "falls_per_100_m"
STRETCH = "stretch_m"
STRETCHES = {"4 to 14": (4.0, 14.0), "14 to 24": (14.0, 24.0)}
"""Metres of a walk whose falls are compared: two stretches alike, after the first steps."""

_OWN = (
    *("estimate", "low", "high", "p", "n_pairs", "mean_first", "mean_second"),
    *("forward_gates", "note"),
)

Refusals = Mapping[tuple[tuple[str, Any], ...], Sequence[Mapping[str, Any]]]
"""Why a condition is no evidence, by its levels."""


def survival_of(run: Run) -> list[dict[str, Any]]:
    """Return the survival over distance of each condition; none without a battery."""
    if not run.has_answer("fall_risk"):
        return []
    conditions = run.answer("fall_risk")["conditions"]
    return [with_rate({"levels": one["levels"], **one["undisturbed"]}) for one in conditions]


def with_rate(survival: dict[str, Any]) -> dict[str, Any]:
    """Return the survival of a condition with its falls per 100 m and the exact interval."""
    tally = Tally(survival["falls"], survival["walked_m"] / 100.0)
    return {**survival, RATE: asdict(rate_interval(tally))}


def refusals_of(cells: Sequence[Mapping[str, Any]]) -> Refusals:
    """Return why each condition is no evidence, from the cells of `contrasts.json`."""
    calm = {CHALLENGE: UNDISTURBED}
    return {
        tuple(item for item in cell["levels"].items() if dict([item]) != calm): cell[
            "standing"
        ].get("withheld", [])
        for cell in cells
    }


def by_stretch(survival: Sequence[Mapping[str, Any]], refused: Refusals) -> list[dict[str, Any]]:
    """Return the risk of a fall by the metre later in a walk against earlier, as contrasts.

    What was fallen up to a distance cannot fall with it; the rate by the metre can. Rates are falls
    over metres walked in each stretch, by all that got there.
    """
    (early, first), (late, last) = STRETCHES.items()
    found: list[dict[str, Any]] = []
    for one in survival:
        curve = one["curve"]
        falls = np.repeat(curve["distance_m"], np.asarray(curve["falls"], dtype=int))
        later, earlier = (
            _by_100_m(tally_between(falls, np.array(curve["ends_m"]), *ends))
            for ends in (last, first)
        )
        difference = difference_of_rates(later, earlier)
        found.append(
            {
                "measure": RATE,
                "factor": STRETCH,
                "between": {STRETCH: [late, early]},
                "as": "difference",
                "where": dict(one["levels"]),
                "pooled": False,
                "estimate": difference.estimate,
                "low": difference.low,
                "high": difference.high,
                "p": equal_rates(later, earlier),
                "n_pairs": int((falls > first[0]).sum()) + len(curve["ends_m"]),
                "n_dropped": 0,
                "mean_first": rate_interval(later).estimate,
                "mean_second": rate_interval(earlier).estimate,
                "withheld": list(refused.get(tuple(one["levels"].items()), ())),
                "note": f"{later.events} falls in {100 * later.exposure:.0f} m later, "
                f"{earlier.events} in {100 * earlier.exposure:.0f} m earlier",
                "tallies": [asdict(later), asdict(earlier)],
            }
        )
    return found


def _by_100_m(tally: Tally) -> Tally:
    return Tally(tally.events, tally.exposure / 100.0)


def stretches_of(run: Run) -> list[dict[str, Any]]:
    """Return the contrasts of `by_stretch` of a run of one controller, with its forward gates."""
    found = by_stretch(survival_of(run), refusals_of(run.answer("contrasts")["cells"]))
    return [{**one, "forward_gates": _gates(one["where"], run.plan)} for one in found]


def _gates(where: Mapping[str, Any], plan: Plan) -> int | None:
    """Return the gates of the forward gait of a condition's controller, at its pace."""
    own = (cell for cell in plan.cells if where.items() <= dict(cell.levels).items())
    return fewest_gates(str(where[CONTROLLER]), own)


def stretches_over_controllers(contrasts: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the contrasts of `by_stretch` that differ in the controller alone, together.

    The interval is the wider, at each end, of that over controllers and that of all their metres.

    Args:
        contrasts: of `stretches_of`, of a run of each controller.
    """
    return [_together(group) for group in same_questions(contrasts, CONTROLLER, (CONTROLLER,))]


def _together(group: Sequence[Any]) -> dict[str, Any]:
    counted = [one for one in group if one["estimate"] is not None and not one["withheld"]]
    later, earlier = (
        together([Tally(**one["tallies"][side]) for one in counted]) for side in (0, 1)
    )
    agreement = Agreement(
        estimates=np.array([one["estimate"] for one in counted], dtype=float),
        ratio=False,
        forward_gates=tuple(one["forward_gates"] for one in counted),
        counts_falls=True,
        p_value=equal_rates(later, earlier),
    )
    ends = widest(agreement.interval, difference_of_rates(later, earlier))
    return {**taken_together(group[0], counted, list(map(_own, group)), agreement, ends)}


def _own(one: Mapping[str, Any]) -> Any:
    return {
        CONTROLLER: one["where"][CONTROLLER],
        **{name: one[name] for name in _OWN},
        "counts": one["estimate"] is not None and not one["withheld"],
        "withheld": [refusal["says"] for refusal in one["withheld"]],
    }
