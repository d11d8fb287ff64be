"""The scientist's part of the report: what each section says and shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import xarray as xr

from ...sim.physics.contact import REGION_BEARS_N
from . import policies as compare_report
from . import tables
from .answer import Comparison
from .asked_figures import asked_figures
from .curve_contrasts import curve_contrasts
from .data import Cell, RunData
from .diagnostics import diagnostics_table
from .fall_risk import dose_responses, fall_risk, fall_risk_table, survival
from .figures import MOST_SETTINGS, by_cell, falls, forest, muscle_load
from .gait_figures import activations, foot_contacts, joint_angles
from .speeds import preferred_speeds, speed_curves, speed_table
from .style import Picture
from .tables import Table

_BALANCE = ["mos_ap_m", "mos_ml_m", "mos_ml_sd_m", "step_width_sd_m", "stride_time_cv"]
_ENERGY = [
    "metabolic_power_w_per_kg",
    "cost_of_transport_j_per_kg_m",
    "bhargava_cost_of_transport_j_per_kg_m",
]
_MOST_CURVES = 4  # cells in one picture of the gait cycle: more cannot be told apart


@dataclass(frozen=True)
class Section:
    """A heading, its explanation, its pictures and tables, and what to say without any."""

    heading: str
    words: str
    pictures: tuple[Picture, ...]
    tables: tuple[Table, ...]
    absent: str

    @property
    def slug(self) -> str:
        """The heading as a link's target."""
        return self.heading.lower().replace(" ", "-")


def sections(
    data: RunData, contrasts: list[Comparison], recorded: Sequence[tuple[Cell, xr.Dataset]]
) -> list[Section]:
    """Return the sections in order; a part that cannot be made is left out and named."""
    cells, few = data.cells, few_cells(data.cells)
    own = [one for one in recorded if one[0] in few]
    curves = "Lines: mean over trials. Bands: one standard deviation between trials."
    if len(few) < len(cells):
        curves += f" {len(few)} of {len(cells)} conditions are shown, those of the first setting."
    compared = curve_contrasts(data)
    settings = len({cell.setting for cell in cells})
    dots = "every trial, and means with 95 % intervals"

    def section(heading: str, words: str, absent: str, *make: Callable[[], object]) -> Section:
        made = [part for one in make for part in _flat(attempt(data, heading, one))]
        pictures = tuple(part for part in made if isinstance(part, Picture))
        return Section(
            heading, words, pictures, tuple(t for t in made if isinstance(t, Table)), absent
        )

    risk = fall_risk(data)
    fall_risk_section = [
        section(
            "Fall risk",
            "Of each challenge, the trials that met it and were watched long enough. Undisturbed: "
            "Kaplan–Meier, Wilson intervals before the first fall. Pushes: logistic in the "
            "logarithm of the impulse, profile-likelihood intervals. Hazards: Wilson intervals. "
            "All other sections tell of undisturbed walking alone.",
            "The run’s fall risk could not be read.",
            lambda: fall_risk_table(risk),
            lambda: survival(risk),
            lambda: dose_responses(risk),
        )
    ]
    over_conditions = section(
        "Across conditions",
        "Means of trials with 95 % intervals: bootstrap, shares Wilson. In heat maps the number "
        "counts, the shade only helps; (P): posterior chain, (A): anterior.",
        "The conditions suggest no figure, and the config asks for none.",
        lambda: asked_figures(data),
    )
    speeds = preferred_speeds(data)
    speed_section = [
        section(
            "Preferred speed",
            "Found before the experiment by a sweep of speeds, each walked without hazards. The "
            "curve is a / v + b + c v; its interval is the jackknife's over seeds.",
            "The sweep of speeds could not be read.",
            lambda: speed_table(speeds),
            lambda: speed_curves(speeds),
        )
    ]
    across = [over_conditions] if over_conditions.pictures or over_conditions.tables else []
    beside = compare_report.comparison_of(data)
    policies_section = [
        section(
            compare_report.HEADING,
            compare_report.WORDS,
            "The run’s comparison of policies could not be shown.",
            lambda: beside and compare_report.dot_plot(beside),
            lambda: beside and compare_report.comparison_tables(beside),
        )
    ]
    return [
        *(policies_section if beside else []),
        section(
            "Contrasts",
            "Paired by seed. Filled marks: the interval rules out no difference, also after "
            "Holm’s correction for many contrasts. Hollow marks: it does not. "
            + _methods(contrasts),
            "This run asked for no contrasts.",
            lambda: forest(contrasts, "contrast-forest", "Contrasts, with 95 % intervals"),
            lambda: tables.contrast_table(contrasts),
        ),
        section(
            "Falls",
            "A fall counts wherever it happens, also in the seconds before steady walking.",
            "No valid trial tells whether it fell.",
            lambda: falls(cells),
            lambda: tables.falls_table(cells),
        ),
        *(fall_risk_section if risk else []),
        *across,
        *(speed_section if speeds else []),
        section(
            "Muscle load",
            "Mean activation in steady walking, both sides. (P): posterior chain, (A): anterior."
            + (f" The first {MOST_SETTINGS} settings." if settings > MOST_SETTINGS else ""),
            "No trial has activations.",
            lambda: muscle_load(cells),
        ),
        section(
            "Balance",
            "Margin of stability (Hof 2005) at foot contact: positive is stable, for either "
            "direction of travel.",
            "No trial has a margin of stability.",
            lambda: by_cell(cells, _BALANCE, "balance", f"Balance: {dots}"),
        ),
        section(
            "Energy",
            "Metabolic rate of the muscles plus the resting rate, by published models.",
            "No trial has a metabolic rate.",
            lambda: by_cell(cells, _ENERGY, "energy", f"Energy: {dots}"),
        ),
        section(
            "Joint angles",
            f"{curves} {compared.sentence(few, 'joint_angle_rad')}".strip(),
            "The run holds no joint angles over the gait cycle.",
            lambda: joint_angles(data, few, compared),
        ),
        section(
            "Muscle activation over the gait cycle",
            f"{curves} {compared.sentence(few, 'activation')}".strip(),
            "The run holds no activations over the gait cycle.",
            lambda: activations(data, few, compared),
        ),
        section(
            "Foot contacts",
            f"A bar stands where a region of the foot bears more than {REGION_BEARS_N:g} N.",
            "No recording tells which part of the foot is on the ground.",
            lambda: foot_contacts(own),
        ),
        section(
            "Diagnostics",
            "Whether the trials did what was asked of them.",
            "There are no trials.",
            lambda: diagnostics_table(cells),
        ),
        section(
            "All measures",
            "",
            "No trial has any measure.",
            lambda: tables.measure_tables(cells),
        ),
    ]


def _methods(contrasts: Sequence[Comparison]) -> str:
    """Say how the intervals were made, and what the last columns mean."""
    used = ", ".join(dict.fromkeys(one.method for one in contrasts if one.method))
    if not used:
        return ""
    told = f"Intervals: {used}. Hedges’ g: mean of the pairs’ differences over their standard "
    told += "deviation, interval from the noncentral t. "
    if any(one.seen for one in contrasts):
        told += "Seen with 80 % power: the smallest true difference that this many pairs find."
    if any(one.aliases for one in contrasts):
        told += " A fraction of the factorial was run: an effect is mixed with its aliases."
    return told


def attempt(data: RunData, what: str, make: Callable[[], object]) -> object:
    """Return what `make` gives; if it fails, None and a sentence in `data.gaps`.

    A report is written after hours of simulation: one odd number must not cost the rest of it.
    """
    try:
        return make()
    except Exception as error:
        data.gaps.append(f"A part of “{what}” could not be made ({type(error).__name__}: {error}).")
        return None


def few_cells(cells: list[Cell]) -> list[Cell]:
    """Return all cells if they are few, else the first ones of the first setting."""
    if len(cells) <= _MOST_CURVES:
        return list(cells)
    return [cell for cell in cells if cell.setting == cells[0].setting][:_MOST_CURVES]


def _flat(made: object) -> list[object]:
    return list(made) if isinstance(made, list | tuple) else [made]
