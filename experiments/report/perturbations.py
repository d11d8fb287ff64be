"""What is done to the walkers, as reports of perturbation tests are asked to tell it (ProRePBT).

Direction, magnitude, frequency and predictability of each perturbation, when it comes, and why it
is as severe as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...sim.hazards.hazard import Hazard
from ..study.hazards import FACTOR
from ..study.plan import Cell, Plan
from .data import RunData
from .section import Material, Section
from .tables import Table

WORDS = (
    "As the reporting recommendations for perturbation tests ask (ProRePBT). A walk meets each "
    "perturbation once. The walker's law knows of none beforehand, and does not learn from one."
)
NO_DOSE = "Why the doses are what they are, the experiment does not say (`dose`)."


def perturbation_section(material: Material) -> Section | None:
    """Return the section; None where nothing happens to the walkers."""
    data = material.data
    factors: Mapping[str, Any] = data.config.get("factors") or {}
    asked = (data.config.get("hazards"), data.config.get("battery"), factors.get(FACTOR))
    if not any(asked):
        return None
    dose = str(data.config.get("dose") or "")
    return material.section(
        "Perturbations",
        f"{WORDS} {f'Dose: {dose}' if dose else NO_DOSE}",
        "The perturbations could not be read.",
        lambda: perturbation_table(data.run.plan, data),
    )


def perturbation_table(plan: Plan, data: RunData) -> Table:
    """Return one row for each perturbation that differs."""
    head = (
        *("perturbation", "direction", "on", "lasts, s", "met by", "when", "foot", "predictable"),
        "conditions",
    )
    found: dict[tuple[str, ...], list[Cell]] = {}
    for cell in plan.cells:
        for hazard in cell.hazards:
            found.setdefault(_row(hazard, cell), []).append(cell)
    rows: list[tuple[str, ...]] = []
    for (name, *rest), cells in found.items():
        towards, on, lasts, when, foot, predictable = rest
        met = _met(cells, data)
        conditions = str(len({cell.index for cell in cells}))
        rows.append((name, towards, on, lasts, met, when, foot, predictable, conditions))
    return Table("Perturbations", head, tuple(rows))


def _row(hazard: Hazard, cell: Cell) -> tuple[str, ...]:
    lasts: float | None = getattr(hazard, "lasts_s", None)
    name = (
        f"{hazard.kind}, impulse of each walk its own"
        if cell.adaptive
        else hazard.words(hazard.magnitude)
    )
    return (
        name,
        hazard.towards or "–",
        hazard.on_body or "–",
        "–" if lasts is None else f"{lasts:g}",
        ", ".join(_when(hazard)),
        "left or right, drawn" if hazard.foot == "either" else hazard.foot,
        "time is fixed" if hazard.at_s is not None else "no: time is drawn",
    )


def _when(hazard: Hazard) -> Iterator[str]:
    """Yield when it comes: the time, then the phase of the stride or swing."""
    if hazard.at_s is not None:
        yield f"{hazard.at_s:g} s after the start"
    else:
        last = hazard.after_s + hazard.window_s
        yield f"{hazard.after_s:g} to {last:g} s after steady walking begins"
    if hasattr(hazard, "at_phase"):
        phase: float | None = vars(hazard)["at_phase"]
        yield "phase drawn" if phase is None else f"phase {phase:g}"


def _met(cells: list[Cell], data: RunData) -> str:
    """Return how many of the valid walks met it: some fall before."""
    if "hazard_onset_s" not in data.trials or "cell" not in data.trials:
        return "–"
    rows = data.trials[data.trials["cell"].isin([cell.index for cell in cells])]
    valid = rows[rows["valid"].fillna(False).astype(bool)]
    return f"{int(valid['hazard_onset_s'].notna().sum())} of {len(valid)} walks"
