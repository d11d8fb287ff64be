"""Comparison of policies (`comparison.json`): measures and ranks at every place.

Any run with the factor `policy` has it: for each place (levels of the other factors) every policy
with how many trials it survived, its measures, and its rank; ranks over all places together; and
the contrasts between policies that the config asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, TypedDict

import numpy as np
import pandas as pd

from ...sim.random_streams import named_generator
from ..statistics.paired import FEWEST, LEVEL, proportion_interval
from ..statistics.ranks import Rank, rank
from ..study.experiment import Scalar
from ..study.plan import Cell, Plan
from ..study.policy_names import short_names
from .answer import Answer, Evidence
from .contrast_entry import CellEntry, Numbers
from .fall_risk_entry import Estimate

FACTOR = "policy"
SURVIVED = "survived"
MEASURES = (
    "duration_s",
    "speed_m_per_s",
    "cost_of_transport_j_per_kg_m",
    "activation_mean",
    "mos_ap_m",
    "mos_ml_m",
)
"""Columns of trials.parquet that are told of each policy."""
RANKED = {SURVIVED: True, "cost_of_transport_j_per_kg_m": False, "activation_mean": False}
"""What policies are ranked by, and whether the highest comes first."""

MOST_FALL = "most walks fall, who stays up is no sample"

_Place = tuple[tuple[str, Scalar], ...]


class PolicyMean(TypedDict):
    """A measure of a policy at a place; the note says why something is None."""

    mean: float | None
    low: float | None
    high: float | None
    trials: int
    note: str


class Survival(Estimate):
    """Share of the valid trials that a policy survived."""

    note: str


class PolicyRow(TypedDict):
    """What a policy did at a place."""

    policy: str
    no_evidence: list[str]
    trials: int
    valid: int
    survived: int
    survival: Survival
    measures: dict[str, PolicyMean]
    ranks: dict[str, dict[str, Any]]


class Place(TypedDict):
    """All policies at one place."""

    levels: dict[str, Scalar]
    policies: list[PolicyRow]


class ComparedPolicies(TypedDict):
    """The content of `comparison.json`."""

    level: float
    policies: list[dict[str, str]]
    trials: int
    places: list[Place]
    overall: list[dict[str, Any]]
    contrasts: list[dict[str, Any]]


class PolicyComparison(Answer[ComparedPolicies]):
    """Comparison of policies at every place, with ranks."""

    name = "comparison"

    def applies(self, plan: Plan) -> bool:
        """Return whether the run walks with several policies."""
        return len(plan.config.factors.get(FACTOR, ())) > 1

    def answer(self, evidence: Evidence) -> ComparedPolicies:
        """Return the comparison of the run's policies."""
        return compare_policies(evidence.trials, evidence.plan, evidence.earlier["contrasts"])


def compare_policies(
    trials: pd.DataFrame, plan: Plan, answers: Mapping[str, Any]
) -> ComparedPolicies:
    """Return the content of `comparison.json`.

    Args:
        trials: one row a trial. answers: the content of `contrasts.json`, which has the means of
            the cells and the contrasts.
    """
    policies = [str(level) for level in plan.config.factors[FACTOR]]
    names = short_names(policies)
    ordered = trials.sort_values("trial")
    rows = {cell.index: ordered[ordered["cell"] == cell.index] for cell in plan.cells}
    summaries = {one["cell"]: one for one in answers["cells"]}
    places: list[Place] = []
    scores: list[dict[str, np.ndarray]] = []
    fallen: set[str] = set()
    for place, cells in _places(plan).items():
        own = {policy: cells[policy] for policy in policies if policy in cells}
        most = [_most_fall(summaries[cell.index]) for cell in own.values()]
        values = {what: _values([rows[c.index] for c in own.values()], what) for what in RANKED}
        for what in RANKED.keys() - {SURVIVED}:
            values[what][:, most] = np.nan
        ranks = {
            what: _noted(rank(values[what], first, _generator(plan, what, repr(place))), what, most)
            for what, first in RANKED.items()
        }
        places.append(
            {
                "levels": dict(place),
                "policies": [
                    _row(
                        names[policy],
                        rows[cell.index],
                        summaries[cell.index],
                        {what: asdict(ranks[what][i]) for what in RANKED},
                    )
                    for i, (policy, cell) in enumerate(own.items())
                ],
            }
        )
        if len(own) == len(policies):
            scores.append(values)
            fallen |= {p for p, falls in zip(own, most, strict=True) if falls}
    return {
        "level": LEVEL,
        "policies": [{"name": names[policy], "policy": policy} for policy in policies],
        "trials": plan.config.trials,
        "places": places,
        "overall": _overall(
            scores, [names[p] for p in policies], plan, [p in fallen for p in policies]
        ),
        "contrasts": [
            {**one, "between": [names[str(level)] for level in one["between"][FACTOR]]}
            for one in answers["contrasts"]
            if one["factor"] == FACTOR
        ],
    }


def _places(plan: Plan) -> dict[_Place, dict[str, Cell]]:
    """Return the cells of each place by policy, without adaptive pushes, which differ by policy."""
    found: dict[_Place, dict[str, Cell]] = {}
    for cell in plan.cells:
        levels = dict(cell.levels)
        policy = str(levels.pop(FACTOR))
        if not cell.adaptive:
            found.setdefault(tuple(levels.items()), {})[policy] = cell
    return found


def _values(rows: Sequence[pd.DataFrame], what: str) -> np.ndarray:
    """Return a measure (trials, policies) of cells whose trials are paired, NaN for none."""
    columns: list[np.ndarray] = []
    for own in rows:
        name = "fell" if what == SURVIVED else what
        if name not in own:
            columns.append(np.full(len(own), np.nan))
            continue
        numbers = pd.to_numeric(own[name]).to_numpy(dtype=float, na_value=np.nan)
        numbers = 1.0 - numbers if what == SURVIVED else numbers
        columns.append(np.where(own["valid"].to_numpy(dtype=bool), numbers, np.nan))
    return np.column_stack(columns)


def _row(
    name: str, rows: pd.DataFrame, summary: CellEntry, ranks: dict[str, dict[str, Any]]
) -> PolicyRow:
    valid = rows[rows["valid"].astype(bool)]
    fell = int(valid["fell"].sum())
    share = proportion_interval(len(valid) - fell, len(valid))
    most = _most_fall(summary)
    measures = {
        name: _measure(summary["measures"][name], len(valid), fell, most and name != "duration_s")
        for name in MEASURES
        if name in summary["measures"]
    }
    return {
        "policy": name,
        "no_evidence": [one["says"] for one in summary["standing"]["withheld"]],
        "trials": len(rows),
        "valid": len(valid),
        "survived": len(valid) - fell,
        "survival": Survival(**asdict(share), note="" if len(valid) else "no valid trial"),
        "measures": measures,
        "ranks": ranks,
    }


def _most_fall(summary: CellEntry) -> bool:
    """Return whether more than half of a cell's walks fall: means of the rest are no sample."""
    share = summary["fell"]["share"]
    return share is not None and share > 0.5


def _noted(ranks: list[Rank], what: str, most: Sequence[bool]) -> list[Rank]:
    """Return a note that policies without a rank lack it for their falls."""
    if what == SURVIVED:
        return ranks
    pairs = zip(ranks, most, strict=True)
    return [replace(one, note=MOST_FALL) if falls else one for one, falls in pairs]


def _measure(summary: Numbers, valid: int, fell: int, most: bool) -> PolicyMean:
    known = int(summary["trials"] or 0)
    if known and most:
        return {"mean": None, "low": None, "high": None, "trials": known, "note": MOST_FALL}
    note = ""
    if not known and not valid:
        note = "no valid trial"
    elif not known:
        note = (
            f"all {fell} fell before it could be measured" if fell == valid else "no trial has it"
        )
    elif summary["low"] is None:
        note = f"fewer than {FEWEST} trials give no interval"
    return {
        "mean": summary["mean"],
        "low": summary["low"],
        "high": summary["high"],
        "trials": known,
        "note": note,
    }


def _overall(
    scores: Sequence[Mapping[str, np.ndarray]],
    names: Sequence[str],
    plan: Plan,
    fallen: Sequence[bool],
) -> list[dict[str, Any]]:
    """Return ranks by each seed's mean over the places where every policy walked.

    Args:
        fallen: whether most walks of a policy fall in one of them: survival alone ranks it then.
    """
    if not scores:
        return []
    ranks: dict[str, list[Rank]] = {}
    for what, first in RANKED.items():
        means = np.mean([one[what] for one in scores], axis=0)  # NaN unless a seed has all places
        found = rank(means, first, _generator(plan, what, "overall"))
        ranks[what] = _noted(found, what, fallen)
    return [
        {"policy": name, "ranks": {what: asdict(ranks[what][i]) for what in RANKED}}
        for i, name in enumerate(names)
    ]


def _generator(plan: Plan, what: str, where: str) -> np.random.Generator:
    return named_generator(plan.config.seed, "rank", what, where)
