"""What a coach reads of a contrast: a clause in everyday words, and whether it is good or bad.

The words are data, one file a language (`plain/en.yaml`), so that they can be translated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ...sim.data_files import beside
from ...sim.errors import unknown_name
from .answer import Comparison

ENGLISH = "en"
_FOLDER = beside(__name__, "plain")
_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_TWICE, _HALF = (1.9, 2.1), (0.47, 0.53)  # ratios that are told as such
_MULTIPLE_FROM, _MULTIPLE_TO = 1.9, 0.53  # beyond these a ratio is a multiple, else percents
_MOSTLY = 0.5  # share of a difference: what the foot's shape makes of it is told instead


@dataclass(frozen=True)
class PlainWords:
    """Everyday words of one `language`; `texts` as its file has them."""

    language: str
    texts: dict[str, Any]

    def clause(self, item: Comparison) -> str:
        """Say one contrast: `the back of the thigh (hamstrings) works about twice as hard`."""
        forms = self._forms(item.column)
        times, how = self._times(item), forms["how"]
        change = 100 * abs(item.estimate - 1.0)
        percent = f"{change:.{0 if change >= 1 else 1}f} %"
        by = self.number(percent if item.ratio else item.shown.lstrip("+\N{MINUS SIGN}"))
        told = f"{times} {how['as']}".rstrip() if times else f"{by} {how[_way(item)]}"
        muscle = self._muscle(item.column)
        said = forms["say"].format(how=told, name=self.name(item), muscle=muscle)
        means = self.means(item)
        return f"{said} ({means})" if means else said

    def means(self, item: Comparison) -> str:
        """Say whether a contrast is good or bad; empty where that is not known."""
        if item.geometry_share > _MOSTLY:
            return str(self.texts["foot"]["mostly"])
        return str(self._forms(item.column).get("means", {}).get(_way(item), ""))

    def sides(self, item: Comparison, speed: str = "") -> str:
        """Say what is compared with what; `speed`: the one that both sides walk, if they do."""
        first, second = (self.texts["levels"].get(one, one) for one in (item.first, item.second))
        forms = self.texts["sides"]
        told = forms.get(item.factor, forms["any"]).format(first=first, second=second)
        if speed:
            told = forms["same_speed"].format(sides=told, speed=self.number(speed))
        return told[:1].upper() + told[1:]

    def compared(self, item: Comparison) -> str:
        """Say what is compared with what, as a part of a sentence."""
        first, second = (self.texts["levels"].get(one, one) for one in (item.first, item.second))
        forms = self.texts["compared"]
        told = forms.get(item.factor, forms["any"]).format(first=first, second=second)
        return f"{told}, {item.across}" if item.across else told

    def refusal(self, item: Comparison) -> str:
        """Say why a contrast is no answer."""
        return str(self.texts["refusals"].get(item.reason, item.withheld[0]))

    def name(self, item: Comparison) -> str:
        """Return what a measure is called."""
        return str(self.texts["names"].get(item.column, item.measure))

    def title(self, item: Comparison) -> str:
        """Return a measure's name for a heading: in English the scientist's."""
        return item.measure if self.language == ENGLISH else self.name(item)

    def place(self, item: Comparison) -> str:
        """Say in which setting a contrast holds, in brackets; empty for everywhere."""
        place = self.texts["pooled"] if item.pooled else item.where
        return f" ({place})" if place else ""

    def listed(self, names: list[str]) -> str:
        """Return names side by side: `a, b and c`."""
        return self.texts["and"].join([", ".join(names[:-1]), names[-1]] if names[1:] else names)

    def _forms(self, column: str) -> dict[str, Any]:
        known = self.texts["measures"].get(column)
        return known or self.texts["muscle" if self._muscle(column) else "any"]

    def _muscle(self, column: str) -> str:
        part = column.removeprefix("activation_")
        return str(self.texts["muscles"].get(part, "")) if part != column else ""

    def _times(self, item: Comparison) -> str:
        """Return a ratio as a multiple, empty where percents say it better."""
        ratio, said = item.estimate, self.texts["multiples"]
        if not item.ratio or _MULTIPLE_TO < ratio < _MULTIPLE_FROM:
            return ""
        if _TWICE[0] <= ratio <= _TWICE[1]:
            return said["twice"]
        if _HALF[0] <= ratio <= _HALF[1]:
            return said["half"]
        number = self.number(f"{ratio:.{1 if ratio >= 1 else 2}f}")
        return said["times"].format(number=number)

    def number(self, shown: str) -> str:
        """Return a number with its unit as the language writes it."""
        for unit, own in self.texts["units"].items():
            shown = shown.replace(unit, own)
        return _POINT.sub(str(self.texts["decimal"]), shown)


def _way(item: Comparison) -> str:
    return "more" if item.higher else "less"


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that there are words of, English first."""
    found = {Path(one.name).stem for one in _FOLDER.iterdir() if one.name.endswith(".yaml")}
    return (ENGLISH, *sorted(found - {ENGLISH}))


@cache
def plain_words(language: str = ENGLISH) -> PlainWords:
    """Return the everyday words of a language.

    Raises:
        ConfigError: there are none of it.
    """
    if language not in languages():
        raise unknown_name("language", language, languages())
    text = _FOLDER.joinpath(f"{language}.yaml").read_text("utf-8")
    return PlainWords(language, yaml.safe_load(text))
