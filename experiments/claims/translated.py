"""The table of claims in another language, from its words (`claims/words/LANGUAGE.yaml`).

What has no words yet stays English: titles of experiments, reasons, parts that are new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...models.yaml_source import read_yaml
from ..report.markdown import markdown_table
from ..report.plain_words import PlainWords, plain_words
from .claim import Claim
from .page import parts_of
from .verdict import verdict
from .words import PLAINLY, SUPPORT, interval, quantity


def translated_page(path: Path, found: Sequence[tuple[Claim, dict[str, Any]]]) -> str:
    """Return the page of the words at `path`, whose name is the language.

    Raises:
        ConfigError: the words cannot be read, or there are no plain words of that language.
    """
    words, plain = read_yaml(path).data, plain_words(path.stem)
    rows = [_row(claim, results, words, plain) for claim, results in found]
    head = [f"# {words['title']}", words["intro"].strip()]
    note = (
        f"<!-- Written by `python -m retrowalk.experiments.claims`; words: words/{path.name}. -->"
    )
    return (
        "\n\n".join([note, *head, markdown_table(words["head"], rows), words["end"].strip()]) + "\n"
    )


def _row(
    claim: Claim, results: dict[str, Any], words: Mapping[str, Any], plain: PlainWords
) -> tuple[str, ...]:
    own: Mapping[str, Any] = words["claims"].get(claim.experiment, {})
    tested = parts_of(claim, results)
    answer = verdict([one for _, _, one in tested])
    parts = own.get("parts", {})
    by: dict[str, list[str]] = {}
    for test, _, found in tested:
        by.setdefault(words["outcomes"][PLAINLY[found]], []).append(parts.get(test.part, test.part))
    short = "<br>".join(f"**{said}**: {'; '.join(names)}" for said, names in by.items())
    test, contrast, _ = tested[0]
    number = "–"
    if contrast is not None and not contrast.get("withheld") and contrast["low"] is not None:
        name = plain.texts["names"].get(test.measure, test.measure)
        number = f"{name}: {plain.number(quantity(contrast))} ({plain.number(interval(contrast))})"
    said = own.get("claim", claim.claim.strip())
    support = words["support"][SUPPORT[answer].lower()]
    return f"[{said}]({claim.experiment}.md)", f"**{support}**", short, number
