"""Swing trajectory: path of the foot from lift-off to landing."""

from __future__ import annotations

import numpy as np

from .geometry import clip, smooth_step

LANDED_AT = 0.92  # share of the swing time at which the foot should be on the ground
FEEL_FROM = 0.97  # share of the step time after which the foot goes on down
FEEL_SPEED = 0.25  # m/s, of that


class SwingTrajectory:
    """Where the swing feet of n walkers should be, in the ground's frame.

    Attributes:
        lift: (n, 3) ankle [m] where the foot left the ground. lift_pitch: (n,) of the foot [rad].
    """

    def __init__(self, n: int) -> None:
        self.lift = np.zeros((n, 3))
        self.lift_pitch = np.zeros(n)

    def lift_off(self, ids: np.ndarray, ankle: np.ndarray, pitch: np.ndarray) -> None:
        """Start from `ankle` (k, 3) [m] with the foot at `pitch` (k,) [rad], toes up positive."""
        self.lift[ids], self.lift_pitch[ids] = ankle, pitch

    def foot(
        self,
        p: dict[str, np.ndarray],
        time_in_step: np.ndarray,
        target: np.ndarray,
        landing_height: np.ndarray,
        clearance: np.ndarray,
        climb: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Position (n, 3) [m] of the ankle and toes-up pitch (n,) [rad] of the foot now.

        Args:
            p: gait parameters. time_in_step: (n,) [s].
            target: (n, 2) where the ankle should land. landing_height: of the ankle there, (n,).
            clearance: height of the path over the line between its ends, (n,) [m].
            climb: angle of the ground, up along +x, (n,) [rad].
        """
        air = (time_in_step - p["double_support"]) / (p["step_time"] - p["double_support"])
        r = clip(air / LANDED_AT, 0.0, 1.0)
        reach = smooth_step(clip(air / p["reach_share"], 0.0, 1.0))
        foot = np.empty((len(r), 3))
        foot[:, :2] = self.lift[:, :2] + (target - self.lift[:, :2]) * reach[:, None]
        foot[:, 2] = self.lift[:, 2] + (landing_height - self.lift[:, 2]) * smooth_step(r)
        foot[:, 2] += clearance * np.sin(np.pi * r)
        late = np.maximum(time_in_step - FEEL_FROM * p["step_time"], 0.0)
        foot[:, 2] -= FEEL_SPEED * late  # feel for the ground
        middle = p["pitch_mid"] + 0.5 * climb
        first = self.lift_pitch + (middle - self.lift_pitch) * clip(2.0 * r, 0.0, 1.0)
        second = clip((r - 0.5) / 0.4, 0.0, 1.0)
        last = middle + (p["pitch_contact"] + climb - middle) * second
        return foot, np.where(r < 0.5, first, last)
