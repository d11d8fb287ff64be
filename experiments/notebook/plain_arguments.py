"""Conversion of Python arguments to the plain data that a config file would hold."""

from __future__ import annotations

from os import fspath
from typing import Any

from ...sim.plain_values import is_mapping, is_path, is_sequence, is_set, plain as numbers


def plain(value: Any) -> Any:
    """Return plain data: numpy numbers as Python's, tuples and arrays as lists, paths as text."""
    if is_mapping(value):
        return {str(key): plain(entry) for key, entry in value.items()}
    if is_path(value):
        return fspath(value)
    if hasattr(value, "tolist"):  # numpy's numbers and arrays, pandas' columns
        own = numbers(value)
        return plain(value.tolist() if own is value else own)
    if is_sequence(value) or is_set(value):
        return [plain(entry) for entry in value]
    return value
