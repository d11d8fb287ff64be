"""Write the tables of docs/develop/solving.md: `python docs/make/solved_gaits.py`, from what ships.

Forward cycles stand beside the published forward angles; backward ones beside nothing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from retrowalk.envs.gaits.reference_cycle import ReferenceCycle, cycle_table
from retrowalk.experiments.solving.cycle import cost_of_transport_j_per_kg_m
from retrowalk.models.body import build_body
from retrowalk.models.fitting.reference import gait_angles_rad

PAGE = Path(__file__).resolve().parents[1] / "develop" / "solving.md"
START, END = "<!-- tables: docs/make/solved_gaits.py -->", "<!-- end of tables -->"
FOOT_OFF = 0.655  # of the published curves
GRAVITY = 9.81


def tables() -> str:
    """Return both directions' tables."""
    parts = []
    for direction in ("forward", "backward"):
        cycles = cycle_table(direction).cycles
        head = [
            *("m/s", "objective", "cost J/kg/m", "cadence 1/min", "stride m", "double support %"),
            *("hip deg", "knee deg", "ankle deg", "at contact deg"),
            *("vertical BW", "fore-aft BW", "work + J/kg/m"),
        ]
        if direction == "forward":
            head.append("beside people: deg (r)")
        lines = [f"### {direction.capitalize()}", "", _line(head), _line(["---"] * len(head))]
        lines += [_line(_row(cycle)) for cycle in cycles]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _row(cycle: ReferenceCycle) -> list[str]:
    weight = build_body("human-2026b").mass_kg * GRAVITY
    speed, mass = cycle.speed_m_per_s, weight / GRAVITY
    angle, force = np.degrees(cycle.angle_rad), cycle.ground_force_n / weight
    travel = force[0] if cycle.direction == "forward" else -force[0]
    power = cycle.moment_n_m[:3] * cycle.velocity_rad_per_s[:3] / mass
    work = 2 * np.maximum(power, 0)[:, :-1].mean(1) / speed
    cells = [
        f"{speed:.1f}",
        f"{cycle.provenance['objective']:.3f}",
        f"{cost_of_transport_j_per_kg_m(cycle):.2f}",
        f"{120 / cycle.stride_time_s:.0f}",
        f"{cycle.stride_length_m:.2f}",
        f"{200 * cycle.stance_fraction - 100:.0f}",
        *(f"{row.min():.0f} to {row.max():.0f}" for row in angle[:3]),
        " / ".join(f"{value:.0f}" for value in angle[:3, 0]),
        f"{force[1].max():.2f}",
        f"{travel.min():.2f}, {travel.max():.2f}",
        " / ".join(f"{value:.2f}" for value in work),
    ]
    if cycle.direction == "forward":
        cells.append(", ".join(_beside_people(cycle)))
    return cells


def _beside_people(cycle: ReferenceCycle) -> list[str]:
    """Return error without the mean, and correlation, of hip, knee and ankle."""
    phase, stance = cycle.phase, cycle.stance_fraction
    theirs = np.interp(phase, [0.0, stance, 1.0], [0.0, FOOT_OFF, 1.0])
    cells = []
    for row, joint in zip(cycle.angle_rad[:3], ("hip_flexion", "knee", "ankle"), strict=True):
        curve = gait_angles_rad()[joint][:11]
        people = np.interp(theirs, np.linspace(0, 1, 11), curve)
        away = np.degrees((row - row.mean()) - (people - people.mean()))
        r = np.corrcoef(row, people)[0, 1]
        cells.append(f"{np.sqrt((away**2).mean()):.1f} ({r:.2f})")
    return cells


if __name__ == "__main__":
    text = PAGE.read_text("utf-8")
    before, rest = text.split(START)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{START}\n\n{tables()}\n\n{END}{after}", encoding="utf-8")
