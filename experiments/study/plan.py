"""From a config to its cells, and from cells to the chunks of trials that are run at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np

from ...envs.gaits.sharing import OF_2026A, Sharing
from ...envs.policies.source import gait_source
from ...envs.task.ends import ON_THE_MOVE, Ends
from ...envs.task.technique import Technique
from ...models.walker import Walker
from ...sim.errors import ConfigError
from ...sim.ground.surface import Surface
from ...sim.hazards.hazard import Hazard
from ...sim.random_streams import named_sequence
from ...sim.treadmill.treadmill import Treadmill
from ..statistics.factorial import combinations
from .battery import FACTOR as CHALLENGE, BatteryFields, challenges, is_possible
from .cohort import PERSON
from .controller_factor import CONTROLLER, FIRST, TRAINING
from .controllers import find_controller, went_on_from
from .ends import ends_of
from .experiment import MAX_TRIALS, ExperimentConfig, Scalar
from .fields import TechniqueFields, WalkerFields
from .hazards import build_hazards
from .left_out import LeftOut, Levels, cannot_walk
from .pace import ASKED, PreferredSpeed, speed_of
from .sharing import SharingFields
from .surface import SurfaceFields, TreadmillFields

LONGEST_NAME = 180  # of a cell: the names of its files must stay below 255


@dataclass(frozen=True)
class Cell:
    """One combination of the factors' levels: who walks, how, where and how long.

    Attributes:
        index: place among the experiment's cells, from 0.
        name: the levels as text that suits a file name (`direction-backward_surface-flat`).
        levels: (factor, level) in the config's order; empty without factors.
        surface: the ground's name, marked where fields change it.
        technique_name: the preset, marked where fields change it, or `custom`.
        ground: what the surface is like; None: as its name says.
        treadmill: of a surface with a belt.
        hazards: what happens to the walker, once each.
        sharing: criterion by which the scripted gait shares torques out to muscles.
        ends: how trials begin and end.
        adaptive: each trial has an impulse of its own, chosen from what earlier trials showed.
    """

    index: int
    name: str
    levels: tuple[tuple[str, Scalar], ...]
    direction: str
    body: str
    walker: Walker
    surface: str
    policy: str
    technique: Technique
    technique_name: str
    duration_s: float
    ground: Surface | None = None
    treadmill: Treadmill = field(default_factory=Treadmill)
    hazards: tuple[Hazard, ...] = ()
    adaptive: bool = False
    sharing: Sharing = OF_2026A
    ends: Ends = ON_THE_MOVE


@dataclass(frozen=True)
class TrialSpec:
    """One trial of a cell.

    Attributes:
        trial: number in the whole run; unique.
        index: number in its cell, from 0; trials of equal index have equal seeds.
        seed: the trial's own seed, from which all its randomness comes.
        impulse_n_s: of its push; None: the cell's.
    """

    trial: int
    index: int
    seed: int
    impulse_n_s: float | None = None


@dataclass(frozen=True)
class Chunk:
    """Trials of one cell that are stepped together."""

    cell: Cell
    trials: tuple[TrialSpec, ...]


@dataclass(frozen=True)
class Plan:
    """All that an experiment runs: every cell has the same trial indices and seeds.

    Attributes:
        speeds: the preferred speeds that were found for its cells; empty where none are walked.
        left_out: combinations of levels that a controller cannot walk.
    """

    config: ExperimentConfig
    cells: tuple[Cell, ...]
    seeds: tuple[int, ...]
    speeds: tuple[PreferredSpeed, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def trials(self, cell: Cell) -> tuple[TrialSpec, ...]:
        """Return the trials of one cell."""
        first = cell.index * len(self.seeds)
        return tuple(TrialSpec(first + i, i, seed) for i, seed in enumerate(self.seeds))

    def conditions(self) -> tuple[tuple[Cell, ...], ...]:
        """Return the cells that differ in nothing but the challenge of the battery."""
        found: dict[tuple[tuple[str, Scalar], ...], list[Cell]] = {}
        for cell in self.cells:
            found.setdefault(condition_of(cell), []).append(cell)
        return tuple(map(tuple, found.values()))


def condition_of(cell: Cell) -> tuple[tuple[str, Scalar], ...]:
    """Return the cell's levels without the challenge."""
    return tuple(one for one in cell.levels if one[0] != CHALLENGE)


def chunks_of(cell: Cell, specs: Sequence[TrialSpec], size: int) -> Iterator[Chunk]:
    """Yield trials of a cell in chunks of at most `size`."""
    for batch in _even(specs, size):
        yield Chunk(cell, batch)


def make_plan(
    config: ExperimentConfig,
    speeds: Sequence[PreferredSpeed] | None = None,
    left_out: Sequence[LeftOut] | None = None,
) -> Plan:
    """Return the combinations of levels that the config's design runs, with its trials' seeds.

    Args:
        speeds: the preferred speeds that were found; without them cells at such a pace have the
            technique's speed, which is enough to tell what they are made of.
        left_out: what a finished run left out; None to ask the controllers.

    Raises:
        ConfigError: a cell cannot be made, or no controller can walk any.
    """
    asked = [tuple(levels.items()) for levels in combinations(config.factors, config.design)]
    if left_out is None:
        left_out = cannot_walk(
            config, asked, lambda levels: _check_gait(_cell(0, levels, config, speeds))
        )
    without = {one.levels for one in left_out}
    cells: list[Cell] = []
    for levels in (one for one in asked if one not in without):
        try:
            cell = _cell(len(cells), levels, config, speeds)
        except ConfigError as error:
            raise ConfigError(f"the cell {_slug(levels)}: {error}") from None
        cells += [cell] if config.battery is None else _challenged(cell, config.battery)
    if len(cells) * config.trials > MAX_TRIALS:
        raise ConfigError(
            f"{len(cells)} cells of {config.trials} trials are more than {MAX_TRIALS} trials"
        )
    seeds = trial_seeds(config.seed, config.trials)
    return Plan(config, tuple(cells), seeds, tuple(speeds or ()), tuple(left_out))


def _check_gait(cell: Cell) -> None:
    gait_source(cell.policy, cell.direction, cell.body, cell.walker, cell.sharing, cell.ends).check(
        cell.technique
    )


def _challenged(cell: Cell, battery: BatteryFields) -> list[Cell]:
    """Return the cell once for each challenge of the battery that its ground can have."""
    belt = cell.ground is not None and cell.ground.belt
    met = [one for one in challenges(battery) if is_possible(one, belt)]
    found: list[Cell] = []
    for number, challenge in enumerate(met):
        levels = (*cell.levels, (CHALLENGE, challenge.name))
        found.append(
            replace(
                cell,
                index=cell.index + number,
                name=_slug(levels),
                levels=levels,
                hazards=challenge.hazards,
                adaptive=challenge.adaptive,
                duration_s=battery.hazard_trial_s if challenge.hazards else cell.duration_s,
            )
        )
    return found


def _cell(
    index: int,
    levels: Levels,
    config: ExperimentConfig,
    speeds: Sequence[PreferredSpeed] | None,
) -> Cell:
    level: dict[str, Any] = dict(levels)

    def own(field: str) -> Any:
        return level.get(field, getattr(config, field))

    controller = find_controller(level[CONTROLLER]) if CONTROLLER in level else None
    policy = own("policy") if controller is None else controller.policy(own("direction"))
    if own(TRAINING) == FIRST:
        policy = went_on_from(policy).policy(own("direction"))
    technique = _changed(config.technique, "technique", level)
    if speeds is not None and own("pace") != ASKED:
        speed = speed_of(speeds, own("pace"), {**level, "direction": own("direction")})
        technique = technique.model_copy(update={"speed_m_per_s": speed})
    walker = _changed(config.walker, "walker", level)
    if config.cohort is None:
        person = walker.build()
    else:
        person = replace(config.cohort.people(config.seed)[level[PERSON]], **walker.changes)
    surface = _changed(config.surface, "surface", level)
    return Cell(
        index=index,
        name=_slug(levels),
        levels=levels,
        direction=own("direction"),
        body=own("body") if controller is None else controller.body,
        walker=person,
        surface=surface.name,
        policy=policy,
        technique=technique.build(),
        technique_name=technique.name,
        duration_s=config.duration_s,
        ground=surface.build(),
        treadmill=_changed(config.treadmill, None, level).build(),
        hazards=build_hazards(config.hazards, level),
        ends=ends_of(config.start, config.stand_s, config.stop),
        sharing=_changed(config.sharing, "sharing", level).build(),
    )


_Fields = TypeVar(
    "_Fields", TechniqueFields, WalkerFields, SurfaceFields, TreadmillFields, SharingFields
)


def _changed(base: _Fields, preset_factor: str | None, level: dict[str, Any]) -> _Fields:
    """Return `base` with the levels of the factors that are its fields, or its preset."""
    changes = {name: level[name] for name in type(base).model_fields if name in level}
    if preset_factor is not None and preset_factor in level:
        changes["preset"] = level[preset_factor]
    return base.model_copy(update=changes)


def _slug(levels: Levels) -> str:
    text = "_".join(f"{factor}-{level}" for factor, level in levels) or "all"
    name = re.sub(r"[^A-Za-z0-9._-]", "-", text)
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[:LONGEST_NAME]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _even(specs: Sequence[TrialSpec], size: int) -> Iterator[tuple[TrialSpec, ...]]:
    """Split into the fewest parts of at most `size`, as even as they can be."""
    parts = -(-len(specs) // size)
    for part in range(parts):
        yield tuple(specs[part * len(specs) // parts : (part + 1) * len(specs) // parts])


def trial_seeds(seed: int, count: int) -> tuple[int, ...]:
    """Return the seeds of trials 0 to `count` - 1, the same for every cell of an experiment.

    Each fits in 53 bits, so that JSON and spreadsheets keep it exactly. The seed of trial i does
    not depend on `count`.
    """
    return tuple(
        int(named_sequence(seed, "trial", index).generate_state(1, np.uint64)[0]) >> 11
        for index in range(count)
    )
