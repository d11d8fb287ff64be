"""The report's section on a battery: table, survival over distance, dose-response of pushes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..analysis.fall_risk import FallRisk
from ..analysis.fall_risk_entry import Condition, Counted, Estimate, Push, Survival
from ..analysis.refusals import SHORT
from ..study.labels import level_words, words
from .section import Material, Section
from .style import (
    DIRECTION_COLOURS,
    GRID,
    INK,
    LEFT_COLOUR,
    RIGHT_COLOUR,
    SOFT,
    WIDTH_IN,
    Picture,
    canvas,
    panels,
    picture,
)
from .tables import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_CURVES = 4
"""Conditions in one picture; the table holds all."""

_OTHERS = (LEFT_COLOUR, RIGHT_COLOUR, INK, SOFT)
_LINES = ("-", "--", "-.", ":")


class FallRiskSection(FallRisk):
    """What the battery found: table, survival over distance, dose-responses."""

    def section(self, material: Material) -> Section | None:
        """Return the section; None without a battery."""
        if not material.data.config.get("battery"):
            return None
        answer = material.data.answer(self.name) or {}
        risk: list[Condition] = list(answer.get("conditions", []))
        if not risk:
            return None
        return material.section(
            "Fall risk",
            "Of each challenge, the trials that met it and were watched long enough. Undisturbed: "
            "Kaplan–Meier, Wilson intervals before the first fall; falls per 100 m with exact "
            "Poisson intervals. Pushes: logistic in the "
            "logarithm of the impulse, profile-likelihood intervals. Hazards: Wilson intervals. "
            "All other sections tell of undisturbed walking alone.",
            "The run’s fall risk could not be read.",
            lambda: fall_risk_table(risk),
            lambda: survival([Walkers.of(one) for one in risk], "fall-survival", ""),
            lambda: dose_responses(risk),
        )


def fall_risk_table(conditions: list[Condition]) -> Table | None:
    """One row a condition and challenge: what counted, falls, estimate with interval."""
    rows = [row for one in conditions for row in condition_rows(one)]
    head = ("challenge", "condition", "trials that count", "falls", "result", "95 % interval", "")
    return Table("Fall risk by challenge", head, tuple(rows)) if rows else None


def condition_rows(condition: Condition, brief: bool = False) -> list[tuple[str, ...]]:
    """Return rows of texts: challenge, condition, trials, falls, result, interval, note.

    `brief`: of undisturbed walking the longest distance alone.
    """
    name = condition_name(condition["levels"])
    calm = condition["undisturbed"]
    counted = calm["trials"] - calm["invalid"] - calm["distance_unknown"]
    rows: list[tuple[str, ...]] = []
    for one in calm["fall_probability"]:
        what = f"falls within {one['distance_m']:g} m"
        note = f"{one['walking']} observed that far"
        rows.append((what, name, str(counted), str(one["falls"]), *_shares(one), note))
    rows = rows[-1:] if brief else rows
    rate = calm.get("falls_per_100_m")
    if rate and rate["estimate"] is not None:
        ends = f"{rate['low']:.2g} to {rate['high']:.2g}"
        walked = f"{calm['walked_m']:.0f} m walked"
        what = ("falls per 100 m", name, str(counted), str(calm["falls"]))
        rows.append((*what, f"{rate['estimate']:.2g}", ends, walked))
    if not rows:
        rows.append(("undisturbed", name, str(counted), str(calm["falls"]), "–", "–", ""))
    for push in condition["pushes"]:
        half = push["half_fall_impulse_n_s"]
        result = "–" if half["estimate"] is None else f"half fall at {half['estimate']:.1f} N·s"
        rows.append((*_first(push, name), result, _bounds(half), _reasons(push)))
    for hazard in condition["hazards"]:
        rows.append((*_first(hazard, name), *_shares(hazard["share_that_falls"]), _reasons(hazard)))
    for refusal in condition.get("no_evidence", ()):
        rows.append(("no evidence", name, "", "", "", "", SHORT[refusal["reason"]]))
    return rows


@dataclass(frozen=True)
class Walkers:
    """Undisturbed walks of one condition: how many fell, and who still walks by distance."""

    levels: dict[str, Any]
    falls: int
    curve: Survival

    @classmethod
    def of(cls, condition: Condition) -> Walkers:
        """Return those of an entry of `fall_risk.json`."""
        calm = condition["undisturbed"]
        return cls(condition["levels"], calm["falls"], calm["curve"])

    @property
    def trials(self) -> int:
        """All walks."""
        return self.falls + len(self.curve["ends_m"])


def survival(walkers: list[Walkers], name: str, title: str) -> Picture | None:
    """Share still walking over distance, with the interval as a band."""
    shown = [one for one in walkers if one.trials]
    many, shown = len(shown), most_telling(shown)
    if not shown:
        return None
    told: list[str] = []
    with canvas(WIDTH_IN, 2.8) as (figure, ((axes,),)):
        for place, one in enumerate(shown):
            curve, (colour, line) = one.curve, _style(one.levels, place)
            ends = curve["ends_m"]
            far = max([*curve["distance_m"], *ends, 0.0])
            steps = [0.0, *curve["distance_m"], far]
            standing, low, high = (_steps_of(curve[key]) for key in ("standing", "low", "high"))
            axes.step(steps, standing, line, where="post", color=colour)
            axes.fill_between(steps, low, high, step="post", color=colour, alpha=0.15, lw=0)
            axes.plot(ends, _standing_at(curve, ends), "|", color=colour, markersize=7)
            axes.plot([], [], line, color=colour, label=condition_name(one.levels))
            told.append(f"{condition_name(one.levels)}: {one.falls} of {one.trials} fell")
        axes.set_ylim(-2, 102)
        axes.set_xlim(left=0)
        axes.set_xlabel("distance walked (m)")
        axes.set_ylabel("still walking (%)")
        _legend(figure, axes, len(shown))
        some = f"; {len(shown)} of {many} conditions" if len(shown) < many else ""
        title = title or f"Still walking by distance (Kaplan–Meier, 95 % bands{some})"
        return picture(figure, name, title, "; ".join(told) + ".")


def most_telling(walkers: list[Walkers]) -> list[Walkers]:
    """Return few conditions from the safest to the one with most falls, in their own order."""
    if len(walkers) <= MOST_CURVES:
        return walkers
    order = sorted(
        range(len(walkers)), key=lambda i: (walkers[i].falls / max(1, walkers[i].trials), i)
    )
    picked = np.linspace(0, len(order) - 1, MOST_CURVES).round().astype(int)
    return [walkers[i] for i in sorted(order[int(k)] for k in picked)]


def dose_responses(conditions: list[Condition]) -> Picture | None:
    """Probability of a fall by impulse, a panel for each direction; every push as a mark."""
    shown = conditions[:MOST_CURVES]
    names = list(dict.fromkeys(push["challenge"] for one in shown for push in one["pushes"]))
    if not names:
        return None
    told: list[str] = []
    with panels(len(names), 2, 2.1, 0.5) as (figure, grid):
        for axes, name in zip(grid.flat, names, strict=False):
            for place, one in enumerate(shown):
                for push in one["pushes"]:
                    if push["challenge"] == name:
                        _dose_response(axes, push, *_style(one["levels"], place), place)
                        half = push["half_fall_impulse_n_s"]
                        value = "–" if half["estimate"] is None else f"{half['estimate']:.1f} N·s"
                        who = condition_name(one["levels"])
                        told.append(f"{words(name)}, {who}: half fall at {value}")
            axes.set_title(words(name))
            axes.set_xscale("log")
            axes.set_xlabel("impulse (N·s)")
            axes.set_ylabel("falls (%)")
            axes.set_ylim(-8, 108)
            ticks = [tick for tick in _TICKS if _between(tick, shown)]
            axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
            axes.minorticks_off()
        for place, one in enumerate(shown):
            colour, line = _style(one["levels"], place)
            grid[0][0].plot([], [], line, color=colour, label=condition_name(one["levels"]))
        _legend(figure, grid[0][0], len(shown))
        title = "Falls by the impulse of a push; bars: impulse at which half fall, 95 % interval"
        return picture(figure, "dose-response", title, "; ".join(told) + ".")


_TICKS = (0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256)


def _between(tick: float, conditions: list[Condition]) -> bool:
    tried = [x for one in conditions for push in one["pushes"] for x in push["impulse_n_s"]]
    return bool(tried) and min(tried) / 1.5 <= tick <= max(tried) * 1.5


def _dose_response(axes: Axes, push: Push, colour: str, line: str, place: int) -> None:
    if push["curve"] is not None:
        shares = 100 * np.array(push["curve"]["fall_probability"])
        axes.plot(push["curve"]["impulse_n_s"], shares, line, color=colour)
    fell = np.array(push["fell"], bool)
    height = np.where(fell, 103.0 - 2.5 * place, -3.0 + 2.5 * place)
    axes.plot(push["impulse_n_s"], height, "|", color=colour, markersize=6, alpha=0.7)
    estimate, low, high = (
        push["half_fall_impulse_n_s"][key] for key in ("estimate", "low", "high")
    )
    if estimate is not None and low is not None and high is not None:
        row = 50 + 3 * place
        axes.plot([low, high], [row, row], color=colour, linewidth=2.4)
        axes.plot(estimate, row, "D", color=colour, markersize=5, mec=INK, mew=0.6)


def _steps_of(shares: list[float]) -> np.ndarray:
    """Return a step curve's heights (%): all at first, and the last one once more."""
    return 100 * np.array([1.0, *shares, *(shares[-1:] or [1.0])])


def _standing_at(curve: Survival, distances: list[float]) -> np.ndarray:
    shares = 100 * np.array([1.0, *curve["standing"]])
    return shares[np.searchsorted(curve["distance_m"], distances, side="right")]


def _style(levels: dict[str, Any], place: int) -> tuple[str, str]:
    """Return colour and line: those of the direction where conditions differ in nothing else."""
    colour = DIRECTION_COLOURS.get(str(levels.get("direction"))) if len(levels) == 1 else None
    return colour or _OTHERS[place % len(_OTHERS)] or GRID, _LINES[place % len(_LINES)]


def _legend(figure: Figure, axes: Axes, count: int) -> None:
    if count > 1:
        handles, names = axes.get_legend_handles_labels()
        figure.legend(handles, names, loc="outside upper right")


def condition_name(levels: dict[str, Any]) -> str:
    """Return a condition's levels in words; `all` without factors."""
    return ", ".join(level_words(*item) for item in levels.items()) or "all"


def _first(one: Counted, name: str) -> tuple[str, str, str, str]:
    return words(one["challenge"]), name, str(one["counted"]), str(one["falls"])


def _shares(share: Estimate) -> tuple[str, str]:
    estimate, low, high = share["estimate"], share["low"], share["high"]
    if estimate is None or low is None or high is None:
        return "–", "–"
    return f"{100 * estimate:.0f} % fall", f"{100 * low:.0f} to {100 * high:.0f} %"


def _bounds(half: Estimate) -> str:
    low, high = half["low"], half["high"]
    if low is None:
        return "–" if high is None else f"below {high:.1f} N·s"
    return f"above {low:.1f} N·s" if high is None else f"{low:.1f} to {high:.1f} N·s"


def _reasons(one: Counted) -> str:
    """Say why trials do not count, and what an estimate lacks."""
    counts = {
        "fell before it": one["fell_before"],
        "never met it": one["never_came"],
        "ended too early": one["cut_off"],
        "invalid": one["invalid"],
    }
    parts = [f"{number} {what}" for what, number in counts.items() if number]
    return "; ".join([*parts, *filter(None, [one.get("note")])])
