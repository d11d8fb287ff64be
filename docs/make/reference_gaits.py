"""Write the table of reference gaits in docs/develop/gait.md: how each controller walks at 0.8 m/s.

    python docs/make/reference_gaits.py runs/reference-both-ways runs/reference-backward ...

Takes finished runs with recordings, of one speed. Each direction has a column a controller, and two
standard deviations: of trials (mean over controllers), and of controllers.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from retrowalk.experiments.findings.forward_gates import gates_of
from retrowalk.experiments.findings.recorded_walk import RecordedWalk, recorded_walk
from retrowalk.experiments.store.run import Run
from retrowalk.experiments.study.plan import Cell

PAGE = Path(__file__).parents[1] / "develop" / "gait.md"
START, END = "<!-- {}: docs/make/reference_gaits.py -->", "<!-- end of {} -->"
FROM_TRIALS = {
    "speed, m/s": ("speed_m_per_s", 1.0, 2),
    "cost of transport (Umberger, gross), J/kg/m": ("cost_of_transport_j_per_kg_m", 1.0, 1),
    "cadence, steps a minute": ("cadence_steps_per_min", 1.0, 0),
    "stride, m": ("stride_length_m", 1.0, 2),
    "stance, % of the stride": ("stance_fraction", 100.0, 0),
    "double support, %": ("double_support_fraction", 100.0, 0),
    "braking force, body weights": ("braking_grf_peak_bw", 1.0, 2),
    "propelling force, body weights": ("propulsion_grf_peak_bw", 1.0, 2),
    "step width, cm": ("step_width_m", 100.0, 0),
    "step width, standard deviation, cm": ("step_width_sd_m", 100.0, 1),
    "slip of the loaded foot a stance, cm": ("foot_slip_m", 100.0, 1),
    "asymmetry of step length": ("step_length_asymmetry", 1.0, 2),
}
JOINTS = ("hip", "knee", "ankle")
NUMBERS = {
    "vertical peak, raw, body weights": ("vertical peak, raw", 2),
    "knee contact, body weights": ("knee contact force", 1),
    "joint work, J/kg/m": ("joint work", 2),
    "pelvis turn, degrees": ("pelvis rotation", 0),
    "trunk lean, degrees": ("trunk lean", 0),
}
GROUPS = (
    *("soleus", "gastrocnemius", "tibialis_anterior", "vasti", "rectus_femoris", "hamstrings"),
    *("biceps_femoris_short", "gluteus_maximus", "gluteus_medius", "iliopsoas"),
)


def rows(walks: list[RecordedWalk]) -> Iterator[tuple[str, np.ndarray, int]]:
    """Yield name, values over walks and digits of what the recordings tell."""
    for joint in JOINTS:
        angle = np.array([one.curves[f"{joint} angle"] for one in walks])
        yield f"{joint} at contact, degrees", angle[:, 0], 0
        yield f"{joint} least, degrees", angle.min(1), 0
        yield f"{joint} most, degrees", angle.max(1), 0
    for name, (number, digits) in NUMBERS.items():
        yield name, np.array([one.numbers[number] for one in walks]), digits
    for group in GROUPS:
        curve = np.array([one.activation[group] for one in walks])
        words = group.replace("_", " ")
        yield f"{words}, mean activation", curve.mean(1), 3
        yield f"{words}, peak", curve.max(1), 2
        yield f"{words}, peak at % of the stride", curve.argmax(1).astype(float), 0


def of_cell(run: Run, cell: Cell) -> dict[str, tuple[np.ndarray, int]]:
    """Return values over walks, and digits, by name."""
    trials = run.rows(cell)
    up = trials[~trials["fell"].astype(bool)]
    found = {
        name: (scale * up[column].to_numpy(float), digits)
        for name, (column, scale, digits) in FROM_TRIALS.items()
    }
    kept = [run.recording(int(n)) for n in up["trial"] if int(n) in run.recordings]
    walks = [one for one in map(recorded_walk, kept) if one is not None]
    return found | {name: (values, digits) for name, values, digits in rows(walks)}


def table(walked: list[tuple[Run, Cell]]) -> str:
    """Return a table with a column for each cell, all of one direction."""
    found = [of_cell(run, cell) for run, cell in walked]
    head = [
        "",
        *(f"`{cell.policy}`" for _, cell in walked),
        "between trials",
        "between controllers",
    ]
    lines = [head, ["---"] * len(head)]
    fallen = [run.rows(cell)["fell"].astype(bool) for run, cell in walked]
    lines.append(["walk on", *(f"{(~one).sum()} of {len(one)}" for one in fallen), "", ""])
    if walked[0][1].direction == "forward":
        gates = [gates_of(run)[cell.name][1] for run, cell in walked]
        held = [f"{sum(gate.holds is True for gate in one)} of {len(one)}" for one in gates]
        lines.append(["gates of people's walking", *held, "", ""])
    for name, (_, digits) in found[0].items():
        values = [one[name][0] for one in found]
        means = [float(np.nanmean(one)) for one in values]
        within = float(np.mean([np.nanstd(one, ddof=1) for one in values]))
        shown = [f"{value:.{digits}f}" for value in means]
        between = f"{np.std(means, ddof=1):.{digits + 1}f}" if len(means) > 1 else "–"
        lines.append([name, *shown, f"{within:.{digits + 1}f}", between])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main(folders: list[Path]) -> None:
    """Write the tables between their marks."""
    text = PAGE.read_text("utf-8")
    runs = [Run.finished(folder) for folder in folders]
    for direction in ("forward", "backward"):
        walked = [(r, cell) for r in runs for cell in r.plan.cells if cell.direction == direction]
        start, end = START.format(direction), END.format(direction)
        before, rest = text.split(start)
        text = f"{before}{start}\n\n{table(walked)}\n\n{end}{rest.split(end)[1]}"
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
