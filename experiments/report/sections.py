"""The scientist's part of the report: its sections in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import xarray as xr

from ...sim.physics.contact import REGION_BEARS_N
from . import tables
from .answer import Comparison
from .asked_figures import asked_figures
from .cohort import CohortSection
from .contrasts import ContrastSection
from .controllers import ControllerSection
from .curve_contrasts import curve_contrasts
from .data import Cell, RunData
from .diagnostics import diagnostics_table
from .fall_risk import FallRiskSection
from .figures import MOST_SETTINGS, by_cell, falls, muscle_load
from .gait_figures import activations, foot_contacts, joint_angles
from .not_measured import not_measured_section
from .people import people_section
from .people_forward import sources
from .perturbations import perturbation_section
from .policies import PolicySection
from .policy_groups import PolicyGroupsSection
from .section import Material, Section
from .speeds import PreferredSpeedSection

_BALANCE = ["mos_ap_m", "mos_ml_m", "mos_ml_sd_m", "step_width_sd_m", "stride_time_cv"]
_ENERGY = [
    "metabolic_power_w_per_kg",
    "cost_of_transport_j_per_kg_m",
    "bhargava_cost_of_transport_j_per_kg_m",
]
_DOTS = "every trial, and means with 95 % intervals"


def sections(
    data: RunData, contrasts: list[Comparison], recorded: Sequence[tuple[Cell, xr.Dataset]]
) -> list[Section]:
    """Return the sections in order; a part that cannot be made is left out and named."""
    material = Material(data, contrasts, recorded, curve_contrasts(data))
    return [made for section in SECTIONS if (made := section(material)) is not None]


def _falls(material: Material) -> Section:
    cells = material.cells
    return material.section(
        "Falls",
        "A fall counts wherever it happens, also in the seconds before steady walking.",
        "No valid trial tells whether it fell.",
        lambda: falls(cells),
        lambda: tables.falls_table(cells),
    )


def _across_conditions(material: Material) -> Section | None:
    made = material.section(
        "Across conditions",
        "Means of trials with 95 % intervals: bootstrap, shares Wilson. In heat maps the number "
        "counts, the shade only helps; (P): posterior chain, (A): anterior.",
        "The conditions suggest no figure, and the config asks for none.",
        lambda: asked_figures(material.data),
    )
    return made if made.pictures or made.tables else None


def _muscle_load(material: Material) -> Section:
    settings = len({cell.setting for cell in material.cells})
    return material.section(
        "Muscle load",
        "Mean activation in steady walking, both sides. (P): posterior chain, (A): anterior."
        + (f" The first {MOST_SETTINGS} settings." if settings > MOST_SETTINGS else ""),
        "No trial has activations.",
        lambda: muscle_load(material.cells),
    )


def _balance(material: Material) -> Section:
    return material.section(
        "Balance",
        "Margin of stability (Hof 2005) at foot contact: positive is stable, for either "
        "direction of travel." + _noise_words(material),
        "No trial has a margin of stability.",
        lambda: by_cell(material.cells, _BALANCE, "balance", f"Balance: {_DOTS}"),
    )


def _noise_words(material: Material) -> str:
    """Say of which walkers variability is no human one."""
    known = [cell.summary.get("standing", {}).get("noise_free") for cell in material.cells]
    if not any(known):
        return ""
    some = "these walkers have" if all(known) else "some of these walkers have"
    return f" Variability: {some} no noise of senses or muscles; it is no human variability."


def _energy(material: Material) -> Section:
    return material.section(
        "Energy",
        "Metabolic rate of the muscles plus the resting rate, by published models.",
        "No trial has a metabolic rate.",
        lambda: by_cell(material.cells, _ENERGY, "energy", f"Energy: {_DOTS}"),
    )


def _joint_angles(material: Material) -> Section:
    few, curves = material.few, material.curves
    return material.section(
        "Joint angles",
        f"{_curve_words(material)} {_people_words(few)}"
        f"{curves.sentence(few, 'joint_angle_rad')}".strip(),
        "The run holds no joint angles over the gait cycle.",
        lambda: joint_angles(material.data, few, curves),
    )


def _activations(material: Material) -> Section:
    few, curves = material.few, material.curves
    return material.section(
        "Muscle activation over the gait cycle",
        f"{_curve_words(material)} {curves.sentence(few, 'activation')}".strip(),
        "The run holds no activations over the gait cycle.",
        lambda: activations(material.data, few, curves),
    )


def _people_words(cells: Sequence[Cell]) -> str:
    if not any(cell.direction == "forward" for cell in cells):
        return ""
    return (
        f"Green band, dotted: between published means of people who walk forwards ({sources()}). "
    )


def _curve_words(material: Material) -> str:
    told = "Lines: mean over trials. Bands: one standard deviation between trials."
    few, all_cells = len(material.few), len(material.cells)
    if few < all_cells:
        told += f" {few} of {all_cells} conditions are shown, those of the first setting."
    return told


def _foot_contacts(material: Material) -> Section:
    few = material.few
    recorded = [one for one in material.recorded if one[0] in few]
    return material.section(
        "Foot contacts",
        f"A bar stands where a region of the foot bears more than {REGION_BEARS_N:g} N.",
        "No recording tells which part of the foot is on the ground.",
        lambda: foot_contacts(recorded),
    )


def _diagnostics(material: Material) -> Section:
    return material.section(
        "Diagnostics",
        "Whether the trials did what was asked of them.",
        "There are no trials.",
        lambda: diagnostics_table(material.cells),
    )


def _all_measures(material: Material) -> Section:
    return material.section(
        "All measures",
        "",
        "No trial has any measure.",
        lambda: tables.measure_tables(material.cells),
    )


SECTIONS: tuple[Callable[[Material], Section | None], ...] = (
    PolicySection().section,
    PolicyGroupsSection().section,
    ContrastSection().section,
    ControllerSection().section,
    CohortSection().section,
    people_section,
    _falls,
    FallRiskSection().section,
    perturbation_section,
    _across_conditions,
    PreferredSpeedSection().section,
    _muscle_load,
    _balance,
    _energy,
    _joint_angles,
    _activations,
    _foot_contacts,
    _diagnostics,
    not_measured_section,
    _all_measures,
)
"""Every section in order; one that the run has nothing for gives None."""
