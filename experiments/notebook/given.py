"""What a caller gives in Python, as the plain data that a config file would hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from typing import Any

from ...sim.plain_values import plain as numbers


def plain(value: Any) -> Any:
    """Return plain data: numpy numbers as Python's, tuples and arrays as lists, paths as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, PathLike):
        return fspath(value)
    if hasattr(value, "tolist"):  # numpy's numbers and arrays, pandas' columns
        own = numbers(value)
        return plain(value.tolist() if own is value else own)
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
        return [plain(entry) for entry in value]
    return value
