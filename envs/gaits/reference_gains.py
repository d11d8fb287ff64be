"""Gains of the reference gait: names, meaning, start and search range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

# name: (unit and meaning, start, low, high)
GAINS: dict[str, tuple[str, float, float, float]] = {
    "feed_forward": ("-, share of the cycle's moments", 1.0, 0.6, 1.4),
    "stiffness": ("-, on every joint's stiffness", 1.0, 0.3, 2.5),
    "damping": ("-, on every joint's damping", 1.0, 0.3, 3.0),
    "stance_knee": ("-, on the loaded knee's stiffness", 1.0, 0.3, 3.0),
    "ankle": ("-, on the ankle's stiffness", 1.0, 0.3, 3.0),
    "push_off": ("-, on the ankle's feed-forward", 1.0, 0.6, 1.6),
    "advance": ("-, of the stride, by which moments lead angles", 0.0, -0.06, 0.06),
    "pelvis_pitch": ("N.m/rad, of the loaded hip", 500.0, 100.0, 1500.0),
    "pelvis_pitch_rate": ("N.m.s/rad", 50.0, 5.0, 150.0),
    "pelvis_roll": ("N.m/rad, of the loaded hip", 500.0, 100.0, 1500.0),
    "pelvis_roll_rate": ("N.m.s/rad", 50.0, 5.0, 150.0),
    "pelvis_yaw": ("N.m/rad, of the loaded hip", 150.0, 60.0, 300.0),
    "pelvis_lean": ("rad, forward", 0.0, -0.15, 0.15),
    "hip_angle": ("-, share of its own stiffness that a loaded hip keeps", 0.3, 0.0, 1.0),
    "hip_abduction": ("N.m/kg, held by the loaded hip", 0.6, 0.0, 1.2),
    "swing_world": (
        "-, share of the pelvis' pitch and roll taken off the swing hip",
        0.5,
        0.0,
        1.2,
    ),
    "place_x": ("-, foot placement along travel on the capture point's lead", 0.6, 0.0, 1.5),
    "place_y": ("-, foot placement sideways on the capture point's deviation", 0.8, 0.0, 1.8),
    "place_out": (
        "m, by which feet are placed farther out than the capture point asks",
        0.0,
        -0.03,
        0.08,
    ),
    "ankle_x": ("-, ankle moment on the capture point's lead", 0.6, 0.0, 2.0),
    "ankle_y": ("-, subtalar moment on the capture point's deviation", 0.3, 0.0, 1.2),
    "lead": ("m, by which the capture point is wanted ahead of the cycle's", 0.0, -0.1, 0.1),
    "width": ("m, between the centres of pressure of both feet", 0.1, 0.06, 0.2),
    "clearance": ("rad, flexion added to the swing knee", 0.0, -0.1, 0.25),
    "land_from": ("-, of the step, from when load ends it", 0.8, 0.6, 0.95),
    "pace": ("-, of the speed's relative error into the clock", 0.2, 0.0, 1.0),
}
NAMES = tuple(GAINS)


@dataclass(frozen=True)
class Gains:
    """Gains of n walkers: `values[name]` is (n,)."""

    values: Mapping[str, np.ndarray]

    @classmethod
    def same(cls, n: int, given: Mapping[str, float] | None = None) -> Gains:
        """The starts, or what is `given`, for all n walkers."""
        own = given or {}
        return cls({name: np.full(n, own.get(name, GAINS[name][1])) for name in NAMES})

    def __getitem__(self, name: str) -> np.ndarray:
        """Gain `name`, (n,)."""
        return self.values[name]

    def put(self, ids: np.ndarray, rows: np.ndarray) -> None:
        """Write rows (k, len(NAMES)) of walkers `ids`."""
        for name, column in zip(NAMES, rows.T, strict=True):
            self.values[name][ids] = column


def spans() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Start, low and high of every gain, (len(NAMES),) each."""
    return tuple(np.array([row[i] for row in GAINS.values()]) for i in (1, 2, 3))  # type: ignore[return-value]
