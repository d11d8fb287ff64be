"""Sides and roles of a recording's joints and muscles.

A recording holds them beside the names. Those made before it did have the side at the end of each
name: the one place outside `models` where names are cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

SIDES = ("l", "r")
"""Of the left and the right foot."""


def sides_of(recording: xr.Dataset, dim: str) -> tuple[str, ...]:
    """Return the side of each label along `dim`: `l`, `r`, or nothing."""
    if (given := f"{dim}_side") in recording.coords:
        return _texts(recording.coords[given].values)
    return tuple(n[-1] if n[-2:] in ("_l", "_r") else "" for n in _texts(recording[dim].values))


def roles_of(recording: xr.Dataset, dim: str) -> tuple[str, ...]:
    """Return the name of each label along `dim` without its side."""
    if (given := f"{dim}_role") in recording.coords:
        return _texts(recording.coords[given].values)
    names, sides = _texts(recording[dim].values), sides_of(recording, dim)
    return tuple(n.removesuffix(f"_{s}") if s else n for n, s in zip(names, sides, strict=True))


def _texts(values: np.ndarray) -> tuple[str, ...]:
    return tuple(str(value) for value in values)
