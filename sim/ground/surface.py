"""Surface description: numbers that combine, from a level floor to a bumpy, slippery slope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from ..errors import ConfigError
from ..fields import Range, check
from ..with_fields import with_fields

EVERY = slice(None)
"""All trials of a batch, where some may be chosen by their numbers."""

_UNEVEN = ("roughness_m", "cobble_height_m", "kerb_height_m", "obstacle_height_m")


@dataclass(frozen=True)
class Surface:
    """Properties of the ground. The defaults are a level, rigid floor with dry friction.

    Roughness, slopes and slippery patches add up freely; steps, obstacles, soft ground and the
    belt of a treadmill each need ground that they can be put on.

    Raises:
        ConfigError: a field that is not what it may be, or fields that do not go together.
    """

    roughness_m: Annotated[float, Range(0.0, 0.12)] = 0.0
    """Four standard deviations of random bumps: 95 % of the heights lie within it."""
    roughness_wavelength_m: Annotated[float, Range(0.2, 3.0)] = 0.4
    """Shortest wavelength of the bumps; the longest is about five times that."""
    cobble_height_m: Annotated[float, Range(0.0, 0.1)] = 0.0
    """Range of the heights of flat-topped square tiles, evenly spread."""
    cobble_size_m: Annotated[float, Range(0.1, 0.6)] = 0.2
    """Side of a tile; three quarters are flat, a quarter is the joint, a ramp to the next tile."""
    slope: Annotated[float, Range(-0.3, 0.3)] = 0.0
    """Rise along the direction of travel, of the way along it; 0.05 is uphill 5 %."""
    cross_slope: Annotated[float, Range(-0.2, 0.2)] = 0.0
    """Rise towards the walker's left, of the way to the left."""
    kerb_height_m: Annotated[float, Range(0.0, 0.25)] = 0.0
    """Of steps, up and down in turn, across the path."""
    kerb_spacing_m: Annotated[float, Range(0.6, 20.0)] = 2.0
    """From one step to the next."""
    obstacle_height_m: Annotated[float, Range(0.0, 0.4)] = 0.0
    """Of low bars across the path."""
    obstacle_spacing_m: Annotated[float, Range(0.6, 20.0)] = 1.5
    """From one bar to the next, on average; each is moved by up to a quarter of it."""
    obstacle_length_m: Annotated[float, Range(0.02, 0.5)] = 0.05
    """Of a bar, along the path."""
    indentation_m: Annotated[float, Range(0.0, 0.03)] = 0.0
    """How deep a flat foot sinks under the body's weight; 0 is rigid."""
    damping_ratio: Annotated[float, Range(0.05, 1.5)] = 0.3
    """Of the body's mass on soft ground; near 1 gives nothing back."""
    friction: Annotated[float, Range(0.02, 1.5)] = 0.9
    """Coefficient between shoe and ground."""
    patch_friction: Annotated[float | None, Range(0.02, 1.5)] = None
    """Of slippery patches across the path; without it there are none."""
    patch_length_m: Annotated[float, Range(0.1, 20.0)] = 1.0
    """Of a patch, along the path."""
    patch_spacing_m: Annotated[float, Range(0.2, 40.0)] = 3.0
    """From one patch to the next."""
    belt: bool = False
    """The surface of a treadmill."""

    def __post_init__(self) -> None:
        check(self, "surface.")
        uneven = [name for name in _UNEVEN if getattr(self, name)]
        if self.belt and (uneven or self.indentation_m or self.slope or self.cross_slope):
            raise ConfigError(
                "surface.belt: a treadmill's belt is even, rigid and level across; "
                "its incline belongs to the workout"
            )
        if self.belt and self.patch_friction is not None:
            raise ConfigError("surface.patch_friction: a treadmill's belt has no patches")
        stepped = [n for n in ("kerb_height_m", "obstacle_height_m") if getattr(self, n)]
        if stepped and (len(uneven) > 1 or self.slope or self.cross_slope or self.indentation_m):
            raise ConfigError(
                f"surface.{stepped[0]}: kerbs and obstacles stand on level, rigid ground, one of "
                "the two at a time, without roughness, cobbles, slope or indentation"
            )
        if self.indentation_m and uneven:
            raise ConfigError(
                f"surface.indentation_m: soft ground is even; leave out {uneven[0]} (how deep a "
                "foot sinks is calibrated for even ground only)"
            )
        if self.roughness_m and self.cobble_height_m:
            raise ConfigError("surface.cobble_height_m: give cobbles or roughness, not both")
        if self.patch_friction is not None and self.patch_spacing_m <= self.patch_length_m:
            raise ConfigError(
                f"surface.patch_spacing_m: {self.patch_spacing_m} must be more than the patches' "
                f"length of {self.patch_length_m}"
            )
        if self.obstacle_height_m and self.obstacle_spacing_m < 2 * self.obstacle_length_m:
            raise ConfigError(
                f"surface.obstacle_spacing_m: {self.obstacle_spacing_m} must be at least twice "
                f"the obstacles' length of {self.obstacle_length_m}"
            )

    @property
    def is_grid(self) -> bool:
        """Whether it takes a height field."""
        return bool(self.roughness_m or self.cobble_height_m)

    def check_leg(self, leg_length_m: float) -> None:
        """Refuse steps and bars too high for a person with this leg length.

        Raises:
            ConfigError: a kerb or an obstacle higher than half a leg.
        """
        for name in ("kerb_height_m", "obstacle_height_m"):
            height = getattr(self, name)
            if height > 0.5 * leg_length_m:
                raise ConfigError(
                    f"surface.{name}: {height} is more than half the walker's leg of "
                    f"{leg_length_m:.2f} m; nobody walks over that"
                )

    def with_fields(self, **values: object) -> Surface:
        """Return a copy with `values` set.

        Raises:
            ConfigError: an unknown field, or a value that is refused.
        """
        return with_fields(self, "surface", values)
