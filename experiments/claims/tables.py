"""The tables on a claim's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...sim.measures import COLUMNS
from ..analysis.refusals import SHORT
from ..report.markdown import markdown_table
from ..study.columns import OUTCOME_COLUMNS
from ..study.labels import label
from .claim import Claim, ClaimTest
from .stretches import RATE
from .verdict import EXACT, Outcome
from .words import (
    NOISE_FREE,
    but,
    condition_name,
    difference_unit,
    interval,
    pairs,
    quantity,
    refusals,
    sides,
    where_words,
)

Part = tuple[ClaimTest, dict[str, Any] | None, Outcome]
"""A part of a claim, its contrast (None: not run yet), and what came out."""


def part_table(tested: Sequence[Part]) -> str:
    """Return a row each part of the claim: what was found, and what came out."""
    rows = [
        (
            test.part,
            label(test.measure).text if contrast is None else _compared(test, contrast),
            test.claimed,
            matters_words(test, contrast),
            _found(contrast),
            "" if contrast is None else pairs(contrast).removesuffix(" pairs of walks"),
            "" if contrast is None or refusals(contrast) else _seen(contrast),
            f"**{found}**",
        )
        for test, contrast, found in tested
    ]
    head = (
        *("part", "measure", "claimed", "matters from", "found (95 % interval)", "pairs"),
        *("smallest difference seen", ""),
    )
    note = (
        "*Smallest difference seen*: the smallest true one that this many pairs, or controllers as "
        "far apart as these, show with a power of 80 % at 5 % "
        "([statistics.md](../../use/statistics.md))."
    )
    margins = dict.fromkeys(
        f"*Matters from {matters_words(test, contrast)}*: {test.margin.reason.strip()} "
        f"({test.margin.source.strip()})"
        for test, contrast, _ in tested
        if test.margin is not None
    )
    return "\n\n".join((markdown_table(head, rows), note, *margins))


def _compared(test: ClaimTest, contrast: dict[str, Any]) -> str:
    return f"{label(test.measure).text} {sides(contrast)}"


def _found(contrast: dict[str, Any] | None) -> str:
    """Return the number with interval and caveats, or why there is none."""
    if contrast is None:
        return "not run yet"
    if why := refusals(contrast):
        return why[0]
    exact = contrast["measure"] in EXACT and contrast.get("p") is not None
    test = f", exact p {contrast['p']:.2g}" if exact else ""
    more = f"; {told}" if (told := but(contrast)) else ""
    return f"{quantity(contrast)} ({interval(contrast)}{test}){more}"


def _seen(contrast: dict[str, Any]) -> str:
    """Return the smallest difference detectable with this many pairs."""
    found: dict[str, Any] = contrast.get("detectable") or {}
    if contrast["as"] == "ratio" and found.get("ratio") is not None:
        return f"{100 * found['ratio']:.2g} %"
    if found.get("difference") is None:
        return "–"
    text = label(contrast["measure"])
    return f"{text.number(found['difference'])}{difference_unit(text.unit)}"


def matters_words(test: ClaimTest, contrast: Mapping[str, Any] | None) -> str:
    """Return the smallest difference that matters, in percent of a ratio."""
    if contrast is not None and contrast["as"] == "ratio":
        return f"{100 * test.matters:g} %"
    text = label(test.measure)
    return f"{text.number(test.matters)}{difference_unit(text.unit)}"


def disturbed(measure: str, levels: dict[str, Any]) -> bool:
    """Return whether a mean of steps is one of steps before and after a hazard: no steady walk."""
    return measure not in OUTCOME_COLUMNS and levels.get("hazard", "none") != "none"


def contrast_table(results: dict[str, Any]) -> str:
    """Return all contrasts: a row each comparison, a column each setting."""
    settings = list(dict.fromkeys(where_words(one) for one in results["contrasts"]))
    if "mean of all" in settings:  # last
        settings.append(settings.pop(settings.index("mean of all")))
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for one in results["contrasts"]:
        key = (label(one["measure"]).text, sides(one))
        star = "*" if one["p_holm"] is not None and one["p_holm"] < 0.05 else ""
        text = "–" if one["low"] is None else f"{quantity(one)}{star} ({interval(one)})"
        text += f"; {told}" if one["low"] is not None and (told := but(one)) else ""
        if one.get("withheld"):
            text = f"({SHORT[one['withheld'][0]['reason']]})"
        mixed = one["pooled"] and "hazard" in results["factors"]
        if disturbed(one["measure"], {"hazard": "mixed"} if mixed else one["where"]):
            text = "(disturbed)"
        rows.setdefault(key, {})[where_words(one)] = text
    # comparisons between levels of different factors have different settings
    blocks: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for key, found in rows.items():
        own = tuple(name for name in settings if name in found)
        blocks.setdefault(own, []).append((*key, *(found[name] for name in own)))
    return "\n\n".join(
        markdown_table(("measure", "between", *own), block) for own, block in blocks.items()
    )


def condition_table(claim: Claim, results: dict[str, Any]) -> str:
    """Return a row each condition: walks, falls, speed walked and the claim's measures."""
    names = list(dict.fromkeys(("speed_m_per_s", *claim.conditions)))
    head = ("condition", "walks", "fell (95 % interval)", *(label(n).with_unit for n in names))
    rows: list[tuple[str, ...]] = []
    for cell in results["cells"]:
        fell = cell["fell"]
        share = f"{fell['count']} of {cell['valid']}"
        if cell.get("met") is not None and cell["met"] < cell["valid"]:
            share += f", {cell['met']} met the hazard"
        if fell["low"] is not None:
            share += f" ({100 * fell['low']:.0f} to {100 * fell['high']:.0f} %)"
        means = ["–" if _unsteady(name, cell) else _shown(name, cell) for name in names]
        if cell.get("standing", {}).get("fails"):
            share += "; the gait fails here"
        rows.append((condition_name(cell["levels"]), str(cell["valid"]), share, *means))
    table = markdown_table(head, rows)
    return f"{table}\n\n{NOISE_FREE}" if "†" in table else table


def _unsteady(name: str, cell: dict[str, Any]) -> bool:
    """Return whether a condition has no steady walking: a hazard, or mostly falls."""
    return disturbed(name, cell["levels"]) or 2 * cell["fell"]["count"] > cell["valid"]


def _shown(name: str, cell: dict[str, Any]) -> str:
    """Return a measure's mean, marked where it is variability without noise."""
    text = label(name).number(_mean(cell, name))
    noise_free = cell.get("standing", {}).get("noise_free", False)
    known = name in COLUMNS and COLUMNS[name].variability
    return f"{text}†" if known and noise_free and text != "–" else text


def _mean(cell: dict[str, Any], name: str) -> float | None:
    return cell["means"].get(name, {}).get("mean")


def preferred_speeds(results: dict[str, Any]) -> list[str]:
    """Return the cost by speed and the speed of least cost, where a sweep was made."""
    rows: list[tuple[str, ...]] = []
    for one in results["preferred"]:
        speed = one["speed"]
        least = "–" if speed["estimate"] is None else f"{speed['estimate']:.2f} m/s"
        if speed["low"] is not None:
            least += f" ({speed['low']:.2f} to {speed['high']:.2f})"
        if one["at_end"]:
            least = f"not enclosed, cannot say (least at {least}, the end of what was walked)"
        costs = [
            f"{v:g} m/s: {'–' if c is None else f'{c:.2f}'}"
            for v, c in zip(one["speeds"], one["costs"], strict=True)
        ]
        rows.append((condition_name(one["levels"]), ", ".join(costs), least))
    if not rows:
        return []
    head = ("", "commanded speed: metabolic cost of transport, J/kg/m", "speed of least cost")
    return ["### Preferred speeds", markdown_table(head, rows)]


def survival(results: dict[str, Any]) -> list[str]:
    """Return the probability of a fall by distance, where a battery measured it."""
    rows = [
        (
            condition_name(one["levels"]),
            f"{at['distance_m']:g} m",
            f"{100 * at['estimate']:.0f} % ({100 * at['low']:.0f} to {100 * at['high']:.0f} %)",
            str(at["walking"]),
        )
        for one in results["survival"]
        for at in one["fall_probability"]
        if at["estimate"] is not None and at["walking"] > 0
    ]
    if not rows:
        return []
    head = ("condition", "within", "fell (Kaplan-Meier, 95 % interval)", "observed that far")
    rates = [
        (condition_name(one["levels"]), str(one["falls"]), f"{one['walked_m']:.0f} m", _rate(one))
        for one in results["survival"]
        if RATE in one
    ]
    by_metre = ("condition", "falls", "walked", "falls per 100 m (exact Poisson interval)")
    return [
        "### Falls by distance",
        markdown_table(head, rows),
        *([markdown_table(by_metre, rates)] if rates else []),
    ]


def _rate(survival: dict[str, Any]) -> str:
    rate = survival[RATE]
    if rate["estimate"] is None:
        return "–"
    return f"{rate['estimate']:.2g} ({rate['low']:.2g} to {rate['high']:.2g})"
