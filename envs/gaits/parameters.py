"""Parameters of the scripted gait: names, meaning, search range, and tables over speed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...sim.errors import ConfigError

# name: (unit and meaning, default, {direction: (low, high, search scale)})
_BOTH = {
    "plan_speed_offset": ("m/s, planned minus commanded speed", 0.0, (-0.8, 0.4, 0.08)),
    "step_time": ("s, planned time of a step", 0.55, (0.42, 0.80, 0.03)),
    "plan_width": (
        "m, planned sideways distance of the centres of pressure",
        0.16,
        (0.06, 0.3, 0.03),
    ),
    "hip_height": ("m, hip above the ground in stance", 0.93, (0.88, 0.96, 0.012)),
    "clearance": ("m, height of the swing foot's path", 0.06, (0.025, 0.11, 0.012)),
    "reach_share": (
        "-, share of swing in which the foot gets above its target",
        0.92,
        (0.55, 0.95, 0.06),
    ),
    "pelvis_stiffness": ("N.m/rad", 300.0, (100, 900, 90)),
    "pelvis_damping": ("N.m.s/rad", 60.0, (10, 100, 12)),
    "hip_stiffness": ("N.m/rad, swing", 300.0, (80, 500, 60)),
    "hip_damping": ("N.m.s/rad, swing", 35.0, (5, 45, 6)),
    "knee_stiffness": ("N.m/rad, stance", 60.0, (30, 600, 60)),
    "knee_damping": ("N.m.s/rad, stance", 25.0, (3, 40, 5)),
    "trunk_lean": ("rad, forward positive", 0.06, (-0.12, 0.3, 0.03)),
    "offset_gain_x": ("-, on the planned fore-aft offset", 1.05, (0.2, 2.0, 0.12)),
    "offset_gain_y": ("-, on the planned sideways offset", 1.2, (0.2, 3.0, 0.2)),
    "offset_x": ("m, added to the fore-aft offset", 0.0, (-0.15, 0.15, 0.02)),
    "offset_y": ("m, added to the sideways offset", 0.0, (-0.1, 0.1, 0.015)),
    "cop_start": ("m ahead of the ankle at contact", 0.0, None),
    "cop_travel": ("m over the step", 0.0, None),
    "cop_speed_gain": ("s, on the speed error", 0.18, (-0.1, 0.5, 0.08)),
    "cop_xcom_gain": ("-, on the fore-aft deviation", 0.3, (-0.3, 2.0, 0.25)),
    "cop_lateral_gain": ("-, on the sideways deviation", 1.2, (0.5, 5.0, 0.4)),
    "ankle_damping": ("N.m.s/rad, stance", 8.0, (0.5, 25.0, 2.5)),
    "ankle_stiffness": ("N.m/rad, stance", 120.0, (0.0, 220.0, 35.0)),
    "ankle_rest": ("rad, dorsiflexion", 0.1, (-0.3, 0.35, 0.05)),
    "pitch_mid": (
        "rad, foot pitch in mid swing, toes up positive",
        -0.1,
        (-0.5, 0.3, 0.08),
    ),
    "pitch_contact": ("rad, foot pitch at contact", 0.0, None),
    "double_support": ("s, planned", 0.06, (0.02, 0.16, 0.025)),
    "loading_time": (
        "s, in which a landing leg takes the weight",
        0.06,
        (0.03, 0.16, 0.02),
    ),
    "transfer": (
        "-, share of stance control kept by the leaving leg",
        0.3,
        (0.0, 1.0, 0.25),
    ),
    "push_off": ("N.m, ankle, at the start of double support", 20.0, None),
    "hip_kick": ("N.m, hip flexion in double support", 18.0, (0.0, 60.0, 10.0)),
    "velocity_feedforward": ("-", 0.3, (0.0, 1.0, 0.15)),
    "knee_loading": ("rad, flexion added early in stance", 0.03, (0.0, 0.3, 0.04)),
    "hip_abduction": (
        "-, share of 50 N.m held by the stance hip",
        0.6,
        (0.0, 1.3, 0.2),
    ),
    "arc": (
        "-, share of a constant leg length in the hip's height",
        0.0,
        (0.0, 1.2, 0.15),
    ),
    "drift_gain": (
        "m of foot placement per m of sideways drift",
        0.07,
        (0.04, 0.12, 0.015),
    ),
    "least_width": ("m, sideways distance of the feet", 0.09, (0.08, 0.15, 0.01)),
    "effort_price": ("-, linear price of activation", 0.05, (0.0, 0.3, 0.025)),
    "toe_push": ("N.m, toe flexion while the heel is off", 1.0, (0.0, 8.0, 1.0)),
}
_DIRECTED = {
    "cop_start": {"backward": (0.0, 0.12, 0.02), "forward": (-0.04, 0.05, 0.02)},
    "cop_travel": {"backward": (-0.13, 0.08, 0.025), "forward": (0.03, 0.15, 0.025)},
    "pitch_contact": {"backward": (-0.40, -0.02, 0.06), "forward": (0.03, 0.4, 0.06)},
    "push_off": {"backward": (0.0, 60.0, 12.0), "forward": (10.0, 160.0, 20.0)},
}
_GUESS = {
    "backward": {
        "cop_start": 0.03,
        "cop_travel": -0.02,
        "pitch_contact": -0.10,
        "push_off": 8.0,
    },
    "forward": {
        "cop_start": 0.0,
        "cop_travel": 0.06,
        "pitch_contact": 0.10,
        "push_off": 80.0,
    },
}
NAMES = tuple(_BOTH)
EVERY_NAME = slice(None)


def guess(direction: str) -> dict[str, float]:
    """Return the start of a search from nothing."""
    return {name: default for name, (_, default, _) in _BOTH.items()} | _GUESS[direction]


def search_range(name: str, direction: str, legs: float = 1.0) -> tuple[float, float, float]:
    """Return least and greatest value and the search's step of parameter `name`.

    `legs` is the length of the body's over those of `human`: the hip is as much higher.
    """
    low, high, step = _BOTH[name][2] or _DIRECTED[name][direction]
    size = legs if name == "hip_height" else 1.0
    return size * low, size * high, size * step


def keep_others(
    values: dict[str, np.ndarray], before: dict[str, np.ndarray], ids: np.ndarray
) -> None:
    """Put back in `values`, (n,) each, what all walkers but `ids` had `before`, if anything."""
    for name, kept in before.items():
        others = np.delete(np.arange(len(kept)), ids)
        values[name][others] = kept[others]


@dataclass(frozen=True)
class GaitTable:
    """Tuned parameters over commanded speed, linear in between.

    Attributes:
        direction: `backward` or `forward`.
        speeds: (k,) [m/s] ascending.
        values: (k, len(NAMES)), or (k, n, len(NAMES)) for parameters of each simulation's own.
    """

    direction: str
    speeds: np.ndarray
    values: np.ndarray

    @cached_property
    def _by_name(self) -> tuple[np.ndarray, np.ndarray]:
        """Values with the names first, and the speeds' spans: what `at` reads each control step."""
        span = np.append(np.diff(self.speeds), 1.0)
        return np.ascontiguousarray(np.moveaxis(self.values, -1, 0)), span

    def at(self, speed: np.ndarray) -> dict[str, np.ndarray]:
        """Parameters (n,) at `speed` (n,) [m/s], held beyond the ends of the table."""
        values, span = self._by_name
        last = len(self.speeds) - 1
        low = np.minimum(np.maximum(self.speeds.searchsorted(speed) - 1, 0), max(last - 1, 0))
        high = np.minimum(low + 1, last)
        share = np.minimum(np.maximum((speed - self.speeds[low]) / span[low], 0.0), 1.0)
        own = () if values.ndim == 2 else (np.arange(len(speed)),)
        rows = values[(EVERY_NAME, low, *own)] * (1.0 - share)
        rows += values[(EVERY_NAME, high, *own)] * share
        return dict(zip(NAMES, rows, strict=True))

    def check(self, speed: float) -> None:
        """Refuse a commanded speed outside the tuned range.

        Raises:
            ConfigError: `speed` lies outside the table.
        """
        low, high = float(self.speeds[0]), float(self.speeds[-1])
        if not low - 1e-9 <= speed <= high + 1e-9:
            raise ConfigError(
                f"technique.speed_m_per_s: {speed} is outside the tuned range of the scripted "
                f"{self.direction} gait, {low} to {high} m/s"
            )
