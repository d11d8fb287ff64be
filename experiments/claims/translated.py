"""Claims in another language: their table, and of each what a coach reads; the rest is English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..report.markdown import markdown_table
from ..study.labels import label
from .answering import Several
from .claim import Claim
from .language import Language
from .page import BEYOND, parts_of, reasons, stale
from .tables import Part
from .verdict import Outcome, verdict
from .words import PLAINLY, SUPPORT, interval, quantity

_TITLE = "What is said of walking backwards, and what the simulation says"
_INTRO = "Each claim has an experiment (`retrowalk run NAME`) and a page."
_END = (
    "Where several controllers walk what is asked, the answer is theirs together, or that "
    "this model cannot say; all other answers are those of one controller, and another may "
    "contradict it: [controllers.md](../controllers.md). What training over weeks does, no "
    "page here can tell."
)
_HEAD = ("people are told", "answer", "in short", "main number (95 % interval)")
_OLD = "Numbers on this page are old; the English page says why."
HIGHER, LOWER = "higher in {most} of {of} people", "lower in {most} of {of} people"
_ALL = "Every comparison, its conditions, and how it was made"


def translated_index(
    found: Sequence[tuple[Claim, dict[str, Any], Several]], language: Language
) -> str:
    """Return the table of claims, each with its answer and main number."""
    say = language.say
    rows = [_row(*one, language) for one in found]
    table = markdown_table([say(one) for one in _HEAD], rows)
    return "\n\n".join((_note(language), f"# {say(_TITLE)}", say(_INTRO), table, say(_END))) + "\n"


def translated_page(
    claim: Claim, results: dict[str, Any], several: Several, language: Language
) -> str:
    """Return a claim's answer with its reasons, parts and limits."""
    say = language.say
    tested = parts_of(claim, results, several)
    answer = verdict([one for _, _, one in tested])
    rows = [
        (say(test.part), _number(part, language), f"**{say(PLAINLY[part[2]])}**")
        for part in tested
        for test in part[:1]
    ]
    title = say(claim.title)
    parts = [
        _note(language),
        *([f"**{say(_OLD)}**"] if stale([results]) else []),
        f"# {title}",
        f"> {say(claim.claim)}",
        f"**{_sentence(say(SUPPORT[answer]))}**",
        say(reasons(claim, answer)),
        f"![{title}](figures/{claim.experiment}.svg)",
        markdown_table([say(one) for one in ("part", "found (95 % interval)", "answer")], rows),
        f"## {say('What this cannot show')}",
        "\n".join(f"- {say(one)}" for one in (*claim.limits, *BEYOND)),
        f"[{say(_ALL)} (English)]({claim.experiment}.md)",
    ]
    return "\n\n".join(parts) + "\n"


def _row(
    claim: Claim, results: dict[str, Any], several: Several, language: Language
) -> tuple[str, ...]:
    say = language.say
    tested = parts_of(claim, results, several)
    answer = verdict([one for _, _, one in tested])
    by: dict[Outcome, list[str]] = {}
    for test, _, found in tested:
        by.setdefault(found, []).append(say(test.part))
    short = "<br>".join(f"**{say(PLAINLY[one])}**: {'; '.join(names)}" for one, names in by.items())
    link = f"[{say(claim.claim)}]({claim.experiment}.{language.code}.md)"
    people = _people(several.over_people(claim.tests[0]), language)
    numbers = "<br>".join(filter(None, (_number(tested[0], language), people)))
    return link, f"**{say(SUPPORT[answer])}**", short, numbers


def _number(part: Part, language: Language) -> str:
    """Return what was found of a part, with its interval; a dash where there is no answer."""
    test, contrast, _ = part
    if contrast is None or contrast.get("withheld") or contrast["low"] is None:
        return "–"
    plain = language.plain
    name = plain.texts["names"].get(test.measure) or language.say(label(test.measure).text)
    return f"{name}: {plain.number(quantity(contrast))} ({plain.number(interval(contrast))})"


def _people(over: dict[str, Any] | None, language: Language) -> str:
    """Say in how many people a part goes which way, and how far; empty: nobody gives an answer."""
    if over is None or over["withheld"] or over["estimate"] is None or over["low"] is None:
        return ""
    way = HIGHER if over["above"] >= over["below"] else LOWER
    most, plain = max(over["above"], over["below"]), language.plain
    told = language.say(way).format(most=most, of=len(over["people"]))
    return f"{told}: {plain.number(quantity(over))} ({plain.number(interval(over))})"


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _note(language: Language) -> str:
    return (
        "<!-- Written by `python -m retrowalk.experiments.claims write`; "
        f"words: words/{language.code}.yaml. -->"
    )
