"""Rotations and the inverse kinematics of a leg, for n simulations at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np


def mean_square(values: np.ndarray) -> np.ndarray:
    """Mean over columns: as `(values**2).mean(1)`, at half its cost when n is 1."""
    if is_tensor(values):
        return (values * values).mean(1)
    return np.add.reduce(values * values, 1) / values.shape[1]


def clip(values: np.ndarray, low: np.ndarray | float, high: np.ndarray | float) -> np.ndarray:
    """Values held between `low` and `high`: as `np.clip`, at a third of its cost when n is 1."""
    return np.minimum(np.maximum(values, low), high)


# With a single walker we compute with Python floats: NumPy is about ten times slower on arrays of
# length 1. Code written with these functions serves both cases and gives the same bits. It serves
# tensors of torch too (by their methods alone: nothing here imports torch), which never leave
# their device, a single walker's either.


_ON_HOST = (float, int, np.generic, np.ndarray)


def is_tensor(values: Any) -> bool:
    """Whether `values` are neither numbers nor an array of NumPy: a tensor."""
    return type(values) is not np.ndarray and not isinstance(values, _ON_HOST)


def scalar_if_single(values: np.ndarray) -> Any:
    """Return `values` (1,) of a single walker as a Python number; of several, the array itself."""
    return values.item() if values.size == 1 else values  # `size` of a tensor is a method


def unstack(rows: np.ndarray) -> Any:
    """Return the columns of `rows` (n, k): arrays (n,), or floats of a single walker."""
    return rows.T if len(rows) != 1 or is_tensor(rows) else rows[0].tolist()


def clip_any(value: Any, low: Any, high: Any) -> Any:
    """`clip` for numbers, arrays and tensors alike."""
    if type(value) is float:
        return low if value < low else min(value, high)
    if is_tensor(value):
        return value.clamp(min=low).clamp(max=high)
    return clip(value, low, high)


def at_least(value: Any, low: float) -> Any:
    """Return `value`, or `low` where it is less, of numbers, arrays and tensors alike."""
    if type(value) is float:
        return max(value, low)
    return value.clamp(min=low) if is_tensor(value) else np.maximum(value, low)


def at_most(value: Any, high: Any) -> Any:
    """Return `value`, or `high` where it is more, of numbers, arrays and tensors alike."""
    if type(value) is float:
        return min(value, high)
    return value.clamp(max=high) if is_tensor(value) else np.minimum(value, high)


def square_root(value: Any) -> Any:
    """Square root of numbers, arrays and tensors alike."""
    if type(value) is float:
        return math.sqrt(value)
    return value.sqrt() if is_tensor(value) else np.sqrt(value)


def exponential(power: Any) -> Any:
    """Exponential of numbers, arrays and tensors alike."""
    return power.exp() if is_tensor(power) else np.exp(power)


def arc_tangent(y: Any, x: Any) -> Any:
    """Angle of (x, y) from the x axis [rad], of numbers, arrays and tensors alike."""
    return y.atan2(x) if is_tensor(y) else np.arctan2(y, x)


def length_of(x: Any, y: Any) -> Any:
    """Length of (x, y), of arrays and tensors alike."""
    return x.hypot(y) if is_tensor(x) else np.hypot(x, y)


def product(a: Any, b: Any, out: Any) -> None:
    """Write a * b to `out`, of arrays and tensors alike."""
    if is_tensor(out):
        out.copy_(a * b)
    else:
        np.multiply(a, b, out=out)


def difference(a: Any, b: Any, out: Any) -> None:
    """Write a - b to `out`, of arrays and tensors alike."""
    if is_tensor(out):
        out.copy_(a - b)
    else:
        np.subtract(a, b, out=out)


def least_along(values: Any, axis: int) -> Any:
    """Least along an axis, of arrays and tensors alike."""
    return values.amin(axis) if is_tensor(values) else np.minimum.reduce(values, axis)


def columns_of(values: Any, at: Any) -> Any:
    """Columns `at` (k,) of `values` (n, all): (n, k), of arrays and tensors alike."""
    return values[:, at] if is_tensor(values) else values.take(at, 1)


def write_columns(values: Sequence[Any], out: Any) -> None:
    """Write `values`, one a column, to `out` (n, columns), of arrays and tensors alike."""
    if is_tensor(out):
        for i, column in enumerate(values):
            out[:, i] = column
    else:
        out[:] = np.array(values).T


def exponentials(*powers: Any) -> Any:
    """Exponentials of numbers, arrays or tensors, all at once."""
    if is_tensor(powers[0]):
        return [power.exp() for power in powers]
    grown = np.exp(np.array(powers))
    return grown if grown.ndim > 1 else grown.tolist()


def tilt(matrix: np.ndarray) -> np.ndarray:
    """Small-rotation vector (..., 3) [rad] of bodies against the world: roll, pitch, yaw.

    Half the skew part of the rotation matrix, exact to first order; about x, y and z, so that a
    positive pitch leans forward.
    """
    m = matrix
    turn = np.empty(m.shape[:-1])
    np.subtract(m[..., 2, 1], m[..., 1, 2], out=turn[..., 0])
    np.subtract(m[..., 0, 2], m[..., 2, 0], out=turn[..., 1])
    np.subtract(m[..., 1, 0], m[..., 0, 1], out=turn[..., 2])
    turn *= 0.5
    return turn


def leg_angles(
    vector: np.ndarray, thigh: float, shank: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Inverse kinematics of legs from the hip-to-ankle `vector`, (..., 3) [m], z up.

    Returns:
        The thigh's swing forwards from the vertical in the leg's plane, the plane's swing towards
        +y, and knee flexion, (...) [rad] each. Out of reach is brought to the nearest reach.
    """
    x, y, z = vector[..., 0], vector[..., 1], vector[..., 2]
    length = clip(np.sqrt(x * x + y * y + z * z), 0.35, thigh + shank - 1e-3)
    inner = (thigh**2 + shank**2 - length**2) / (2 * thigh * shank)
    knee = np.pi - np.arccos(clip(inner, -1.0, 1.0))
    sideways = np.arctan2(y, -z)
    lean = np.arctan2(x, np.hypot(y, z))
    offset = (thigh**2 + length**2 - shank**2) / (2 * thigh * length)
    return lean + np.arccos(clip(offset, -1.0, 1.0)), sideways, knee


def knee_lever(knee: np.ndarray, thigh: float, shank: float) -> np.ndarray:
    """Distance (...) [m] of the knee from the line hip-ankle: the lever of the body's weight."""
    length = np.sqrt(thigh**2 + shank**2 + 2 * thigh * shank * np.cos(knee))
    return thigh * shank * np.sin(knee) / length


def smooth_step(x: np.ndarray) -> np.ndarray:
    """Fifth-order blend from 0 to 1 over x in [0, 1], at rest at both ends."""
    return x * x * x * (10.0 + x * (6.0 * x - 15.0))
