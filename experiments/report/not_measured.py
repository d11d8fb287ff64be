"""The report's section on measures that the body cannot give."""

from __future__ import annotations

from ...models.body import build_body
from ...sim.measures.not_measured import cannot
from ..study.labels import label
from .section import Material, Section
from .tables import Table

_NAMED = 6  # measures that are named for each reason


def not_measured_section(material: Material) -> Section | None:
    """Return what is null because of the body, by reason; None where nothing is."""
    made = material.section(
        "Not measured",
        "These are null for want of what they need; not_measured.parquet names every measure that "
        "is null in all trials of a condition, with the reason.",
        "",
        lambda: _table(material),
    )
    return made if made.tables else None


def _table(material: Material) -> Table | None:
    rows: dict[tuple[str, str], list[str]] = {}
    trials = material.data.trials
    for body in trials["body"].unique() if "body" in trials else ():
        for measure, reason in cannot(build_body(body).parts).items():
            rows.setdefault((body, reason), []).append(measure)
    told = tuple(
        (body, f"{reason[0].upper()}{reason[1:]}", str(len(names)), _named(names))
        for (body, reason), names in rows.items()
    )
    head = ("body", "why", "measures", "among them")
    return Table("Measures that the body cannot give", head, told) if told else None


def _named(names: list[str]) -> str:
    first = ", ".join(label(name).text for name in names[:_NAMED])
    return f"{first} …" if len(names) > _NAMED else first
