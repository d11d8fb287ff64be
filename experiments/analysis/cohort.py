"""Contrasts over virtual people: in how many of them which way, and the interval over them.

Everyone walks every cell, so that a person's contrast is within the person. With several
controllers everyone walks with each, and the interval is that of the two-way table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypedDict

import numpy as np

from ..statistics.crossed import crossed_interval
from ..statistics.paired import Interval
from ..study.cohort import PERSON
from ..study.controller_factor import CONTROLLER
from ..study.plan import Plan
from .answer import Answer, Evidence
from .refusals import Reason, Refusal, people_outside, too_few_people
from .same_question import ContrastEntry, question, same_questions

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
        return {
            "people": [
                _person(name, found["cells"], evidence.plan) for name in _names(evidence.plan)
            ],
            "contrasts": over_people(found["contrasts"], _names(evidence.plan)),
        }


def over_people(contrasts: Iterable[ContrastEntry], names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the contrasts of `contrasts.json` that differ in person and controller alone."""
    groups = same_questions(contrasts, PERSON, _WHO)
    return [_together(group, names) for group in groups]


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
        "withheld": [asdict(one) for one in withheld],
    }


def _own(name: str, entries: Sequence[ContrastEntry], ratio: bool) -> dict[str, Any]:
    """Return a person's own answer, the mean over controllers, and what it lacks."""
    refusals = [refusal for one in entries for refusal in one["withheld"]]
    heavy = [Refusal(**one).says for one in refusals if one["reason"] not in NO_MATTER]
    estimates = [one["estimate"] for one in entries]
    known = bool(entries) and not heavy and None not in estimates
    mean = None
    if known:
        logs = np.log(estimates) if ratio else np.array(estimates, float)
        mean = float(np.exp(logs.mean()) if ratio else logs.mean())
    return {
        PERSON: name,
        "estimate": mean,
        "by_controller": estimates if known else [],
        "counts": known,
        "outside": any(one["reason"] == "outside" for one in refusals),
        "withheld": list(dict.fromkeys(heavy)),
    }


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
