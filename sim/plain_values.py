"""numpy's scalars and arrays as Python's own values: a field that takes a number takes both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """Return `value` in Python's own types, also what is inside lists, tuples and mappings.

    A float of less than 64 bits becomes the shortest decimal that it stands for: float32(0.7) is
    0.7, not 0.699999988.
    """
    if isinstance(value, np.floating) and value.dtype.itemsize < 8:
        return float(str(value))
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return plain(value[()]) if value.ndim == 0 else [plain(part) for part in value]
    if isinstance(value, Mapping):
        return {plain(key): plain(part) for key, part in value.items()}
    if type(value) in (list, tuple):
        return type(value)(plain(part) for part in value)
    return value


def make_plain(description: Any) -> None:
    """Bring all fields of a frozen dataclass into Python's own types, as it is made."""
    for field in fields(description):
        object.__setattr__(description, field.name, plain(getattr(description, field.name)))
