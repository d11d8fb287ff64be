"""Parts of a config that describe the ground: surface and treadmill."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from pydantic import BeforeValidator

from ...sim.ground.presets import PRESETS
from ...sim.ground.surface import Surface
from ...sim.treadmill.treadmill import Treadmill
from ...sim.treadmill.workout import WORKOUTS, Workout, WorkoutPoint
from . import catalogue
from .fields import Built, Known, Preset, Strict, Within, as_tuple, with_fields_of

SurfaceName = Annotated[str, Known("surface", catalogue.surfaces)]


@with_fields_of(Surface, "belt")
class SurfaceFields(Preset, Built):
    """What the ground is like: a surface from the catalogue, changed in some fields."""

    preset: SurfaceName | None = "flat"
    """A surface from the catalogue, which the other fields change."""

    def build(self) -> Surface:
        """Return the surface that the fields describe."""
        base = Surface() if self.preset is None else PRESETS[self.preset].surface
        return replace(base, **self.changes)


class WorkoutPointFields(Strict):
    """Speed and slope of the belt at a moment."""

    describes = WorkoutPoint

    at_s: Annotated[float, Within.of(WorkoutPoint, "at_s")]
    speed_m_per_s: Annotated[float, Within.of(WorkoutPoint, "speed_m_per_s")] | None = None
    slope: Annotated[float, Within.of(WorkoutPoint, "slope")] = 0.0


@with_fields_of(Treadmill)
class TreadmillFields(Built):
    """The treadmill that a surface with a belt has; what is not set is an ordinary one's."""

    workout: (
        Annotated[str, Known("workout", lambda: WORKOUTS)]
        | Annotated[tuple[WorkoutPointFields, ...], BeforeValidator(as_tuple)]
        | None
    ) = None

    @property
    def changes(self) -> dict[str, Any]:
        """The fields that are set."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in fields.items() if value is not None}

    def build(self) -> Treadmill:
        """Return the treadmill that the fields describe."""
        fields = self.changes
        if isinstance(self.workout, str):
            fields["workout"] = WORKOUTS[self.workout]
        elif self.workout is not None:
            points = (WorkoutPoint(p.at_s, p.speed_m_per_s, p.slope) for p in self.workout)
            fields["workout"] = Workout(tuple(points))
        return Treadmill(**fields)
