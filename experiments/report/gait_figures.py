"""Figures of the gait cycle: joint angles, activations and foot contacts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from ...sim.measures.base.muscle_groups import CHAINS, MUSCLE_GROUPS
from ...sim.physics.contact import REGION_BEARS_N
from ..drawing.series import steady_from
from ..study.labels import words
from .curve_contrasts import CurveContrasts, Stretches, shade
from .data import Cell, RunData
from .people_forward import PEOPLE, people_forward
from .style import (
    DIRECTION_COLOURS,
    INK,
    LEFT_COLOUR,
    RIGHT_COLOUR,
    WIDTH_IN,
    Picture,
    canvas,
    picture,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_JOINTS = {
    "hip_flexion": "hip flexion",
    "hip_adduction": "hip adduction",
    "knee": "knee flexion",
    "ankle": "ankle dorsiflexion",
    "mtp": "toe extension",
    "lumbar_flexion": "trunk flexion",
}
_LINES = {"backward": "-", "forward": "--"}


def joint_angles(data: RunData, cells: Sequence[Cell], compared: CurveContrasts) -> Picture | None:
    """Mean joint angles over the gait cycle with the spread between trials."""
    waves = data.waveforms
    if waves is None or not {"joint_angle_rad_mean", "joint_angle_rad_sd"} <= set(waves):
        return None
    present = {str(name) for name in waves["joint"].values}
    curves = {
        heading: [_curve(waves, "joint_angle_rad", cell, {"joint": name}) for cell in cells]
        for name, heading in _JOINTS.items()
        if name in present
    }
    panels = {
        heading: [(cell, np.degrees(mean), np.degrees(sd)) for cell, mean, sd in own]
        for heading, own in curves.items()
    }
    shades = {
        heading: compared.of(cells, "joint_angle_rad", name) for name, heading in _JOINTS.items()
    }
    title = "Joint angles over the gait cycle"
    units = {heading: f"° ({heading.split()[-1]} +)" for heading in curves}
    people = {_JOINTS[joint]: bands for joint, bands in people_forward().items()}
    forward = any(cell.direction == "forward" for cell in cells)
    looks = _Panels((2, 1.9), units, people if forward else {})
    return _cycles(panels, "joint-angles", title, looks, shades)


def activations(data: RunData, cells: Sequence[Cell], compared: CurveContrasts) -> Picture | None:
    """Mean activation of each muscle group over the gait cycle with the spread between trials."""
    waves = data.waveforms
    if waves is None or not {"activation_mean", "activation_sd"} <= set(waves):
        return None
    present = {str(name) for name in waves["group"].values}
    chained = [group for chain in CHAINS.values() for group in chain]
    curves = {
        words(group): [_curve(waves, "activation", cell, {"group": group}) for cell in cells]
        for group in dict.fromkeys((*chained, *MUSCLE_GROUPS))
        if group in present
    }
    panels = {
        heading: [(cell, 100 * mean, 100 * sd) for cell, mean, sd in own]
        for heading, own in curves.items()
    }
    title = "Muscle activation over the gait cycle"
    shades = {words(group): compared.of(cells, "activation", group) for group in present}
    looks = _Panels((3, 1.45), dict.fromkeys(panels, "%"), {}, zero=True)
    return _cycles(panels, "activations", title, looks, shades)


def _curve(
    waves: xr.Dataset, variable: str, cell: Cell, where: dict[str, str]
) -> tuple[Cell, np.ndarray, np.ndarray]:
    """Return a cell's mean and standard deviation, each (phase,)."""
    own = waves.isel(cell=cell.index or 0).sel(where)
    return cell, own[f"{variable}_mean"].values, own[f"{variable}_sd"].values


@dataclass(frozen=True)
class _Panels:
    """How panels over the cycle look.

    Attributes:
        shape: how many side by side, and how high [inch]. units: of each panel's axis.
        people: published curves of each panel, drawn as a band; `zero`: whether axes begin there.
    """

    shape: tuple[int, float]
    units: dict[str, str]
    people: dict[str, np.ndarray]
    zero: bool = False


def _cycles(
    curves: dict[str, list[tuple[Cell, np.ndarray, np.ndarray]]],
    name: str,
    title: str,
    looks: _Panels,
    shades: dict[str, list[Stretches]],
) -> Picture | None:
    if not curves:
        return None
    across, high = min(looks.shape[0], len(curves)), looks.shape[1]
    down = math.ceil(len(curves) / across)
    lines: list[str] = []
    tall = high * down + 0.7
    margins = {
        "left": 0.52 / WIDTH_IN,
        "right": 0.985,
        "bottom": 0.5 / tall,
        "top": 1 - 0.5 / tall,
    }
    margins |= {"wspace": 0.28 if looks.shape[0] > 2 else 0.36, "hspace": 0.6 / high}
    with canvas(WIDTH_IN, tall, down, across, margins=margins) as (figure, grid):
        for axes, (heading, of_cells) in zip(grid.flat, curves.items(), strict=False):
            for cell, mean, spread in of_cells:
                phase, mean, spread = np.linspace(0, 100, len(mean))[::2], mean[::2], spread[::2]
                colour = DIRECTION_COLOURS.get(cell.direction, INK)
                axes.fill_between(
                    phase, mean - spread, mean + spread, color=colour, alpha=0.18, linewidth=0
                )
                axes.plot(
                    phase, mean, _LINES.get(cell.direction, ":"), color=colour, label=cell.label
                )
                if np.isfinite(mean).any():
                    lines.append(
                        f"{heading}, {cell.label}: {np.nanmin(mean):.0f} to "
                        f"{np.nanmax(mean):.0f} {looks.units[heading]}"
                    )
            if heading in looks.people:
                _people(axes, looks.people[heading])
                lines.append(f"{heading}: with the band of people who walk forwards")
            differ = shade(axes, shades.get(heading, []))
            if differ:
                lines.append(f"{heading}: directions differ at {', '.join(differ)} of the cycle")
            axes.set_title(heading, fontsize=8)
            axes.set_xlim(0, 100)
            axes.set_xticks([0, 50, 100])
            axes.tick_params(labelsize=7.5)
            if looks.zero:
                axes.set_ylim(bottom=0)
        for axes in list(grid.flat)[len(curves) :]:
            axes.set_axis_off()
        alike = len(set(looks.units.values())) == 1
        for axes, unit in zip(grid.flat, looks.units.values(), strict=False):
            if axes in grid[:, 0] or not alike:
                axes.set_ylabel(unit, fontsize=7.5, labelpad=1)
        figure.supxlabel(
            "gait cycle from foot contact to the next of the same foot (%)", fontsize=8.5
        )
        handles, names = grid.flat[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="upper right", ncols=4)
        return picture(figure, name, title, "Range of the mean. " + "; ".join(lines) + ".")


def _people(axes: Axes, published: np.ndarray) -> None:
    """Draw published curves, (k, points), as a band between the lowest and the highest."""
    phase = np.linspace(0, 100, published.shape[1])
    low, high = published.min(axis=0), published.max(axis=0)
    axes.fill_between(phase, low, high, color=LEFT_COLOUR, alpha=0.25, linewidth=0)
    axes.plot(phase, published.mean(axis=0), ":", color=LEFT_COLOUR, linewidth=1.2, label=PEOPLE)


def foot_contacts(
    recorded: Sequence[tuple[Cell, xr.Dataset]], seconds: float = 2.5
) -> Picture | None:
    """Which region of which foot bears load, over a few strides of one trial of each cell."""
    usable = [(cell, one) for cell, one in recorded if "ground_force_n" in one]
    if not usable:
        return None
    lines: list[str] = []
    with canvas(WIDTH_IN, 0.6 + 1.45 * len(usable), len(usable), 1) as (figure, grid):
        for axes, (cell, recording) in zip(grid[:, 0], usable, strict=True):
            start = steady_from(recording)
            clip = recording.sel(time=slice(start, start + seconds))
            force = clip["ground_force_n"].sel(axis="z").transpose("foot", "region", "time").values
            time = clip["time"].values - start
            names: list[str] = []
            for foot, side in enumerate(("left", "right")):
                for region, part in enumerate(str(r) for r in clip["region"].values):
                    spans = _spans(force[foot, region] > REGION_BEARS_N, time)
                    row = foot * 3 + region
                    colour = LEFT_COLOUR if foot == 0 else RIGHT_COLOUR
                    axes.broken_barh(spans, (row - 0.36, 0.72), color=colour, linewidth=0)
                    names.append(f"{side} {part}")
                    share = 100 * float(np.mean(force[foot, region] > REGION_BEARS_N))
                    lines.append(
                        f"{cell.label}, {side} {part} on the ground {share:.0f} % of the time"
                    )
            axes.set_yticks(range(len(names)), names)
            axes.set_ylim(len(names) - 0.5, -0.5)
            axes.set_xlim(0, seconds)
            axes.grid(axis="y", visible=False)
            axes.set_title(cell.label)
        grid[-1, 0].set_xlabel("time in steady walking (s)")
        return picture(
            figure, "foot-contacts", "Foot contacts of one trial", "; ".join(lines) + "."
        )


def _spans(loaded: np.ndarray, time: np.ndarray) -> list[tuple[float, float]]:
    """Return (start, length) of each stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loaded.astype(int), [0]])))
    step = float(time[1] - time[0]) if len(time) > 1 else 0.0
    return [(float(time[a]), float(time[b - 1] - time[a] + step)) for a, b in edges.reshape(-1, 2)]
