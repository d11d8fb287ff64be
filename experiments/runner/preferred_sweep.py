"""Find preferred speeds before an experiment: a small run of its own for each direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..rollout.gaits import source_of
from ..statistics.paired import LEVEL, Interval
from ..store.atomic import write_json
from ..store.run_folder import RunFolder
from ..store.tables import read_table
from ..study.experiment import ExperimentConfig
from ..study.pace import PreferredSpeed, swept_directions, told_apart
from ..study.plan import make_plan
from .preferred_speed import estimate_speeds, sweep_config

FILE = "preferred_speed.json"


def find_preferred_speeds(
    config: ExperimentConfig, folder: Path, run: Callable[[ExperimentConfig, Path], RunFolder]
) -> list[PreferredSpeed] | None:
    """Return the preferred speeds that the config needs, None if it needs none.

    Each direction's sweep is a run in `folder`, resumed if it is there; what they found stands in
    `preferred_speed.json`.

    Args:
        run: runs an experiment into a folder, going on where it stopped.
    """
    directions = swept_directions(config)
    if not directions:
        return None
    found: list[PreferredSpeed] = []
    for direction in directions:
        sweep = sweep_config(config, direction, lambda cell: source_of(cell).speed_range)
        done = run(sweep, folder / f"preferred-speed-{direction}")
        found += estimate_speeds(read_table(done.trials), make_plan(sweep), told_apart(config))
    write_json(folder / FILE, {"level": LEVEL, "speeds": [_plain(one) for one in found]})
    return found


def _plain(one: PreferredSpeed) -> dict[str, Any]:
    return {**asdict(one), "levels": dict(one.levels)}


def read_preferred_speeds(content: dict[str, Any]) -> list[PreferredSpeed]:
    """Return what `preferred_speed.json` holds."""
    return [
        PreferredSpeed(
            levels=tuple(one["levels"].items()),
            speed=Interval(**one["speed"]),
            at_end=one["at_end"],
            speeds=tuple(one["speeds"]),
            costs=tuple(one["costs"]),
            walked=tuple(one["walked"]),
            coefficients=one["coefficients"] and tuple(one["coefficients"]),
        )
        for one in content["speeds"]
    ]
