"""The report's section on groups of policies: interquartile means, failures, improvement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..analysis.policy_groups import SCORES, PolicyGroups
from ..study.policy_names import policy_words
from .policy_tables import named
from .section import Material, Section
from .tables import Table

WORDS = (
    "Each group is one entry, such as the seeds of one training. Scores are the interquartile mean "
    "over its policies and all places (the middle half), with 95 % intervals of a bootstrap that "
    "draws the policies of each place anew (Agarwal et al. 2021). Improvement: how probably a "
    "policy of the first group does better than one of the second in the same place."
)


class PolicyGroupsSection(PolicyGroups):
    """Scores of groups, and which does better."""

    def section(self, material: Material) -> Section | None:
        """Return the section; None of a run without groups."""
        if not material.data.run.has_answer(self.name):
            return None
        found = material.data.answer(self.name) or {"groups": [], "improvements": []}
        return material.section(
            "Groups of policies",
            WORDS,
            "The groups could not be read.",
            lambda: group_table(found),
            lambda: improvement_table(found),
        )


def group_table(found: Mapping[str, Any]) -> Table:
    """Return one row a group."""
    rows = tuple(
        (
            str(one["name"]),
            str(len(one["policies"])),
            *(_score(what, one["scores"].get(what)) for what in SCORES),
            ", ".join(map(policy_words, one["failed"])) or "none",
        )
        for one in found["groups"]
    )
    head = ("group", "policies", *map(_heading, SCORES), "policies that fail in some place")
    return Table("Groups: interquartile means", head, rows)


def improvement_table(found: Mapping[str, Any]) -> Table | None:
    """Return one row a pair of groups."""
    rows = tuple(
        (" over ".join(one["between"]), *(_percent(one.get(what)) for what in SCORES))
        for one in found["improvements"]
    )
    head = ("group over group", *map(_heading, SCORES))
    return Table("Probability of improvement", head, rows) if rows else None


def _heading(what: str) -> str:
    return "survived" if what == "survived" else named(what).with_unit


def _score(what: str, score: Mapping[str, Any] | None) -> str:
    if what == "survived":
        return _percent(score)
    if score is None:
        return "–"
    text = named(what)
    ends = "" if score["low"] is None else f" ({text.interval(score['low'], score['high'])})"
    return text.number(score["estimate"]) + ends


def _percent(score: Mapping[str, Any] | None) -> str:
    if score is None:
        return "–"
    low, high = score["low"], score["high"]
    ends = "" if low is None else f" ({100 * low:.0f} to {100 * high:.0f} %)"
    return f"{100 * score['estimate']:.0f} %{ends}"
