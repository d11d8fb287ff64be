"""How well single walkers follow a cycle, upright, at their speed and with little effort."""

from __future__ import annotations

import numpy as np

from ...envs.gaits.geometry import tilt
from ...envs.gaits.leg_control import ANKLE, HIP_FLEXION, KNEE
from ...envs.gaits.reference_gait import ReferenceGait
from ...sim.physics.simulation import Simulation

EVERY = 4  # control periods
SPEED_S = 1.0  # over which a walker's speed counts
NEAR_RAD, NEAR_SPEED = 0.15, 0.15  # errors of angles, and of speed over what is asked
ROLL, PITCH, YAW = 0.12, 0.15, 0.3  # rad
ASTRAY_M = 0.8
STAYING, FOLLOWING, SPEED, LATE = 0.3, 0.5, 0.4, 0.5  # a second
_SAGITTAL = [HIP_FLEXION, KNEE, ANKLE]


class WalkScore:
    """Scores of n walkers since each was reset.

    Args:
        sim: the simulation. gait: that walks. effort: price of mean squared activation a second.

    Attributes:
        total: (n,) the longer, nearer to the cycle and cheaper, the higher.
    """

    def __init__(self, sim: Simulation, gait: ReferenceGait, effort: float) -> None:
        self._sim, self._gait, self._effort = sim, gait, effort
        self._legs = sim.joint_qpos[gait.body.roles.legs]
        self._calls, self._asked = 0, gait.cycle.speed_m_per_s
        self.total, self._speed = np.zeros(sim.n), np.full(sim.n, self._asked)

    def reset(self, ids: np.ndarray) -> None:
        """Begin anew with walkers `ids`."""
        self.total[ids], self._speed[ids] = 0.0, self._asked

    def note(self) -> None:
        """Take note of a control period."""
        self._calls += 1
        if self._calls % EVERY:
            return
        sim, gait, n = self._sim, self._gait, self._sim.n
        dt = EVERY * gait.control_period_s
        tables, shown = gait.tables, gait.clock.shown
        legs = sim.qpos[:, self._legs][:, :, _SAGITTAL]
        wanted = np.stack([tables.at(tables.angle, shown + 0.5 * leg) for leg in (0, 1)], 1)
        error = np.square(legs - wanted[:, :, _SAGITTAL]).mean((1, 2))
        roll, pitch, yaw = tilt(sim.body_matrix[:, sim.root].reshape(n, 3, 3)).T
        upright = (roll / ROLL) ** 2 + ((pitch - tables.lean.mean()) / PITCH) ** 2
        upright = np.exp(-upright - (yaw / YAW) ** 2 - (sim.root_position[:, 1] / ASTRAY_M) ** 2)
        speed = gait.sign * sim.com_velocity[:, 0]
        self._speed += dt / SPEED_S * (speed - self._speed)
        near = np.exp(-(((self._speed / self._asked - 1.0) / NEAR_SPEED) ** 2))
        score = STAYING + FOLLOWING * np.exp(-error / NEAR_RAD**2) * upright
        score += SPEED * near * upright - LATE * (gait.clock.waiting > 0.01)
        self.total += dt * (score - self._effort * np.square(sim.act).mean(1))
