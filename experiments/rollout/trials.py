"""Walk the trials of one cell and return their recording."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import xarray as xr

from ...envs.gaits.foot_placement import GRAVITY
from ...envs.task.ends import STANDING
from ...envs.task.technique import travel_sign
from ...envs.task.termination import has_fallen, has_left_belt
from ...models.body import Body, build_body
from ...models.muscle_mass import muscle_masses_kg
from ...sim.errors import ConfigError
from ...sim.hazards.hazard_effect import refuse_impossible
from ...sim.physics.recorded_variables import described
from ...sim.physics.recording import Recorder
from ..study.plan import Cell, TrialSpec
from .gaits import source_of
from .ground import check_ground, ground_attributes, surface_of
from .trial_batch import TrialBatch


def check_cell(cell: Cell) -> None:
    """Refuse a cell that cannot be walked.

    Raises:
        ConfigError: unknown policy, a technique outside what the gait was tuned for, ground that
            this walker cannot walk on, or a hazard that body or ground cannot have.
    """
    source = source_of(cell)
    source.check(cell.technique)
    check_ground(cell)
    if cell.ends.stands and surface_of(cell).belt:
        key = "start" if cell.ends.start == STANDING else "stop"
        raise ConfigError(f"{key}: on '{cell.surface}' walkers do not stand: its belt moves")
    body = build_body(cell.body, cell.walker)
    parts: Any = body.spec().bodies[1:]
    bodies = body.anatomy.bodies(part.name for part in parts)
    refuse_impossible(cell.hazards, bodies, surface_of(cell).belt, body.planar)
    if source.rehearsed:
        _rehearse(cell)


def _rehearse(cell: Cell) -> None:
    """Start and step two walkers once, so that a faulty class is refused before the run."""
    TrialBatch(cell, [TrialSpec(i, i, i) for i in range(2)]).step()


def digests(cell: Cell) -> dict[str, str]:
    """sha256 by name of the compiled body and of the gait's parameters."""
    return {
        f"body {cell.body} {cell.walker.name}": build_body(cell.body, cell.walker).digest,
        f"policy {cell.policy} {cell.direction}": source_of(cell).digest,
    }


def rollout_cell(cell: Cell, trials: Sequence[TrialSpec], threads: int) -> xr.Dataset:
    """Walk `trials` of `cell` until the time is up or all have fallen.

    Each trial starts as its cell says: moving, at the slowest tuned speed, or standing;
    `steady_from_s` tells when steady walking begins. A fall before that counts as a fall. The
    trials are shared out over `threads` batches, whose physics run while others plan.

    Raises:
        ConfigError: the cell cannot be walked.
    """
    parts = [list(part) for part in np.array_split(np.arange(len(trials)), threads) if len(part)]
    if len(parts) == 1:
        return _walk(cell, trials)
    with ThreadPoolExecutor(len(parts)) as pool:
        shares = [[trials[int(i)] for i in part] for part in parts]
        walked = list(pool.map(_walk, [cell] * len(parts), shares))
    return xr.concat(walked, "trial", data_vars="minimal", coords="minimal", compat="override")


def _walk(cell: Cell, trials: Sequence[TrialSpec]) -> xr.Dataset:
    """Walk `trials` in one batch on one thread."""
    batch = TrialBatch(cell, trials)
    sim, hazards, period = batch.sim, batch.hazards, batch.period_s
    body, steady = batch.scene.body, batch.steady_from_s
    samples = round(cell.duration_s / period)
    recorder = Recorder(sim, samples, period)
    fall_time, left_belt = np.full(sim.n, np.inf), np.zeros(sim.n, bool)
    for step in range(samples):
        batch.step()
        recorder.record()
        fallen = np.isinf(fall_time) & sim.valid & has_fallen(sim)
        fall_time[fallen] = (step + 1) * period
        left_belt[fallen] = has_left_belt(sim)[fallen]
        if (np.isfinite(fall_time) | ~sim.valid).all():
            break
    recording = recorder.dataset(
        fall_time,
        muscle_info(body),
        _trial_values(cell, trials, fall_time, sim.valid, steady) | {"left_belt": left_belt},
        _attributes(cell, body, period) | ground_attributes(cell),
    )
    return recording if hazards is None else described(recording.assign(hazards.trial_values()))


def muscle_info(body: Body) -> dict[str, np.ndarray]:
    """Per-muscle coordinates of a recording, in actuator order; none of a body without muscles."""
    rows = body.muscles
    if not rows:
        return {}
    return {
        "muscle_group": np.array([row.group for row in rows]),
        "muscle_role": np.array([row.role for row in rows]),
        "muscle_side": np.array([row.side for row in rows]),
        "max_isometric_force_n": np.array([row.max_isometric_force_n for row in rows]),
        "optimal_fibre_length_m": np.array([row.optimal_fibre_length_m for row in rows]),
        "slow_twitch_share": np.array([row.slow_twitch_share for row in rows]),
        "muscle_mass_kg": muscle_masses_kg(body),
    }


def _trial_values(
    cell: Cell,
    trials: Sequence[TrialSpec],
    fall_time: np.ndarray,
    valid: np.ndarray,
    steady_from_s: float,
) -> dict[str, np.ndarray]:
    n = len(trials)
    fell = np.isfinite(fall_time)
    return {
        "trial": np.array([spec.trial for spec in trials]),
        "seed": np.array([spec.seed for spec in trials]),
        "travel_sign": np.full(n, int(travel_sign(cell.direction))),
        "commanded_speed_m_per_s": np.full(n, cell.technique.speed_m_per_s),
        "steady_from_s": np.full(n, steady_from_s),
        "duration_s": np.where(fell, fall_time, cell.duration_s),
        "fell": fell,
        "time_to_fall_s": np.where(fell, fall_time, np.nan),
        "valid": valid | fell,  # what breaks after a fall is of no account
    }


def _attributes(cell: Cell, body: Body, period_s: float) -> dict[str, object]:
    return {
        "direction": cell.direction,
        "body": cell.body,
        "walker": cell.walker.name,
        "surface": cell.surface,
        "technique": cell.technique_name,
        "policy": cell.policy,
        "body_mass_kg": body.mass_kg,
        "standing_height_m": body.standing_height_m,
        "leg_length_m": body.thigh_length_m + body.shank_length_m,
        "control_period_s": period_s,
        "gravity_m_per_s2": GRAVITY,
    }
