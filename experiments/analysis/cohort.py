"""Contrasts over virtual people: in how many of them which way, and the interval over them.

Everyone walks every cell, so that a person's contrast is within the person. With several
controllers everyone walks with each, and the interval is that of the two-way table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypedDict

import numpy as np
import pandas as pd

from ..statistics.crossed import crossed_interval
from ..statistics.paired import Interval
from ..study.cohort import PERSON
from ..study.columns import OUTCOME_COLUMNS
from ..study.controller_factor import CONTROLLER
from ..study.plan import Plan
from .agreement import Agreement
from .answer import Answer, Evidence
from .contrast_entry import ContrastEntry
from .controllers import counted_instead, exact_p_of, forward_gates_of, goes_on
from .refusals import Reason, Refusal, no_agreement, people_outside, too_few_people
from .same_question import question, same_questions

METHOD = "Student's t over people"
NOBODY = "nobody gives an answer"
NO_MATTER: tuple[Reason, ...] = ("outside", "too-few-pairs")
"""Reasons that withhold a person's own answer, but leave the estimate in the cohort's."""
_WHO = (PERSON, CONTROLLER)


class CohortAnswers(TypedDict):
    """The content of `cohort.json`: the people, with whom the gait fails, contrasts over them."""

    people: list[dict[str, Any]]
    contrasts: list[dict[str, Any]]


class Cohort(Answer[CohortAnswers]):
    """Contrasts of other factors over the people of a cohort."""

    name = "cohort"

    def applies(self, plan: Plan) -> bool:
        """Where a cohort walks."""
        return PERSON in plan.config.factors

    def answer(self, evidence: Evidence) -> CohortAnswers:
        """Return the people and each contrast over them, from `contrasts.json`."""
        found = evidence.earlier["contrasts"]
        return cohort_answers(found["contrasts"], found["cells"], evidence.trials, evidence.plan)


def cohort_answers(
    contrasts: Iterable[ContrastEntry],
    cells: Sequence[Mapping[str, Any]],
    trials: pd.DataFrame,
    plan: Plan,
) -> CohortAnswers:
    """Return the people of a plan and each contrast over them.

    Args:
        contrasts, cells: as in `contrasts.json`, of one run or of several that are one plan's.
        trials: their table.
    """
    names = _names(plan)
    return {
        "people": [_person(name, cells, plan) for name in names],
        "contrasts": [
            _agreed(over, group, trials, plan) for over, group in _over_people(contrasts, names)
        ],
    }


def over_people(contrasts: Iterable[ContrastEntry], names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the contrasts of `contrasts.json` that differ in person and controller alone."""
    return [over for over, _ in _over_people(contrasts, names)]


def _over_people(
    contrasts: Iterable[ContrastEntry], names: Sequence[str]
) -> Iterator[tuple[dict[str, Any], list[ContrastEntry]]]:
    """Yield each contrast over people, with those that it is made of."""
    for group in same_questions(contrasts, PERSON, _WHO):
        after = counted_instead(_able(group))
        counted = [one for one in group if one["where"].get(CONTROLLER) not in after]
        told = {name: goes_on(before) for name, before in after.items()}
        yield {**_together(counted, names), "not_counted": told}, counted


def _able(group: Iterable[ContrastEntry]) -> list[str]:
    """Return the controllers that give an answer with anybody."""
    found = (
        str(one["where"][CONTROLLER])
        for one in group
        if CONTROLLER in one["where"] and one["estimate"] is not None and not _heavy(one)
    )
    return list(dict.fromkeys(found))


def _heavy(one: ContrastEntry) -> list[Refusal]:
    """Return why a person's own answer is left out of the cohort's."""
    refusals = [Refusal(**refusal) for refusal in one["withheld"]]
    return [refusal for refusal in refusals if refusal.reason not in NO_MATTER]


def _agreed(
    over: dict[str, Any], group: Sequence[ContrastEntry], trials: pd.DataFrame, plan: Plan
) -> dict[str, Any]:
    """Return a contrast over people, withheld where their controllers do not agree by the rule."""
    people = {one[PERSON] for one in over["people"] if one["counts"]}
    counted = [one for one in group if one["where"][PERSON] in people]
    if not counted or CONTROLLER not in counted[0]["where"]:
        return over
    names = dict.fromkeys(str(one["where"][CONTROLLER]) for one in counted)
    apart = [[one for one in counted if one["where"][CONTROLLER] == name] for name in names]
    ratio, falls = over["as"] == "ratio", over["measure"] in OUTCOME_COLUMNS
    gates = [[forward_gates_of(one, plan) for one in own] for own in apart]
    agreement = Agreement(
        np.array([_mean(_estimates(own), ratio) for own in apart]),
        ratio,
        tuple(None if None in own else min(filter(None, own), default=0) for own in gates),
        falls,
        exact_p_of(counted, trials, plan) if falls else None,
    )
    told = {**over, "controllers": len(apart), "agreeing": agreement.most}
    if agreement.objection:
        refusal = no_agreement(agreement.objection).told
        told["withheld"] = [*over["withheld"], refusal]
    return told


def _names(plan: Plan) -> list[str]:
    return [str(name) for name in plan.config.factors[PERSON]]


def _person(name: str, cells: Sequence[Mapping[str, Any]], plan: Plan) -> dict[str, Any]:
    """Return who a person is, and in which conditions the gait fails with him or her."""
    walker = next(cell.walker for cell in plan.cells if dict(cell.levels)[PERSON] == name)
    own = [cell for cell in cells if cell["levels"][PERSON] == name]
    failing = [cell["name"] for cell in own if cell["standing"]["fails"]]
    return {**asdict(walker), "group_strength": dict(walker.group_strength), "fails_in": failing}


def _together(group: Sequence[ContrastEntry], names: Sequence[str]) -> dict[str, Any]:
    first = group[0]
    ratio = first["as"] == "ratio"
    nothing = 1.0 if ratio else 0.0
    own = [
        _own(name, [one for one in group if one["where"][PERSON] == name], ratio) for name in names
    ]
    counted = [one for one in own if one["counts"]]
    estimates = np.array([one["estimate"] for one in counted])
    above, below = int((estimates > nothing).sum()), int((estimates < nothing).sum())
    found = _interval([one["by_controller"] for one in counted], ratio)
    withheld = [people_outside()] if any(one["outside"] for one in counted) else []
    if found.low is None:
        withheld.append(too_few_people(len(counted)))
    way = "higher" if above >= below else "lower"
    return {
        **question(first, _WHO),
        "people": own,
        "counted": len(counted),
        "above": above,
        "below": below,
        **asdict(found),
        "p_holm": None,
        "n_pairs": len(counted),
        "n_dropped": len(own) - len(counted),
        "method": METHOD,
        "says": f"{way} in {max(above, below)} of {len(own)} people" if counted else NOBODY,
        "withheld": [one.told for one in withheld],
    }


def _own(name: str, entries: Sequence[ContrastEntry], ratio: bool) -> dict[str, Any]:
    """Return a person's own answer, the mean over controllers, and what it lacks."""
    heavy = [refusal for one in entries for refusal in _heavy(one)]
    estimates = _estimates(entries)
    known = bool(entries) and not heavy and len(estimates) == len(entries)
    mean = None
    if known:
        mean = _mean(estimates, ratio)
    return {
        PERSON: name,
        "estimate": mean,
        "by_controller": estimates if known else [],
        "counts": known,
        "outside": any(
            refusal["reason"] == "outside" for one in entries for refusal in one["withheld"]
        ),
        "withheld": list(dict.fromkeys(one.says for one in heavy)),
        "reasons": list(dict.fromkeys(one.reason for one in heavy)),
    }


def _estimates(entries: Sequence[ContrastEntry]) -> list[float]:
    return [value for one in entries if (value := one["estimate"]) is not None]


def _mean(estimates: Sequence[float], ratio: bool) -> float:
    """Return the mean, of ratios on the logarithm."""
    values = np.array(estimates, float)
    return float(np.exp(np.log(values).mean()) if ratio else values.mean())


def _interval(by_person: Sequence[Sequence[float]], ratio: bool) -> Interval:
    """Return mean and interval over people, and controllers; of ratios on the logarithm."""
    if not by_person or len({len(one) for one in by_person}) > 1:
        return Interval(None, None, None)
    table = np.array(by_person, float).T  # (controllers, people)
    if not ratio:
        return crossed_interval(table)
    found = crossed_interval(np.log(table))
    ends = (found.estimate, found.low, found.high)
    return Interval(*(None if end is None else float(np.exp(end)) for end in ends))
