"""How much an answer hangs on the controller: each one's own, agreement, interval over them.

A run whose factor is `controller` gives every contrast of another factor once a controller. Each is
one way in which a person may walk; the interval over them holds what differs between controllers
beside chance between trials, which an interval of a single controller leaves out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypedDict

import numpy as np
import pandas as pd

from ..statistics.paired import Interval
from ..statistics.paired_shares import mcnemar, pooled_difference, share_difference
from ..study.cohort import PERSON
from ..study.columns import OUTCOME_COLUMNS
from ..study.controller_factor import CONTROLLER
from ..study.controllers import ancestors, find_controller
from ..study.left_out import LeftOut, LeftOutEntry
from ..study.plan import Cell, Plan
from .agreement import Agreement
from .answer import Answer, Evidence
from .contrast_entry import ContrastEntry, Question
from .refusals import SHORT, Refused, no_agreement
from .same_question import question, same_questions, setting

METHOD = "Student's t over controllers"
_WHO = (CONTROLLER,)


class OwnAnswer(TypedDict):
    """What one controller says, or that it cannot walk."""

    controller: str
    estimate: float | None
    low: float | None
    high: float | None
    p: float | None
    n_pairs: int
    counts: bool
    forward_gates: int | None
    withheld: list[str]


class ControllerContrast(Question):
    """A contrast over controllers; `p` is that of the exact test of falls, if it is of falls."""

    controllers: list[OwnAnswer]
    counted: int
    agreeing: int
    estimate: float | None
    low: float | None
    high: float | None
    p: float | None
    p_holm: float | None
    n_pairs: int
    n_dropped: int
    mean_first: float | None
    mean_second: float | None
    method: str
    says: str
    withheld: list[Refused]


class ControllerAnswers(TypedDict):
    """The content of `controllers.json`: contrasts over controllers, and what is not walked."""

    contrasts: list[ControllerContrast]
    left_out: list[LeftOutEntry]


class Controllers(Answer[ControllerAnswers]):
    """Contrasts of other factors over the levels of the factor `controller`."""

    name = "controllers"

    def applies(self, plan: Plan) -> bool:
        """Where controllers walk and something else is compared; a cohort answers for both."""
        if PERSON in plan.config.factors:
            return False
        compared = (one.factor for one in plan.config.contrasts)
        return CONTROLLER in plan.config.factors and any(one != CONTROLLER for one in compared)

    def answer(self, evidence: Evidence) -> ControllerAnswers:
        """Return each contrast over the controllers, from `contrasts.json`."""
        contrasts = evidence.earlier["contrasts"]["contrasts"]
        return over_controllers(contrasts, evidence.trials, evidence.plan)


def over_controllers(
    contrasts: Iterable[ContrastEntry], trials: pd.DataFrame, plan: Plan
) -> ControllerAnswers:
    """Return the contrasts of `contrasts.json` that differ in the controller alone, together."""
    groups = same_questions(contrasts, CONTROLLER, _WHO)
    return {
        "contrasts": [_together(group, trials, plan) for group in groups],
        "left_out": [one.told for one in plan.left_out],
    }


def told_contrasts(
    contrasts: Sequence[dict[str, Any]], answers: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """Return the contrasts that a reader is told: over controllers or people, where there are any.

    Args:
        answers: the content of `controllers.json` or `cohort.json`; None of a run without.
    """
    if answers is None:
        return list(contrasts)
    alone = (one for one in contrasts if {PERSON, CONTROLLER}.isdisjoint(one["where"]))
    return [*answers["contrasts"], *alone]


def not_walked(answers: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the first reason of every controller that cannot walk all that is asked for."""
    told: dict[str, str] = {}
    for one in (answers or {}).get("left_out", ()):
        told.setdefault(str(one["levels"][CONTROLLER]), one["says"])
    return told


def _together(
    group: Sequence[ContrastEntry], trials: pd.DataFrame, plan: Plan
) -> ControllerContrast:
    first, falls = group[0], group[0]["measure"] in OUTCOME_COLUMNS
    able = {str(one["where"][CONTROLLER]): one for one in group if _counts(one)}
    after = counted_instead(able)
    counted = [one for name, one in able.items() if name not in after]
    agreement = Agreement(
        estimates=np.array([one["estimate"] for one in counted]),
        ratio=first["as"] == "ratio",
        forward_gates=tuple(forward_gates_of(one, plan) for one in counted),
        counts_falls=falls,
        p_value=exact_p_of(counted, trials, plan) if falls else None,
    )
    own = [*(_own(one, plan, after) for one in group), *_not_walked(group, plan)]
    interval = agreement.interval
    if (
        falls
        and first["as"] == "difference"
        and (pairs := _pairs(counted, trials, plan)) is not None
    ):
        interval = pooled_difference([share_difference(*pairs)], interval)
    return taken_together(first, counted, own, agreement, interval)


def taken_together(
    first: ContrastEntry,
    counted: Sequence[ContrastEntry],
    own: list[OwnAnswer],
    agreement: Agreement,
    interval: Interval,
) -> ControllerContrast:
    """Return the contrast over controllers.

    Args:
        first: any of the contrasts. counted: those of the controllers that count. own: what each
            says. agreement: of those that count. interval: over them.
    """
    says, withheld = agreement.says, list[Refused]()
    if not counted and first["withheld"]:
        withheld = first["withheld"]
        says = f"no answer: {SHORT[withheld[0]['reason']]}"
    elif agreement.objection:
        withheld = [no_agreement(agreement.objection).told]
    return {
        **question(first, _WHO),
        "controllers": own,
        "counted": len(counted),
        "agreeing": agreement.most,
        "estimate": interval.estimate,
        "low": interval.low,
        "high": interval.high,
        "p": agreement.p_value,
        "p_holm": None,
        "n_pairs": len(counted),
        "n_dropped": len(own) - len(counted),
        "mean_first": _mean(counted, "mean_first"),
        "mean_second": _mean(counted, "mean_second"),
        "method": METHOD,
        "says": says,
        "withheld": withheld,
    }


def _counts(one: ContrastEntry) -> bool:
    return one["estimate"] is not None and not one["withheld"]


def counted_instead(able: Collection[str]) -> dict[str, str]:
    """Return, by controller that goes on from another of those able, the one that counts instead.

    It is the first of its line: two of one line are one way of walking, found once.
    """
    found: dict[str, str] = {}
    for name in able:
        before = next((one for one in reversed(ancestors(name)) if one in able), None)
        if before is not None:
            found[name] = before
    return found


def goes_on(before: str) -> str:
    """Say why a controller does not count beside the one that it goes on from."""
    return f"goes on from '{before}', which counts"


def _own(one: ContrastEntry, plan: Plan, after: Mapping[str, str]) -> OwnAnswer:
    """Return what one controller says; `after`: the one that counts instead, by controller."""
    name = str(one["where"][CONTROLLER])
    told = [refusal["says"] for refusal in one["withheld"]]
    if name in after:
        told.append(goes_on(after[name]))
    return {
        "controller": name,
        "estimate": one["estimate"],
        "low": one["low"],
        "high": one["high"],
        "p": one["p"],
        "n_pairs": one["n_pairs"],
        "counts": _counts(one) and name not in after,
        "forward_gates": forward_gates_of(one, plan),
        "withheld": told,
    }


def _not_walked(group: Sequence[ContrastEntry], plan: Plan) -> Iterator[OwnAnswer]:
    """Yield the controllers that cannot walk a contrast, each with its reason."""
    common, walked = setting(group[0], _WHO), {one["where"][CONTROLLER] for one in group}
    reasons: dict[str, LeftOut] = {}
    for one in plan.left_out:
        levels = dict(one.levels)
        if common.items() <= levels.items():
            reasons.setdefault(str(levels[CONTROLLER]), one)
    for name, one in reasons.items():
        if name not in walked:
            yield {
                "controller": name,
                "estimate": None,
                "low": None,
                "high": None,
                "p": None,
                "n_pairs": 0,
                "counts": False,
                "forward_gates": None,
                "withheld": [one.says],
            }


def sides_of(one: Mapping[str, Any], plan: Plan) -> tuple[list[Cell], list[Cell]]:
    """Return the cells of a contrast's two sides, in the same order of settings."""
    first, second = (
        [
            cell
            for cell in plan.cells
            if {**one["where"], one["factor"]: level}.items() <= dict(cell.levels).items()
        ]
        for level in one["between"][one["factor"]]
    )
    return first, second


def forward_gates_of(one: ContrastEntry, plan: Plan) -> int | None:
    """Return the fewest measures of people that the forward gaits at a contrast's speeds hold."""
    cells = [cell for side in sides_of(one, plan) for cell in side]
    return fewest_gates(str(one["where"][CONTROLLER]), cells)


def fewest_gates(name: str, cells: Iterable[Cell]) -> int | None:
    """Return the fewest gates that a controller's forward gait holds at the cells' speeds."""
    controller = find_controller(name)
    held = [controller.forward_gates(cell.technique.speed_m_per_s) for cell in cells]
    return None if None in held else min((one for one in held if one is not None), default=None)


def exact_p_of(counted: Sequence[ContrastEntry], trials: pd.DataFrame, plan: Plan) -> float | None:
    """Return McNemar's exact test over the pairs of walks of all controllers that count.

    It takes walks of different controllers that have a seed in common to fall independently. An
    interaction has no such test.
    """
    pairs = _pairs(counted, trials, plan)
    return None if pairs is None else mcnemar(*pairs)


def _pairs(counted: Sequence[ContrastEntry], trials: pd.DataFrame, plan: Plan) -> np.ndarray | None:
    """Return the valid pairs of walks of all controllers that count, (2, n); None without."""
    pairs: list[np.ndarray] = []
    for one in counted:
        if one.get("across"):
            return None
        measure = one["measure"]
        for cells in zip(*sides_of(one, plan), strict=True):
            rows = [trials[trials["cell"] == cell.index].sort_values("trial") for cell in cells]
            valid = np.all([np.asarray(side["valid"], dtype=bool) for side in rows], axis=0)
            pairs.append(
                np.stack([np.asarray(side[measure], dtype=float) for side in rows])[:, valid]
            )
    return np.concatenate(pairs, axis=1) if pairs else None


def _mean(
    counted: Sequence[ContrastEntry], side: Literal["mean_first", "mean_second"]
) -> float | None:
    values = [value for one in counted if (value := one[side]) is not None]
    return float(np.mean(values)) if values else None
