"""The ground of a cell's trials: from its description to the ground, and back from a recording."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ...envs.scene import Course, reach_m
from ...envs.task.technique import travel_sign
from ...models.body import build_body
from ...sim.ground.ground import Ground
from ...sim.ground.height_grid import check_reach
from ...sim.ground.presets import surface
from ...sim.ground.surface import Surface
from ...sim.random_streams import named_generator
from ...sim.treadmill.treadmill import Treadmill
from ..study.plan import Cell

STREAM = "surface"  # name of the random stream that each trial's ground comes from


def surface_of(cell: Cell) -> Surface:
    """Return what the ground of `cell` is like."""
    return surface(cell.surface) if cell.ground is None else cell.ground


def course_of(cell: Cell) -> Course:
    """Return the ground that the trials of `cell` may need."""
    reach = reach_m(cell.technique.speed_m_per_s, cell.duration_s)
    return Course(surface_of(cell), travel_sign(cell.direction), reach, cell.treadmill)


def ground_streams(seeds: Sequence[int]) -> list[np.random.Generator]:
    """Return the generators that the grounds of trials with `seeds` come from."""
    return [named_generator(seed, STREAM) for seed in seeds]


def check_ground(cell: Cell) -> None:
    """Refuse ground that the cell's walker cannot walk on, or too much of it.

    Raises:
        ConfigError: naming the field of the surface.
    """
    body, described = build_body(cell.body, cell.walker), surface_of(cell)
    described.check_leg(body.thigh_length_m + body.shank_length_m)
    if described.is_grid:
        check_reach(described, course_of(cell).reach_m)


def ground_attributes(cell: Cell) -> dict[str, Any]:
    """Return what a recording must hold for `recorded_ground` to lay the same ground again."""
    return {
        "surface_fields": json.dumps(asdict(surface_of(cell))),
        "treadmill_belt_m": [cell.treadmill.belt_length_m, cell.treadmill.belt_width_m],
        "ground_reach_m": course_of(cell).reach_m,
    }


def recorded_ground(recording: Any) -> Ground:
    """Return the ground of a recording's trials, as they walked on it (a belt: level).

    Args:
        recording: the dataset, with the dimension `trial`.

    Raises:
        ConfigError: the fields that it holds are not those of a surface in this version.
    """
    described = Surface().with_fields(**json.loads(recording.attrs["surface_fields"]))
    length, width = (float(size) for size in recording.attrs["treadmill_belt_m"])
    treadmill = Treadmill(belt_length_m=length, belt_width_m=width)
    seeds = [int(seed) for seed in np.atleast_1d(recording["seed"].values)]
    sign = float(np.atleast_1d(recording["travel_sign"].values)[0])
    reach = float(recording.attrs["ground_reach_m"])
    return Course(described, sign, reach, treadmill).lay(ground_streams(seeds))
