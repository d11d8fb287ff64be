"""Fit the leg muscles' paths to the reference moment arms and choose their lengths.

`python -m retrowalk.models.fitting.fit_paths` prints the fit and rewrites muscles.csv in
models/human/; `--check` prints only. Deterministic; seconds. Recipe: README.md there, "Muscles".
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import mujoco
import numpy as np
from scipy.optimize import least_squares

from ..bodies.human import skeleton_spec
from .path_sketches import LEG, LEG_APART, TRUNK, Sketch
from .paths import PosedPaths
from .reference import ReferenceMuscle, gait_angles_rad, in_walking_range, reference_muscles

MAX_SHIFT_M = 0.06
"""A fitted point stays this close to where anatomy puts it, in each coordinate."""
SHIFT_COST = 8.0
"""Weight of moving a point, against an error of a moment arm of the same size: 1/64."""
OUTSIDE_WEIGHT = 0.3
"""Weight of an angle outside the walking range."""
MEAN_FIBRE_LENGTH = 0.92
MAX_FIBRE_LENGTH = 1.08
"""Mean and largest fibre length over a gait cycle, in optimal lengths."""
MIN_FIBRE_LENGTH = 0.62
"""Shortest fibre length over a gait cycle; goes before the other two."""
MIN_SLACK_M = 0.004
"""Shortest tendon."""

FIELDS: tuple[str, ...] = (
    "name",
    "group",
    "max_isometric_force_n",
    "optimal_fibre_length_m",
    "tendon_slack_length_m",
    "slow_twitch_share",
    "pennation_rad",
    "path",
    "source",
)


def spans(model: mujoco.MjModel, bodies: list[str]) -> set[str]:
    """Return the joints, without side, between the first and the last body of a path."""
    names: set[str] = set()
    body = model.body(bodies[-1]).id
    while body > model.body(bodies[0]).id:
        for j in range(model.body_jntnum[body]):
            names.add(model.joint(model.body_jntadr[body] + j).name.removesuffix("_l"))
        body = model.body_parentid[body]
    return names


def reference_poses(
    reference: ReferenceMuscle, joints: set[str], turned_about: str = ""
) -> list[tuple[str, float, float]]:
    """Return (joint, angle [deg], moment arm [m]) of the reference at all its angles.

    About the joint `turned_about` angles and arms have the other sign.
    """
    poses = [(*at, arm) for at, arm in reference.moment_arms_m.items() if at[0] in joints]
    return [
        (joint, -angle, -arm) if joint == turned_about else (joint, angle, arm)
        for joint, angle, arm in poses
    ]


def fit_path(model: mujoco.MjModel, sketch: Sketch, reference: ReferenceMuscle) -> np.ndarray:
    """Return the points of the fitted path in their bodies' frames [m]. Shape (points, 3)."""
    bodies = sketch.left_bodies
    asked = reference_poses(reference, spans(model, bodies), sketch.turned_about)
    arms = np.array([arm for _, _, arm in asked])
    if sketch.raise_arms is not None:
        raised, by = sketch.raise_arms
        arms += [
            by if joint == raised and in_walking_range(joint, a) else 0 for joint, a, _ in asked
        ]
    poses = [{f"{joint}_l": np.radians(angle)} for joint, angle, _ in asked]
    paths = PosedPaths(model, bodies, poses, [f"{joint}_l" for joint, _, _ in asked])
    # In units of the tolerance: 25 % or 1 cm, whichever is larger.
    weight = 1 / np.maximum(0.25 * np.abs(arms), 0.01)
    weight *= [1.0 if in_walking_range(j, a) else OUTSIDE_WEIGHT for j, a, _ in asked]
    start = np.array(sketch.points)

    def residual(x: np.ndarray) -> np.ndarray:
        error = (paths.moment_arms(x.reshape(-1, 3)) - arms) * weight
        return np.concatenate([error, (x - start.ravel()) * SHIFT_COST])

    bounds = start.ravel() - MAX_SHIFT_M, start.ravel() + MAX_SHIFT_M
    return least_squares(residual, start.ravel(), bounds=bounds).x.reshape(-1, 3).round(4) + 0.0


def slack_length(
    model: mujoco.MjModel, bodies: list[str], points: np.ndarray, fibre_m: float
) -> tuple[float, np.ndarray]:
    """Return the tendon slack length [m] and the fibre length over a gait cycle [L0].

    The mean over the cycle is 0.92, unless the longest would exceed 1.08; never below 0.62.
    """
    curves = gait_angles_rad()
    poses = [
        {f"{joint}_l": float(angle) for joint, angle in zip(curves, frame, strict=True)}
        for frame in zip(*curves.values(), strict=True)
    ]
    lengths = PosedPaths(model, bodies, poses, [None] * len(poses)).lengths(points)
    slack = max(
        lengths.mean() - MEAN_FIBRE_LENGTH * fibre_m, lengths.max() - MAX_FIBRE_LENGTH * fibre_m
    )
    slack = max(min(slack, lengths.min() - MIN_FIBRE_LENGTH * fibre_m), MIN_SLACK_M)
    return round(float(slack), 4), (lengths - round(float(slack), 4)) / fibre_m


def table_row(
    sketch: Sketch, points: np.ndarray, force: float, fibre: float, slack: float
) -> dict[str, str]:
    """Return a row of muscles.csv."""
    path = "; ".join(
        f"{body} {x:g} {y:g} {z:g}"
        for body, (x, y, z) in zip(sketch.bodies, points.tolist(), strict=True)
    )
    numbers = (f"{force:g}", f"{fibre:.4f}", f"{slack:.4f}")
    extras = (f"{sketch.slow_twitch_share:g}", f"{sketch.pennation_rad:g}")
    values = (sketch.name, sketch.group, *numbers, *extras, path, sketch.source)
    return dict(zip(FIELDS, values, strict=True))


TABLES = {"muscles.csv": LEG, "muscles_apart.csv": LEG_APART}
"""Each table that is written, and its sketches of a leg."""


def fit(model: mujoco.MjModel, leg: tuple[Sketch, ...] = LEG) -> list[dict[str, str]]:
    """Return all rows of a table, printing a line a muscle."""
    rows: list[dict[str, str]] = []
    for sketch in leg:
        reference = reference_muscles()[sketch.name]
        points = fit_path(model, sketch, reference)
        fibre = round(reference.optimal_fibre_length_m, 4)
        force = reference.max_isometric_force_n
        slack, gait = slack_length(model, sketch.left_bodies, points, fibre)
        rows.append(table_row(sketch, points, round(force, 1), fibre, slack))
        print(
            f"{sketch.name:22s} {force:6.0f} N  L0 {fibre:.3f}  LT {slack:.3f}  "
            f"gait {gait.min():.2f}..{gait.max():.2f} mean {gait.mean():.2f}  "
            + report(model, sketch, points, reference)
        )
    for sketch in TRUNK:
        points = np.array(sketch.points)
        neutral = PosedPaths(model, sketch.left_bodies, [{}], [None]).lengths(points)[0]
        slack = round(neutral - sketch.neutral_fibre_length * sketch.fibre_m, 4)
        rows.append(table_row(sketch, points, sketch.force_n, sketch.fibre_m, slack))
    return rows


def report(
    model: mujoco.MjModel, sketch: Sketch, points: np.ndarray, reference: ReferenceMuscle
) -> str:
    """Return, for each joint, the worst error over the walking range in units of the tolerance."""
    asked = [
        pose
        for pose in reference_poses(
            reference, spans(model, sketch.left_bodies), sketch.turned_about
        )
        if in_walking_range(pose[0], pose[1])
    ]
    names = [f"{joint}_l" for joint, _, _ in asked]
    poses = [{n: np.radians(a)} for n, (_, a, _) in zip(names, asked, strict=True)]
    arms = PosedPaths(model, sketch.left_bodies, poses, names).moment_arms(points)
    worst: dict[str, tuple[float, float, float]] = {}
    for (joint, _, wanted), arm in zip(asked, arms, strict=True):
        error = abs(arm - wanted) / max(0.25 * abs(wanted), 0.01)
        if error >= worst.get(joint, (0, 0, 0))[0]:
            worst[joint] = (error, 100 * wanted, 100 * arm)
    return " ".join(f"{j} {e:.2f} ({w:.1f}:{a:.1f})" for j, (e, w, a) in worst.items())


def main() -> None:
    """Run the fit from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="print the fit, write nothing")
    arguments = parser.parse_args()
    for filename, leg in TABLES.items():
        rows = fit(skeleton_spec().compile(), leg)
        if arguments.check:
            continue
        path = Path(__file__).parents[1] / "human" / filename
        with path.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, FIELDS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
