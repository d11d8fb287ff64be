"""The answer for a coach: a paragraph of plain words for each pair of sides.

What was asked first comes first; then what is certain, the largest difference first; then what
shows no clear difference, what has no answer, what people were found to do alike or otherwise, and
the falls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..findings.verdict import AGREES, DISAGREES
from .answer import Comparison, by_certainty, over_settings, topic_of
from .data import Cell, RunData
from .other_controllers import Contradiction, contradictions
from .people import measured_in_people, verdict
from .plain_words import PlainWords

MOST_SIDES = 3
MOST_CLAUSES = 9
MOST_OF_TOPIC = 3


@dataclass(frozen=True)
class Paragraph:
    """`sides`: what is compared; `first`: what was asked; `others`: clauses; `ends`: sentences.

    `otherwise`: where other controllers of the project answer otherwise; empty where none does.
    """

    sides: str
    first: str
    others: tuple[str, ...]
    ends: tuple[str, ...]
    otherwise: str = ""

    @property
    def text(self) -> str:
        """The whole paragraph."""
        clauses = "; ".join(one for one in (self.first, *self.others) if one)
        told = [f"{self.sides}: {clauses}."] if clauses else []
        told += [self.otherwise] if self.otherwise else []
        return " ".join([*told, *self.ends])


def summary(data: RunData, items: Sequence[Comparison], words: PlainWords) -> list[Paragraph]:
    """Return the paragraphs; none where no contrast is an answer."""
    shown = over_settings(items)
    found: dict[str, list[Comparison]] = {}
    for item in shown:
        found.setdefault(item.sides, []).append(item)
    if not any(item.known for item in shown):
        return []
    falls = falls_in_words(data.cells, words)
    told = [_paragraph(data, own, words) for own in list(found.values())[:MOST_SIDES]]
    last = told[-1]
    return [*told[:-1], replace(last, ends=(*last.ends, *([falls] if falls else [])))]


def _paragraph(data: RunData, items: list[Comparison], words: PlainWords) -> Paragraph:
    asked = items[0]
    clear = [item for item in by_certainty(items[1:]) if item.clear]
    picked: list[Comparison] = []
    for item in clear:
        alike = [one for one in picked if topic_of(one.column) == topic_of(item.column)]
        if len(alike) < MOST_OF_TOPIC:
            picked.append(item)
    unclear = [words.name(item) for item in items if item.known and not item.clear]
    unknown = [words.name(item) for item in items if not item.known]
    beside = [item for item in items if item.known and measured_in_people(item)]
    alike = [words.name(item) for item in beside if verdict(item) == AGREES]
    unlike = [words.name(item) for item in beside if verdict(item) == DISAGREES]
    told = {"none_clear": unclear, "no_answer": unknown, "as_people": alike, "unlike": unlike}
    ends = [
        words.texts[key].format(names=words.listed(list(dict.fromkeys(names))))
        for key, names in told.items()
        if names
    ]
    return Paragraph(
        words.sides(asked, _same_speed(data, asked)) + words.place(asked),
        words.clause(asked) if asked.clear else "",
        tuple(words.clause(item) for item in picked[:MOST_CLAUSES]),
        tuple(ends),
        _otherwise(contradictions(data.config, [asked, *picked[:MOST_CLAUSES]]), words),
    )


def _otherwise(found: Sequence[Contradiction], words: PlainWords) -> str:
    """Say what another controller answers, of what the paragraph tells."""
    if not found:
        return ""
    clauses = [words.clause(one.other) for one in found if one.other.clear]
    alike = [words.name(one.other) for one in found if not one.other.clear]
    said = words.texts["otherwise"]
    if alike:
        clauses.append(said["alike"].format(names=words.listed(alike)))
    policies = list(dict.fromkeys(one.policy for one in found))
    return said["says"].format(
        policy=words.listed(policies),
        speed=words.number(f"{found[0].speed_m_per_s:g} m/s"),
        clauses="; ".join(clauses),
    )


def _same_speed(data: RunData, item: Comparison) -> str:
    """Return the speed that all trials were told to walk; empty where it is not one."""
    asked = data.trials.get("commanded_speed_m_per_s")
    if asked is None or item.factor != "direction" or asked.nunique() != 1:
        return ""
    return f"{float(asked.iloc[0]):g} m/s"


def falls_in_words(cells: Sequence[Cell], words: PlainWords) -> str:
    """Say how many fell; empty without trials."""
    walks = sum(len(cell.valid) for cell in cells)
    if not walks or any("fell" not in cell.rows for cell in cells):
        return ""
    said = words.texts["falls"]
    if not any(cell.fallen for cell in cells):
        return said["none"].format(walks=walks)
    counts = [
        said["count"].format(
            label=words.texts["levels"].get(cell.label, cell.label),
            fell=cell.fallen,
            walks=len(cell.valid),
        )
        for cell in cells
    ]
    return said["some"].format(counts=", ".join(counts))
