"""Write the table of docs/results/results.md from the runs of the shipped gaits.

    retrowalk run steady-backward --batch 32 --out runs/steady-backward
    retrowalk run steady-forward --batch 32 --out runs/steady-forward
    python docs/make/gait_results.py runs/steady-backward runs/steady-forward

The text around the table, from the first line to it and from it on, stays as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from retrowalk.experiments.store.edition import stamped
from retrowalk.experiments.store.run import Run

PAGE = Path(__file__).parents[1] / "results" / "results.md"
Cell = Callable[[pd.DataFrame], str]


def mean(column: str, factor: float = 1.0, digits: int = 2) -> Cell:
    """Mean of a column over the trials."""
    return lambda trials: f"{factor * trials[column].astype(float).mean():.{digits}f}"


def both(first: Cell, second: Cell, between: str) -> Cell:
    """Two numbers in one cell."""
    return lambda trials: first(trials) + between + second(trials)


def up(trials: pd.DataFrame) -> str:
    """Who is still walking."""
    return f"{int((~trials['fell'].astype(bool)).sum())} of {len(trials)}"


def largest(column: str, factor: float = 1.0, digits: int = 1) -> Cell:
    """Largest value of a column over the trials."""
    return lambda trials: f"{factor * trials[column].max():.{digits}f}"


def hardest(trials: pd.DataFrame) -> str:
    """The muscle group of the highest mean activation."""
    groups = [
        name
        for name in map(str, trials.columns)
        if name.startswith("activation_") and f"tension_peak_n_{name[11:]}" in trials.columns
    ]
    means = trials[groups].mean()
    return f"{means.max():.2f} {str(means.idxmax())[11:].replace('_', ' ')}"


ROWS: dict[str, Cell] = {
    "still walking after 60 s": up,
    "speed, m/s": mean("speed_m_per_s", digits=3),
    "cadence, steps/min": mean("cadence_steps_per_min", digits=0),
    "stride length, m": mean("stride_length_m"),
    "step width, m": mean("step_width_m", digits=3),
    "stance, % of stride": mean("stance_fraction", 100, 1),
    "double support, % of stride": mean("double_support_fraction", 100, 1),
    "toe first / heel first, % of steps": both(
        mean("toe_first_fraction", 100, 0), mean("heel_first_fraction", 100, 0), " / "
    ),
    "trunk from upright, largest, degrees": mean("trunk_tilt_max_rad", 180 / np.pi, 1),
    "left against right: step length, stance, %": both(
        mean("step_length_asymmetry", 100, 1), mean("stance_asymmetry", 100, 1), ", "
    ),
    "foot slip a step: mean, largest of a trial (mean over trials), cm": both(
        mean("foot_slip_m", 100, 1), mean("foot_slip_max_m", 100, 1), ", "
    ),
    "foot slip, largest step of all trials, cm": largest("foot_slip_max_m", 100),
    "peak vertical ground force, body weights": mean("vertical_grf_peak_bw"),
    "mean activation, all muscles": mean("activation_mean", digits=3),
    "most active group": hardest,
    "metabolic cost of transport, Umberger 2010, J/kg/m": mean("cost_of_transport_j_per_kg_m"),
    "the same, Bhargava 2004": mean("bhargava_cost_of_transport_j_per_kg_m"),
    "margin of stability along, sideways, cm": both(
        mean("mos_ap_m", 100, 1), mean("mos_ml_m", 100, 1), ", "
    ),
    "knee contact force peak, body weights": mean("knee_contact_force_peak_bw", digits=1),
}


def table(folders: list[Path]) -> str:
    """The table as Markdown, a column each direction and speed."""
    trials = pd.concat([Run.finished(folder).trials for folder in folders])
    groups = list(trials.groupby(["direction", "commanded_speed_m_per_s"]))
    head = " | ".join(f"{direction} {speed:g} m/s" for (direction, speed), _ in groups)
    lines = [f"| | {head} |", "|---|" + "---|" * len(groups)]
    for name, cell in ROWS.items():
        lines.append(f"| {name} | {' | '.join(cell(group) for _, group in groups)} |")
    return "\n".join(lines)


def main(folders: list[Path]) -> None:
    """Put the table where the page has one."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    rows = [i for i, line in enumerate(lines) if line.startswith("|")]
    lines[rows[0] : rows[-1] + 1] = table(folders).splitlines()
    editions = [Run(folder).edition for folder in folders]
    PAGE.write_text(stamped("\n".join(lines) + "\n", editions), encoding="utf-8")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
