"""What a surface is: a few numbers that add up, from level floor to a bumpy, slippery slope."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import ConfigError
from ..with_fields import with_fields

EVERY = slice(None)
"""All trials of a batch, where some may be chosen by their numbers."""

# field: (least, most) that can be asked for
LIMITS: dict[str, tuple[float, float]] = {
    "roughness_m": (0.0, 0.12),
    "roughness_wavelength_m": (0.2, 3.0),
    "cobble_height_m": (0.0, 0.1),
    "cobble_size_m": (0.1, 0.6),
    "slope": (-0.3, 0.3),
    "cross_slope": (-0.2, 0.2),
    "kerb_height_m": (0.0, 0.25),
    "kerb_spacing_m": (0.6, 20.0),
    "obstacle_height_m": (0.0, 0.4),
    "obstacle_spacing_m": (0.6, 20.0),
    "obstacle_length_m": (0.02, 0.5),
    "indentation_m": (0.0, 0.03),
    "damping_ratio": (0.05, 1.5),
    "friction": (0.02, 1.5),
    "patch_friction": (0.02, 1.5),
    "patch_length_m": (0.1, 20.0),
    "patch_spacing_m": (0.2, 40.0),
}

_UNEVEN = ("roughness_m", "cobble_height_m", "kerb_height_m", "obstacle_height_m")


@dataclass(frozen=True)
class Surface:
    """What the ground is like. The defaults are a level, rigid floor with dry friction.

    Roughness, slopes and slippery patches add up freely; steps, obstacles, soft ground and the
    belt of a treadmill each need ground that they can be put on.

    Attributes:
        roughness_m: four standard deviations of the height: 95 % of the ground lies within it.
        roughness_wavelength_m: shortest wavelength; the longest is about five times that.
        cobble_height_m: range of the heights of flat-topped square tiles.
        cobble_size_m: side of a tile; a quarter of it is the joint, a ramp to the next tile.
        slope: rise along the direction of travel, of the way along it; 0.05 is uphill 5 %.
        cross_slope: rise towards the walker's left, of the way to the left.
        kerb_height_m: of steps, up and down in turn, across the path.
        kerb_spacing_m: from one step to the next.
        obstacle_height_m: of low bars across the path.
        obstacle_spacing_m: from one bar to the next, on average. obstacle_length_m: of each.
        indentation_m: how deep a flat foot sinks under the body's weight; 0 is rigid.
        damping_ratio: of the body's mass on soft ground; near 1 gives nothing back.
        friction: coefficient between shoe and ground.
        patch_friction: of patches across the path; None: there are none.
        patch_length_m: of a patch along the path. patch_spacing_m: from patch to patch.
        belt: the surface of a treadmill.
    """

    roughness_m: float = 0.0
    roughness_wavelength_m: float = 0.4
    cobble_height_m: float = 0.0
    cobble_size_m: float = 0.2
    slope: float = 0.0
    cross_slope: float = 0.0
    kerb_height_m: float = 0.0
    kerb_spacing_m: float = 2.0
    obstacle_height_m: float = 0.0
    obstacle_spacing_m: float = 1.5
    obstacle_length_m: float = 0.05
    indentation_m: float = 0.0
    damping_ratio: float = 0.3
    friction: float = 0.9
    patch_friction: float | None = None
    patch_length_m: float = 1.0
    patch_spacing_m: float = 3.0
    belt: bool = False

    def __post_init__(self) -> None:
        """Refuse what is out of range or does not go together.

        Raises:
            ConfigError: naming the field, its value, and what is allowed.
        """
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ConfigError(f"surface.{name}: {value!r} is not a number")
            if not low <= value <= high:
                raise ConfigError(f"surface.{name}: {value} is outside {low} to {high}")
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
        """Refuse what a person with these legs cannot step onto or over.

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
