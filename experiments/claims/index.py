"""The table of all claims with their answers (`docs/results/claims/index.md`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..report.markdown import markdown_table
from .answering import Several
from .claim import Claim
from .over_people import in_people
from .page import stale, summary
from .people import ModelValue, agreement
from .verdict import RULE
from .words import SUPPORT

HEAD = """\
<!-- Written by `python -m retrowalk.experiments.claims write`. -->

# What is said of walking backwards, and what the simulation says

Each claim has an experiment (`retrowalk run NAME`), a rule that turns its intervals into an
answer, and a page with the numbers and what they cannot show. `make claims` runs them all and
writes these pages. For coaches in [German](index.de.md) and [Spanish](index.es.md)."""

FOOT = """\
Where several controllers walk what is asked, the answer is theirs together, or that this model
cannot say; all other answers are those of one controller, beside people in
[validation.md](../validation.md), and another may contradict it
([controllers.md](../controllers.md)). `make claims-full` walks and writes what all controllers say
(`docs/results/claims/full.yaml`). What training over weeks does, no page here can tell."""


def index_page(
    found: Sequence[tuple[Claim, dict[str, Any], Several]], model: Mapping[str, ModelValue]
) -> str:
    """Return the index of claims as Markdown; `model` as `model_values` gives it."""
    rows: list[tuple[str, ...]] = []
    for claim, results, several in found:
        answer, short, numbers = summary(claim, results, several)
        numbers = "<br>".join(filter(None, (numbers, in_people(several, claim.tests[0]))))
        link = f"[{claim.experiment}]({claim.experiment}.md)"
        answered = f"**{SUPPORT[answer].lower()}**"
        rows.append((link, claim.claim.strip(), answered, short, numbers, agreement(claim, model)))
    head = (
        *("experiment", "people are told", "answer", "in short", "main number (95 % interval)"),
        "findings in people and the model",
    )
    told = stale([results for _, results, _ in found])
    parts = (HEAD, *told, markdown_table(head, rows), FOOT, f"The rule. {RULE}")
    return "\n\n".join(parts) + "\n"
