"""Groups of policies, such as the seeds of one training, each as one entry (`groups.json`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypedDict

import numpy as np
import pandas as pd

from ...sim.random_streams import named_generator
from ..statistics.aggregate import improvement, interquartile_interval, profile
from ..study.plan import Plan
from .answer import Answer, Evidence

POLICY = "policy"
SURVIVED = "survived"
SCORES = {SURVIVED: True, "cost_of_transport_j_per_kg_m": False, "activation_mean": False}
"""What groups are scored by, and whether more is better."""
THRESHOLDS = (0.25, 0.5, 0.75, 0.9, 1.0)
"""Shares of walks that survive, of the performance profile."""


class GroupAnswers(TypedDict):
    """The content of `groups.json`: scores of each group, and of each pair of them."""

    groups: list[dict[str, Any]]
    improvements: list[dict[str, list[str] | dict[str, float | None]]]


class PolicyGroups(Answer[GroupAnswers]):
    """Interquartile means of groups of policies over all places."""

    name = "groups"

    def applies(self, plan: Plan) -> bool:
        """Where the config names groups."""
        return bool(plan.config.groups)

    def answer(self, evidence: Evidence) -> GroupAnswers:
        """Return the scores of the groups."""
        return score_groups(evidence.trials, evidence.plan)


def score_groups(trials: pd.DataFrame, plan: Plan) -> GroupAnswers:
    """Return the content of `groups.json`.

    A score is a policy's mean over its walks at a place; those of a group are (policies, places).
    """
    table = {
        name: {what: _scores(policies, what, trials, plan) for what in SCORES}
        for name, policies in plan.config.groups.items()
    }
    groups = [
        {
            "name": name,
            "policies": list(plan.config.groups[name]),
            "failed": _failed(plan.config.groups[name], scores[SURVIVED]),
            "scores": {
                what: asdict(interquartile_interval(values, _rng(plan, name, what)))
                for what, values in scores.items()
                if np.isfinite(values).all()
            },
            "profile": dict(
                zip(map(str, THRESHOLDS), profile(scores[SURVIVED], THRESHOLDS), strict=True)
            ),
        }
        for name, scores in table.items()
    ]
    names = list(table)
    return {
        "groups": groups,
        "improvements": [
            _improvement(first, second, table, plan)
            for place, first in enumerate(names)
            for second in names[place + 1 :]
        ],
    }


def _improvement(
    first: str, second: str, table: Mapping[str, Mapping[str, np.ndarray]], plan: Plan
) -> dict[str, list[str] | dict[str, float | None]]:
    found: dict[str, list[str] | dict[str, float | None]] = {"between": [first, second]}
    for what, more_is_better in SCORES.items():
        sign = 1.0 if more_is_better else -1.0
        own, other = (sign * table[name][what] for name in (first, second))
        if np.isfinite(own).all() and np.isfinite(other).all():
            found[what] = asdict(improvement(own, other, _rng(plan, first, second, what)))
    return found


def _scores(policies: Sequence[str], what: str, trials: pd.DataFrame, plan: Plan) -> np.ndarray:
    """Return each policy's mean at each place, (policies, places); NaN where no walk has one."""
    found: dict[str, list[float]] = {policy: [] for policy in policies}
    for cell in plan.cells:
        if cell.adaptive or cell.policy not in found:
            continue
        rows = trials[trials["cell"] == cell.index]
        valid = rows[np.asarray(rows["valid"], dtype=bool)]
        if what == SURVIVED:
            values = 1.0 - np.asarray(valid["fell"], dtype=float)
        else:
            values = np.asarray(pd.to_numeric(valid[what]), dtype=float)
            values = values[np.isfinite(values)]
        found[cell.policy].append(float(values.mean()) if len(values) else np.nan)
    return np.array([found[policy] for policy in policies])


def _failed(policies: Sequence[str], survived: np.ndarray) -> list[str]:
    """Return the policies of which most walks fall in some place."""
    return [policy for policy, own in zip(policies, survived, strict=True) if (own < 0.5).any()]


def _rng(plan: Plan, *where: str) -> np.random.Generator:
    return named_generator(plan.config.seed, "group", *where)
