"""Settings of the viewer, and the cell that they describe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ...envs.task.technique import DIRECTIONS, PRESETS, Technique
from ...models.walker import WALKERS, Walker
from ...sim.ground.presets import PRESETS as SURFACES
from ...sim.ground.surface import Surface
from ...sim.treadmill.workout import Workout, WorkoutPoint
from ..rollout.gaits import source_of
from ..rollout.ground import surface_of
from ..study.catalogue import SCRIPTED, policies
from ..study.plan import Cell

INCLINE = (-0.15, 0.15)  # of the slider: rise along travel, of the way
ROUGHNESS_M = (0.0, 0.06)


@dataclass(frozen=True)
class Settings:
    """One choice of everything; names are those of the drop-downs.

    Attributes:
        incline: rise along travel, of the way along it. roughness_m: of random bumps, as in
            `Surface`. attention: 1 on walking to 0 elsewhere. seed: from which the trial has
            its own.
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
