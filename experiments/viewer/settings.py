"""Settings of the viewer, and the cell that they describe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from ...envs.task.technique import DIRECTIONS, PRESETS, Technique
from ...models.walker import WALKERS, Walker
from ...sim.errors import ConfigError, RetrowalkError
from ...sim.ground.presets import PRESETS as SURFACES
from ...sim.ground.surface import Surface
from ...sim.treadmill.workout import Workout, WorkoutPoint
from ..rollout.gaits import source_of
from ..rollout.ground import check_ground, surface_of
from ..study.catalogue import SCRIPTED, policies
from ..study.plan import Cell

INCLINE = (-0.15, 0.15)  # of the slider: rise along travel, of the way
ROUGHNESS_M = (0.0, 0.06)
MOST_SEED = 2**32
NOBODY, OTHER_WAY = "nobody", "the other direction"


_NEAR = 0.15  # m/s: a policy that walks at no more than as much faster or slower is offered
_RANGES: dict[str, tuple[type[int] | type[float], float, float]] = {
    "speed_m_per_s": (float, 0.1, 2.0),
    "incline": (float, *INCLINE),
    "roughness_m": (float, *ROUGHNESS_M),
    "attention": (float, 0.0, 1.0),
    "seed": (int, 0, MOST_SEED),
}
"""Of the numbers that a link can give."""


@dataclass(frozen=True)
class Settings:
    """One choice of everything; names are those of the drop-downs.

    Attributes:
        incline: rise along travel, of the way along it. roughness_m: of random bumps, as in
            `Surface`. attention: 1 on walking to 0 elsewhere. seed: from which the trial has
            its own. beside: who walks beside: `NOBODY`, `OTHER_WAY` (the same walker in the other
            direction), or a walker's name.
    """

    direction: str
    surface: str
    walker: str
    technique: str
    policy: str
    speed_m_per_s: float
    incline: float
    roughness_m: float
    attention: float
    seed: int
    beside: str = NOBODY


class Choices:
    """The catalogue and what an opened cell has of its own, and what follows from a choice.

    Args:
        cell: what was opened: its hazards, treadmill and duration stay.

    Attributes:
        cell: that cell. surfaces, walkers, techniques: by name. directions: names.
            policies: names of those that were made for the cell's body, and the cell's own.
    """

    directions = DIRECTIONS

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.surfaces: Mapping[str, Surface] = {
            **{name: preset.surface for name, preset in SURFACES.items()},
            cell.surface: surface_of(cell),
        }
        self.walkers: Mapping[str, Walker] = {**WALKERS, cell.walker.name: cell.walker}
        self.techniques: Mapping[str, Technique] = {
            **PRESETS,
            cell.technique_name: cell.technique,
        }
        fitting = (name for name in policies() if name == SCRIPTED or self._fits(name))
        self.policies = tuple(dict.fromkeys((*fitting, cell.policy)))
        self._refusals: dict[tuple[Settings, str, object], str] = {}

    def names(self, field: str) -> tuple[str, ...]:
        """Return all names that a field can have, possible now or not."""
        return {
            "direction": tuple(self.directions),
            "surface": tuple(self.surfaces),
            "walker": tuple(self.walkers),
            "technique": tuple(self.techniques),
            "policy": self.policies,
            "beside": (NOBODY, OTHER_WAY, *self.walkers),
        }[field]

    def refusal(self, settings: Settings, field: str, value: object) -> str:
        """Say why a field cannot be changed to a value; empty where it can.

        Policies are offered that walk in the chosen direction at the chosen speed.
        """
        key = (replace(settings, seed=0, attention=1.0), field, value)
        if key not in self._refusals:
            try:
                self._check(settings, field, value)
                self._refusals[key] = ""
            except RetrowalkError as error:
                self._refusals[key] = str(error)
        return self._refusals[key]

    def _check(self, settings: Settings, field: str, value: object) -> None:
        if field == "policy":
            self._check_policy(settings, str(value))
        after = self.changed(settings, field, value)
        found = [self.companion(after)] if field == "beside" else [after]
        for one in found:
            if one is not None:
                cell = self.cell_of(one)
                source_of(cell).check(cell.technique)
                check_ground(cell)

    def _check_policy(self, settings: Settings, policy: str) -> None:
        source = source_of(replace(self.cell, policy=policy))
        only, (low, high) = source.only_direction, source.speed_range
        if only not in (None, settings.direction):
            raise ConfigError(f"it walks {only} only")
        if not low - _NEAR <= settings.speed_m_per_s <= high + _NEAR:
            raise ConfigError(f"it walks at {low:g} to {high:g} m/s")

    def companion(self, settings: Settings) -> Settings | None:
        """Return what the walker beside does; None where there is nobody.

        Raises:
            ConfigError: the policy cannot be read.
        """
        alone = replace(settings, beside=NOBODY)
        if settings.beside == NOBODY:
            return None
        if settings.beside == OTHER_WAY:
            (other,) = {*DIRECTIONS} - {settings.direction}
            return self.changed(alone, "direction", other)
        return self.changed(alone, "walker", settings.beside)

    def read(self, given: Mapping[str, str]) -> Settings:
        """Return the choice of these texts by field, each one that the page offers.

        Raises:
            ConfigError: one is not, naming it.
        """
        opened = self.opened(0)
        unknown = given.keys() - asdict(opened).keys()
        if unknown:
            raise ConfigError(f"the link: {min(unknown)[:40]!r} is no choice of this page")
        return replace(opened, **{key: self._read(key, text) for key, text in given.items()})

    def _read(self, field: str, text: str) -> Any:
        if field not in _RANGES:
            if text not in self.names(field):
                raise ConfigError(f"the link: {field} = {text[:40]!r} is not on offer here")
            return text
        kind, low, high = _RANGES[field]
        try:
            value = kind(text)
        except ValueError:
            value = kind(low) - 1
        if not low <= value <= high:
            raise ConfigError(f"the link: {field}: {low:g} to {high:g} is allowed")
        return value

    def _fits(self, policy: str) -> bool:
        """Return whether a policy was made for the cell's body, or does not say for which."""
        source = source_of(replace(self.cell, policy=policy))
        domains = source.made_for(source.speed_range[0])
        body = self.cell.body.partition("@")[0]  # after it stand other numerics, if any
        return not domains or any(body in domain.bodies for domain in domains)

    def opened(self, seed: int) -> Settings:
        """Return the choice that the opened cell stands for."""
        cell, ground = self.cell, surface_of(self.cell)
        incline = cell.treadmill.workout.points[0].slope if ground.belt else ground.slope
        return Settings(
            cell.direction,
            cell.surface,
            cell.walker.name,
            cell.technique_name,
            cell.policy,
            cell.technique.speed_m_per_s,
            incline,
            ground.roughness_m,
            cell.walker.attention,
            seed,
        )

    def cell_of(self, settings: Settings) -> Cell:
        """Return what a choice asks for; it may be refused by `check_cell`.

        Raises:
            ConfigError: the surface does not go together with slope or bumps, or the technique
                not with the speed.
        """
        ground, treadmill = self.surfaces[settings.surface], self.cell.treadmill
        if ground.belt:
            if settings.incline != treadmill.workout.points[0].slope:
                steady = Workout((WorkoutPoint(slope=settings.incline),))
                treadmill = replace(treadmill, workout=steady)
        elif (settings.incline, settings.roughness_m) != (ground.slope, ground.roughness_m):
            changes = {"slope": settings.incline, "roughness_m": settings.roughness_m}
            ground = ground.with_fields(**changes)
        technique = self.techniques[settings.technique]
        return replace(
            self.cell,
            direction=settings.direction,
            surface=settings.surface,
            ground=ground,
            treadmill=treadmill,
            walker=self.walkers[settings.walker],
            technique=technique.with_fields(speed_m_per_s=settings.speed_m_per_s),
            technique_name=settings.technique,
            policy=settings.policy,
        )

    def speeds(self, settings: Settings) -> tuple[float, float]:
        """Slowest and fastest speed [m/s] that the choice's gait can be asked for.

        Raises:
            ConfigError: the policy cannot be read.
        """
        cell = replace(
            self.cell,
            direction=settings.direction,
            policy=settings.policy,
            walker=self.walkers[settings.walker],
        )
        return source_of(cell).speed_range

    def changed(self, settings: Settings, field: str, value: object) -> Settings:
        """Return the choice with one field changed, and with it what goes along.

        A surface brings its slope and bumps, a walker their attention, a technique its speed, a
        learned policy its direction; the speed stays within what the gait is for.

        Raises:
            ConfigError: the policy cannot be read.
        """
        changes: dict[str, object] = {field: value}
        if field == "surface":
            ground = self.surfaces[str(value)]
            changes |= {"incline": ground.slope, "roughness_m": ground.roughness_m}
        elif field == "walker":
            changes["attention"] = self.walkers[str(value)].attention
        elif field == "technique":
            changes["speed_m_per_s"] = self.techniques[str(value)].speed_m_per_s
        elif field == "policy":
            direction = source_of(replace(self.cell, policy=str(value))).only_direction
            changes |= {} if direction is None else {"direction": direction}
        after = replace(settings, **changes)  # pyright: ignore[reportArgumentType]
        low, high = self.speeds(after)
        return replace(after, speed_m_per_s=float(np.clip(after.speed_m_per_s, low, high)))
