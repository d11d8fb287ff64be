"""Surfaces by name, each with what it stands for and where its numbers are from."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import unknown_name
from .surface import Surface


@dataclass(frozen=True)
class SurfacePreset:
    """A named surface.

    Attributes:
        surface: its numbers. description: for people, one line. source: of the numbers.
    """

    surface: Surface
    description: str
    source: str


_FLAT = "a dry floor and a rubber sole; friction 0.9 as chosen for the body's contacts"
_ROUGH = "chosen; band-limited noise defined in sim/ground/roughness.py"
_SLOPE = "5 % is the steepest walkway that is not a ramp in the ADA standards, 403.3"

PRESETS: dict[str, SurfacePreset] = {
    "flat": SurfacePreset(Surface(), "level, rigid, dry floor", _FLAT),
    "rough-1cm": SurfacePreset(
        Surface(roughness_m=0.01), "random bumps, 95 % of the heights within 1 cm", _ROUGH
    ),
    "rough-2cm": SurfacePreset(
        Surface(roughness_m=0.02), "random bumps, 95 % of the heights within 2 cm", _ROUGH
    ),
    "rough-4cm": SurfacePreset(
        Surface(roughness_m=0.04), "random bumps, 95 % of the heights within 4 cm", _ROUGH
    ),
    "cobbles-3cm": SurfacePreset(
        Surface(cobble_height_m=0.03),
        "flat-topped tiles of 20 cm, their heights spread over 3 cm",
        "after the uneven treadmill of Voloshina et al. 2013 (J Exp Biol 216:3963), 2.5 cm",
    ),
    "incline-5pct": SurfacePreset(Surface(slope=0.05), "uphill along travel, 5 %", _SLOPE),
    "incline-10pct": SurfacePreset(Surface(slope=0.1), "uphill along travel, 10 %", "chosen"),
    "decline-5pct": SurfacePreset(Surface(slope=-0.05), "downhill along travel, 5 %", _SLOPE),
    "decline-10pct": SurfacePreset(Surface(slope=-0.1), "downhill along travel, 10 %", "chosen"),
    "cross-slope-5pct": SurfacePreset(
        Surface(cross_slope=0.05), "higher on the walker's left, 5 %", "chosen"
    ),
    "kerbs-10cm": SurfacePreset(
        Surface(kerb_height_m=0.1), "a kerb up or down every 2 m, 10 cm high", "chosen"
    ),
    "obstacles-5cm": SurfacePreset(
        Surface(obstacle_height_m=0.05), "a low bar across the path about every 1.5 m", "chosen"
    ),
    "grass": SurfacePreset(
        Surface(indentation_m=0.005, damping_ratio=0.2, friction=0.7),
        "a lawn: a foot sinks 5 mm under the body's weight",
        "within the 4-11 mm vertical deformation that FIFA's test of football turf allows; "
        "damping and friction chosen",
    ),
    "sand": SurfacePreset(
        Surface(indentation_m=0.018, damping_ratio=0.9, friction=0.6),
        "dry sand: a foot sinks 18 mm and gets little back",
        "chosen; sand takes 2.1-2.7 times the work of firm ground (Lejeune et al. 1998, J Exp Biol "
        "201:2071), so its damping is nearly critical",
    ),
    "gym-mat": SurfacePreset(
        Surface(indentation_m=0.01, damping_ratio=0.3),
        "a foam mat: a foot sinks 10 mm and springs back",
        "chosen",
    ),
    "ice-patch": SurfacePreset(
        Surface(patch_friction=0.08, patch_length_m=1.5, patch_spacing_m=4.0),
        "a dry floor with 1.5 m of ice every 4 m",
        "friction of ice under a shoe 0.05-0.1; length and spacing chosen",
    ),
    "wet-floor": SurfacePreset(
        Surface(friction=0.25),
        "a smooth wet floor",
        "friction 0.2-0.3; level walking needs 0.17-0.20 (Redfern et al. 2001, Ergonomics 44:1138)",
    ),
    "trail": SurfacePreset(
        Surface(
            roughness_m=0.03,
            roughness_wavelength_m=0.5,
            slope=0.03,
            patch_friction=0.4,
            patch_length_m=0.8,
            patch_spacing_m=3.0,
        ),
        "a path: bumps of 3 cm, 3 % uphill, loose patches",
        "chosen",
    ),
    "treadmill": SurfacePreset(
        Surface(belt=True),
        "a belt that runs against the walker; see `treadmill` in a config",
        _FLAT,
    ),
}


def surface(name: str) -> Surface:
    """Return the preset `name`.

    Raises:
        ConfigError: no such surface.
    """
    if name not in PRESETS:
        raise unknown_name("surface", name, PRESETS)
    return PRESETS[name].surface
