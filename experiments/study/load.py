"""Find, read, override and check an experiment config; say what is wrong and where."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ...models.yaml_source import KeyPath, YamlSource, parse_value, read_yaml
from ...sim.errors import ConfigError, unknown_name
from ...sim.plain_values import is_dict, is_sequence
from . import catalogue
from .experiment import ExperimentConfig
from .fields import problem_of
from .policy_names import TRUSTED

_Config = TypeVar("_Config", bound=BaseModel)
MOST_PROBLEMS = 20  # a message tells no more
MOST_KEYS = 20  # within each other; configs nest a quarter as deep


def load_config(
    config: str | Path, overrides: Iterable[str] = (), trust: bool = False
) -> ExperimentConfig:
    """Return the checked config at a path, or the one shipped under a name.

    Args:
        config: a path to a YAML file, or the name of a shipped experiment (`quick-start`).
        overrides: `KEY=VALUE` with dots between keys (`technique.speed_m_per_s=0.6`).
        trust: allow policies that run code of their own (`module:Class`, .zip).
    """
    return overridden(read_config(config), overrides, trust)


def overridden(
    source: YamlSource, overrides: Iterable[str] = (), trust: bool = False
) -> ExperimentConfig:
    """Return the checked config of what was read, changed by `overrides` as for `load_config`."""
    return check_config(source, override(source, overrides), trust)


def override(source: YamlSource, overrides: Iterable[str]) -> dict[KeyPath, str]:
    """Set the values of `KEY=VALUE` in what was read; returns where each key path was given."""
    given: dict[KeyPath, str] = {}
    for one in overrides:
        path, value = _parse_override(one)
        given[path] = f"--set {one}"
        set_value(source.data, path, value, given[path])
    return given


def load_tool_config(kind: type[_Config], path: Path, overrides: Iterable[str] = ()) -> _Config:
    """Return the checked config of a tool (tuning, solving) at `path`, changed by `overrides`.

    Raises:
        ConfigError: unreadable, unknown or wrong fields.
    """
    source = read_yaml(path)
    given = override(source, overrides)
    try:
        return kind.model_validate(source.data)
    except ValidationError as error:
        raise refused(error, source, given) from None


def check_config(
    source: YamlSource, given: dict[KeyPath, str] | None = None, trust: bool = False
) -> ExperimentConfig:
    """Validate what was read; `given` says where a key path was given, if not in the source."""
    try:
        return ExperimentConfig.model_validate(source.data, context=TRUSTED if trust else None)
    except ValidationError as error:
        raise refused(error, source, given) from None


def refused(
    error: ValidationError, source: YamlSource, given: dict[KeyPath, str] | None = None
) -> ConfigError:
    """Return the error that tells every problem: its place, key, value and what is allowed."""
    problems = dict.fromkeys(_explain(dict(one), source, given or {}) for one in error.errors())
    shown = list(problems)[:MOST_PROBLEMS]
    if len(problems) > len(shown):
        shown.append(f"and {len(problems) - len(shown)} more")
    return ConfigError("\n".join(shown))


def read_config(config: str | Path) -> YamlSource:
    """Return what the file at a path holds, or the experiment shipped under a name; unchecked."""
    shipped = catalogue.shipped_configs()
    name = str(config)
    if name.endswith((".yaml", ".yml")) or len(Path(config).parts) != 1 or _exists(Path(config)):
        return read_yaml(Path(config))
    if name not in shipped:
        hint = str(unknown_name("experiment", name, shipped))
        raise ConfigError(f"{hint}; a path to a YAML file works too")
    with resources.as_file(shipped[name]) as path:
        source = read_yaml(path)
    return YamlSource(f"{name}.yaml (shipped)", source.data, source.lines)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # no file can have such a name
        return False


def _parse_override(override: str) -> tuple[KeyPath, Any]:
    key, equals, text = override.partition("=")
    parts = tuple(part.strip() for part in key.split("."))
    if not equals or not all(parts):
        raise ConfigError(f"--set {override}: must be KEY=VALUE, such as trials=8")
    path = tuple(int(part) if part.isdecimal() else part for part in parts)
    return path, parse_value(text, f"--set {override}")


def set_value(data: dict[str, Any], path: KeyPath, value: Any, place: str) -> None:
    """Set `value` at `path`, making mappings on the way; `place` says where it was given."""
    if len(path) > MOST_KEYS:
        raise ConfigError(f"{place}: more than {MOST_KEYS} keys within each other")
    inner: Any = data
    for depth, key in enumerate(path):
        slot = _slot(inner, key, ".".join(map(str, path[:depth])) or "the config", place)
        if depth == len(path) - 1:
            inner[slot] = value
            return
        if is_dict(inner):
            below: Any = inner.get(slot)
            if isinstance(below, str) and slot in ("technique", "walker"):
                inner[slot] = {"preset": below}
            elif below is None:
                inner[slot] = {}
        inner = inner[slot]


def _slot(place: Any, key: str | int, here: str, given: str) -> Any:
    """Return what to index `place` with for `key`, refusing a key that it cannot have."""
    if is_dict(place):
        return str(key)
    if not is_sequence(place):
        raise ConfigError(f"{given}: '{here}' is {_short(place)}, which has no keys")
    if not isinstance(key, int) or key >= len(place):
        raise ConfigError(
            f"{given}: '{here}' is a list of {len(place)}; "
            f"'{key}' is not a place in it (allowed: 0 to {len(place) - 1})"
        )
    return key


def _explain(error: dict[str, Any], source: YamlSource, given: dict[KeyPath, str]) -> str:
    """Return `place: key = value: problem` for one error of pydantic."""
    located = tuple(part for part in error["loc"] if part != "[key]")  # pydantic's bad keys
    context: dict[str, Any] = error.get("ctx") or {}
    path: KeyPath = (*located, *context.get("path", ()))
    if path and path[-1] == "preset" and isinstance(_value_at(source.data, path[:-1]), str):
        path = path[:-1]  # a preset's name stood for all its fields
    place = next((text for at, text in given.items() if _touches(at, path)), source.place(path))
    key = ".".join(map(str, path))
    value = _value_at(source.data, path)
    shown = key if value is _MISSING else f"{key} = {_short(value)}"
    return ": ".join(part for part in (place, shown, problem_of(error)) if part)


def _touches(one: KeyPath, other: KeyPath) -> bool:
    """Return whether one path lies within the other."""
    shorter = min(len(one), len(other))
    return shorter > 0 and one[:shorter] == other[:shorter]


_MISSING = object()


def _value_at(data: Any, path: KeyPath) -> Any:
    for key in path:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return _MISSING
    return data


def _short(value: Any, limit: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def find_config(name: Path, folder: Path, kind: str) -> Path:
    """Return the config file `name`: a path, or the name of one in `folder`.

    Args:
        folder: of the configs that ship. kind: of config, for messages (`tuning`, `solving`).

    Raises:
        ConfigError: neither.
    """
    if name.is_file():
        return name
    shipped = {path.stem: path for path in folder.glob("*.yaml")}
    if str(name) in shipped:
        return shipped[str(name)]
    if name.suffix or name.exists():
        raise ConfigError(f"{name}: no such {kind} config file")
    raise unknown_name(f"{kind} config", str(name), shipped)
