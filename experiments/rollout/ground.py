"""The ground of a cell's trials: from its description to walkers that stand on it, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ...envs.task.technique import travel_sign
from ...models.body import Body, build_body
from ...models.landmarks import anatomy_of
from ...sim.ground.ground import Ground, lay_ground
from ...sim.ground.height_grid import check_reach
from ...sim.ground.lay import surface
from ...sim.ground.surface import Surface
from ...sim.hazards.hazard_effect import prepare
from ...sim.physics.simulation import Simulation
from ...sim.treadmill.belt_drive import start_treadmill
from ...sim.treadmill.treadmill import Treadmill
from ..study.plan import Cell, TrialSpec
from ..study.seeds import named_generator

STREAM = "surface"  # name of the random stream that each trial's ground comes from
_FASTER, _MARGIN = 1.5, 3.0  # ground for those who walk faster than asked, and m beyond


def surface_of(cell: Cell) -> Surface:
    """Return what the ground of `cell` is like."""
    return surface(cell.surface) if cell.ground is None else cell.ground


def check_ground(cell: Cell) -> None:
    """Refuse ground that the cell's walker cannot walk on, or too much of it.

    Raises:
        ConfigError: naming the field of the surface.
    """
    body, described = build_body(cell.body, cell.walker), surface_of(cell)
    described.check_leg(body.thigh_length_m + body.shank_length_m)
    if described.is_grid:
        check_reach(described, _reach(cell))


def put_on_ground(
    cell: Cell, body: Body, trials: Sequence[TrialSpec], start_speed: float
) -> Simulation:
    """Return the simulation of `trials`, each on its own ground; a belt runs at `start_speed`.

    Raises:
        ConfigError: the ground cannot be laid.
    """
    spec, sign = body.spec(), travel_sign(cell.direction)
    ground = _lay(
        surface_of(cell), sign, _reach(cell), [one.seed for one in trials], cell.treadmill
    )
    ground.add_to(spec)
    prepare(spec, anatomy_of(body), cell.hazards)
    sim = Simulation(spec, anatomy_of(body), len(trials), 1, ground)
    if ground.belt is not None:
        commanded = cell.technique.speed_m_per_s
        start_treadmill(sim, cell.treadmill, sign, commanded, start_speed)
    return sim


def ground_attributes(cell: Cell) -> dict[str, Any]:
    """Return what a recording must tell for `recorded_ground` to lay the same ground again."""
    return {
        "surface_fields": json.dumps(asdict(surface_of(cell))),
        "treadmill_belt_m": [cell.treadmill.belt_length_m, cell.treadmill.belt_width_m],
        "ground_reach_m": _reach(cell),
    }


def recorded_ground(recording: Any) -> Ground:
    """Return the ground of a recording's trials, as they walked on it (a belt: level).

    Args:
        recording: the dataset, with the dimension `trial`.

    Raises:
        ConfigError: the fields that it holds are none of a surface any more.
    """
    described = Surface().with_fields(**json.loads(recording.attrs["surface_fields"]))
    length, width = (float(one) for one in recording.attrs["treadmill_belt_m"])
    treadmill = Treadmill(belt_length_m=length, belt_width_m=width)
    seeds = [int(seed) for seed in np.atleast_1d(recording["seed"].values)]
    sign = float(np.atleast_1d(recording["travel_sign"].values)[0])
    return _lay(described, sign, float(recording.attrs["ground_reach_m"]), seeds, treadmill)


def _lay(
    described: Surface, sign: float, reach_m: float, seeds: Sequence[int], treadmill: Treadmill
) -> Ground:
    return lay_ground(
        described,
        sign,
        reach_m,
        [named_generator(seed, STREAM) for seed in seeds],
        (treadmill.belt_length_m, treadmill.belt_width_m),
        treadmill.bar_x(sign),
    )


def _reach(cell: Cell) -> float:
    """Ground that the trials of `cell` may need ahead [m]."""
    return _FASTER * cell.duration_s * cell.technique.speed_m_per_s + _MARGIN
