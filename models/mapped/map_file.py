"""Maps in YAML files, and the bodies that they make: `body: my-body.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from functools import cache
from pathlib import Path
from typing import Any

import mujoco

from ...sim.errors import ConfigError, unknown_name
from ...sim.fields import is_number
from ...sim.measures.base.muscle_groups import MUSCLE_GROUPS
from ...sim.plain_values import is_mapping, is_sequence
from ...sim.shortage import raise_shortage
from ..body import Body
from ..walker import Walker
from ..yaml_source import read_yaml, yaml_text
from .body_map import FORWARD, BodyMap
from .build import Described, describe, mapped_body

MJCF = "mjcf"
"""Key of the model's file, relative to the map's."""
_PAIRS = ("shanks", "feet", "toes")


def build(name: str, walker: Walker) -> Body:
    """Return the body of the map in the file `name`, scaled to the walker.

    Raises:
        ConfigError: a map or an MJCF that cannot be read, or that is none of a body.
    """
    return mapped_body(name, walker, _described(name))


@cache
def _described(name: str) -> Described:
    parts, model = read_map(Path(name))
    try:
        return describe(read_mjcf(model), parts, str(model))
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}") from None


def read_mjcf(path: Path) -> mujoco.MjSpec:
    """Return the model of a file.

    Raises:
        ConfigError: there is no such file, or it is no MJCF.
    """
    if not path.is_file():
        raise ConfigError(f"{path}: no such file")
    try:
        spec = mujoco.MjSpec.from_file(str(path))
        spec.compile()
    except ValueError as error:
        raise_shortage(error)
        reason = " ".join(str(error).split())
        raise ConfigError(f"{path}: no MJCF that MuJoCo can read: {reason}") from None
    return spec


def read_map(path: Path) -> tuple[BodyMap, Path]:
    """Return the map of a file, and the file of its model.

    Raises:
        ConfigError: no such file, no YAML, or fields that are not what they may be.
    """
    given = read_yaml(path).data
    known = {field.name: field for field in fields(BodyMap)}
    for key in given:
        if key not in (*known, MJCF):
            raise ConfigError(f"{path}: {unknown_name('field', str(key), (*known, MJCF))}")
    needed = [name for name, f in known.items() if (f.default, f.default_factory) == (MISSING,) * 2]
    for key in (MJCF, *needed):
        if given.get(key) is None:
            raise ConfigError(
                f"{path}: {key} is missing; `retrowalk check-body` tells what it finds"
            )
    values = {key: _value(path, key, value) for key, value in given.items() if value is not None}
    return BodyMap(**{k: v for k, v in values.items() if k != MJCF}), path.parent / values[MJCF]


def _value(path: Path, key: str, value: object) -> Any:
    """Return a field's value, or refuse it."""
    if key == "joints":
        return {
            role: _names(path, f"{key}.{role}", names) for role, names in _items(path, key, value)
        }
    if key == "muscles":
        return _groups(path, value)
    if key == "height_m":
        if not is_number(value) or not 0.2 <= value <= 5.0:
            raise ConfigError(f"{path}: {key} must be a number from 0.2 to 5, is {value!r}")
        return float(value)
    names = _names(path, key, value)
    if isinstance(names, str) == (key in _PAIRS):
        wanted = "the names of the left and the right one" if key in _PAIRS else "one name"
        raise ConfigError(f"{path}: {key} must be {wanted}, is {value!r}")
    if key == "forward" and names not in FORWARD:
        raise ConfigError(f"{path}: {unknown_name('direction', str(names), FORWARD)}")
    return names


def _items(path: Path, key: str, value: object) -> list[tuple[str, object]]:
    if not is_mapping(value):
        raise ConfigError(f"{path}: {key} must be a mapping, is {value!r:.60}")
    return [(str(name), one) for name, one in value.items()]


def _names(path: Path, key: str, value: object) -> str | tuple[str, str]:
    if isinstance(value, str):
        return value
    if is_sequence(value) and len(value) == 2 and all(isinstance(one, str) for one in value):
        return value[0], value[1]
    raise ConfigError(f"{path}: {key} must be a name, or those of left and right, is {value!r:.60}")


def _groups(path: Path, value: object) -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    for group, names in _items(path, "muscles", value):
        if group not in MUSCLE_GROUPS:
            raise ConfigError(f"{path}: muscles: {unknown_name('group', group, MUSCLE_GROUPS)}")
        if not is_sequence(names):
            raise ConfigError(f"{path}: muscles.{group} must be a list of names, is {names!r:.60}")
        groups[group] = tuple(map(str, names))
    return groups


def map_text(parts: Mapping[str, Any], mjcf: str) -> str:
    """Return fields of a `BodyMap` as the text of a map's file."""
    plain = {MJCF: mjcf} | {name: _plain(value) for name, value in parts.items() if value}
    return yaml_text(plain, default_flow_style=None, width=100)


def _plain(value: Any) -> Any:
    if is_mapping(value):
        return {name: _plain(one) for name, one in value.items()}
    return list(value) if is_sequence(value) else value
