"""The page of a claim: the answer in a coach's words first, then all that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...sim.errors import ConfigError
from ...sim.measures.base.definition import DEFINITIONS
from ..report.answer import percents
from ..report.markdown import markdown_table
from ..store.manifest import MEASURES
from ..study.columns import OUTCOME_COLUMNS
from ..study.labels import label
from ..study.labels import level_words as plain_level_words
from .claim import Claim, ClaimTest, Verdict, answers_part
from .verdict import RULE, Outcome, outcome, verdict

SUPPORT: dict[Verdict, str] = {
    "supported": "Supported",
    "not supported": "Not supported",
    "depends": "It depends",
    "cannot tell": "Cannot tell",
}
EXPLAINED = (
    "First side against second, with the 95 % interval; walks are paired by seed. A star: p below "
    "0.05 after Holm's correction for all comparisons of the run. A dash: fewer than 6 pairs."
)
BEYOND = (
    "Training effects over weeks (strength, balance, pain, fitness) cannot be shown: this is one "
    "walk of one body, which does not learn, tire or heal.",
    "Intervals tell of the spread between walks of one model from other starts, not between "
    "people. Where the model disagrees with people is told in "
    "[validation.md](../validation.md).",
)


_PACES = {"asked": "same speed", "preferred": "each at its preferred speed"}


def level_words(factor: str, level: Any) -> str:
    """Return a factor's level as a coach says it."""
    if factor == "pace":
        return _PACES.get(str(level), str(level))
    return plain_level_words(factor, level)


def page(claim: Claim, results: dict[str, Any]) -> str:
    """Return the page of a claim as Markdown.

    Raises:
        ConfigError: the run lacks a comparison that the claim is tested by.
    """
    tested = parts_of(claim, results)
    answer = verdict([one for _, _, one in tested])
    parts = [
        "<!-- Written by `python -m retrowalk.experiments.claims write`; "
        f"words: answers/{claim.experiment}.yaml, numbers: results/{claim.experiment}.json. -->",
        *stale([results]),
        f"# {claim.title}",
        f"> {claim.claim.strip()}",
        f"**{SUPPORT[answer]}**, in this simulation. {main_sentence(*tested[0])}",
        "\n".join(f"- {line}" for line in in_short(tested)),
        _why(claim, answer),
        f"![{claim.title}](figures/{claim.experiment}.svg)",
        "## Part by part",
        _test_table(tested),
        "## All comparisons",
        EXPLAINED,
        contrast_table(results),
        "## Conditions",
        condition_table(claim, results),
        *_preferred_speeds(results),
        *_survival(results),
        "## What this cannot show",
        "\n".join(f"- {one.strip()}" for one in (*claim.limits, *BEYOND)),
        *_people(results),
        "## How it was made",
        _made(results),
        f"The rule of the answer, the same for every claim. {RULE}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def stale(results: Sequence[dict[str, Any]]) -> list[str]:
    """Return a line that says so where a run was measured by other definitions, or nothing."""
    if all(one["versions"].get(MEASURES) == DEFINITIONS for one in results):
        return []
    return [
        "**Numbers on this page were made before measures changed (CHANGELOG.md, *Results*): "
        "steady walking ends 6 s before a fall, a foot stands from 20 N, Bhargava's two columns "
        "were exchanged. They will be made anew.**"
    ]


def parts_of(
    claim: Claim, results: dict[str, Any]
) -> list[tuple[ClaimTest, dict[str, Any], Outcome]]:
    """Return each test of the claim with its contrast and what came out.

    Raises:
        ConfigError: the run has no such contrast.
    """
    found: list[tuple[ClaimTest, dict[str, Any], Outcome]] = []
    for test in claim.tests:
        match = [one for one in results["contrasts"] if answers_part(test, one)]
        if not match:
            place = test.where or ("all settings" if test.pooled else "the one setting")
            raise ConfigError(
                f"{claim.experiment}: no contrast of {test.measure} "
                f"between {test.between} in {place}"
            )
        found.append((test, match[0], outcome(test, match[0])))
    return found


def summary(claim: Claim, results: dict[str, Any]) -> tuple[Verdict, str, str]:
    """Return the answer, how its parts came out, and its main number with interval."""
    tested = parts_of(claim, results)
    test, contrast, _ = tested[0]
    what = f"{test.part}: {label(test.measure).text}"
    numbers = f"{what} {quantity(contrast)} ({interval(contrast)}), {pairs(contrast)}"
    return verdict([one for _, _, one in tested]), "<br>".join(in_short(tested)), numbers


def main_sentence(test: ClaimTest, contrast: dict[str, Any], found: Outcome) -> str:
    """Say the main number in a sentence."""
    what = f"{test.part[0].upper()}{test.part[1:]}: {label(test.measure).text}"
    certainty = f"(95 % interval {interval(contrast)}, {pairs(contrast)})"
    return f"{what} **{quantity(contrast)}**, {_sides(contrast)} {certainty}: {found}."


PLAINLY: dict[Outcome, str] = {
    "as claimed": "yes",
    "opposite": "no, the other way round",
    "no difference that matters": "no, no difference that matters",
    "unclear": "these walks cannot tell",
}


def in_short(tested: list[tuple[ClaimTest, dict[str, Any], Outcome]]) -> list[str]:
    """Say which parts came out how: a line each outcome, in order."""
    by: dict[Outcome, list[str]] = {outcome: [] for outcome in PLAINLY}
    for test, _, found in tested:
        by[found].append(test.part)
    return [f"**{PLAINLY[one]}**: {'; '.join(parts)}" for one, parts in by.items() if parts]


def quantity(contrast: dict[str, Any]) -> str:
    """Return the estimate as people read it: a ratio as a change in percent."""
    if contrast["estimate"] is None:
        return "no value"
    if contrast["as"] == "ratio":
        bounds = (contrast["low"], contrast["high"])
        shares = [contrast["estimate"] - 1.0, *(one - 1.0 for one in bounds if one is not None)]
        return f"{percents(*shares)[0]} %"
    text = label(contrast["measure"])
    unit = _difference_unit(text.unit)
    sign = "+" if contrast["estimate"] * text.scale >= 0.5 * 10**-text.digits else ""
    return f"{sign}{text.number(contrast['estimate'])}{unit}"


def interval(contrast: dict[str, Any]) -> str:
    """Return the interval as people read it."""
    low, high = contrast["low"], contrast["high"]
    if low is None or high is None:
        return f"no interval: {contrast['note'] or 'too few trials'}"
    if contrast["as"] == "ratio":
        texts = percents(contrast["estimate"] - 1.0, low - 1.0, high - 1.0)
        return f"{texts[1]} to {texts[2]} %"
    text = label(contrast["measure"])
    return f"{text.interval(low, high)}{_difference_unit(text.unit)}"


def pairs(contrast: dict[str, Any]) -> str:
    """Return how many pairs of walks there were."""
    return f"{contrast['n_pairs']} pairs of walks"


def where_words(contrast: dict[str, Any]) -> str:
    """Return the setting of a contrast in words; `all` over all settings."""
    if contrast["pooled"]:
        return "mean of all"
    return ", ".join(level_words(*item) for item in contrast["where"].items()) or "all"


def _difference_unit(unit: str) -> str:
    if not unit:
        return ""
    return "°" if unit == "°" else f" {'%-points' if unit.startswith('%') else unit}"


def _sides(contrast: dict[str, Any]) -> str:
    factor, (first, second) = next(iter(contrast["between"].items()))
    return f"{level_words(factor, first)} against {level_words(factor, second)}"


def _why(claim: Claim, answer: Verdict) -> str:
    if answer in claim.why:
        return claim.why[answer].strip()
    return "No reasons have been written for this answer yet."


def _test_table(tested: list[tuple[ClaimTest, dict[str, Any], Outcome]]) -> str:
    rows = [
        (
            test.part,
            f"{label(test.measure).text} {_sides(contrast)}",
            test.claimed,
            _matters(test, contrast),
            f"{quantity(contrast)} ({interval(contrast)})",
            str(contrast["n_pairs"]),
            _seen(contrast),
            f"**{found}**",
        )
        for test, contrast, found in tested
    ]
    head = (
        *("part", "measure", "claimed", "matters from", "found (95 % interval)", "pairs"),
        *("these walks see", ""),
    )
    note = (
        "*These walks see*: the smallest true difference that this many pairs show with a power of "
        "80 % at 5 % ([statistics.md](../../use/statistics.md))."
    )
    return f"{markdown_table(head, rows)}\n\n{note}"


def _seen(contrast: dict[str, Any]) -> str:
    """Return the smallest difference that this many pairs see."""
    found = contrast.get("detectable") or {}
    if contrast["as"] == "ratio" and found.get("ratio") is not None:
        return f"{100 * found['ratio']:.2g} %"
    if found.get("difference") is None:
        return "–"
    text = label(contrast["measure"])
    return f"{text.number(found['difference'])}{_difference_unit(text.unit)}"


def _matters(test: ClaimTest, contrast: dict[str, Any]) -> str:
    if contrast["as"] == "ratio":
        return f"{100 * test.matters:g} %"
    text = label(test.measure)
    return f"{text.number(test.matters)}{_difference_unit(text.unit)}"


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
        key = (label(one["measure"]).text, _sides(one))
        star = "*" if one["p_holm"] is not None and one["p_holm"] < 0.05 else ""
        text = "–" if one["low"] is None else f"{quantity(one)}{star} ({interval(one)})"
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
        means = [
            "–" if _unsteady(name, cell) else label(name).number(_mean(cell, name))
            for name in names
        ]
        rows.append((condition_name(cell["levels"]), str(cell["valid"]), share, *means))
    return markdown_table(head, rows)


def condition_name(levels: dict[str, Any]) -> str:
    """Return a condition's levels in words."""
    return ", ".join(level_words(*item) for item in levels.items()) or "all"


def _unsteady(name: str, cell: dict[str, Any]) -> bool:
    """Return whether a condition has no steady walking to tell of: a hazard, or mostly falls."""
    return disturbed(name, cell["levels"]) or 2 * cell["fell"]["count"] > cell["valid"]


def _mean(cell: dict[str, Any], name: str) -> float | None:
    return cell["means"].get(name, {}).get("mean")


def _preferred_speeds(results: dict[str, Any]) -> list[str]:
    """Return the cost by speed and the speed of least cost, where a sweep was made."""
    rows: list[tuple[str, ...]] = []
    for one in results["preferred"]:
        speed = one["speed"]
        least = "–" if speed["estimate"] is None else f"{speed['estimate']:.2f} m/s"
        if speed["low"] is not None:
            least += f" ({speed['low']:.2f} to {speed['high']:.2f})"
        if one["at_end"]:
            least += ", at the end of what the gait walks"
        costs = [
            f"{v:g} m/s: {'–' if c is None else f'{c:.2f}'}"
            for v, c in zip(one["speeds"], one["costs"], strict=True)
        ]
        rows.append((condition_name(one["levels"]), ", ".join(costs), least))
    if not rows:
        return []
    head = ("", "commanded speed: metabolic cost of transport, J/kg/m", "speed of least cost")
    return ["### Preferred speeds", markdown_table(head, rows)]


def _survival(results: dict[str, Any]) -> list[str]:
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
    return ["### Falls by distance", markdown_table(head, rows)]


def _people(results: dict[str, Any]) -> list[str]:
    rows = [
        (
            one["quantity"],
            f"{one['human_value']} ({one['condition']})",
            f"{one['source']} ({one['evidence']})",
            one["model"] or "not compared",
        )
        for one in results["people"]
    ]
    if not rows:
        return []
    head = (
        "people: quantity",
        "found",
        "source (how far to trust it)",
        "[model](../validation.md)",
    )
    return ["## What is known of people", markdown_table(head, rows)]


def _made(results: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    invalid = f", {results['invalid']} not valid" if results["invalid"] else ", all valid"
    return "\n".join(
        (
            "```sh",
            f"retrowalk run {results['experiment']}",
            f"retrowalk run {results['experiment']} --set trials={4 * results['trials_per_cell']}"
            "   # four times the walks, half the interval",
            "```",
            "",
            f"{results['trials']} walks ({results['trials_per_cell']} a condition, up to "
            f"{results['duration_s']:g} s each, {results['simulated_s']:.0f} s walked{invalid}), "
            f"seed {results['seed']}; {results['wall_time_s']:.0f} s on a shared core. Commit "
            f"{results['git_commit']}; {versions}.",
        )
    )
