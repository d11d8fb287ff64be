"""Definition of a measure: name, meaning, unit and source."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from ...data_files import beside
from .label import Label, label_of_name, words
from .muscle_groups import CHAINS, MUSCLE_GROUPS

PLACEHOLDERS = {
    "<group>": MUSCLE_GROUPS,
    "<part>": (*MUSCLE_GROUPS, *CHAINS),
    "<joint>": ("hip_flexion", "hip_adduction", "knee", "ankle", "mtp"),
}
"""What stands for several columns in a measure's name: muscle groups, groups and chains, joints."""

Topic = Literal["Gait", "Balance", "Muscle load", "Energy", "Joints and forces"]
TOPICS: tuple[Topic, ...] = get_args(Topic)
"""Headings under which a report tells measures, in this order."""


CHANGES = {
    2: "steady walking ends 6 s before a fall, a foot stands from 20 N, loading is filtered at "
    "20 Hz, Bhargava's two columns were exchanged, who senses late knows of a slip after the delay "
    "only",
}
"""What each edition of the definitions changed, so that numbers of a name mean something else."""
DEFINITIONS = str(max(CHANGES))
"""Present edition: old and new numbers are not taken for the same."""


@dataclass(frozen=True)
class Measure:
    """One column of the results.

    Attributes:
        name: the column; a placeholder in it (`PLACEHOLDERS`) stands for each of its names.
        definition: how it is computed, in words.
        unit: SI unit, or `1` for a share or count.
        sign: what a positive (or larger) value means.
        source: publication of the definition, or `own`.
        limits: what it cannot tell, and when it is null.
        label: what people read; words alone take unit and digits from the name's suffix, and
            without any the name is read. topic: heading under which it is told, or none.
        place: in the topic's table, equal ones in the catalogue's order; None: in no such table.
        level: `stride` is in `strides` too, and its trial value is the mean over the trial's steady
            strides; `trial` exists for a whole trial only.
        geometry: the column that is the part of it which the shape of the foot makes; empty where
            there is none or it is not known. Tells what a difference between directions is made of.
        variability: whether it tells how unlike steps or strides are. Of a walker whose senses and
            muscles have no noise that is a limit cycle's, not people's.
        needs: what it needs of the body (`needs`), beside what its placeholders stand for; it is
            null for a body that lacks it.
    """

    name: str
    definition: str
    unit: str
    sign: str = "magnitude"
    source: str = "own"
    limits: str = "null without a complete steady stride"
    level: Literal["stride", "trial"] = "stride"
    label: str | Label = ""
    topic: Topic | None = None
    place: int | None = None
    geometry: str = ""
    variability: bool = False
    needs: tuple[str, ...] = ()

    @property
    def shown(self) -> Label:
        """Label with which its numbers are displayed."""
        if isinstance(self.label, Label):
            return self.label
        return label_of_name(self.name, self.label)

    def columns(self) -> tuple[Measure, ...]:
        """Return the measure for each name of its placeholder, or itself alone without one."""
        for placeholder, names in PLACEHOLDERS.items():
            if placeholder in self.name:
                return tuple(self._of(placeholder, name) for name in names)
        return (self,)

    def _of(self, placeholder: str, name: str) -> Measure:
        shown = self.shown
        return replace(
            self,
            name=self.name.replace(placeholder, name),
            definition=self.definition.replace(placeholder, words(name)),
            label=replace(shown, text=shown.text.replace(placeholder, words(name))),
            place=None if name in MUSCLE_GROUPS else self.place,  # groups have tables of their own
            needs=(*self.needs, f"{'joint' if placeholder == '<joint>' else 'group'} {name}"),
        )


def read_measures(module: str, **numbers: Any) -> tuple[Measure, ...]:
    """Return the measures of the TOML file beside `module`, a table each.

    In its texts `{name}` stands for one of `numbers` or for a text of its table `phrases`.
    """
    file = beside(module, f"{module.rpartition('.')[2]}.toml")
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    for key, phrase in tables.pop("phrases", {}).items():
        numbers[key] = phrase.format(**numbers)
    return tuple(_measure(name, table, numbers) for name, table in tables.items())


def _measure(name: str, table: dict[str, Any], texts: dict[str, Any]) -> Measure:
    fields: dict[str, Any] = {
        key: value.format(**texts) if isinstance(value, str) else value
        for key, value in table.items()
    }
    if isinstance(fields.get("label"), dict):
        fields["label"] = Label(**fields["label"])
    fields["needs"] = tuple(fields.get("needs", ()))
    return Measure(name, **fields)
