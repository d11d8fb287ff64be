"""How many walks a claim's parts need, and how many there were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..report.markdown import markdown_table
from ..statistics.planned_size import (
    MOST,
    pairs_for_difference,
    pairs_for_margin,
    pairs_for_shares,
    walks_for_rates,
)
from ..study.columns import OUTCOME_COLUMNS
from ..study.controller_factor import CONTROLLER
from ..study.labels import label
from .claim import ClaimTest
from .stretches import RATE, STRETCHES
from .tables import Part, matters_words

EXPLAINED = """\
*Pairs for 80 %*: those in which one controller's walks show the smallest difference that matters,
two-sided at 5 %, given the spread of the first walks
([how](../../use/statistics.md#how-many-walks)): the standard deviation between pairs, or what share
falls. Of several controllers the one that needs the most is told. More walks make the interval of
one controller narrower, and that over controllers hardly: it is as wide as they lie apart."""


@dataclass(frozen=True)
class PlannedSize:
    """Size of one part: what it was planned from, in words, and the pairs; None: too many."""

    spread: str
    pairs: int | None

    @property
    def shown(self) -> str:
        """The pairs, to be read."""
        return f"more than {MOST:,}" if self.pairs is None else f"{self.pairs:,}"


def size_section(tested: Sequence[Part]) -> list[str]:
    """Return a row each part: planned from what, planned and walked."""
    rows: list[tuple[str, ...]] = []
    for test, contrast, _ in tested:
        planned = None if contrast is None else planned_size(test, contrast)
        walked = "–" if contrast is None else _walked(contrast)
        told = ("–", "–") if planned is None else (planned.spread, planned.shown)
        rows.append((test.part, matters_words(test, contrast), *told, walked))
    head = ("part", "matters from", "spread", "pairs for 80 %", "pairs walked")
    return ["## Size", EXPLAINED, markdown_table(head, rows)]


def planned_size(test: ClaimTest, pilot: Mapping[str, Any]) -> PlannedSize | None:
    """Return what a pilot's contrast, alone or of several controllers, asks for; None: nothing."""
    if "controllers" not in pilot:
        return _planned(test, pilot, pilot["as"] == "ratio")
    found = [
        (size, str(one[CONTROLLER]))
        for one in pilot["controllers"]
        if one["counts"] and (size := _planned(test, one, pilot["as"] == "ratio")) is not None
    ]
    if not found:
        return None
    size, name = max(found, key=lambda one: MOST + 1 if one[0].pairs is None else one[0].pairs)
    return PlannedSize(f"{size.spread} (`{name}`)", size.pairs)


def _planned(test: ClaimTest, one: Mapping[str, Any], ratio: bool) -> PlannedSize | None:
    if test.measure == RATE:
        return _of_rates(test, one)
    if test.measure in OUTCOME_COLUMNS:
        return _of_shares(test, one)
    seen: Mapping[str, Any] = one.get("detectable") or {}
    reach, unit = seen.get("standardised"), seen.get("ratio" if ratio else "difference")
    if reach is None or unit is None:
        return None
    spread = unit / reach
    text = label(test.measure)
    shown = f"{100 * spread:.2g} %" if ratio else f"{text.number(spread)} {text.unit}".strip()
    return PlannedSize(f"SD {shown}", pairs_for_difference(spread, test.matters))


def _of_shares(test: ClaimTest, one: Mapping[str, Any]) -> PlannedSize | None:
    """Return the size for falls, taken to come independently on the two sides."""
    base = one["mean_second"]
    if base is None:
        return None
    shown = f"{100 * base:.0f} % fall in the second"
    if test.claimed.startswith("not"):
        return PlannedSize(f"{shown}; at least", pairs_for_margin(test.matters))
    towards = test.matters if test.claimed == "above" else -test.matters
    other = base + towards if 0 <= base + towards <= 1 else base - towards
    return PlannedSize(shown, pairs_for_shares(other * (1 - base), base * (1 - other)))


def _of_rates(test: ClaimTest, one: Mapping[str, Any]) -> PlannedSize | None:
    """Return the size for falls by the metre, at the pilot's rates."""
    rates = (one["mean_first"], one["mean_second"])
    if None in rates:
        return None
    metres = sum(stop - start for start, stop in STRETCHES.values()) / len(STRETCHES)
    shown = f"{sum(rates) * metres / 100.0:.2g} falls a walk"
    return PlannedSize(shown, walks_for_rates(*rates, metres / 100.0, test.matters))


def _walked(contrast: Mapping[str, Any]) -> str:
    if "controllers" not in contrast:
        return str(contrast["n_pairs"])
    pairs = sorted({one["n_pairs"] for one in contrast["controllers"] if one["counts"]})
    if not pairs:
        return "–"
    each = f"{pairs[0]}" if len(pairs) == 1 else f"{pairs[0]} to {pairs[-1]}"
    return f"{each} with each of {contrast['counted']}"
