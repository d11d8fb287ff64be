"""The report's section on controllers: the same contrast by each, and over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..analysis.agreement import AGREEING, FEWEST_CONTROLLERS
from ..analysis.controllers import Controllers
from ..study.controller_factor import CONTROLLER
from ..study.controllers import GATES, GATES_ASKED
from .answer import Comparison, comparison
from .section import Material, Section
from .tables import Table

WORDS = (
    "Each controller is one way in which such a body may walk. The interval over them (Student's t "
    "on the controllers' own estimates) holds what differs between controllers beside chance "
    f"between trials. An answer asks for {FEWEST_CONTROLLERS} controllers or more, of which "
    f"{AGREEING:.0%} are on one side, for an interval that leaves no difference out, of falls for "
    f"an exact test, and for a forward gait that holds {GATES_ASKED} of {GATES} measures of "
    "people. What a controller cannot walk, or gives no answer to, is told and not counted."
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
    head = ("contrast", "controller", "estimate (95 % interval)", "forward gates", "answer")
    return Table("Contrasts by controller", head, tuple(rows)) if rows else None


def _rows(one: Mapping[str, Any]) -> list[tuple[str, ...]]:
    asked = {key: one[key] for key in ("measure", "between", "as", "where", "pooled")}
    over = comparison({**one, "withheld": []})
    name = f"{over.measure}, {over.sides_alone}{f' ({over.where})' if over.where else ''}"
    rows = [(name, str(own[CONTROLLER]), *_told(asked, own)) for own in one["controllers"]]
    agreed = f"{one['agreeing']} of {one['counted']} on one side: {one['says']}"
    return [*rows, (name, "over controllers", _number(over), "", agreed)]


def _told(asked: Mapping[str, Any], own: Mapping[str, Any]) -> tuple[str, str, str]:
    gates = "" if own["forward_gates"] is None else f"{own['forward_gates']} of {GATES}"
    shown = comparison({**asked, **own, "withheld": []})
    if own["withheld"]:
        return "–", gates, f"not counted: {own['withheld'][0]}"
    return _number(shown), gates, "" if own["counts"] else "not counted"


def _number(shown: Comparison) -> str:
    return f"{shown.shown} ({shown.interval})" if shown.known else "–"
