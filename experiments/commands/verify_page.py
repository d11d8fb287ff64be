"""The page of numerical verification: what moves, and what is marked."""

from __future__ import annotations

from ...models.numerics import VARIANTS, WORDS
from ...sim.measures.base.definition import DEFINITIONS
from ..bench.numerics import DIRECTIONS, LARGEST, MEASURES, Verification
from ..report.markdown import markdown_table
from ..store.edition import stamped
from ..study.labels import label


def numerics_page(found: Verification, command: str) -> str:
    """Return the page as Markdown."""
    moved = {(one.variant, one.subject, one.measure): one for one in found.moved}
    subjects = (*DIRECTIONS, " / ".join(DIRECTIONS))
    parts = [
        "# Numerical verification",
        f"Made by `{command}`: {found.trials} trials of {found.duration_s:g} s in each direction "
        f"at {found.speed_m_per_s:g} m/s on flat ground, seed {found.seed}, walked again from the "
        "same starts with half the time step, twice the solver's iterations (line search too), and "
        "the stiffness of the soles' contact halved and doubled at the same damping ratio.",
        "Of each result the change in percent of itself, mean over pairs of equal seed, with half "
        f"of its 95 % interval. **Bold: moved by more than {LARGEST:.0%} by numerics alone**; "
        "differences between conditions of that size are not to be believed. The ratio of "
        "directions is what answers rest on.",
    ]
    for subject in subjects:
        rows: list[tuple[str, ...]] = []
        for measure in MEASURES:
            shown = label(measure)
            cells = [_cell(moved[variant, subject, measure]) for variant in VARIANTS]
            value = moved[next(iter(VARIANTS)), subject, measure].value
            told = "–" if value is None else f"{value:.3g}"
            if subject in DIRECTIONS:
                told = shown.quantity(value)
            rows.append((shown.text, told, *cells))
        head = (subject, "value", *(WORDS[variant] for variant in VARIANTS))
        parts += [f"## {subject.capitalize()}", markdown_table(head, rows)]
    rows = [
        (
            one.direction,
            WORDS[one.variant],
            f"{one.own} of {one.trials}",
            f"{one.other} of {one.trials}",
        )
        for one in found.falls
    ]
    head = ("direction", "numerics", "fell with its own", "fell with these")
    parts += ["## Falls", markdown_table(head, rows)]
    count = sum(one.marked for one in found.moved)
    parts.append(f"{count} of {len(found.moved)} results are marked.")
    return stamped("\n\n".join(parts) + "\n", [DEFINITIONS])


def _cell(one: object) -> str:
    change, reach, marked = (getattr(one, name) for name in ("change", "reach", "marked"))
    if change is None:
        return "–"
    text = f"{100 * change:+.1f}".replace("-", "\N{MINUS SIGN}")
    text += "" if reach is None else f" ± {100 * reach:.1f}"
    return f"**{text}**" if marked else text
