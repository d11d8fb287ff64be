"""Rotations and the inverse kinematics of a leg, for n simulations at once."""

from __future__ import annotations

from typing import Any

import numpy as np


def clip(values: np.ndarray, low: np.ndarray | float, high: np.ndarray | float) -> np.ndarray:
    """Values held between `low` and `high`: as `np.clip`, at a third of its cost when n is 1."""
    return np.minimum(np.maximum(values, low), high)


# With a single walker we compute with Python floats: NumPy is about ten times slower on arrays of
# length 1. Code written with these functions serves both cases and gives the same bits.


def scalar_if_single(values: np.ndarray) -> Any:
    """Return `values` (1,) of a single walker as a Python number; of several, the array itself."""
    return values.item() if values.size == 1 else values


def unstack(rows: np.ndarray) -> Any:
    """Return the columns of `rows` (n, k): arrays (n,), or floats of a single walker."""
    return rows[0].tolist() if len(rows) == 1 else rows.T


def clip_any(value: Any, low: Any, high: Any) -> Any:
    """`clip` for numbers and arrays alike."""
    if type(value) is float:
        return low if value < low else min(value, high)
    return clip(value, low, high)


def exponentials(*powers: Any) -> Any:
    """Exponentials of numbers or arrays, all at once."""
    grown = np.exp(np.array(powers))
    return grown if grown.ndim > 1 else grown.tolist()


def tilt(matrix: np.ndarray) -> np.ndarray:
    """Small-rotation vector (n, 3) [rad] of a body against the world: roll, pitch, yaw.

    Half the skew part of the rotation matrix, exact to first order; about x, y and z, so that a
    positive pitch leans forward.
    """
    return 0.5 * np.stack(
        [
            matrix[:, 2, 1] - matrix[:, 1, 2],
            matrix[:, 0, 2] - matrix[:, 2, 0],
            matrix[:, 1, 0] - matrix[:, 0, 1],
        ],
        axis=-1,
    )


def leg_angles(
    vector: np.ndarray, thigh: float, shank: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Inverse kinematics of a leg from the hip-to-ankle `vector`, (n, 3) [m], z up.

    Returns:
        The thigh's swing forwards from the vertical in the leg's plane, the plane's swing towards
        +y, and knee flexion, (n,) [rad] each. Out of reach is brought to the nearest reach.
    """
    x, y, z = vector.T
    length = np.clip(np.sqrt(x * x + y * y + z * z), 0.35, thigh + shank - 1e-3)
    inner = (thigh**2 + shank**2 - length**2) / (2 * thigh * shank)
    knee = np.pi - np.arccos(np.clip(inner, -1.0, 1.0))
    sideways = np.arctan2(y, -z)
    lean = np.arctan2(x, np.hypot(y, z))
    offset = (thigh**2 + length**2 - shank**2) / (2 * thigh * length)
    return lean + np.arccos(np.clip(offset, -1.0, 1.0)), sideways, knee


def knee_lever(knee: np.ndarray, thigh: float, shank: float) -> np.ndarray:
    """Distance (n,) [m] of the knee from the line hip-ankle: the lever of the body's weight."""
    length = np.sqrt(thigh**2 + shank**2 + 2 * thigh * shank * np.cos(knee))
    return thigh * shank * np.sin(knee) / length


def smooth_step(x: np.ndarray) -> np.ndarray:
    """Fifth-order blend from 0 to 1 over x in [0, 1], at rest at both ends."""
    return x * x * x * (10.0 + x * (6.0 * x - 15.0))
