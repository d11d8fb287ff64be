"""The ground by name."""

from __future__ import annotations

from ..errors import unknown_name
from .presets import PRESETS
from .surface import Surface


def surface(name: str) -> Surface:
    """Return the preset `name`.

    Raises:
        ConfigError: no such surface.
    """
    if name not in PRESETS:
        raise unknown_name("surface", name, PRESETS)
    return PRESETS[name].surface
