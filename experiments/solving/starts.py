"""Initial guesses: human forward angles, their time reversal, or another solution.

A start is only that: the last stage of every solve tracks nothing.
"""

from __future__ import annotations

import numpy as np
from scipy.interpolate import CubicSpline

from ...models.fitting.reference import gait_angles_rad
from .planar_dynamics import PlanarModel
from .transcription import SCALE, Trajectory

LEAN_RAD = 0.05
SINK_M = 0.004
"""Depth of the lowest disc in a start."""
REVERSED = {"q": 1.0, "qd": -1.0, "qdd": 1.0, "a": 1.0, "da": -1.0, "f": 1.0, "df": -1.0, "r": 1.0}
"""Sign of each variable when time runs backwards."""


def published_start(
    model: PlanarModel,
    velocity_m_per_s: float,
    intervals: int,
    duration_s: float = 0.55,
    rng: np.random.Generator | None = None,
    noise: float = 0.0,
) -> Trajectory:
    """Return half a stride of the published forward angles; backward: in reverse.

    Args:
      rng, noise: add a constant of this standard deviation to each angle [rad].
    """
    phases = np.linspace(0, 1, 11)
    curves: list[CubicSpline] = []
    for joint in ("hip_flexion", "knee", "ankle"):
        angle = gait_angles_rad()[joint].copy()
        angle[0] = angle[-1] = (angle[0] + angle[-1]) / 2
        curves.append(CubicSpline(phases, angle, bc_type="periodic"))

    def pose(phase: np.ndarray) -> np.ndarray:
        q = np.zeros((11, len(phase)))
        q[2] = LEAN_RAD
        q[3:6] = [curve(phase % 1.0) for curve in curves]
        q[7:10] = [curve((phase + 0.5) % 1.0) for curve in curves]
        return q

    # the ankles pass where the left foot is on the ground: in the first half of its cycle
    fine = np.linspace(0.05, 0.5, 451)
    ankles = np.array([np.array(model.ankles(column)).ravel() for column in pose(fine).T])
    apart = ankles[:, 0] - ankles[:, 2]
    passing = fine[int(np.flatnonzero(np.diff(np.sign(apart)))[0])]
    t = np.linspace(0, 1, intervals + 1)
    way = 1.0 if velocity_m_per_s > 0 else -1.0
    q = pose(passing + way * 0.5 * t)
    if rng is not None:
        q[2:] += noise * rng.standard_normal((9, 1))
    for column in q.T:
        column[1] = 0.0
        column[1] = -float(np.min(np.array(model.clearance(column)))) - SINK_M
    q[0] = velocity_m_per_s * duration_s * t
    step = duration_s / intervals
    qd = np.gradient(q, step, axis=1)
    n, m, nt = intervals + 1, 2 * model.muscles, 2 * model.tendons
    values = {
        "q": q,
        "qd": qd,
        "qdd": 0.3 * np.gradient(qd, step, axis=1),
        "a": np.full((m, n), 0.05),
        "da": np.zeros((m, n)),
        "f": np.full((nt, n), 0.05),
        "df": np.zeros((nt, n)),
        "r": np.zeros((6, n)),
    }
    return Trajectory(values, duration_s)


def reversed_start(trajectory: Trajectory) -> Trajectory:
    """Return the same motion with time running backwards."""
    values = {name: REVERSED[name] * rows[:, ::-1] for name, rows in trajectory.values.items()}
    values["q"] = values["q"].copy()
    values["q"][0] -= values["q"][0, 0]
    return Trajectory(values, trajectory.duration_s)


def at_speed(trajectory: Trajectory, velocity_m_per_s: float) -> Trajectory:
    """Return the motion with its distance stretched to another speed of the same direction."""
    values = dict(trajectory.values)
    q = values["q"].copy()
    q[0] *= velocity_m_per_s * trajectory.duration_s / q[0, -1]
    values["q"] = q
    return Trajectory(values, trajectory.duration_s)


def perturbed(trajectory: Trajectory, rng: np.random.Generator, size: float) -> Trajectory:
    """Return the motion with smooth noise of `size` (of each variable's scale) and another pace."""
    if size == 0.0:
        return trajectory
    n = trajectory.nodes
    t = np.linspace(0, 1, n)
    waves = np.stack([np.cos(2 * np.pi * k * t) for k in range(4)])
    values: dict[str, np.ndarray] = {}
    for name, rows in trajectory.values.items():
        shape = rng.standard_normal((len(rows), 4)) / np.array([1, 1, 2, 3])
        values[name] = rows + size * SCALE[name] * shape @ waves
    values["q"][0] = trajectory.values["q"][0]
    return Trajectory(values, trajectory.duration_s * float(np.exp(size * rng.standard_normal())))
