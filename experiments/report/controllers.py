"""The report's section on controllers: the same contrast with each gait, and over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..analysis.controllers import AGREEING, FEWEST_CONTROLLERS, POLICY, Controllers
from .answer import Comparison, comparison
from .section import Material, Section
from .tables import Table

WORDS = (
    "Each controller is one way in which such a body may walk. The interval over them (Student's t "
    "on the controllers' own estimates) holds what differs between controllers beside chance "
    f"between trials; an answer asks for {FEWEST_CONTROLLERS} controllers or more, of which "
    f"{AGREEING:.0%} are on one side. Controllers that give no answer are told and not counted."
)


class ControllerSection(Controllers):
    """Every contrast by controller, and its answer over all."""

    def section(self, material: Material) -> Section | None:
        """Return the section; None if the run has one controller."""
        if not material.data.run.has_answer(self.name):
            return None
        found = (material.data.answer(self.name) or {}).get("contrasts", [])
        return material.section(
            "Controllers", WORDS, "No contrast has several controllers.", lambda: table_of(found)
        )


def table_of(contrasts: Sequence[Mapping[str, Any]]) -> Table | None:
    """Return one row a controller of each contrast, then the one over all."""
    rows = [row for one in contrasts for row in _rows(one)]
    head = ("contrast", "controller", "estimate (95 % interval)", "answer")
    return Table("Contrasts by controller", head, tuple(rows)) if rows else None


def _rows(one: Mapping[str, Any]) -> list[tuple[str, ...]]:
    asked = {key: one[key] for key in ("measure", "between", "as", "where")}
    over = comparison({**asked, **{key: one[key] for key in ("estimate", "low", "high")}})
    name = f"{over.measure}, {over.sides_alone}{f' ({over.where})' if over.where else ''}"
    rows = [(name, str(own[POLICY]), *_told(asked, own)) for own in one["controllers"]]
    agreed = f"{one['agreeing']} of {one['counted']} on one side: {one['says']}"
    return [*rows, (name, "over controllers", _number(over), agreed)]


def _told(asked: Mapping[str, Any], own: Mapping[str, Any]) -> tuple[str, str]:
    shown = comparison({**asked, **own, "withheld": []})
    if own["withheld"]:
        return "–", f"not counted: {own['withheld'][0]}"
    return _number(shown), "" if own["counts"] else "not counted"


def _number(shown: Comparison) -> str:
    return f"{shown.shown} ({shown.interval})" if shown.known else "–"
