"""Parts of a config that describe the ground: surface and treadmill."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from pydantic import BeforeValidator, model_validator

from ...sim.errors import ConfigError
from ...sim.ground.presets import PRESETS
from ...sim.ground.surface import Surface
from ...sim.treadmill.treadmill import Treadmill
from ...sim.treadmill.workout import WORKOUTS, Workout, WorkoutPoint
from . import catalogue
from .fields import Known, Preset, Strict, Within, as_tuple, refusal, with_fields_of

SurfaceName = Annotated[str, Known("surface", catalogue.surfaces)]


@with_fields_of(Surface, "belt")
class SurfaceFields(Preset):
    """What the ground is like: a surface from the catalogue, changed in some fields."""

    preset: SurfaceName | None = "flat"
    """A surface from the catalogue, which the other fields change."""

    @model_validator(mode="after")
    def _goes_together(self) -> SurfaceFields:
        try:
            self.build()
        except ConfigError as error:
            raise refusal(str(error)) from None
        return self

    def build(self) -> Surface:
        """Return the surface that the fields describe.

        Raises:
            ConfigError: they do not go together.
        """
        base = Surface() if self.preset is None else PRESETS[self.preset].surface
        return replace(base, **self.changes)


class WorkoutPointFields(Strict):
    """Speed and slope of the belt at a moment."""

    describes = WorkoutPoint

    at_s: Annotated[float, Within.of(WorkoutPoint, "at_s")]
    speed_m_per_s: Annotated[float, Within.of(WorkoutPoint, "speed_m_per_s")] | None = None
    slope: Annotated[float, Within.of(WorkoutPoint, "slope")] = 0.0


@with_fields_of(Treadmill)
class TreadmillFields(Strict):
    """The treadmill that a surface with a belt has; what is not set is an ordinary one's."""

    workout: (
        Annotated[str, Known("workout", lambda: WORKOUTS)]
        | Annotated[tuple[WorkoutPointFields, ...], BeforeValidator(as_tuple)]
        | None
    ) = None

    @model_validator(mode="after")
    def _goes_together(self) -> TreadmillFields:
        try:
            self.build()
        except ConfigError as error:
            raise refusal(str(error)) from None
        return self

    @property
    def changes(self) -> dict[str, Any]:
        """The fields that are set."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in fields.items() if value is not None}

    def build(self) -> Treadmill:
        """Return the treadmill that the fields describe.

        Raises:
            ConfigError: they do not go together.
        """
        fields = self.changes
        if isinstance(self.workout, str):
            fields["workout"] = WORKOUTS[self.workout]
        elif self.workout is not None:
            points = (WorkoutPoint(p.at_s, p.speed_m_per_s, p.slope) for p in self.workout)
            fields["workout"] = Workout(tuple(points))
        return Treadmill(**fields)
