"""The tables of the model card, from the body itself.

`python -m retrowalk.models.fitting.model_card` prints them.
"""

from __future__ import annotations

from itertools import groupby

import mujoco
import numpy as np

from ...sim.data_files import read_rows
from ..body import Body, build_body
from ..muscle_table import MuscleRow
from ..resources import HUMAN
from ..strength import max_isometric_torque_n_m
from .paths import PosedPaths
from .reference import STAND_APART, STANDS_FOR, in_walking_range, reference_muscles

DIRECTIONS = {
    ("hip_flexion", 1): "hip flexion",
    ("hip_flexion", -1): "hip extension",
    ("knee", 1): "knee flexion",
    ("knee", -1): "knee extension",
    ("ankle", 1): "dorsiflexion",
    ("ankle", -1): "plantarflexion",
}


def worst_moment_arm(model: mujoco.MjModel, row: MuscleRow) -> tuple[float, str, float, float]:
    """Return (here [m], joint, angle [deg], reference [m]) where they differ most in walking."""
    wanted = {
        key: arm
        for key, arm in reference_muscles()[row.name[:-2]].moment_arms_m.items()
        if in_walking_range(*key)
    }
    poses = [{f"{joint}_l": np.radians(angle)} for joint, angle in wanted]
    joints = [f"{joint}_l" for joint, _ in wanted]
    paths = PosedPaths(model, [body for body, _ in row.path], poses, joints)
    arms = paths.moment_arms(np.array([point for _, point in row.path]))
    k = int(np.argmax(np.abs(arms - list(wanted.values()))))
    (joint, angle), reference = list(wanted.items())[k]
    return float(arms[k]), joint, angle, reference


def muscle_table(body: Body) -> list[str]:
    """Return the lines of the table of leg muscles."""
    model = body.spec().compile()
    lines: list[str] = []
    for row in body.muscles:
        members = (STANDS_FOR | STAND_APART).get(row.name[:-2])
        if row.side == "r" or members is None:
            continue
        here, joint, angle, reference = worst_moment_arm(model, row)
        lines.append(
            f"| {row.name[:-2]} | {', '.join(members)} | {row.max_isometric_force_n:.0f} "
            f"| {row.optimal_fibre_length_m:.3f} | {row.tendon_slack_length_m:.3f} "
            f"| {100 * abs(here - reference):.1f} cm ({joint.replace('_', ' ')}, {angle:.0f}°: "
            f"{100 * here:.1f} for {100 * reference:.1f}) |"
        )
    return lines


def strength_table(body: Body) -> list[str]:
    """Return the lines of the table of isometric torques."""
    model = body.spec().compile()
    lines: list[str] = []
    for (joint, direction), group in groupby(
        read_rows(HUMAN / "reference_joint_strength.csv"),
        key=lambda r: (r["joint"], int(r["direction"])),
    ):
        rows = list(group)
        here: list[str] = []
        for row in rows:
            pose = {
                f"{joint}_l": np.radians(float(row["angle_deg"])),
                f"{row['other_joint']}_l": np.radians(float(row["other_angle_deg"])),
            }
            along, against = max_isometric_torque_n_m(model, f"{joint}_l", pose)
            here.append(f"{along if direction > 0 else against:.0f}")
        people = [f"{row['human_mean_n_m']} ± {row['human_sd_n_m']}" for row in rows]
        cells = (
            DIRECTIONS[joint, direction],
            ", ".join(row["angle_deg"] for row in rows),
            ", ".join(here),
            ", ".join(row["myoleg_n_m"] for row in rows),
            ", ".join(people),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return lines


if __name__ == "__main__":
    for name in ("human", "human-2026b"):  # whose paths were fitted to the reference
        reference_body = build_body(name)
        lines = [*muscle_table(reference_body), "", *strength_table(reference_body)]
        print("\n".join([f"{name}:", *lines, ""]))
