"""Descriptions of the names that a config may use, read from their definitions."""

from __future__ import annotations

import ast
from dataclasses import dataclass, fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from ...envs.policies.source import gait_source
from ...envs.task.technique import DIRECTIONS, PRESETS
from ...models.catalogue import YOUNG, find_walker, module_of
from ...models.walker import WALKERS
from ...sim.errors import ConfigError
from ...sim.ground.presets import PRESETS as SURFACES
from ...sim.hazards.presets import PRESETS as HAZARDS
from ...sim.measures.catalogue import COLUMNS
from .catalogue import KINDS, shipped_configs
from .controllers import find_controller

_OF_A_TRIAL = {
    "valid": ("", "whether the physics held; what did not is in no other number"),
    "fell": ("", "whether the walker fell"),
    "time_to_fall_s": ("s", "from the start to the fall; null without one"),
    "duration_s": ("s", "walked, until the fall or the end"),
    "distance_m": ("m", "walked along the direction of travel, against the ground or belt"),
}
"""Unit and meaning of the columns that are no measure of a recording."""


@dataclass(frozen=True)
class Entry:
    """A name that a config may use. `unit` is empty for what is no quantity."""

    kind: str
    name: str
    unit: str
    meaning: str

    def says(self, text: str) -> bool:
        """Return whether `text` stands in the name or the meaning, whatever the case."""
        return text.lower() in f"{self.name} {self.meaning}".lower()


def entries(kind: str) -> list[Entry]:
    """Return every name of a kind with its unit and meaning."""
    told = _TOLD.get(kind, _nothing)
    return [Entry(kind, name, *told(name)) for name in KINDS[kind]()]


def _nothing(name: str) -> tuple[str, str]:
    del name
    return "", ""


def _body(name: str) -> tuple[str, str]:
    """Read the first sentence of the module that builds it, without importing it."""
    found = find_spec(module_of(name))
    text = Path(found.origin).read_text("utf-8") if found and found.origin else ""
    return "", (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0].rstrip(".")


def _walker(name: str) -> tuple[str, str]:
    walker = WALKERS[name]
    return "", changes(walker, "name") or "a man of 1.75 m, 75 kg and 25 years"


def _surface(name: str) -> tuple[str, str]:
    return "", SURFACES[name].description


def _technique(name: str) -> tuple[str, str]:
    return "", changes(PRESETS[name]) or "the gait's own"


def _hazard(name: str) -> tuple[str, str]:
    hazard = HAZARDS[name]
    first = (type(hazard).__doc__ or "").partition("\n")[0].rstrip(".")
    return "", "; ".join(filter(None, (first, changes(hazard))))


def _policy(name: str) -> tuple[str, str]:
    """Describe directions, speeds and body of a gait from its own files."""
    told: list[str] = []
    for direction in DIRECTIONS:
        source = gait_source(name, direction, "human", find_walker(YOUNG))
        if source.only_direction not in (None, direction):
            continue
        try:
            low, high = source.speed_range
        except ConfigError:  # no gait of that direction
            continue
        speeds = f"{low:g} m/s" if low == high else f"{low:g} to {high:g} m/s"
        told.append(f"{direction} {speeds}")
    return "", ", ".join(told)


def _controller(name: str) -> tuple[str, str]:
    one = find_controller(name)
    gaits = (
        f"{gait.direction} {gait.speeds} ({gait.kind})"
        + (f" on {gait.body}" if gait.body != one.body else "")
        for gait in one.gaits
    )
    return "", ", ".join((f"body {one.body}", *gaits))


def _measure(name: str) -> tuple[str, str]:
    if name in _OF_A_TRIAL:
        return _OF_A_TRIAL[name]
    measure = COLUMNS[name]
    return measure.unit, measure.definition


def _experiment(name: str) -> tuple[str, str]:
    content = yaml.safe_load(shipped_configs()[name].read_text("utf-8"))
    return "", " ".join(str(content.get("question", "")).split())


_TOLD = {
    "bodies": _body,
    "walkers": _walker,
    "surfaces": _surface,
    "techniques": _technique,
    "hazards": _hazard,
    "policies": _policy,
    "controllers": _controller,
    "measures": _measure,
    "experiments": _experiment,
}


def changes(preset: Any, *left_out: str) -> str:
    """Return the fields in which a preset differs from its kind's defaults, in a config's words."""
    plain = type(preset)()
    differ = {
        field.name: getattr(preset, field.name)
        for field in fields(preset)
        if field.name not in left_out and getattr(preset, field.name) != getattr(plain, field.name)
    }
    return ", ".join(f"{name} {_shown(value)}" for name, value in differ.items())


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if value is None or isinstance(value, (str, int)):
        return str(value)
    return "; ".join(f"{name} {factor:g}" for name, factor in value)  # of muscle groups
