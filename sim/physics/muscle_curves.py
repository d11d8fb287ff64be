"""MuJoCo's muscle curves, vectorised, for control and for recordings.

They are `mju_muscleGain` and `mju_muscleBias` (see "Muscle actuators" in
MuJoCo's modelling documentation), and keep the float type of their arguments. Only methods are used
that arrays of NumPy and tensors of torch both have, so that they serve either.
"""

from __future__ import annotations

import numpy as np

_TINY = 1e-15  # mjMINVAL


def active_force_length(
    length: np.ndarray, lmin: np.ndarray | float, lmax: np.ndarray | float
) -> np.ndarray:
    """Active force-length factor of a fibre `length` in optimal lengths, in [0, 1]."""
    # in halves of the nearer flank: MuJoCo's four parabolas are two, mirrored, each with a bend
    rise, drop = 0.5 * (1.0 - lmin), 0.5 * (lmax - 1.0)
    x = ((length - lmin) / rise).clip(max=(lmax - length) / drop).clip(0.0, 2.0)
    past = (x - 1.0).clip(min=0.0)
    return 0.5 * (x * x) - past * past


def force_velocity(velocity: np.ndarray, fvmax: np.ndarray) -> np.ndarray:
    """Force-velocity factor of a fibre `velocity` in maximum velocities (lengthening positive)."""
    y = fvmax - 1.0
    shortening = velocity.clip(-1.0, 0.0) + 1.0  # 1 where the fibre lengthens
    rest = y - velocity.clip(min=0.0).clip(max=y)  # y where it shortens: the other factor is 1
    return shortening * shortening * (fvmax - rest * rest / y.clip(min=_TINY))


def passive_force(
    length: np.ndarray, lmax: np.ndarray | float, fpmax: np.ndarray | float
) -> np.ndarray:
    """Passive force of a fibre `length` in optimal lengths, as a share of the maximum force."""
    stretch = (length - 1.0).clip(min=0.0) / (0.5 * (lmax - 1.0))
    bent = stretch.clip(max=1.0)  # a parabola to there, then straight
    return fpmax * (stretch - bent + 0.5 * (bent * bent))
