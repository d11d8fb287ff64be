"""What several controllers say of a claim, on its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..analysis.agreement import Agreement
from ..report.markdown import markdown_table
from ..study.controller_factor import CONTROLLER
from ..study.controllers import GATES, GATES_ASKED
from .answering import Answering, Several
from .claim import Claim, ClaimTest
from .who import NOT_ASKED
from .words import interval, quantity

HEAD = "## Controller by controller"
EXPLAINED = f"""\
Every controller that can walk it, each with its own body and gaits, with the 95 % interval over its
walks; then all of them together, with the interval over controllers and the answer by
[the rule](../../use/statistics.md#contrasts). *Gates*: how many of {GATES} measures of people its
forward gait holds; {GATES_ASKED} are asked of one. *Times wider*: the interval over controllers
beside the middle one of theirs."""


def several_section(claim: Claim, several: Several) -> list[str]:
    """Return what each controller says of each part, and who cannot walk it; or nothing."""
    asked = [(test, one) for test in claim.tests if (one := several.contrast(test)) is not None]
    measured = {name: n for run in several.runs for name, n in run.results["gates"].items() if n}
    parts = [_table(asked, measured)] if asked else []
    if not parts and not several.left_out:
        return []
    explained = [EXPLAINED] if asked else []
    return [HEAD, *explained, *parts, *_left_out(several, asked)]


def _table(
    asked: Sequence[tuple[ClaimTest, Mapping[str, Any]]], measured: Mapping[str, int]
) -> str:
    """Return a row each controller, then those over them; a column each part."""
    owns = [{str(one[CONTROLLER]): one for one in over["controllers"]} for _, over in asked]
    names = list(dict.fromkeys(name for own in owns for name in own))
    answering = [name for name in names if any(_counts(own, name) for own in owns)]
    columns = list(zip(asked, owns, strict=True))
    rows = [
        (
            f"`{name}`",
            _gates(owns, name, measured),
            *(_own(over, own.get(name)) for (_, over), own in columns),
        )
        for name in answering
    ]
    overs = [over for _, over in asked]
    rows += [
        ("**over controllers**", "", *map(_over, overs)),
        ("on one side", "", *map(_sides, overs)),
        (f"those with {GATES_ASKED} gates or more", "", *map(_like_people, overs)),
        ("times wider", "", *map(_wider, overs)),
        ("**answer**", "", *(f"**{over['says']}**" for over in overs)),
    ]
    head = ("controller", "gates", *(test.part for test, _ in asked))
    return markdown_table(head, rows)


def _counts(own: Mapping[str, Mapping[str, Any]], name: str) -> bool:
    return name in own and bool(own[name]["counts"])


def _gates(
    owns: Sequence[Mapping[str, Mapping[str, Any]]], name: str, measured: Mapping[str, int]
) -> str:
    """Return the gates that a controller's gait was found to hold, or else its walks here."""
    held = [own[name]["forward_gates"] for own in owns if name in own]
    known = [one for one in held if one is not None]
    return str(min(known) if known else measured.get(name, "–"))


def _own(over: Mapping[str, Any], one: Mapping[str, Any] | None) -> str:
    if one is None or not one["counts"]:
        return f"– ({one['withheld'][0]})" if one and one["withheld"] else "–"
    told = {**over, **one}
    return f"{quantity(told)} ({interval(told)})"


def _over(over: Mapping[str, Any]) -> str:
    if over["estimate"] is None:
        return "–"
    told = dict(over)
    return f"**{quantity(told)}** ({interval(told)})" if over["low"] is not None else quantity(told)


def _sides(over: Mapping[str, Any]) -> str:
    return f"{over['agreeing']} of {over['counted']}"


def _like_people(over: Mapping[str, Any]) -> str:
    """Return mean and interval over the controllers that walk forward like people."""
    like = [one for one in _counted(over) if (one["forward_gates"] or 0) >= GATES_ASKED]
    if not like:
        return "–"
    found = Agreement(
        np.array([float(one["estimate"]) for one in like]),
        over["as"] == "ratio",
        tuple(one["forward_gates"] for one in like),
    )
    ends = found.interval
    told = {**over, "estimate": ends.estimate, "low": ends.low, "high": ends.high}
    side = f"{found.most} of {len(like)}"
    if ends.estimate is None or ends.low is None:
        return side
    return f"{quantity(told)} ({interval(told)}), {side}"


def _counted(over: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (one for one in over["controllers"] if one["counts"])


def _wider(over: Mapping[str, Any]) -> str:
    """Return how much wider the interval over controllers is than the middle one of theirs."""
    times = wider(over)
    return "–" if times is None else f"{times:.2g}"


def wider(over: Mapping[str, Any]) -> float | None:
    """Return the width of the interval over controllers by the median of those over walks."""
    scale = np.log if over["as"] == "ratio" else np.asarray
    ends = [(one["low"], one["high"]) for one in (*_counted(over), over)]
    if any(end is None or (over["as"] == "ratio" and end <= 0) for pair in ends for end in pair):
        return None
    *widths, whole = np.diff(scale(np.array(ends, float)), axis=1)[:, 0]
    middle = float(np.median(widths)) if widths else 0.0
    return float(whole) / middle if middle > 0 else None


def _left_out(
    several: Several, asked: Sequence[tuple[ClaimTest, Mapping[str, Any]]]
) -> Iterator[str]:
    """Yield whom the runs of all leave out, then whom the claim's own run does."""
    reasons: dict[str, str] = {}
    for run in several.runs:
        for one in run.results["left_out"]:
            reasons.setdefault(str(one["levels"][CONTROLLER]), str(one["says"]))
    owns = [one for _, over in asked for one in over["controllers"]]
    answered = {str(one[CONTROLLER]) for one in owns if one["counts"]}
    for one in owns:
        if one["withheld"]:
            reasons.setdefault(str(one[CONTROLLER]), str(one["withheld"][0]))
    left = {name: says for name, says in reasons.items() if name not in answered}
    if left:
        yield _listed("Left out of what was asked of all:", left)
    asked_elsewhere = {name for name in answered if several.left_out.get(name) == NOT_ASKED}
    told = asked_elsewhere.union(reasons)
    others = {name: says for name, says in several.left_out.items() if name not in told}
    if others:
        yield _listed("Left out of the claim's own experiment:", others)


def _listed(head: str, reasons: Mapping[str, str]) -> str:
    return "\n".join((head, "", *(f"- `{name}`: {says}" for name, says in reasons.items())))


def commands(runs: Sequence[Answering]) -> str:
    """Return how the runs of several controllers were made."""
    lines = [f"retrowalk run {command}" for run in runs for command in run.results["commands"]]
    told = [_made(run.results) for run in runs]
    return "\n".join(("```sh", *lines, "```", "", *told))


def _made(results: Mapping[str, Any]) -> str:
    return (
        f"{results['trials']} walks ({results['trials_per_cell']} a condition and controller, up "
        f"to {results['duration_s']:g} s each, {results['simulated_s'] / 3600:.2g} h walked), seed "
        f"{results['seed']}; {results['wall_time_s'] / 3600:.2g} h on a shared core "
        f"(`make claims-full`). Commits {', '.join(results['git_commits'])}."
    )
