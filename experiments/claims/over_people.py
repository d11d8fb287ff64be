"""What virtual people say of a claim, on its page: in how many of them which way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..analysis.refusals import SHORT
from ..report.cohort import failing, not_counted
from ..report.markdown import markdown_table
from .answering import Several
from .claim import Claim, ClaimTest
from .full_runs import PEOPLE
from .words import interval, quantity, refusals

HEAD = "## Person by person"
EXPLAINED = """\
People drawn from published distributions of height, mass, proportions, strength and senses
([walkers](../../world/walkers.md#a-cohort)) walk with every controller. A person's contrast is
within the person, the mean of what the controllers say; the interval is over people and
controllers, and holds what differs between both. The answers above are of one body; these say
whether others give them too."""


def over_people_section(claim: Claim, several: Several) -> list[str]:
    """Return in how many people each part goes which way; nothing where no cohort walked."""
    asked = [(test, one) for test in claim.tests if (one := several.over_people(test)) is not None]
    if not asked:
        return []
    head = ("part", "people", "mean over people (95 % interval)", "one body", "not counted")
    rows = [_row(test, over, several.contrast(test)) for test, over in asked]
    people = several.people
    told = f"{len(people)} people, listed with their fields in the results."
    told = " ".join([told, *failing(people), *_ages(people, asked[0][1]), _walked(several)])
    return [HEAD, EXPLAINED, markdown_table(head, rows), told]


def _ages(people: Sequence[Mapping[str, Any]], over: Mapping[str, Any]) -> list[str]:
    """Say how old those are who give an answer, where not all do."""
    counted = {one["person"] for one in over["people"] if one["counts"]}
    ages = [one["age_years"] for one in people if one["name"] in counted]
    if not ages or len(ages) == len(people):
        return []
    everyone = [one["age_years"] for one in people]
    return [
        f"Those who give an answer to the first part are {min(ages):.0f} to {max(ages):.0f} years "
        f"old, of {min(everyone):.0f} to {max(everyone):.0f}."
    ]


def _walked(several: Several) -> str:
    """Say how the people walked, which may be at another speed than the one body did."""
    walked = [run.results["commands"][0] for run in several.runs if PEOPLE in run.results]
    told = ", ".join(f"`retrowalk run {command}`" for command in walked)
    return f"They walked {told}, and so with each controller."


def in_people(several: Several, test: ClaimTest) -> str:
    """Say in how many people a part goes which way, and by how much; empty: nobody was asked.

    What gives no answer over people gives no number either.
    """
    over = several.over_people(test)
    if over is None or over["estimate"] is None:
        return ""
    says = over["says"] + (f", {n} give no answer" if (n := over["n_dropped"]) else "")
    why = [SHORT[one["reason"]] for one in over["withheld"]]
    return f"{says}: {', '.join(why) or _mean(over)}"


def _row(
    test: ClaimTest, over: Mapping[str, Any], alone: Mapping[str, Any] | None
) -> tuple[str, ...]:
    more = " ".join(refusals(dict(over)))
    mean = " ".join(filter(None, (_mean(over), more)))
    one_body = "–" if alone is None or alone["estimate"] is None else _mean(alone)
    return test.part, over["says"], mean, one_body, not_counted(over)


def _mean(over: Mapping[str, Any]) -> str:
    told = dict(over)
    return "–" if over["estimate"] is None else f"{quantity(told)} ({interval(told)})"
