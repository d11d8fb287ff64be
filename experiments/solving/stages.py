"""Continuation stages from a start to a gait, each closer to the full problem.

A standing start fails, and so does a sharp ground from the beginning; so the published angles are
tracked with torques first, muscles come next, and the ground hardens last. The last stage tracks
nothing and has no reserves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from .objective import Objective
from .planar_dynamics import PlanarModel
from .transcription import Demand, Solved, Trajectory, Transcription

SMOOTH, SHARP, FINE = (0.2, 0.005), (0.1, 0.002), (0.05, 0.002)
"""Contact of the stages: speed of friction's transition [m/s], smoothing depth [m]."""
COARSE_MESH, FINE_MESH = 25, 50
"""Intervals of half a stride."""
FREE_N_M = 200.0


StartKind = Literal["published", "disturbed", "neighbour"]
"""People's angles; a solved gait with noise or in reverse; a solved gait of nearly this speed."""


@dataclass(frozen=True)
class Stage:
    """One solve of a chain."""

    name: str
    intervals: int
    demand: Demand
    mu: float
    """First barrier parameter: small where the start is near."""


def stages(objective: Objective, velocity_m_per_s: float, start: StartKind) -> tuple[Stage, ...]:
    """Return the stages to a walk at a velocity, from a start of this kind."""
    fine = Stage("fine", FINE_MESH, Demand(velocity_m_per_s, objective, FINE), 1e-3)
    sharp = Stage("sharp", COARSE_MESH, Demand(velocity_m_per_s, objective, SHARP), 1e-3)
    smooth = Stage("smooth", COARSE_MESH, Demand(velocity_m_per_s, objective, SMOOTH), 1e-2)
    if start == "neighbour":
        return (fine,)
    if start == "disturbed":
        return smooth, sharp, fine
    light = replace(
        objective,
        metabolic=0.0,
        activation_cubed=0.02,
        joint_limits=0.0,
        ground_force_rate=0.0,
        jerk=0.0,
        drive_rate=1e-5,
        lean=0.0,
    )
    free = Demand(velocity_m_per_s, objective, SMOOTH, limit_n_m=FREE_N_M, clearance=False)
    return (
        Stage(
            "torques",
            COARSE_MESH,
            replace(free, objective=light, reserve=1.0, track=10.0, acceleration=1e-5),
            1e-2,
        ),
        Stage("reserves", COARSE_MESH, replace(free, reserve=100.0, track=2.0), 1e-2),
        smooth,
        sharp,
        fine,
    )


@dataclass
class Solver:
    """Runs chains of stages; programs of one mesh are built once."""

    model: PlanarModel
    iterations: int
    seconds: float
    """Most CPU seconds a stage."""

    def __post_init__(self) -> None:
        self._programs: dict[tuple[int, float], Transcription] = {}

    def run(
        self,
        start: Trajectory,
        chain: tuple[Stage, ...],
        report: Callable[[Stage, Solved], None] | None = None,
    ) -> Solved:
        """Return the last stage's answer; a stage that fails still hands on its best."""
        here, answer = start, None
        for stage in chain:
            key = (stage.intervals, stage.demand.objective.clearance_window)
            if key not in self._programs:
                self._programs[key] = Transcription(self.model, *key)
            program = self._programs[key]
            program.prepare(stage.mu, self.iterations, self.seconds)
            if stage.demand.limit_n_m == 0.0:
                here = replace(here, values=here.values | {"r": 0.0 * here.values["r"]})
            answer = program.solve(here.remeshed(stage.intervals), stage.demand)
            here = answer.trajectory
            if report is not None:
                report(stage, answer)
        if answer is None:
            raise ValueError("a chain has at least one stage")
        return answer
