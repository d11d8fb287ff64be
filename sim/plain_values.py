"""Conversion of numpy scalars and arrays to plain Python values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import fields
from os import PathLike
from types import UnionType
from typing import Any, SupportsFloat, TypeGuard

import numpy as np


def is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    """Return whether `value` is a mapping, of whatever."""
    return isinstance(value, Mapping)


def is_dict(value: object) -> TypeGuard[dict[Any, Any]]:
    """Return whether `value` is a dict, of whatever."""
    return isinstance(value, dict)


def is_sequence(value: object) -> TypeGuard[Sequence[Any]]:
    """Return whether `value` is a list or the like, of whatever; a text is none."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def is_set(value: object) -> TypeGuard[Set[Any]]:
    """Return whether `value` is a set, of whatever."""
    return isinstance(value, set | frozenset)


def is_path(value: object) -> TypeGuard[PathLike[str]]:
    """Return whether `value` names a file and is no text."""
    return isinstance(value, PathLike)


def is_scalar(value: object) -> TypeGuard[np.generic[Any]]:
    """Return whether `value` is one of numpy's scalars."""
    return isinstance(value, np.generic)


def is_numeric(value: object) -> TypeGuard[SupportsFloat]:
    """Return whether `value` is a number, Python's or numpy's."""
    return isinstance(value, int | float | np.number)


def is_array(value: object) -> TypeGuard[np.ndarray]:
    """Return whether `value` is an array, of whatever."""
    return isinstance(value, np.ndarray)


def is_a(value: object, kind: type | UnionType) -> bool:
    """Return whether `value` is a `kind`, where its annotation says so but callers need not."""
    return isinstance(value, kind)


def plain(value: Any) -> Any:
    """Return `value` in Python's own types, also what is inside lists, tuples and mappings.

    A float of less than 64 bits becomes the shortest decimal that it stands for: float32(0.7) is
    0.7, not 0.699999988.
    """
    if type(value) in (np.float16, np.float32):
        return float(str(value))
    if is_scalar(value):
        return value.item()
    if isinstance(value, np.ndarray):
        return plain(value[()]) if value.ndim == 0 else [plain(part) for part in value]
    if is_mapping(value):
        return {plain(key): plain(part) for key, part in value.items()}
    if type(value) in (list, tuple):
        return type(value)(plain(part) for part in value)
    return value


def make_plain(description: Any) -> None:
    """Bring all fields of a frozen dataclass into Python's own types, as it is made."""
    for field in fields(description):
        object.__setattr__(description, field.name, plain(getattr(description, field.name)))
