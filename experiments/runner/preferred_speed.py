"""Preferred speeds: the sweep over speeds as an experiment, and the estimate from its trials."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from ...envs.task.ends import MOVING
from ...sim.errors import RetrowalkError
from ..rollout.gaits import source_of
from ..statistics.least_cost import MOST_FALLS, least_cost
from ..store.preferred_speeds import write_preferred_speeds
from ..store.run import Run
from ..store.run_folder import RunFolder
from ..study.experiment import ExperimentConfig
from ..study.fields import Scalar
from ..study.hazards import hazard_factors
from ..study.pace import ASKED, PREFERRED, PreferredSpeed, PreferredSpeedFields
from ..study.plan import Cell, Plan, make_plan

COST = "cost_of_transport_j_per_kg_m"


def sweep_config(
    config: ExperimentConfig,
    direction: str,
    speed_range: Callable[[Cell], tuple[float, float]],
) -> ExperimentConfig:
    """Return the experiment that walks the speeds of one direction: no hazards, no contrasts.

    Factors that have no preferred speed of their own stay at their first level.

    Args:
        speed_range: slowest and fastest speed that the gait of a cell is for [m/s].
    """
    fields = config.preferred_speed or PreferredSpeedFields()
    apart = _told_apart(config)
    left_out = {"direction", "pace", *hazard_factors()}
    factors = {
        name: levels if name in apart else levels[:1]
        for name, levels in config.factors.items()
        if name not in left_out
    }
    changes = {
        "name": f"{config.name[:40]}-speed-{direction}",
        "question": f"At which speed does walking {direction} cost least?",
        "direction": direction,
        "factors": factors,
        "design": "full",
        "pace": ASKED,
        "preferred_speed": None,
        "hazards": (),
        "start": MOVING,
        "stop": None,
        "battery": None,
        "contrasts": (),
        "figures": (),
        "trials": fields.trials,
        "duration_s": fields.duration_s,
        "keep_recordings": 0,
    }
    sweep = config.model_copy(update=changes)
    speeds = fields.speeds_m_per_s
    if speeds is None:
        ranges = [speed_range(cell) for cell in make_plan(sweep).cells]
        low, high = max(low for low, _ in ranges), min(high for _, high in ranges)
        speeds = tuple(round(float(v), 4) for v in np.linspace(low, high, fields.points))
    return sweep.model_copy(update={"factors": {**factors, "speed_m_per_s": tuple(sorted(speeds))}})


def _told_apart(config: ExperimentConfig) -> tuple[str, ...]:
    """Return the factors whose levels have their own preferred speeds, except the direction."""
    fields = config.preferred_speed or PreferredSpeedFields()
    left_out = {"direction", "pace", *hazard_factors()}
    return tuple(
        name
        for name in config.factors
        if name not in left_out and (fields.by is None or name in fields.by)
    )


def swept_directions(config: ExperimentConfig) -> tuple[str, ...]:
    """Return the directions of which preferred speeds are needed; none without such a pace."""
    own = tuple(config.factors.get("direction", (config.direction,)))
    needed = [
        direction
        for pace in config.paces
        if pace != ASKED
        for direction in (own if pace == PREFERRED else (pace.removeprefix("preferred-"),))
    ]
    return tuple(dict.fromkeys(map(str, needed)))


def estimate_speeds(
    trials: pd.DataFrame, plan: Plan, apart: tuple[str, ...]
) -> list[PreferredSpeed]:
    """Return the preferred speed of each combination of levels in a sweep's trials.

    Raises:
        RetrowalkError: nobody walks at any speed, naming the combination.
    """
    groups: dict[tuple[tuple[str, Scalar], ...], dict[float, np.ndarray]] = {}
    for cell in plan.cells:
        rows = trials[trials["cell"] == cell.index].sort_values("trial")
        usable = rows["valid"].to_numpy(bool) & ~rows["fell"].to_numpy(bool)
        costs = pd.to_numeric(rows[COST]).to_numpy(dtype=float, na_value=np.nan)
        levels = dict(cell.levels)
        key = (("direction", cell.direction), *((name, levels[name]) for name in apart))
        if usable.any() and np.isnan(costs[usable]).all():
            raise RetrowalkError(
                f"preferred speed: walks of {cell.duration_s:g} s are too short for a steady cost "
                f"at {cell.technique.speed_m_per_s:g} m/s; give preferred_speed.duration_s more"
            )
        own = groups.setdefault(key, {})
        own[cell.technique.speed_m_per_s] = np.where(usable, costs, np.nan)
    return [_estimate(key, own) for key, own in groups.items()]


def _estimate(
    levels: tuple[tuple[str, Scalar], ...], by_speed: Mapping[float, np.ndarray]
) -> PreferredSpeed:
    speeds = np.array(sorted(by_speed))
    costs = np.stack([by_speed[float(speed)] for speed in speeds], axis=1)
    try:
        found, coefficients = least_cost(speeds, costs)
    except RetrowalkError as error:
        place = ", ".join(f"{name} {level}" for name, level in levels)
        raise RetrowalkError(f"preferred speed, {place}: {error}") from None
    walked = np.isfinite(costs).sum(axis=0)
    means = np.where(walked > 0, np.nansum(costs, axis=0) / np.maximum(walked, 1), np.nan)
    used = speeds[walked >= (1.0 - MOST_FALLS) * len(costs)]
    return PreferredSpeed(
        levels=levels,
        speed=found,
        at_end=found.estimate in (float(used[0]), float(used[-1])),
        speeds=tuple(map(float, speeds)),
        costs=tuple(float(one) if np.isfinite(one) else None for one in means),
        walked=tuple(map(int, walked)),
        coefficients=None if coefficients is None else tuple(map(float, coefficients)),  # type: ignore[arg-type]
    )


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
        found += estimate_speeds(done.trials, make_plan(sweep), _told_apart(config))
    write_preferred_speeds(RunFolder(folder).preferred_speed, found)
    return found
