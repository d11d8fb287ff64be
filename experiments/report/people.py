"""The report's section on people: what was found in them beside the run's own contrasts."""

from __future__ import annotations

from collections.abc import Sequence

from ..findings.beside import HUMAN_RANGES
from ..findings.page import human_findings
from ..findings.verdict import CANNOT_TELL
from .answer import Comparison
from .section import Material, Section
from .tables import Table

NO_EVIDENCE = "no evidence"
_WAYS = ("backward", "forward")


def people_section(material: Material) -> Section | None:
    """Return the contrasts that people were measured in too; None without any."""
    made = material.section(
        "People beside the model",
        "What was found in people, how far the source can be trusted, and whether the run's whole "
        "interval lies where they do. People may have walked at other speeds.",
        "",
        lambda: beside_people(material.contrasts),
    )
    return made if made.tables else None


def beside_people(contrasts: Sequence[Comparison]) -> Table | None:
    """Return one row a contrast of the directions that people were measured in; None without."""
    known = human_findings().set_index("id")
    rows: list[tuple[str, ...]] = []
    for item in contrasts:
        if not measured_in_people(item):
            continue
        human = HUMAN_RANGES[item.column]
        finding = known.loc[human.finding]
        rows.append(
            (
                f"{item.measure}{f' ({item.where})' if item.where else ''}",
                f"{item.shown} ({item.interval})" if item.known else "–",
                f"{human.expected.words} ({finding['condition']})",
                f"{finding['source']} ({finding['evidence']})",
                verdict(item),
            )
        )
    head = ("backward against forward", "this run (95 % interval)", "people", "source", "verdict")
    return Table("People beside the model", head, tuple(rows)) if rows else None


def measured_in_people(item: Comparison) -> bool:
    """Return whether people were measured in just this contrast."""
    human = HUMAN_RANGES.get(item.column)
    if human is None or (item.first, item.second) != _WAYS or item.pooled or item.across:
        return False
    return human.ratio == item.ratio


def verdict(item: Comparison) -> str:
    """Say whether a contrast `measured_in_people` lies where they do."""
    if item.withheld:
        return NO_EVIDENCE
    if not item.known:
        return CANNOT_TELL
    return HUMAN_RANGES[item.column].expected.verdict(item.low, item.high)
