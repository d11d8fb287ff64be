"""Lookup tables over phase of a reference cycle for one body."""

from __future__ import annotations

import numpy as np

from ...models.roles import Roles
from ...sim.physics.simulation import Simulation
from .body_units import BodyUnits
from .foot_placement import GRAVITY
from .leg_control import ANKLE, HIP_FLEXION, KNEE, MTP
from .reference_cycle import ReferenceCycle

SAMPLES = 200
FALL_RATE = np.sqrt(GRAVITY / 0.95)  # 1/s of the inverted pendulum
_LEG = (HIP_FLEXION, KNEE, ANKLE, MTP)  # a leg's joints that a cycle has, in its order
LEG_JOINTS = 7


class CycleTables:
    """One leg's cycle from its contact, sampled evenly; a stride lasts `stride_s`.

    All is in the units of the reference body; those of the simulated one are `units`.

    Attributes:
        angle (SAMPLES, 7) [rad], slope (SAMPLES, 7) [rad a stride], moment (SAMPLES, 7) [N.m]
        that muscles must give (joints' springs and dampers taken off), load (SAMPLES,) [N].
        com_ahead: (SAMPLES,) [m] of the centre of mass over the landed ankle, where the walker
            faces; of meaning in stance. hip_height: (SAMPLES,) [m] with the lowest foot on ground.
        lean: (SAMPLES,) of the pelvis, forward [rad].
    """

    def __init__(
        self, sim: Simulation, roles: Roles, cycle: ReferenceCycle, units: BodyUnits
    ) -> None:
        phase = np.arange(SAMPLES) / SAMPLES
        self.cycle, self.stride_s = cycle, cycle.stride_time_s
        self.angle, self.slope, self.moment = np.zeros((3, SAMPLES, LEG_JOINTS))
        for column, joint in enumerate(_LEG):
            self.angle[:, joint] = cycle.at(phase)[:, column]
            rate = cycle.at(phase, "velocity_rad_per_s")[:, column]
            self.slope[:, joint] = rate * cycle.stride_time_s
            self.moment[:, joint] = cycle.at(phase, "moment_n_m")[:, column]
        self.load = cycle.at(phase, "ground_force_n")[:, 1]
        self.lean = cycle.at(phase, "pelvis_rad_m")[:, 0]
        self.com_ahead, self.hip_height, passive = self._posed(sim, roles, units)
        self.moment -= np.where(self.moment.any(0), passive, 0.0)

    def _posed(
        self, sim: Simulation, roles: Roles, units: BodyUnits
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return `com_ahead`, `hip_height` and the left leg's moments of springs and dampers."""
        ahead, height = np.zeros((2, SAMPLES))
        passive = np.zeros((SAMPLES, LEG_JOINTS))
        dof = sim.joint_dof[roles.legs[0]]
        left, right = sim.joint_qpos[roles.legs]
        for first in range(0, SAMPLES, sim.n):
            part = np.arange(first, min(first + sim.n, SAMPLES))
            k = len(part)
            sim.reset()
            sim.qpos[:k, left] = self.angle[part]
            sim.qpos[:k, right] = self.angle[(part + SAMPLES // 2) % SAMPLES]
            sim.root_pose.lean(sim.qpos[:k], self.lean[part])
            sim.qvel[:k, dof] = self.slope[part] / (self.stride_s * units.time)
            sim.forward()
            passive[part] = sim.passive_force[:k][:, dof]
            lowest = sim.points[:k, :, :-1, 2].reshape(k, -1).min(1)
            height[part] = sim.root_position[:k, 2] - lowest
            ahead[part] = sim.com[:k, 0] - sim.body_position[:k, sim.feet[0], 0]
        sim.reset()
        return ahead / units.length, height / units.length, passive / units.torque

    def of_legs(self, table: np.ndarray, phase: np.ndarray) -> np.ndarray:
        """Rows of `table` for both legs, (n, 2, joints), at the left one's `phase` (n,)."""
        return np.stack([self.at(table, phase + 0.5 * leg) for leg in (0, 1)], 1)

    def at(self, table: np.ndarray, phase: np.ndarray) -> np.ndarray:
        """Rows of `table` at `phase` (n,), whole strides taken off, linear in between."""
        where = (phase % 1.0) * SAMPLES
        low = where.astype(int) % SAMPLES
        share = where - np.floor(where)
        if table.ndim > 1:
            share = share[:, None]
        return table[low] * (1.0 - share) + table[(low + 1) % SAMPLES] * share


def sideways(
    width: np.ndarray, step: np.ndarray, stride: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Pelvis' course from the midline to the stance foot [m], and its velocity [m/s]."""
    half, rate = width / 2.0, FALL_RATE
    u = rate * (step - 0.5) * stride / 2.0
    least = half / np.cosh(rate * stride / 4.0)
    return half - least * np.cosh(u), -least * rate * np.sinh(u)
