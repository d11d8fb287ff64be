"""Joint torques of the stance and the swing leg, for n simulations at once.

Columns of a leg's arrays: hip flexion, hip adduction, hip rotation, knee, ankle, subtalar, mtp.
"""

from __future__ import annotations

import mujoco
import numpy as np

from ...models.roles import Roles
from ...sim.physics.body_state import BodyState
from ...sim.physics.simulation import Simulation
from .foot_placement import GRAVITY
from .geometry import clip, knee_lever, leg_angles

LEG = ("hip_flexion", "hip_adduction", "hip_rotation", "knee", "ankle", "subtalar", "mtp")
SAGITTAL = ("hip_flexion", "knee", "ankle")
"""What a leg needs to walk."""
LUMBAR = ("lumbar_flexion", "lumbar_bending", "lumbar_rotation")
HIP_FLEXION, HIP_ADDUCTION, HIP_ROTATION, KNEE, ANKLE, SUBTALAR, MTP = range(len(LEG))
SWING_TARGETS = np.array([HIP_FLEXION, HIP_ADDUCTION, KNEE, ANKLE, SUBTALAR])
COP_FRONT, COP_BACK, COP_SIDE = (
    0.14,
    -0.05,
    0.03,
)  # m, limits of the commanded centre of pressure
MAX_TORQUE = 200.0


def lacking(roles: Roles) -> tuple[str, ...]:
    """Return which roles of `LEG` and `LUMBAR` no joint of a body has."""
    return tuple(name for name in (*LEG, *LUMBAR) if not roles.has(name))


class GaitJoints:
    """Where the joints of `LEG` and `LUMBAR` are in a body, which may lack some of them.

    A joint that is lacking is held at 0: its angle reads 0, and torques about it go to a last
    column, which drives nothing.

    Attributes:
        legs: (2, 7) of all joints, left and right; legs_qpos, legs_dof: their coordinates, the
            first ones for joints that are lacking. lumbar: (3,) of all joints; lumbar_dof.

    Raises:
        ConfigError: the body lacks hips, knees or ankles.
    """

    def __init__(self, sim: Simulation, roles: Roles) -> None:
        roles.pairs(SAGITTAL)  # without them it cannot walk
        self._all = len(roles.joints)
        has_leg, has_lumbar = ([roles.has(name) for name in part] for part in (LEG, LUMBAR))
        self._no_leg, self._no_lumbar = ~np.array(has_leg), ~np.array(has_lumbar)
        self._lacks = bool(lacking(roles))
        self.legs = np.full((2, len(LEG)), self._all)
        self.legs[:, ~self._no_leg] = roles.pairs(roles.of(LEG))
        self.lumbar = np.full(len(LUMBAR), self._all)
        self.lumbar[~self._no_lumbar] = roles.middle(roles.of(LUMBAR))
        qpos, dof = np.append(sim.joint_qpos, 0), np.append(sim.joint_dof, 0)
        self.legs_qpos, self.legs_dof = qpos[self.legs], dof[self.legs]
        self.lumbar_dof = dof[self.lumbar]

    def torques(self, n: int) -> np.ndarray:
        """Return room for the torques of all joints, (n, joints), and the column of none."""
        return np.zeros((n, self._all + self._lacks))

    def of_legs(self, state: BodyState) -> tuple[np.ndarray, np.ndarray]:
        """Return angles and velocities of the legs' joints, (n, 2, 7) [rad, rad/s]."""
        q, v = state.qpos.take(self.legs_qpos, 1), state.qvel.take(self.legs_dof, 1)
        if self._lacks:
            q[:, :, self._no_leg] = v[:, :, self._no_leg] = 0.0
        return q, v

    def lumbar_rate(self, state: BodyState) -> np.ndarray:
        """Return velocities of the lumbar joints, (n, 3) [rad/s]."""
        rate = state.qvel.take(self.lumbar_dof, 1)
        if self._lacks:
            rate[:, self._no_lumbar] = 0.0
        return rate

    def stiffness(self, sim: Simulation, lumbar: str) -> float:
        """Return the stiffness of the spring in a lumbar joint [N.m/rad], 0 if it is lacking."""
        joint = int(self.lumbar[LUMBAR.index(lumbar)])
        if joint == self._all:
            return 0.0
        return float(sim.model.joint(sim.anatomy.joints[joint]).stiffness[0])


def swing_targets(
    foot: np.ndarray,
    foot_pitch: np.ndarray,
    hip: np.ndarray,
    pelvis: np.ndarray,
    side: np.ndarray,
    lengths: tuple[float, float],
) -> np.ndarray:
    """Joint angles (n, 5) [rad] (`SWING_TARGETS`) that bring the ankle to `foot`.

    Args:
        foot, hip: (n, 3) [m] world. foot_pitch: (n,) toes-up pitch to hold [rad].
        pelvis: (n, 3) roll, pitch, yaw. side: +1 left, -1 right. lengths: thigh, shank.
    """
    flexion, sideways, knee = leg_angles(foot - hip, *lengths)
    bend, lean = flexion + pelvis[:, 1], -side * (sideways - pelvis[:, 0])
    return np.array([bend, lean, knee, foot_pitch - flexion + knee, side * sideways]).T


def swing_torques(
    p: dict[str, np.ndarray],
    target: np.ndarray,
    rate: np.ndarray,
    q: np.ndarray,
    v: np.ndarray,
    leg_weight_moment: float,
) -> np.ndarray:
    """PD torques (n, 7) [N.m] towards `target` (n, 5) with its `rate` (n, 5) fed forward.

    `leg_weight_moment` [N.m] is the weight of the straight leg times its centre's distance.
    """
    kp, kd = p["hip_stiffness"], p["hip_damping"]
    rate = rate * p["velocity_feedforward"][:, None]
    error, slip = target - q[:, SWING_TARGETS], rate - v[:, SWING_TARGETS]
    out = np.empty_like(q)
    out[:, HIP_FLEXION] = kp * error[:, 0] + kd * slip[:, 0]
    out[:, HIP_FLEXION] += 0.7 * leg_weight_moment * np.sin(target[:, 0])
    out[:, HIP_ADDUCTION] = 0.8 * kp * error[:, 1] + kd * slip[:, 1]
    out[:, HIP_ROTATION] = -30.0 * q[:, HIP_ROTATION] - 1.5 * v[:, HIP_ROTATION]
    out[:, KNEE] = 0.5 * kp * error[:, 2] + 0.4 * kd * slip[:, 2]
    out[:, ANKLE] = 30.0 * error[:, 3] + 1.2 * slip[:, 3]
    out[:, SUBTALAR] = 15.0 * error[:, 4] + 0.5 * slip[:, 4]
    out[:, MTP] = -3.0 * q[:, MTP] - 0.05 * v[:, MTP]
    return out


def stance_torques(
    p: dict[str, np.ndarray],
    phase: np.ndarray,
    leg: np.ndarray,
    cop: np.ndarray,
    q: np.ndarray,
    v: np.ndarray,
    side: np.ndarray,
    lengths: tuple[float, float],
    weight: np.ndarray,
    climb: np.ndarray,
    bend: np.ndarray | float = 0.0,
) -> np.ndarray:
    """Torques (2, n, 7) [N.m] of two legs that carry `weight` [N]; the hip is left at zero.

    The knee holds the hip's height and carries the weight; the ankle puts the centre of pressure
    `cop` (2, 2, n), ahead and towards inversion of the ankle [m].

    Args:
        p: gait parameters. phase, weight, side: (2, n). q, v: (2, n, 7) of the joints.
        leg: (2, n, 3) hip to ankle [m], world. climb: (n,) angle of the ground, up along +x [rad].
        bend: flexion of the knee beyond what that height asks for, (2, n) [rad].
    """
    ankle, subtalar, toe = q[..., ANKLE], q[..., SUBTALAR], q[..., MTP]
    height = np.maximum(p["hip_height"] - 0.08, 0.4)
    arc = np.sqrt(np.maximum(height**2 - leg[..., 0] ** 2, 0.1))
    leg = leg.copy()
    leg[..., 2] = -(height - p["arc"] * (height - arc))
    _, sideways, knee = leg_angles(leg, *lengths)
    knee = np.maximum(knee, 0.06) + p["knee_loading"] * np.sin(np.pi * clip(2 * phase, 0, 1))
    knee = np.maximum(knee + bend, 0.0)
    out = np.zeros_like(q)
    out[..., KNEE] = p["knee_stiffness"] * (knee - q[..., KNEE]) - p["knee_damping"] * v[..., KNEE]
    out[..., KNEE] -= weight * knee_lever(q[..., KNEE], *lengths)
    ahead = clip(cop[0], COP_BACK, COP_FRONT)
    out[..., ANKLE] = -weight * ahead + p["ankle_stiffness"] * (p["ankle_rest"] + climb - ankle)
    out[..., ANKLE] -= p["ankle_damping"] * v[..., ANKLE]
    inward = clip(cop[1], -COP_SIDE, COP_SIDE)
    out[..., SUBTALAR] = weight * inward - 30.0 * (subtalar - side * sideways)
    out[..., SUBTALAR] -= v[..., SUBTALAR]
    out[..., MTP] = -3.0 * toe - 0.05 * v[..., MTP]
    return out


def leg_weight_moment(sim: Simulation) -> float:
    """Weight of a straight leg times its centre's distance from the hip [N.m]."""
    data = mujoco.MjData(sim.model)
    mujoco.mj_forward(sim.model, data)
    leg = sim.model.body_parentid[sim.model.body_parentid[sim.feet[0]]]  # foot -> shank -> thigh
    below = data.xpos[leg, 2] - data.subtree_com[leg, 2]
    return float(sim.model.body_subtreemass[leg] * GRAVITY * below)
