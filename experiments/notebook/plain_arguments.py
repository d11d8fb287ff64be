"""Python arguments as the plain data that a config file would hold, checked."""

from __future__ import annotations

from os import fspath
from pathlib import Path
from typing import Any

from ...sim.errors import ConfigError
from ...sim.plain_values import is_mapping, is_path, is_sequence, is_set, plain as numbers


def plain(value: Any) -> Any:
    """Return plain data: numpy numbers as Python's, tuples and arrays as lists, paths as text.

    Raises:
        ConfigError: it is nested too deeply, or holds itself.
    """
    try:
        return _plain(value)
    except RecursionError:
        raise ConfigError("an argument is nested too deeply, or holds itself") from None


def _plain(value: Any) -> Any:
    if is_mapping(value):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if is_path(value):
        return fspath(value)
    if hasattr(value, "tolist"):  # numpy's numbers and arrays, pandas' columns
        own = numbers(value)
        return _plain(value.tolist() if own is value else own)
    if is_sequence(value) or is_set(value):
        return [_plain(entry) for entry in value]
    return value


def whole_number(call: str, name: str, value: Any, least: int) -> int:
    """Return an argument of `call` that must be a whole number, or refuse it."""
    number = plain(value)
    if not isinstance(number, int) or isinstance(number, bool) or number < least:
        raise ConfigError(f"{call}: {name} = {value!r}: must be a whole number from {least} up")
    return number


def path_of(call: str, name: str, value: Any) -> Path:
    """Return an argument of `call` that must be a path, or refuse it."""
    path = plain(value)
    if not isinstance(path, str):
        raise ConfigError(f"{call}: {name} = {value!r}: must be a path")
    return Path(path)
