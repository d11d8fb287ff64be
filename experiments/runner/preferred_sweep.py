"""Find preferred speeds before an experiment: a small run of its own for each direction."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..rollout.gaits import source_of
from ..store.preferred_speeds import write_preferred_speeds
from ..store.run import Run
from ..store.run_folder import RunFolder
from ..study.experiment import ExperimentConfig
from ..study.pace import PreferredSpeed, swept_directions, told_apart
from ..study.plan import make_plan
from .preferred_speed import estimate_speeds, sweep_config


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
        done = Run(run(sweep, folder / f"preferred-speed-{direction}").path)
        found += estimate_speeds(done.trials, make_plan(sweep), told_apart(config))
    write_preferred_speeds(RunFolder(folder).preferred_speed, found)
    return found
