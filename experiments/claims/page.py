"""The page of a claim: the answer in a coach's words, then its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

import numpy as np

from ...sim.errors import ConfigError
from ..analysis.agreement import Agreement
from ..analysis.refusals import no_agreement
from ..store.edition import FIRST, changes_since, old_numbers
from ..store.manifest import MEASURES
from ..study.catalogue import shipped_configs
from ..study.labels import label
from ..study.load import load_config
from .answering import NONE, Several
from .claim import Claim, ClaimTest, Verdict, answers_part
from .over_people import over_people_section
from .people import ModelValue, people_section
from .several import commands, several_section
from .size import size_section
from .tables import (
    Part,
    condition_table,
    contrast_table,
    part_table,
    preferred_speeds,
    survival,
)
from .verdict import RULE, Outcome, outcome, verdict
from .words import PLAINLY, SUPPORT, but, interval, pairs, quantity, refusals, sides

EXPLAINED = (
    "First side against second, with the 95 % interval; walks are paired by seed. A star: p below "
    "0.05 after Holm's correction for all comparisons of the run. A dash: fewer than 6 pairs. In "
    "brackets: why a comparison is no answer."
)
OTHERWISE = (
    "the experiment that ships asks otherwise now; intervals of falls, and what is no evidence, "
    "were computed anew from the counts of the older run"
)
BEYOND = (
    "Training effects over weeks (strength, balance, pain, fitness) cannot be shown: this is one "
    "walk of one body, which does not learn, tire or heal.",
    "Intervals tell of the spread between walks of one model from other starts, not between "
    "people. Where the model disagrees with people is told in "
    "[validation.md](../validation.md).",
)


def page(
    claim: Claim,
    results: dict[str, Any],
    model: Mapping[str, ModelValue] = MappingProxyType({}),
    several: Several = NONE,
) -> str:
    """Return the page of a claim as Markdown; `model` as `model_values` gives it.

    Raises:
        ConfigError: the run lacks a comparison that the claim is tested by.
    """
    tested = parts_of(claim, results, several)
    answer = verdict([one for _, _, one in tested])
    parts = [
        "<!-- Written by `python -m retrowalk.experiments.claims write`; "
        f"words: answers/{claim.experiment}.yaml, numbers: results/{claim.experiment}.json. -->",
        *stale([results]),
        f"# {claim.title}",
        f"> {claim.claim.strip()}",
        f"**{SUPPORT[answer]}**, in this simulation. {main_sentence(*tested[0])}",
        *(f"**{one['says']}**" for one in results.get("no_evidence", ())),
        "\n".join(f"- {line}" for line in in_short(tested)),
        reasons(claim, answer),
        f"![{claim.title}](figures/{claim.experiment}.svg)",
        "## Part by part",
        part_table(tested),
        *several_section(claim, several),
        *over_people_section(claim, several),
        *size_section(tested),
        *people_section(claim, model),
        "## All comparisons",
        EXPLAINED,
        contrast_table(results),
        "## Conditions",
        condition_table(claim, results),
        *preferred_speeds(results),
        *survival(results),
        "## What this cannot show",
        "\n".join(f"- {one.strip()}" for one in (*claim.limits, *BEYOND)),
        "## How it was made",
        _made(results),
        *([commands(several.runs)] if several.runs else []),
        f"The rule of the answer, the same for every claim. {RULE}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def stale(results: Sequence[dict[str, Any]]) -> list[str]:
    """Return lines that say so where a run is of older measures or another config, or nothing."""
    oldest = min((one["versions"].get(MEASURES) or FIRST for one in results), key=int)
    asked = "" if all(map(as_shipped, results)) else OTHERWISE
    notice = old_numbers([changes_since(oldest), asked])
    return [notice] if notice else []


def as_shipped(results: dict[str, Any]) -> bool:
    """Return whether a run is of the experiment as it ships, or with more walks of a condition.

    True of one that does not ship.
    """
    if results["experiment"] not in shipped_configs():
        return True
    asked = load_config(results["experiment"], _more_walks(results))
    return results.get("config_digest") == asked.digest()


def _more_walks(results: dict[str, Any]) -> list[str]:
    """Return what was set of a run with more walks than its experiment has as it ships."""
    name, trials = results["experiment"], results.get("trials_per_cell", 0)
    if name not in shipped_configs() or trials <= load_config(name).trials:
        return []
    return [f"trials={trials}"]


def parts_of(claim: Claim, results: dict[str, Any], several: Several = NONE) -> list[Part]:
    """Return each test of the claim with its contrast and what came out.

    Where several controllers were asked, the contrast is theirs.

    A part that an older run was not asked has no contrast.

    Raises:
        ConfigError: the run is of the experiment as it is, and has no such contrast.
    """
    found: list[Part] = []
    for test in claim.tests:
        over = several.contrast(test)
        match = [one for one in results["contrasts"] if answers_part(test, one)]
        if over is None and not match and as_shipped(results):
            place = test.where or ("all settings" if test.pooled else "the one setting")
            raise ConfigError(
                f"{claim.experiment}: no contrast of {test.measure} "
                f"between {test.between} in {place}"
            )
        contrast = over or (_alone(match[0], several) if match else None)
        found.append((test, contrast, outcome(test, contrast)))
    return found


def _alone(contrast: dict[str, Any], several: Several) -> dict[str, Any]:
    """Return one controller's contrast: no answer where several were asked of the claim."""
    if not several.runs or contrast.get("withheld"):
        return contrast
    one = Agreement(np.array([contrast["estimate"]]), contrast["as"] == "ratio", (None,))
    return {**contrast, "withheld": [asdict(no_agreement(one.objection))]}


def summary(
    claim: Claim, results: dict[str, Any], several: Several = NONE
) -> tuple[Verdict, str, str]:
    """Return the answer, how its parts came out, and its main number, or why there is none."""
    tested = parts_of(claim, results, several)
    test, contrast, _ = tested[0]
    what = f"{test.part}: {label(test.measure).text}"
    if contrast is None:
        numbers = f"{what}: not run yet"
    elif why := refusals(contrast):
        numbers = f"{what}: no answer. {why[0]}"
    else:
        numbers = f"{what} {quantity(contrast)} ({interval(contrast)}), {pairs(contrast)}"
    return verdict([one for _, _, one in tested]), "<br>".join(in_short(tested)), numbers


def main_sentence(test: ClaimTest, contrast: dict[str, Any] | None, found: Outcome) -> str:
    """Say the main number in a sentence, or why there is none."""
    what = f"{test.part[0].upper()}{test.part[1:]}: {label(test.measure).text}"
    if contrast is None:
        return f"{what}: not run yet."
    if why := refusals(contrast):
        return f"{what}: no answer. {why[0]}"
    ends = interval(contrast)
    ends = ends if ends.startswith("no interval") else f"95 % interval {ends}"
    certainty = f"({ends}, {pairs(contrast)})"
    more = f"; {told}" if (told := but(contrast)) else ""
    return f"{what} **{quantity(contrast)}**, {sides(contrast)} {certainty}: {found}{more}."


def in_short(tested: list[Part]) -> list[str]:
    """Say which parts came out how: a line each outcome, in order."""
    by: dict[Outcome, list[str]] = {outcome: [] for outcome in PLAINLY}
    for test, _, found in tested:
        by[found].append(test.part)
    return [f"**{PLAINLY[one]}**: {'; '.join(parts)}" for one, parts in by.items() if parts]


def reasons(claim: Claim, answer: Verdict) -> str:
    """Return why the answer is as it is."""
    if answer in claim.why:
        return claim.why[answer].strip()
    return "No reasons have been written for this answer yet."


def _made(results: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    invalid = f", {results['invalid']} not valid" if results["invalid"] else ", all valid"
    return "\n".join(
        (
            "```sh",
            " --set ".join([f"retrowalk run {results['experiment']}", *_more_walks(results)]),
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
