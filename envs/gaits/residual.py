"""Residual changes to the scripted gait's targets, in the frame of stance and swing leg.

Left and right are mirrored, so that whoever chooses the changes need not know which leg stands. All
zero is exactly the scripted gait.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

SHORTEST_STEP, LONGEST_STEP = 0.25, 0.9  # s, of the planned step time
LEAST_HIP_HEIGHT = 0.75  # m

# name: (largest change, unit, meaning)
RANGES: dict[str, tuple[float, str, str]] = {
    "foot_ahead": (0.12, "m", "where the swing foot should land, the way the walker faces"),
    "foot_outward": (0.15, "m", "where it should land, away from the stance foot; may cross over"),
    "step_time": (0.18, "s", "planned time of the step"),
    "cop_ahead": (0.04, "m", "commanded centre of pressure, towards the toes"),
    "cop_outward": (0.025, "m", "commanded centre of pressure, towards the foot's outer edge"),
    "pelvis_pitch": (0.10, "rad", "wanted pitch of the pelvis, forward"),
    "pelvis_hike": (0.10, "rad", "wanted roll of the pelvis, swing side up"),
    "trunk_pitch": (0.15, "rad", "wanted pitch of the trunk, forward"),
    "trunk_tilt": (0.15, "rad", "wanted roll of the trunk, towards the stance leg"),
    "hip_height": (0.03, "m", "wanted height of the stance hip"),
    "clearance": (0.05, "m", "height of the swing foot's path"),
    "stance_knee": (0.40, "rad", "wanted flexion of the stance knee"),
    "swing_foot_pitch": (0.20, "rad", "wanted pitch of the swing foot, toes up"),
    "swing_knee": (0.15, "rad", "wanted flexion of the swing knee"),
    "stance_hip_yaw": (20.0, "N.m", "torque that turns the pelvis towards the swing side"),
}
NAMES = tuple(RANGES)
LARGEST = np.array([largest for largest, _, _ in RANGES.values()])


@dataclass(frozen=True)
class Residual:
    """Changes (n,) to each of `RANGES`, in its unit; 0 for none."""

    foot_ahead: np.ndarray | float = 0.0
    foot_outward: np.ndarray | float = 0.0
    step_time: np.ndarray | float = 0.0
    cop_ahead: np.ndarray | float = 0.0
    cop_outward: np.ndarray | float = 0.0
    pelvis_pitch: np.ndarray | float = 0.0
    pelvis_hike: np.ndarray | float = 0.0
    trunk_pitch: np.ndarray | float = 0.0
    trunk_tilt: np.ndarray | float = 0.0
    hip_height: np.ndarray | float = 0.0
    clearance: np.ndarray | float = 0.0
    stance_knee: np.ndarray | float = 0.0
    swing_foot_pitch: np.ndarray | float = 0.0
    swing_knee: np.ndarray | float = 0.0
    stance_hip_yaw: np.ndarray | float = 0.0

    @classmethod
    def from_action(cls, action: np.ndarray) -> Residual:
        """Changes of an action (n, len(NAMES)), -1 to 1 of the largest each, in order `NAMES`."""
        return cls(*(action * LARGEST).T)

    def without(self, ids: np.ndarray) -> Residual:
        """Return the same changes, but none of walkers `ids`."""
        if self is NONE:
            return self
        kept = np.array([getattr(self, name) for name in NAMES])
        kept[:, ids] = 0.0
        return Residual(*kept)

    def change(self, p: dict[str, np.ndarray]) -> None:
        """Change the gait's parameters `p`, (n,) each."""
        asked = p["step_time"] + self.step_time
        p["step_time"] = np.minimum(np.maximum(asked, SHORTEST_STEP), LONGEST_STEP)
        p["hip_height"] = np.maximum(p["hip_height"] + self.hip_height, LEAST_HIP_HEIGHT)
        p["clearance"] = p["clearance"] + self.clearance


NONE = Residual()

assert tuple(field.name for field in fields(Residual)) == NAMES
