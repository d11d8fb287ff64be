"""Passive moments of hip, knee and ankle from ligaments and resting muscles.

Riener and Edrich 1999, J Biomech 32:539: double exponentials fitted to ten people at rest, with the
coupling of neighbouring joints by muscles that cross both. `models.body` gives them to the body and
the planar walker of `experiments.solving` to its model.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

DEGREES = 180.0 / math.pi


def passive_moments(
    hip: Any, knee: Any, ankle: Any, exp: Callable[[Any], Any] = np.exp
) -> tuple[Any, Any, Any]:
    """Return the passive moments of hip, knee and ankle [N.m].

    Args:
      hip, knee, ankle: flexion, flexion and dorsiflexion [rad]; numbers, arrays or symbols.
      exp: the exponential function for their kind.

    Returns:
      Moments that are positive in flexion, flexion and dorsiflexion.
    """
    h, k, p = hip * DEGREES, knee * DEGREES, -ankle * DEGREES  # p: plantarflexion
    at_hip = exp(1.4655 - 0.0034 * k - 0.0750 * h) - exp(1.3403 - 0.0226 * k + 0.0305 * h) + 8.072
    at_knee = (
        exp(1.800 - 0.0460 * p - 0.0352 * k + 0.0217 * h)
        - exp(-3.971 - 0.0004 * p + 0.0495 * k - 0.0128 * h)
        - 4.820
        + exp(2.220 - 0.150 * k)
    )
    at_ankle = (
        -exp(2.1016 - 0.0843 * p - 0.0176 * k) + exp(-7.9763 + 0.1949 * p + 0.0008 * k) + 1.792
    )
    return at_hip, at_knee, at_ankle
