"""Labels of columns and levels; a measure carries its own."""

from __future__ import annotations

from typing import Any

from ...sim.fields import is_number
from ...sim.measures.base.definition import TOPICS
from ...sim.measures.base.label import Label, label_of_name, words
from ...sim.measures.catalogue import COLUMNS, MEASURES
from .controller_factor import FIRST, TRAINING, WHOLE
from .policy_names import policy_words

_NAMED = {
    "duration_s": Label("time walked", "s", digits=1),
    "time_to_fall_s": Label("time until the fall", "s", digits=1),
    "fell": Label("share of trials with a fall", "%", 100.0, 0),
    "falls_per_100_m": Label("falls per 100 m", digits=1),
}
"""Columns that are no measure and say more than their name."""


def _by_topic() -> dict[str, tuple[str, ...]]:
    placed = [measure for measure in COLUMNS.values() if measure.place is not None]
    placed.sort(key=lambda measure: measure.place or 0)
    return {topic: tuple(m.name for m in placed if m.topic == topic) for topic in TOPICS}


MEASURE_GROUPS: dict[str, tuple[str, ...]] = _by_topic()
"""The measures by topic, in the order in which they are told."""


def label(column: str) -> Label:
    """Return the `Label` of a column of trials.parquet; unknown ones are read off their suffix."""
    if column in COLUMNS:
        return COLUMNS[column].shown
    return _NAMED.get(column) or label_of_name(column)


def quantity_words(quantity: str) -> str:
    """Return the label of a quantity with columns `<quantity>_<group>`, without the group."""
    measure = next(one for one in MEASURES if one.name == f"{quantity}_<part>")
    return measure.shown.text.removeprefix("<part> ")


def level_words(factor: str, level: Any) -> str:
    """Return a factor's level as a reader says it: `0.8 m/s`, `rough 2 cm`, `backward`."""
    if factor.endswith("_m_per_s") and not isinstance(level, str):
        return f"{float(level):g} m/s"
    if factor == "policy":
        return policy_words(str(level))
    if factor == TRAINING:
        return {WHOLE: "the whole training", FIRST: "its first part"}[str(level)]
    if isinstance(level, str):
        return level.replace("_", " ")
    text = label(factor)
    number = is_number(level) and text.unit
    return f"{text.text} {text.quantity(level)}" if number else f"{words(factor)} {level}"
