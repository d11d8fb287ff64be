"""Surfaces by name (`presets.toml`): numbers, what each stands for, where they are from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..data_files import beside
from ..errors import unknown_name
from ..with_fields import with_fields
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


PRESETS = {
    name: SurfacePreset(Surface(**preset.pop("surface", {})), **preset)
    for name, preset in tomllib.loads(beside(__name__, "presets.toml").read_text("utf-8")).items()
}


def surface(name: str) -> Surface:
    """Return the preset `name`.

    Raises:
        ConfigError: no such surface.
    """
    if name not in PRESETS:
        raise unknown_name("surface", name, PRESETS)
    return PRESETS[name].surface


def surface_of(described: str | Surface | Mapping[str, Any]) -> Surface:
    """Return a surface that is given by a preset's name, as it is, or by its fields.

    Raises:
        ConfigError: no such surface, or fields that it has not.
    """
    if isinstance(described, str):
        return surface(described)
    if isinstance(described, Surface):
        return described
    return with_fields(Surface(), "surface", described)
