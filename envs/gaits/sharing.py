"""Criteria of muscle sharing, and how torques blend when legs change roles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LINEAR_COST = 0.03  # of activation, where neither criterion nor gait has one
LEAST_CURVED = 0.05  # activation below which a power of activation counts as its parabola there


@dataclass(frozen=True)
class Sharing:
    """Criterion of a gait's muscle sharing.

    Attributes:
        exponent: of activation in the sum that is made least, 2 or 3.
        volume_power: power of a muscle's volume (over the mean) that weighs it in that sum.
        linear_cost: of activation; None for the gait's own parameter.
        blend_s: time in which torques go over when the legs change roles [s].
        reach_s: horizon in which activations must be able to reach what is asked [s]; 0: no matter.
        ahead_s: how long before they count torques are asked for that are known before [s].
        steer_s: time in which activations are steered to what is asked, along their own
            dynamics [s]; 0: with twice the difference as lead.
        precision: factor on what torques that are not met count for. Below 1 a torque of a few
            N.m, and one that passes in a few hundredths of a second, switches fewer muscles on.
    """

    exponent: float = 2.0
    volume_power: float = 0.0
    linear_cost: float | None = None
    blend_s: float = 0.0
    reach_s: float = 0.0
    ahead_s: float = 0.0
    steer_s: float = 0.0
    precision: float = 1.0

    def quadratic(
        self, weight: np.ndarray, activation: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Weight of 1/2 a^2 and of a (n, muscles) that stand for the criterion near `activation`.

        `weight` a^2 / 2 for an exponent of 2; for another power p, weight a^p / p by its
        second-order expansion: repeated from one control period to the next it is Newton's method.
        """
        p = self.exponent
        if p == 2.0:
            return np.broadcast_to(weight, activation.shape), np.zeros_like(activation)
        near = np.maximum(activation, LEAST_CURVED)
        curve = (p - 1.0) * weight * near ** (p - 2.0)
        return curve, weight * near ** (p - 1.0) - curve * near


LIMITS: dict[str, tuple[float, float]] = {
    "exponent": (2.0, 4.0),
    "volume_power": (0.0, 1.0),
    "linear_cost": (0.0, 0.5),
    "blend_s": (0.0, 0.2),
    "reach_s": (0.0, 0.1),
    "ahead_s": (0.0, 0.1),
    "steer_s": (0.0, 0.1),
    "precision": (0.3, 30.0),
}
"""Least and greatest of each field."""

OF_2026A = Sharing()
"""As all gaits of 2026 were shared out first: squares and the gait's own linear cost, at once."""

AHEAD = Sharing(
    exponent=3.0, volume_power=0.5, linear_cost=0.03, ahead_s=0.04, steer_s=0.01, precision=0.7
)
"""Cubed activation, weighed by the root of volume, a small linear cost of heat; it looks ahead."""

SHARINGS: dict[str, Sharing] = {
    "as-tuned": OF_2026A,
    "no-linear-cost": Sharing(linear_cost=0.0),
    "cubed": Sharing(exponent=3.0),
    "cubed-by-volume": Sharing(exponent=3.0, volume_power=1.0),
    "blended": Sharing(blend_s=0.09),
    "quiet": Sharing(blend_s=0.09, steer_s=0.01, precision=0.85),
    "ahead": AHEAD,
}
"""Every criterion by name."""
