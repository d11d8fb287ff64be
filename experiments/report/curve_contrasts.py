"""Where in the gait cycle backward and forward differ: shades under curves, and what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..analysis.waveform_answers import WaveformContrasts
from ..statistics.paired import FEWEST, LEVEL
from .data import Cell, RunData
from .style import SOFT

_SHADE = 0.22  # opacity


@dataclass(frozen=True)
class CurveContrasts:
    """The comparisons of a run's curves.

    Attributes:
        level: of confidence. answers: as in `waveform_contrasts.json`.
    """

    level: float = LEVEL
    answers: tuple[dict[str, Any], ...] = field(default=())

    def of(self, cells: Sequence[Cell], variable: str, channel: str) -> list[Stretches]:
        """Return the comparison of a curve in each setting that `cells` show both ways."""
        found: list[Stretches] = []
        for setting in _settings(cells):
            for one in self.answers:
                asked = (one["variable"], one["channel"], one["where"])
                if asked == (variable, channel, setting) and not one.get("withheld"):
                    spans = [(float(c["from"]), float(c["to"])) for c in one.get("clusters", [])]
                    found.append(Stretches(tuple(spans), int(one.get("pairs") or 0)))
        return found

    def sentence(self, cells: Sequence[Cell], variable: str) -> str:
        """Return what the shades under the curves of a variable mean; empty without any curve."""
        wheres = _settings(cells)
        own = [a for a in self.answers if a["variable"] == variable and a["where"] in wheres]
        if not own:
            return ""
        refused = [one["says"] for a in own for one in a.get("withheld") or ()]
        own = [a for a in own if not a.get("withheld")]
        if not own:
            return f"No stretch is shaded. {refused[0]}"
        pairs = min(int(one.get("pairs") or 0) for one in own)
        if pairs < FEWEST:
            return (
                f"Curves are compared from {FEWEST} pairs of trials on; here there are {pairs}, "
                "so no stretch is shaded."
            )
        told = sum(bool(one.get("clusters")) for one in own)
        chance = (1.0 - self.level) * len(own)
        halves = (
            " Each setting has its own row of shades, the first one lowest."
            if len(wheres) > 1
            else ""
        )
        return (
            "Shaded: where in the cycle backward and forward differ, by sign-flip permutation of "
            f"whole curves paired by seed ({pairs} pairs). In a curve without any difference a "
            f"shade comes up in {100 * (1.0 - self.level):.0f} % of runs. Curves with a shade: "
            f"{told} of {len(own)}; by chance alone about {chance:.1f} would be.{halves}"
            + (f" Some settings are not shaded. {refused[0]}" if refused else "")
        )


@dataclass(frozen=True)
class Stretches:
    """Stretches of the cycle that differ, as shares of it, and the pairs that tell so."""

    spans: tuple[tuple[float, float], ...]
    pairs: int


def curve_contrasts(data: RunData) -> CurveContrasts:
    """Read the comparisons of a run's curves; none, and a gap, where they are missing."""
    path = data.run.folder.answer(WaveformContrasts.name)
    read = data.or_gap(path, lambda: _checked(data.run.answer(WaveformContrasts.name)))
    return CurveContrasts() if read is None else read


def shade(axes: Any, found: Sequence[Stretches]) -> list[str]:
    """Shade the stretches under the curves of `axes` (0..100 %); return them in words."""
    words: list[str] = []
    for k, one in enumerate(found):
        low, high = k / len(found), (k + 1) / len(found)
        for first, last in one.spans:
            axes.axvspan(
                100 * first, 100 * last, low, high, color=SOFT, alpha=_SHADE, linewidth=0, zorder=0
            )
            words.append(f"{100 * first:.0f} to {100 * last:.0f} %")
    return words


def _settings(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """Return the levels other than the direction of which both directions are shown."""
    seen: list[tuple[dict[str, Any], set[str]]] = []
    for cell in cells:
        rest = {name: level for name, level in cell.levels.items() if name != "direction"}
        ways = next((ways for known, ways in seen if known == rest), None)
        if ways is None:
            seen.append((rest, ways := set()))
        ways.add(cell.direction)
    return [rest for rest, ways in seen if {"backward", "forward"} <= ways]


def _checked(content: dict[str, Any]) -> CurveContrasts:
    answers = content["contrasts"]
    if not all({"where", "variable", "channel"} <= set(one) for one in answers):
        raise ValueError("an answer without where, variable or channel")
    return CurveContrasts(float(content["level"]), tuple(answers))
