"""Technique tracking: maps a technique to gait parameters and corrects them by what results.

A parameter of the control law is not yet what the walker does: steps planned to last 0.5 s may last
0.45 s. What is asked and can be felt from step to step (time, width, lean, height) is therefore
corrected after each step by a share of its error.
"""

from __future__ import annotations

import numpy as np

from ...sim.physics.body_state import BodyState
from ..task.technique import Technique
from .geometry import smooth_step

BEGIN_S, FULL_S = 1.0, 4.0  # from when to when on a trial's clock what is asked comes in
SETTLED_S = 8.0  # when the corrections have had their effect
LANDING = {"toe_first": -0.2, "flat": 0.0, "heel_first": 0.2}  # rad, pitch of the landing foot
TOE_PUSH_N_M = 8.0  # of a big-toe push of 1
ANKLE_HEIGHT = 0.08  # m

# what is felt: (parameter, share of a step's error taken back, largest correction)
_FELT = {
    "step_time": ("step_time", 0.2, 0.12),
    "width": ("plan_width", 0.3, 0.4),
    "lean": ("trunk_lean", 0.3, 0.25),
    "height": ("hip_height", 0.2, 0.06),
}


def asks_beyond(technique: Technique) -> bool:
    """Whether a technique asks for anything of a step that the tuned parameters do not give."""
    asked = (
        *(technique.step_time_s, technique.step_width_m, technique.trunk_lean_rad),
        *(technique.hip_height_m, technique.big_toe_push, technique.foot_contact),
    )
    return any(value is not None for value in asked)


class TechniqueTracker:
    """Turns the technique of n walkers into changes of the gait's parameters.

    Attributes:
        asks: whether anything is asked beyond what the table has.
    """

    def __init__(self, n: int, technique: Technique, leg_length_m: float) -> None:
        self._leg = leg_length_m
        self._fixed: dict[str, float] = {}
        asked = (
            ("step_time", technique.step_time_s),
            ("width", technique.step_width_m),
            ("lean", technique.trunk_lean_rad),
            ("height", technique.hip_height_m),
        )
        self._felt = {name: float(value) for name, value in asked if value is not None}
        if technique.big_toe_push is not None:
            self._fixed["toe_push"] = TOE_PUSH_N_M * technique.big_toe_push
        if technique.foot_contact is not None:
            self._fixed["pitch_contact"] = LANDING[technique.foot_contact]
        for name in ("step_time", "lean", "height"):
            if name in self._felt:
                self._fixed[_FELT[name][0]] = self._felt[name]
        self._bias = {name: np.zeros(n) for name in self._felt}
        self._sum = {name: np.zeros(n) for name in ("lean", "height")}
        self._samples = np.zeros(n)
        self.asks = asks_beyond(technique)
        self._feels = not {"lean", "height"}.isdisjoint(self._felt)

    @property
    def settled_s(self) -> float:
        """Time into a trial from which the walker follows the technique; 0 without one."""
        return SETTLED_S if self.asks else 0.0

    def reset(self, ids: np.ndarray) -> None:
        """Forget what walkers `ids` did."""
        for values in (*self._bias.values(), *self._sum.values()):
            values[ids] = 0.0
        self._samples[ids] = 0.0

    def apply(self, p: dict[str, np.ndarray], time: np.ndarray) -> None:
        """Change parameters `p`, (n,) each, to what is asked at `time` (n,) into the trial."""
        if not self.asks:
            return
        share = smooth_step(np.clip((time - BEGIN_S) / (FULL_S - BEGIN_S), 0.0, 1.0))
        tall = p["hip_height"]
        for name, value in self._fixed.items():
            p[name] = p[name] + share * (value - p[name])
        if "width" in self._felt:
            narrow = np.minimum(p["least_width"], self._felt["width"])
            p["least_width"] = p["least_width"] + share * (narrow - p["least_width"])
        for name, bias in self._bias.items():
            p[_FELT[name][0]] = p[_FELT[name][0]] + share * bias
        if "height" in self._felt:  # the shank of a bent leg leans forward by half its knee's bend
            bend = self._knee(p["hip_height"]) - self._knee(tall)
            p["ankle_rest"] = p["ankle_rest"] + 0.5 * bend

    def _knee(self, hip_height: np.ndarray) -> np.ndarray:
        """Knee flexion (n,) [rad] that puts the hip at `hip_height` over the ankle's height."""
        return 2.0 * np.arccos(np.clip((hip_height - ANKLE_HEIGHT) / self._leg, 0.4, 1.0))

    def feel(self, state: BodyState, stance: np.ndarray) -> None:
        """Update from the posture each control period; `stance` (n,) is the foot that stands."""
        if not self._feels:
            return
        self._samples += 1.0
        up = np.clip(-state.body_matrix[:, state.trunk, 6], -1.0, 1.0)
        self._sum["lean"] += np.arcsin(up)
        ankle = state.body_position[np.arange(len(stance)), state.feet[stance], 2]
        self._sum["height"] += state.body_position[:, state.root, 2] - ankle + ANKLE_HEIGHT

    def step_taken(
        self, ids: np.ndarray, time: np.ndarray, duration: np.ndarray, width: np.ndarray
    ) -> None:
        """Correct walkers `ids` by the step that they took.

        Args:
            time: into the trial. duration: of the step [s]. width: between the ankles [m]; (k,).
        """
        if not self._felt:
            return
        samples = np.maximum(self._samples[ids], 1.0)
        felt = {
            "step_time": duration,
            "width": width,
            "lean": self._sum["lean"][ids] / samples,
            "height": self._sum["height"][ids] / samples,
        }
        asked_in_full = time >= FULL_S
        for name, bias in self._bias.items():
            _, gain, most = _FELT[name]
            error = np.where(asked_in_full, self._felt[name] - felt[name], 0.0)
            bias[ids] = np.clip(bias[ids] + gain * error, -most, most)
        for total in self._sum.values():
            total[ids] = 0.0
        self._samples[ids] = 0.0
