"""The answers in sentences: one for each contrast, and one for the falls."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...sim.measures.catalogue import COLUMNS
from ..analysis.refusals import SHORT
from ..study.labels import Label, label, level_words, words
from .data import Cell, RunData


@dataclass(frozen=True)
class Comparison:
    """One contrast, ready to be read.

    Attributes:
        column, measure: its name and its label without unit.
        factor: what the two sides differ in.
        first, second: the two sides; a ratio is first / second, a difference first - second.
        where: the setting that it holds in, in words; empty for everywhere.
        pooled: whether it is the mean over all settings.
        ratio: whether the estimate is a ratio.
        estimate, low, high: SI; NaN where there is none.
        shown, interval: the same as text, a ratio as a change in percent.
        clear: whether the interval (and Holm's corrected p, if given) rules out "no difference".
        effect: Hedges' g with its interval, as text. seen: smallest difference that this many
            pairs see with 80 % power, as text; empty where unknown.
        across: the levels of a second factor that the contrast is compared between, in words.
        aliases: effects that the design cannot tell apart from it, in words.
        method: how the interval was made.
        hangs_on: said where leaving out one pair of walks changes the answer; else empty.
        geometry: said where the shape of the foot is in the difference; else empty.
        geometry_share: which share of the difference that is.
        relative: the difference free of units, signed: the logarithm of a ratio, else the
            difference over the mean size of both sides (-2 to 2), without the foot's shape.
        withheld: sentences that say why it is no answer; none where it is one. why: the same in
            a few words. reason: the name of the first of them (`analysis.refusals.Reason`).
        remarks: sentences to read beside it.
    """

    column: str
    measure: str
    factor: str
    first: str
    second: str
    where: str
    pooled: bool
    ratio: bool
    estimate: float
    low: float
    high: float
    shown: str
    interval: str
    clear: bool
    pairs: int
    p_holm: float | None
    effect: str
    dropped: int
    note: str
    seen: str = ""
    across: str = ""
    aliases: str = ""
    method: str = ""
    hangs_on: str = ""
    geometry: str = ""
    geometry_share: float = 0.0
    relative: float = 0.0
    withheld: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    why: str = ""
    reason: str = ""

    @property
    def known(self) -> bool:
        """Whether there is an answer: an estimate with an interval, that is not withheld."""
        return not self.withheld and all(
            math.isfinite(value) for value in (self.estimate, self.low, self.high)
        )

    @property
    def higher(self) -> bool:
        """Whether the first side is the higher one."""
        return self.estimate > self.nothing

    @property
    def nothing(self) -> float:
        """The estimate that means no difference."""
        return 1.0 if self.ratio else 0.0

    @property
    def phrase(self) -> str:
        """The contrast inside a list that names its two sides: `step width: 2.0 cm more (...)`."""
        return f"{self.measure}: {self.told}"

    @property
    def told(self) -> str:
        """What was found of the measure, with the interval: `2.0 cm more (...)`."""
        place = f"{self.where}: " if self.where and not self.pooled else ""
        if self.withheld:
            return f"{place}no answer. {self.withheld[0]}"
        if not self.known:
            why = self.note or f"{self.pairs} usable pairs"
            return f"{place}the trials cannot tell, {why}"
        ends = f"(95 % interval {self.interval})"
        if self.low <= self.nothing <= self.high:
            return f"{place}no clear difference, {self.shown} {ends}{self._but}{self.can_see}"
        size = self.shown.lstrip("+\N{MINUS SIGN}")
        return f"{place}{size} {'higher' if self.higher else 'lower'} {ends}{self._but}"

    @property
    def _but(self) -> str:
        """Caveats of the number, as the end of a sentence."""
        told = "".join(f"; {one}" for one in (self.geometry, self.hangs_on) if one)
        return told + "".join(f". {one.rstrip('.')}" for one in self.remarks)

    @property
    def can_see(self) -> str:
        """Smallest detectable difference, as the end of a sentence."""
        return f"; one of {self.seen} would be seen in 80 % of such runs" if self.seen else ""

    @property
    def sides_alone(self) -> str:
        """What is compared with what, in words, without the settings."""
        first, second = _side(self.factor, self.first), _side(self.factor, self.second)
        across = f", {self.across}" if self.across else ""
        return f"{first} compared with {second}{across}"

    @property
    def sides(self) -> str:
        """What is compared with what, in words."""
        return self.sides_alone + (", mean over all settings" if self.pooled else "")


@dataclass(frozen=True)
class Topic:
    """The contrasts of one topic that go to the top of the page, and how many more there are."""

    name: str
    items: tuple[Comparison, ...]
    more: int


def topics(items: list[Comparison], most: int = 3) -> list[tuple[str, list[Topic]]]:
    """Sort contrasts by what is compared, then by topic; keep the `most` telling of each topic.

    The topic of the first contrast comes first, and the first contrast in it.
    """
    found: dict[str, dict[str, list[Comparison]]] = {}
    shown = over_settings(items)
    for item in [*shown[:1], *by_certainty(shown[1:])]:
        found.setdefault(item.sides, {}).setdefault(topic_of(item.column), []).append(item)
    return [
        (sides, [Topic(name, tuple(own[:most]), len(own[most:])) for name, own in parts.items()])
        for sides, parts in found.items()
    ]


def over_settings(items: Sequence[Comparison]) -> list[Comparison]:
    """Return the contrasts pooled over all settings, which stand for those of single settings."""
    return [item for item in items if item.pooled or not item.where] or list(items)


def by_certainty(items: Sequence[Comparison]) -> list[Comparison]:
    """Return what is certain first, then what is known; in each the largest difference first."""
    return sorted(items, key=lambda one: (not one.clear, not one.known, -abs(one.relative)))


def topic_of(column: str) -> str:
    """Return the heading under which a measure is told."""
    if column in COLUMNS and (topic := COLUMNS[column].topic):
        return topic
    return "Falls" if column == "fell" else "Other"


def _side(factor: str, level: str) -> str:
    return f"walking {level}" if factor == "direction" else level


def comparisons(data: RunData) -> list[Comparison]:
    """Return the run's contrasts, in the order of its config."""
    return [comparison(item) for item in data.contrasts]


def comparison(item: Mapping[str, Any]) -> Comparison:
    """Return an entry of `contrasts.json`, ready to be read."""
    text = label(str(item["measure"]))
    between: dict[str, Any] = item.get("between") or {}
    kept: dict[str, Any] = item.get("where") or {}
    factor, levels = next(iter(between.items()), ("", ["first", "second"]))
    first, second = (level_words(factor, level) for level in list(levels)[:2])
    where = ", ".join(level_words(name, level) for name, level in kept.items())
    where = "mean of all" if item.get("pooled") else where
    ratio = item.get("as") == "ratio"
    estimate, low, high = (_number(item.get(key)) for key in ("estimate", "low", "high"))
    p_holm = _number(item.get("p_holm"))
    nothing = 1.0 if ratio else 0.0
    shape = _geometry(item.get("geometry") or {}, estimate)
    withheld = tuple(_worded(str(one["says"])) for one in item.get("withheld") or ())
    clear = (low > nothing or high < nothing) and not p_holm >= 0.05 and not withheld
    if ratio:
        texts = percents(estimate - 1.0, low - 1.0, high - 1.0)
        shown, interval = f"{texts[0]} %", f"{texts[1]} to {texts[2]} %"
    else:
        unit = "%-points" if text.unit.startswith("%") else text.unit
        space = "" if unit in ("", "°") else " "
        shown = f"{'+' if estimate > 0 else ''}{text.number(estimate)}{space}{unit}"
        interval = f"{text.interval(low, high)}{space}{unit}"
    return Comparison(
        column=str(item["measure"]),
        measure=text.text,
        factor=factor,
        first=first,
        second=second,
        where=where,
        pooled=bool(item.get("pooled")),
        ratio=ratio,
        estimate=estimate,
        low=low,
        high=high,
        shown=shown if math.isfinite(estimate) and not withheld else "–",
        interval=interval if math.isfinite(low + high) and not withheld else "–",
        clear=clear,
        pairs=int(item.get("n_pairs") or 0),
        p_holm=p_holm if math.isfinite(p_holm) else None,
        effect=_effect(item),
        note=str(item.get("note") or ""),
        dropped=int(item.get("n_dropped") or 0),
        seen=_seen(item.get("detectable") or {}, text, ratio),
        across=_across(item.get("across") or {}),
        aliases=", ".join(" × ".join(map(words, one)) for one in item.get("aliases") or ()),
        method=str(item.get("method") or ""),
        hangs_on=_hangs_on(item.get("leave_one_out") or {}),
        geometry=f"{text.quantity(shape)} of it is the shape of the foot" if shape else "",
        geometry_share=shape / estimate if shape else 0.0,
        relative=_relative(item, estimate - (shape or 0.0)),
        withheld=withheld,
        remarks=tuple(str(one["says"]) for one in item.get("remarks") or ()),
        reason=next((str(one["reason"]) for one in item.get("withheld") or ()), ""),
        why="; ".join(SHORT.get(one["reason"], "") for one in item.get("withheld") or ()),
    )


def _worded(sentence: str) -> str:
    """Return a sentence of the answers without the names of fields."""
    return re.sub(r"\btechnique\.\w+", "the technique that was asked for", sentence)


def _effect(item: Mapping[str, Any]) -> str:
    g, low, high = (
        _number(item.get(key)) for key in ("effect_size", "effect_size_low", "effect_size_high")
    )
    if not math.isfinite(g):
        return "–"
    text = Label("")
    ends = f" ({text.interval(low, high)})" if math.isfinite(low) and math.isfinite(high) else ""
    return f"{text.number(g)}{ends}"


def _seen(found: dict[str, Any], text: Label, ratio: bool) -> str:
    size = _number(found.get("ratio" if ratio else "difference"))
    if not math.isfinite(size):
        return ""
    if ratio:
        return f"{100 * size:.{0 if size >= 0.0995 else 1}f} %"
    shown = text.quantity(size)
    return shown.replace(" %", " %-points") if text.unit.startswith("%") else shown


def _hangs_on(found: dict[str, Any]) -> str:
    if not found.get("changes"):
        return ""
    return f"without the one pair number {found['hangs_on']} the answer would be another"


def _geometry(found: dict[str, Any], estimate: float) -> float | None:
    """Return the part of a difference that the shape of the foot makes; None without one."""
    size = _number(found.get("difference"))
    return size if math.isfinite(size) and math.isfinite(estimate) and estimate else None


def _relative(item: Mapping[str, Any], estimate: float) -> float:
    if not math.isfinite(estimate):
        return 0.0
    if item.get("as") == "ratio":
        return math.log(estimate) if estimate > 0 else 0.0
    first, second = (_number(item.get(key)) for key in ("mean_first", "mean_second"))
    size = (abs(first) + abs(second)) / 2
    return estimate / size if size > 0 else 0.0


def _across(across: dict[str, Any]) -> str:
    for factor, levels in across.items():
        first, second = (level_words(factor, level) for level in levels)
        return f"{first} against {second}"
    return ""


def percents(*shares: float) -> list[str]:
    """Return relative changes with signs, all with the digits that tell them apart: `+8.3`."""
    values = [100.0 * share for share in shares]
    finite = [value for value in values if math.isfinite(value)] or [0.0]
    fine = max(map(abs, finite)) < 10 or max(finite) - min(finite) < 2
    texts = [f"{value:+.{int(fine)}f}" if math.isfinite(value) else "–" for value in values]
    return [_tidy(text) for text in texts]


def _tidy(text: str) -> str:
    """Use a true minus sign, and no sign for a zero."""
    return text.lstrip("+-") if not text.strip("+-0.") else text.replace("-", "\N{MINUS SIGN}")


_MOST_CELLS = 6  # told one by one


def falls_sentence(cells: list[Cell]) -> str:
    """Say in how many trials of each cell the walker fell, with Wilson's interval."""
    if len(cells) > _MOST_CELLS:
        fell, trials = sum(cell.fallen for cell in cells), sum(len(cell.valid) for cell in cells)
        return f"Falls: {fell} of {trials} trials in all; by condition below."
    parts: list[str] = []
    for cell in cells:
        share = cell.fall_share
        if share.low is not None and share.high is not None:
            ends = f"{100 * share.low:.0f} to {100 * share.high:.0f} %"
            parts.append(f"{cell.label} {cell.fallen} of {len(cell.valid)} trials ({ends})")
    return f"Falls, with 95 % intervals: {'; '.join(parts)}." if parts else ""


def _number(value: Any) -> float:
    try:
        return math.nan if value is None else float(value)
    except (TypeError, ValueError):
        return math.nan
