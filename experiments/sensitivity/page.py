"""The page of a sensitivity analysis: what each choice says, and which answers hang on one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..report.answer import Comparison, comparison
from ..report.markdown import markdown_table
from .sensitivity import Answered, says
from .variants import Variant

HOW_TO_READ = (
    "Every experiment rests on choices that no person makes: how fine time is cut, how hard soles "
    "are, by which criterion torques go to muscles, by which model energy is reckoned, from which "
    "force on a foot stands. Each row is "
    "one contrast of the experiment, each column one choice made otherwise, with the same starts. "
    "**Bold: another answer** (higher, lower, no clear difference, no answer) than with all as it "
    "is. What depends on a choice is no finding about people."
)


def sensitivity_page(
    title: str, command: str, variants: Sequence[Variant], found: Sequence[Answered]
) -> str:
    """Return the page as Markdown."""
    parts = [
        f"# What {title} depends on",
        f"Made by `{command}`.",
        HOW_TO_READ,
        summary(variants, found),
        markdown_table(
            ("contrast", *(variant.what for variant in variants)),
            [_row(variants, one) for one in found],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def summary(variants: Sequence[Variant], found: Sequence[Answered]) -> str:
    """Say how many answers depend on a choice, and which on what."""
    words = {variant.name: variant.what for variant in variants}
    hanging = [one for one in found if one.depends_on]
    told = f"{len(hanging)} of {len(found)} answers depend on a choice"
    if not hanging:
        return f"{told}."
    lines = [f"- {_name(one)}: {', '.join(words[n] for n in one.depends_on)}" for one in hanging]
    return "\n".join([f"{told}:", "", *lines])


def _row(variants: Sequence[Variant], one: Answered) -> tuple[str, ...]:
    cells = [_cell(one.contrasts[v.name], v.name in one.depends_on) for v in variants]
    return (_name(one), *cells)


def _name(one: Answered) -> str:
    shown = comparison(one.own)
    return f"{shown.measure}, {shown.sides_alone}{_place(shown)}"


def _place(shown: Comparison) -> str:
    return f" ({shown.where})" if shown.where else ""


def _cell(contrast: Mapping[str, Any], other: bool) -> str:
    shown, said = comparison(contrast), says(contrast)
    number = f"{shown.shown} ({shown.interval}): " if shown.known else ""
    return f"{number}**{said}**" if other else f"{number}{said}"
