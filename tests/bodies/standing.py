"""A gait that stands: joints held straight, the ankles by where the centre of mass is."""

from __future__ import annotations

import numpy as np

from retrowalk.envs.gaits.initial_state import put_feet_on_ground
from retrowalk.envs.gaits.joint_drive import joint_drive

STIFFNESS, DAMPING = 400.0, 10.0  # N.m/rad, N.m.s/rad
ANKLE_STIFFNESS, ANKLE_DAMPING = 100.0, 1.5
BALANCE = 1.0  # of body weight, that the ankles move the centre of pressure by
MIDDLE_M = 0.05  # of the foot, ahead of the ankles


class Stand:
    """Stands still until it is pushed over, whatever drives its joints."""

    control_period_s = 0.005

    def __init__(self, asked):
        self.sim, self.drive = asked.sim, joint_drive(asked.sim, asked.body)
        joints = self.drive.joints
        roles = [asked.body.roles.joint_roles[i] for i in joints]
        self.qpos, self.dof = asked.sim.joint_qpos[joints], asked.sim.joint_dof[joints]
        self.ankles = np.array([role == "ankle" for role in roles])
        self.stiffness = np.where(self.ankles, ANKLE_STIFFNESS, STIFFNESS)
        self.damping = np.where(self.ankles, ANKLE_DAMPING, DAMPING)

    def reset(self, ids, rngs):
        self.sim.reset(ids)
        put_feet_on_ground(self.sim, ids)
        self.drive.reset(ids)

    def excite(self, state):
        torque = -self.stiffness * state.qpos[:, self.qpos] - self.damping * state.qvel[:, self.dof]
        ankles = state.body_position[:, state.feet, 0].mean(1)
        ahead = state.com[:, 0] + 0.3 * state.com_velocity[:, 0] - ankles - MIDDLE_M
        weight = state.mass * 9.81
        torque[:, self.ankles] -= 0.5 * weight * (BALANCE * ahead + MIDDLE_M)[:, None]
        return self.drive.excite(state, torque, np.zeros(state.n))
