"""`retrowalk solve`: gaits over speed by direct collocation, kept solve by solve.

Every start is followed over all speeds. `states/` holds each finished solve (`--resume` goes on
after the last), `solves.csv` one line for each, `cycles/` the lowest objective of each speed as a
gait cycle.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from ...envs.gaits.reference_cycle import cycle_content
from ...models.body import build_body
from ...models.walker import WALKERS
from ...sim.errors import ConfigError, SimulationError
from ..runner.interruption import raise_if_interrupted
from ..store.atomic import make_folder, remove_temporaries, write_bytes, write_text
from ..store.foreign import refuse_foreign
from ..store.lock import held
from ..store.sealed import read_sealed, write_sealed
from .cycle import gait_cycle
from .objective import Objective, read_objective
from .planar_body import planar_body
from .planar_dynamics import PlanarModel, planar_model
from .solve_config import SolveConfig, StartConfig
from .stages import FINE, Solver, StartKind, stages
from .starts import at_speed, perturbed, published_start, reversed_start
from .state_file import State, read_start, read_state, write_state
from .transcription import Solved, Trajectory

_KIND = "kind"  # what the record says of itself
_COLUMNS = (
    *("start", "speed_m_per_s", "status", "objective", "iterations", "violation", "cpu_s"),
    *("stride_time_s", "stance_fraction"),
)


@dataclass(frozen=True)
class Step:
    """One finished stage, for a progress line."""

    done: int
    of: int
    start: int
    speed_m_per_s: float
    stage: str
    solved: Solved


def solve(
    config: SolveConfig,
    out: Path,
    resume: bool = False,
    report: Callable[[Step], None] | None = None,
    note: Callable[[str], None] = lambda text: None,
) -> Path:
    """Solve all speeds from all starts and write the best of each speed to `out`/cycles.

    A state that was damaged is told to `note` and solved again.

    Raises:
      ConfigError: the body has no planar walker, a start is none for it, `out` holds something
        else, or holds this run and `resume` is not given.
      SimulationError: a speed at which no solve converged.
    """
    model = planar_model(planar_body(build_body(config.body, WALKERS[config.walker])))
    for start in config.starts:
        _first_guess(model, start, config.velocity(config.speeds_m_per_s[0]))
    make_folder(out)
    with held(out):
        _claim(out, config, resume)
        for folder in (out, out / "states", out / "cycles"):
            remove_temporaries(folder)
        _remove_damaged(out, config, note)
        return _solve(model, config, out, report)


def _solve(
    model: PlanarModel, config: SolveConfig, out: Path, report: Callable[[Step], None] | None
) -> Path:
    objective = read_objective(config.objective)
    solver = Solver(model, config.iterations, config.stage_seconds)
    total, done = len(config.starts) * len(config.speeds_m_per_s), 0
    for number, start in enumerate(config.starts):
        solved: dict[float, State] = {}
        for speed in config.speeds_m_per_s:
            path = _state_path(out, number, speed)
            if path.exists():
                state = read_state(path)
            else:

                def show(
                    stage: Any,
                    answer: Solved,
                    at: tuple[int, float, int] = (number, speed, done),
                ) -> None:
                    if report is not None:
                        report(Step(at[2], total, at[0], at[1], stage.name, answer))

                state = _one(solver, config, objective, number, start, speed, solved, show)
                write_state(path, state)
            if state.solved.converged:
                solved[speed] = state
            done += 1
            raise_if_interrupted()
            _tabulate(out, model, config)
            _write_cycles(out, model, config)
    missing = set(config.speeds_m_per_s) - set(_best(out, config))
    if missing:
        raise SimulationError(
            f"no solve converged at {sorted(missing)} m/s; see {out / 'solves.csv'}"
        )
    return out / "cycles"


def _one(
    solver: Solver,
    config: SolveConfig,
    objective: Objective,
    number: int,
    start: StartConfig,
    speed: float,
    solved: dict[float, State],
    show: Callable[[Any, Solved], None],
) -> State:
    """Solve one speed: from the nearest speed solved from this start, else from the start."""
    velocity = config.velocity(speed)
    began = time.process_time()
    near = min(solved, key=lambda other: abs(other - speed)) if solved else None
    if near is not None:
        first = at_speed(solved[near].solved.trajectory, velocity)
    else:
        first = _first_guess(solver.model, start, velocity)
    chain = stages(objective, velocity, "neighbour" if near is not None else _kind(start))
    answer = solver.run(first, chain, show)
    provenance = {
        "objective_sha256": objective.digest,
        "body_digest": solver.model.body.digest,
        "config": config.name,
        "config_sha256": config.digest,
        "start": start.model_dump() | {"number": number},
        "continued_from_m_per_s": near,
        "status": answer.status,
        "objective": answer.objective,
        "terms": answer.terms,
        "cpu_s": round(time.process_time() - began, 1),
        "command": " ".join(["retrowalk", *sys.argv[1:]]),
        "versions": {name: version(name) for name in ("retrowalk", "casadi", "mujoco", "numpy")},
    }
    return State(answer, velocity, provenance)


def _first_guess(model: PlanarModel, start: StartConfig, velocity: float) -> Trajectory:
    """Return the trajectory that a chain starts from."""
    rng = np.random.default_rng(start.seed)
    if start.kind != "published":
        state = read_start(start.of, model)
        if (state.velocity_m_per_s * velocity > 0) != (start.kind == "solved"):
            raise ConfigError(
                f"{start.of}: is of {state.velocity_m_per_s:g} m/s, the wrong direction for "
                f"kind `{start.kind}`"
            )
        known = state.solved.trajectory
        turned = known if start.kind == "solved" else reversed_start(known)
        return perturbed(at_speed(turned, velocity), rng, start.noise)
    return published_start(model, velocity, 25, start.duration_s, rng, start.noise_rad)


def _kind(start: StartConfig) -> StartKind:
    """Return how far a chain's start is from what it seeks."""
    if start.kind == "published":
        return "published"
    return "disturbed" if start.kind == "reversed" or start.noise else "neighbour"


def _claim(out: Path, config: SolveConfig, resume: bool) -> None:
    """Make the folder this config's, or see that it is."""
    record = out / "config.json"
    if record.exists():
        if not resume:
            raise ConfigError(f"{out} holds a run: give --resume to go on, or another --out")
        remedy = "give another --out"
        begun = read_sealed(record, "what was to be solved", remedy, since=_KIND)
        if begun["digest"] != config.digest:
            raise ConfigError(
                f"{out} belongs to another solving config ({_changed(begun, config)}); {remedy}"
            )
        return
    refuse_foreign(out, (), "solving")
    content = {"digest": config.digest, "config": config.model_dump()}
    write_sealed(record, {_KIND: "solving", **content})


def _changed(begun: dict[str, Any], config: SolveConfig) -> str:
    """Return in words which keys of a config are others than those that a folder began with."""
    was, now = begun.get("config", {}), config.model_dump(mode="json")
    names = [name for name in now if was.get(name) != now[name]]
    return ", ".join(names) or "an objective or a start"


def _remove_damaged(out: Path, config: SolveConfig, note: Callable[[str], None]) -> None:
    """Remove states that cannot be read, so that they are solved again."""
    for number in range(len(config.starts)):
        for speed in config.speeds_m_per_s:
            path = _state_path(out, number, speed)
            if path.exists():
                try:
                    read_state(path)
                except ConfigError as error:
                    note(f"{error}; it is solved again")
                    path.unlink()


def _state_path(out: Path, start: int, speed: float) -> Path:
    return out / "states" / f"start{start}-{speed:.2f}.npz"


def _states(out: Path, config: SolveConfig) -> list[tuple[int, float, State]]:
    """Return every finished solve as (start, speed, state)."""
    found: list[tuple[int, float, State]] = []
    for number in range(len(config.starts)):
        for speed in config.speeds_m_per_s:
            path = _state_path(out, number, speed)
            if path.exists():
                found.append((number, speed, read_state(path)))
    return found


def _best(out: Path, config: SolveConfig) -> dict[float, State]:
    """Return the converged solve of lowest objective of each speed."""
    best: dict[float, State] = {}
    for _, speed, state in _states(out, config):
        if state.solved.converged and (
            speed not in best or state.solved.objective < best[speed].solved.objective
        ):
            best[speed] = state
    return best


def _write_cycles(out: Path, model: PlanarModel, config: SolveConfig) -> None:
    """Write the best solve so far of each speed as a gait cycle."""
    folder = out / "cycles"
    make_folder(folder)
    for speed, state in _best(out, config).items():
        cycle = gait_cycle(
            model, state.solved.trajectory, state.velocity_m_per_s, FINE, state.provenance
        )
        path = folder / f"cycle-{config.direction}-{speed:.1f}.npz"
        write_bytes(path, cycle_content(cycle))


def _tabulate(out: Path, model: PlanarModel, config: SolveConfig) -> None:
    """Write `solves.csv`: one line a finished solve."""
    lines: list[tuple[object, ...]] = []
    for number, speed, state in _states(out, config):
        solved = state.solved
        cycle = gait_cycle(model, solved.trajectory, state.velocity_m_per_s, FINE, {})
        lines.append(
            (
                number,
                speed,
                solved.status,
                round(solved.objective, 6),
                solved.iterations,
                f"{solved.violation:.1e}",
                state.provenance["cpu_s"],
                round(cycle.stride_time_s, 4),
                round(cycle.stance_fraction, 4),
            )
        )
    table = StringIO()
    csv.writer(table).writerows([_COLUMNS, *lines])
    write_text(out / "solves.csv", table.getvalue())
