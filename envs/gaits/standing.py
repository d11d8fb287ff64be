"""Standing balance on one or both feet: torques that control the centre of pressure.

The feet press on the ground with the force that passes through the centre of mass from the wanted
centre of pressure; each leg gives its share of it by its Jacobian (virtual model control, Pratt et
al. 2001, Int J Robot Res 20:129). The wanted centre of pressure follows from the capture point
xi = x + v / w0 (Hof et al. 2005, J Biomech 38:1),

    cop = xi + gain (xi - aim),

which takes xi to `aim` at the rate gain w0. Near the aim that is an ankle strategy, and with what
the feet cannot give, the pelvis and trunk that are held upright make the hips work. To move xi the
centre of pressure first goes the other way: that is the anticipatory adjustment before a step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...models.body import Body
from ...sim.physics.body_state import BodyState
from ...sim.physics.simulation import Simulation
from .foot_placement import GRAVITY
from .geometry import tilt
from .leg_control import (
    COP_SIDE,
    HIP_ADDUCTION,
    HIP_FLEXION,
    HIP_ROTATION,
    MAX_TORQUE,
    MTP,
    GaitJoints,
)

COP_HEEL, COP_BALL = -0.035, 0.10  # m ahead of the ankle: beyond these the foot tips
KNEE_BEND = 0.1  # rad, in quiet standing
HEIGHT_STIFFNESS, HEIGHT_DAMPING = 4.0, 1.1  # of the load by m and by m/s
LOAD_RANGE = 0.5, 1.5  # body weights, on both feet together
PELVIS_STIFFNESS = np.array([300.0, 300.0, 80.0])  # N.m/rad: roll, pitch, yaw
PELVIS_DAMPING = np.array([40.0, 40.0, 8.0])
TRUNK_STIFFNESS = np.array([250.0, 250.0, 120.0])  # N.m/rad: bending, flexion, rotation
TRUNK_DAMPING = np.array([25.0, 25.0, 12.0])
JOINT_STIFFNESS = np.array([0.0, 0.0, 30.0, 80.0, 0.0, 0.0, 3.0])  # N.m/rad of a leg's joints
JOINT_DAMPING = np.array([0.0, 0.0, 3.0, 8.0, 6.0, 2.0, 0.05])
AXES = [1, 0, 2]  # of the lumbar joints, flexion first, among roll, pitch and yaw
HIPS = [HIP_ADDUCTION, HIP_FLEXION, HIP_ROTATION]  # that turn the pelvis in roll, pitch, yaw


@dataclass(frozen=True)
class Support:
    """What the feet do for n walkers.

    Attributes:
        xi, cop: (n, 2) [m] capture point and wanted centre of pressure.
        beyond_m: (n,) of the capture point from what both feet can hold.
        near: (n, 2) share of each foot, were the pressure to be at the capture point.
        share: (n, 2) of the load, left and right. ankles: (n, 2, 3) [m].
    """

    xi: np.ndarray
    cop: np.ndarray
    beyond_m: np.ndarray
    near: np.ndarray
    share: np.ndarray
    ankles: np.ndarray


def capture_point(state: BodyState, ground_m: np.ndarray) -> np.ndarray:
    """Capture point (n, 2) [m] over ground at height `ground_m` (n,)."""
    height = np.maximum(state.com[:, 2] - ground_m, 0.5)
    return state.com[:, :2] + state.com_velocity[:, :2] * np.sqrt(height / GRAVITY)[:, None]


class StandingBalance:
    """Torques that hold a body up on its feet.

    Args:
        sim: the simulation. body: its body.
        passive: take away what passive joint moments (ligaments, springs) give; without, balance
            has to make up for it.

    Attributes:
        support: of the last call.
    """

    support: Support

    def __init__(self, sim: Simulation, body: Body, passive: bool = False) -> None:
        self._passive = passive
        self._at = GaitJoints(sim, body.roles)
        model = sim.model
        joints = model.dof_jntid[self._at.legs_dof]  # (2, 7)
        self._bodies = model.jnt_bodyid[joints]
        self._axes, self._anchors = model.jnt_axis[joints], model.jnt_pos[joints]
        self._weight = sim.mass * GRAVITY
        self._sides = np.array([1.0, -1.0])
        self._rest = np.array([0.0, 0.0, 0.0, KNEE_BEND, 0.0, 0.0, 0.0])

    def torques(
        self,
        state: BodyState,
        aim: np.ndarray,
        gain: np.ndarray,
        hip_height: np.ndarray,
        alone: np.ndarray,
    ) -> np.ndarray:
        """Torques of all joints (n, joints) [N.m].

        Args:
            state: what the walkers know of their bodies.
            aim: (n, 2) [m] where the capture point should be. gain: (n,) of the way back there.
            hip_height: (n,) [m] of the pelvis above the ground.
            alone: (n,) foot that bears all, 0 left, 1 right; -1: both do.
        """
        n, at = state.n, self._at
        ankles = state.body_position[:, state.feet]
        soles: np.ndarray = state.sole_height.min(2)
        lowest: np.ndarray = soles.min(1)
        of_foot: np.ndarray = soles[np.arange(n), alone]
        ground = np.where(alone >= 0, of_foot, lowest)
        xi = capture_point(state, ground)
        cop, share, ahead = self._pressure(xi + gain[:, None] * (xi - aim), ankles, alone)
        held, near, _ = self._pressure(xi, ankles, np.full(n, -1))
        beyond = np.hypot(*(xi - held).T)
        self.support = Support(xi, cop, beyond, near, share, ankles)

        # what the ground gives: through the centre of mass, as much as holds the hips' height
        low = hip_height + ground - state.root_position[:, 2]
        load = 1.0 + HEIGHT_STIFFNESS * low - HEIGHT_DAMPING * state.root_velocity[:, 2]
        load = self._weight * np.clip(load, *LOAD_RANGE)
        way = (state.com[:, :2] - cop) / np.maximum(state.com[:, 2] - ground, 0.5)[:, None]
        force = load[:, None] * np.concatenate([way, np.ones((n, 1))], 1)
        place = np.concatenate([ankles[:, :, :2] + ahead, np.repeat(ground, 2).reshape(n, 2, 1)], 2)
        legs = self._by_jacobian(state, place, share[:, :, None] * force[:, None])

        legs[:, :, MTP] = 0.0  # the pressure stays behind the toes
        q, rate = state.qpos[:, at.legs_qpos], state.qvel[:, at.legs_dof]
        legs += JOINT_STIFFNESS * (self._rest - q) - JOINT_DAMPING * rate
        if self._passive:
            legs -= state.passive_force[:, at.legs_dof]
        matrix = state.body_matrix[:, state.root].reshape(n, 3, 3)
        spin = (matrix @ state.root_spin[:, :, None])[:, :, 0]
        upright = -PELVIS_STIFFNESS * tilt(matrix) - PELVIS_DAMPING * spin
        for axis, joint in enumerate(HIPS):
            sides = 1.0 if joint == HIP_FLEXION else self._sides
            legs[:, :, joint] += sides * share * upright[:, axis, None]
        trunk = tilt(state.body_matrix[:, state.trunk].reshape(n, 3, 3))[:, AXES]
        lumbar = state.qvel[:, at.lumbar_dof] + spin[:, AXES]
        torque = np.zeros((n, len(state.anatomy.joints)))
        torque[:, at.legs] = legs
        torque[:, at.lumbar] = -TRUNK_STIFFNESS * trunk - TRUNK_DAMPING * lumbar
        return np.clip(torque, -MAX_TORQUE, MAX_TORQUE)

    @staticmethod
    def _pressure(
        cop: np.ndarray, ankles: np.ndarray, alone: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Nearest centre of pressure that the feet can give, their shares, and its way from ankles.

        Returns:
            (n, 2) [m]; (n, 2); (n, 1, 2) [m] from each ankle to the pressure under that foot.
        """
        left, right = ankles[:, 0, :2], ankles[:, 1, :2]
        between = left - right
        square = np.maximum((between * between).sum(1), 1e-4)
        on_left: np.ndarray = np.clip(((cop - right) * between).sum(1) / square, 0.0, 1.0)
        on_left = np.where(alone >= 0, alone == 0, on_left)
        base = right + on_left[:, None] * between
        ahead: np.ndarray = np.clip(cop - base, [COP_HEEL, -COP_SIDE], [COP_BALL, COP_SIDE])
        share = np.stack([on_left, 1.0 - on_left], 1)
        return base + ahead, share, ahead[:, None]

    def _by_jacobian(self, state: BodyState, place: np.ndarray, force: np.ndarray) -> np.ndarray:
        """Torques (n, 2, 7) of legs whose feet press with `force` (n, 2, 3) at `place` (n, 2, 3).

        J^T f of each joint is its axis times the force's moment about it; the leg's own weight is
        in the bias force.
        """
        n = state.n
        matrix = state.body_matrix[:, self._bodies].reshape(n, *self._bodies.shape, 3, 3)
        axis = np.einsum("...ij,...j->...i", matrix, self._axes)
        anchor = np.einsum("...ij,...j->...i", matrix, self._anchors)
        anchor += state.body_position[:, self._bodies]
        arm = place[:, :, None] - anchor
        moment = np.cross(arm, force[:, :, None])
        return state.bias_force[:, self._at.legs_dof] - (axis * moment).sum(-1)
