"""The section on a cohort: in how many people a contrast goes which way, and who they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..analysis.cohort import Cohort
from ..analysis.refusals import SHORT
from .answer import comparison
from .section import Material, Section
from .tables import Table

WORDS = (
    "People drawn from published distributions, who all walk every condition. A person's contrast "
    "is within the person; the interval is over people (Student's t; over people and controllers, "
    "where several walk). Who gives no answer is told and not counted."
)


class CohortSection(Cohort):
    """Contrasts over people, and the people."""

    def section(self, material: Material) -> Section | None:
        """Return the section; None of a run without a cohort."""
        if not material.data.run.has_answer(self.name):
            return None
        found = material.data.answer(self.name) or {"contrasts": [], "people": []}
        return material.section(
            "People",
            " ".join([WORDS, *failing(found["people"])]),
            "Nothing is compared within people.",
            lambda: contrast_table(found["contrasts"]),
            lambda: people_table(found["people"]),
        )


def failing(people: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say with whom the gait fails, and in how many conditions; empty where with nobody."""
    names = [f"{one['name']} ({len(one['fails_in'])})" for one in people if one["fails_in"]]
    if not names:
        return []
    some = f"The gait fails with {len(names)} of {len(people)} people in some conditions (how many)"
    return [f"{some}: {', '.join(names)}."]


def not_counted(over: Mapping[str, Any]) -> str:
    """Say who gives no answer to a contrast over people, and why: `2: the gait fails (p03, p07)`.

    `over` is a contrast of `cohort.json`; empty where everybody gives one.
    """
    if not over["n_dropped"]:
        return ""
    who: dict[str, list[str]] = {}
    for own in over["people"]:
        if not own["counts"]:
            why = SHORT[own["reasons"][0]] if own["reasons"] else "no value"
            who.setdefault(why, []).append(own["person"])
    told = "; ".join(f"{why} ({', '.join(names)})" for why, names in who.items())
    return f"{over['n_dropped']}: {told}"


def contrast_table(contrasts: Sequence[Mapping[str, Any]]) -> Table | None:
    """Return one row a contrast."""
    rows: list[tuple[str, ...]] = []
    for one in contrasts:
        over = comparison({**one, "withheld": []})
        name = f"{over.measure}, {over.sides_alone}{f' ({over.where})' if over.where else ''}"
        mean = f"{over.shown} ({over.interval})" if over.known else "–"
        told = [f"{name} {says}" for name, says in one.get("not_counted", {}).items()]
        lacking = "; ".join(filter(None, (not_counted(one), *told)))
        rows.append((name, one["says"], mean, lacking))
    head = ("contrast", "people", "mean over people (95 % interval)", "not counted")
    return Table("Contrasts over people", head, tuple(rows)) if rows else None


def people_table(people: Sequence[Mapping[str, Any]]) -> Table | None:
    """Return one row a person."""
    rows = tuple(
        (
            str(one["name"]),
            str(one["sex"]),
            f"{one['age_years']:.0f}",
            f"{100 * one['height_m']:.0f}",
            f"{one['mass_kg']:.0f}",
            f"{one['strength']:.2f}",
            f"{one['sensory_noise']:.2f}",
            ", ".join(one["fails_in"]),
        )
        for one in people
    )
    head = (
        *("person", "sex", "age, years", "height, cm", "mass, kg", "strength"),
        *("noise of senses", "the gait fails"),
    )
    return Table("The people", head, rows, folded=True) if rows else None
