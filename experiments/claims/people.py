"""What was found in people, and what the model does of it, beside a claim.

The model's numbers are those of docs/results/validation.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...sim.errors import ConfigError
from ..findings.page import human_findings
from ..findings.verdict import VERDICTS
from ..report.markdown import markdown_table
from .claim import Claim

NOT_COMPARED = "not compared"


@dataclass(frozen=True)
class ModelValue:
    """What the model does of a finding: its value with the interval, and the verdict."""

    value: str
    verdict: str


def model_values(validation: str) -> dict[str, ModelValue]:
    """Return the model's value of each finding, from the table of docs/results/validation.md."""
    rows = re.findall(r"^\| ([a-z0-9-]+) \|(.*)\|$", validation, re.MULTILINE)
    cells = {name: [cell.strip() for cell in row.split(" | ")] for name, row in rows}
    return {
        name: ModelValue(*row[2:4])
        for name, row in cells.items()
        if len(row) > 3 and row[3] in VERDICTS
    }


def people_section(claim: Claim, model: Mapping[str, ModelValue]) -> list[str]:
    """Return what is known of people beside the claim and whether the model agrees; or nothing.

    Raises:
        ConfigError: the claim names a finding that is not known.
    """
    known = human_findings().set_index("id")
    rows: list[tuple[str, ...]] = []
    for name in claim.people:
        if name not in known.index:
            raise ConfigError(f"{claim.experiment}: people: no finding {name!r} is known")
        human = known.loc[name]
        own = model.get(name)
        rows.append(
            (
                str(human["quantity"]),
                f"{human['human_value']} ({human['condition']})",
                f"{human['source']} ({human['evidence']})",
                own.value.replace("; ", "<br>") if own else "–",
                f"**{own.verdict}**" if own else NOT_COMPARED,
            )
        )
    if not rows:
        return []
    head = (
        *("quantity", "people", "source (how far to trust it)"),
        *("model ([validation](../validation.md))", "model and people"),
    )
    return ["## People beside the model", markdown_table(head, rows)]


def agreement(claim: Claim, model: Mapping[str, ModelValue]) -> str:
    """Say how the findings beside a claim came out: `agrees 1, cannot tell 2`."""
    found = [model[name].verdict for name in claim.people if name in model]
    return counts(found) or "nothing known"


def counts(verdicts: Sequence[str]) -> str:
    """Return how often each verdict is among these, in words."""
    return ", ".join(f"{one} {verdicts.count(one)}" for one in VERDICTS if one in verdicts)
