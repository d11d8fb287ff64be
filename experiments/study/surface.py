"""The pieces of a config that say what is walked on: surface and treadmill."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from pydantic import BeforeValidator, model_validator

from ...sim.errors import ConfigError
from ...sim.ground.presets import PRESETS
from ...sim.ground.surface import LIMITS, Surface
from ...sim.treadmill.treadmill import LIMITS as TREADMILL_LIMITS
from ...sim.treadmill.treadmill import RAILS, Treadmill
from ...sim.treadmill.workout import (
    MAX_SLOPE,
    MAX_SPEED,
    WORKOUTS,
    Workout,
    WorkoutPoint,
)
from . import catalogue
from .fields import Known, Preset, Strict, Within, _as_tuple, refusal

SurfaceName = Annotated[str, Known("surface", catalogue.surfaces)]


class SurfaceFields(Preset):
    """What the ground is like: a surface from the catalogue, changed in some fields."""

    preset: SurfaceName | None = "flat"
    """A surface from the catalogue, which the other fields change."""
    roughness_m: Annotated[float, Within(*LIMITS["roughness_m"])] | None = None
    """Four standard deviations of random bumps: 95 % of the heights lie within it."""
    roughness_wavelength_m: Annotated[float, Within(*LIMITS["roughness_wavelength_m"])] | None = (
        None
    )
    """Shortest wavelength of the bumps."""
    cobble_height_m: Annotated[float, Within(*LIMITS["cobble_height_m"])] | None = None
    """Range of the heights of flat-topped tiles."""
    cobble_size_m: Annotated[float, Within(*LIMITS["cobble_size_m"])] | None = None
    """Side of a tile."""
    slope: Annotated[float, Within(*LIMITS["slope"])] | None = None
    """Rise along the direction of travel: 0.05 is uphill 5 %."""
    cross_slope: Annotated[float, Within(*LIMITS["cross_slope"])] | None = None
    """Rise towards the walker's left."""
    kerb_height_m: Annotated[float, Within(*LIMITS["kerb_height_m"])] | None = None
    """Of steps up and down in turn."""
    kerb_spacing_m: Annotated[float, Within(*LIMITS["kerb_spacing_m"])] | None = None
    """From one step to the next."""
    obstacle_height_m: Annotated[float, Within(*LIMITS["obstacle_height_m"])] | None = None
    """Of low bars across the path."""
    obstacle_spacing_m: Annotated[float, Within(*LIMITS["obstacle_spacing_m"])] | None = None
    """From one bar to the next, on average."""
    obstacle_length_m: Annotated[float, Within(*LIMITS["obstacle_length_m"])] | None = None
    """Of a bar, along the path."""
    indentation_m: Annotated[float, Within(*LIMITS["indentation_m"])] | None = None
    """How deep a flat foot sinks under the body's weight."""
    damping_ratio: Annotated[float, Within(*LIMITS["damping_ratio"])] | None = None
    """Of soft ground: near 1 gives nothing back."""
    friction: Annotated[float, Within(*LIMITS["friction"])] | None = None
    """Coefficient between shoe and ground."""
    patch_friction: Annotated[float, Within(*LIMITS["patch_friction"])] | None = None
    """Of slippery patches across the path; without it there are none."""
    patch_length_m: Annotated[float, Within(*LIMITS["patch_length_m"])] | None = None
    """Of a patch, along the path."""
    patch_spacing_m: Annotated[float, Within(*LIMITS["patch_spacing_m"])] | None = None
    """From one patch to the next."""

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

    at_s: Annotated[float, Within(0.0, 3600.0)]
    """Since the trial's start."""
    speed_m_per_s: Annotated[float, Within(0.0, MAX_SPEED)] | None = None
    """Against the direction of travel; without it, the commanded speed."""
    slope: Annotated[float, Within(-MAX_SLOPE, MAX_SLOPE)] = 0.0
    """Uphill along travel: 0.05 is 5 %."""


class TreadmillFields(Strict):
    """The treadmill that a surface with a belt has; what is not set is an ordinary one's."""

    belt_length_m: Annotated[float, Within(*TREADMILL_LIMITS["belt_length_m"])] | None = None
    belt_width_m: Annotated[float, Within(*TREADMILL_LIMITS["belt_width_m"])] | None = None
    belt_acceleration_m_per_s2: (
        Annotated[float, Within(*TREADMILL_LIMITS["belt_acceleration_m_per_s2"])] | None
    ) = None
    """Most that the belt's speed changes, also at its start."""
    front_bar: bool | None = None
    """A padded bar at the end towards which the walker goes."""
    handrail: Annotated[str, Known("handrail", lambda: RAILS)] | None = None
    """How the hands hold the side rails."""
    workout: (
        Annotated[str, Known("workout", lambda: WORKOUTS)]
        | Annotated[tuple[WorkoutPointFields, ...], BeforeValidator(_as_tuple)]
        | None
    ) = None
    """Speed and incline over time: a name, or points."""

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
