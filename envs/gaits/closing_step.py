"""The closing step of a stop: the swing foot lands where both feet can hold the body.

It lands beside the other foot if the capture point will be over the feet then, else as far on as
the capture point is beyond what the foot can hold.
"""

from __future__ import annotations

import numpy as np

from ...models.body import Body
from ...sim.physics.body_state import BodyState
from ...sim.physics.simulation import Simulation
from .foot_placement import GRAVITY
from .geometry import tilt
from .leg_control import GaitJoints, leg_weight_moment, swing_targets, swing_torques
from .standing import Support
from .swing_trajectory import SwingTrajectory

STEP_S = 0.36
LATEST_S = 0.15  # after it, at which the foot counts as down in any case
WIDTH_M = 0.12  # from ankle to ankle, at least
OUTSIDE_M = 0.02  # of the capture point, where the foot lands
WIDEST_M, FARTHEST_M = 0.40, 0.40
HELD_M = -0.01, 0.09  # m ahead of an ankle: a capture point that a foot can hold
FALL_RATE = 3.2  # 1/s, at which a capture point moves away from the centre of pressure
_FIXED = {
    "step_time": STEP_S,
    "double_support": 0.0,
    "reach_share": 0.85,
    "pitch_mid": -0.1,
    "pitch_contact": 0.0,
    "hip_stiffness": 250.0,  # N.m/rad
    "hip_damping": 30.0,
    "velocity_feedforward": 0.0,
}
CLEARANCE_M = 0.04
LANDED_LOAD = 0.1  # body weights on the foot, after LANDS_FROM of the step's time
LANDS_FROM = 0.6


class ClosingStep:
    """The swing leg of n walkers in their last step.

    Args:
        sim: the simulation. body: its body.
    """

    def __init__(self, sim: Simulation, body: Body) -> None:
        n = sim.n
        self._at, self._rows = GaitJoints(sim, body.roles), np.arange(n)
        self._lengths = (body.thigh_length_m, body.shank_length_m)
        half = body.hip_half_width_m
        self._hips = np.array([[0.0, half, 0.0], [0.0, -half, 0.0]])
        self._parameters = {name: np.full(n, value) for name, value in _FIXED.items()}
        self._weight = sim.mass * GRAVITY
        self._leg_moment = leg_weight_moment(sim)
        self._path = SwingTrajectory(n)

    def begin(self, state: BodyState, ids: np.ndarray, stance: np.ndarray) -> None:
        """Lift the foot of walkers `ids` that is not `stance` (k,)."""
        foot = state.feet[1 - stance]
        pitch = np.arcsin(np.clip(state.body_matrix[ids, foot, 6], -1.0, 1.0))
        self._path.lift_off(ids, state.body_position[ids, foot], pitch)

    def torques(
        self, state: BodyState, stance: np.ndarray, since_s: np.ndarray, support: Support
    ) -> np.ndarray:
        """Torques (n, 7) [N.m] of the leg that is not `stance` (n,), `since_s` (n,) [s] into it."""
        n, rows, swing = state.n, self._rows, 1 - stance
        side = 2.0 * stance - 1.0  # +1: the left leg swings
        ankle = state.body_position[rows, state.feet[stance]]
        matrix = state.body_matrix[:, state.root].reshape(n, 3, 3)
        hips = state.root_position[:, None] + (matrix @ self._hips.T).transpose(0, 2, 1)
        left = np.exp(FALL_RATE * np.clip(STEP_S - since_s, 0.0, STEP_S))
        xi = support.cop + (support.xi - support.cop) * left[:, None] - ankle[:, :2]
        out = np.clip(side * xi[:, 1] + OUTSIDE_M, WIDTH_M, WIDEST_M)
        along = np.clip(xi[:, 0] - np.clip(xi[:, 0], *HELD_M), -FARTHEST_M, FARTHEST_M)
        target = ankle[:, :2] + np.stack([along, side * out], 1)
        level = np.zeros(n)
        p, clearance = self._parameters, np.full(n, CLEARANCE_M)
        foot, pitch = self._path.foot(p, since_s, target, ankle[:, 2], clearance, level)
        angles = swing_targets(foot, pitch, hips[rows, swing], tilt(matrix), side, self._lengths)
        joints = self._at.legs_qpos[swing], self._at.legs_dof[swing]
        q, v = state.qpos[rows[:, None], joints[0]], state.qvel[rows[:, None], joints[1]]
        return swing_torques(p, angles, np.zeros_like(angles), q, v, self._leg_moment)

    def landed(self, state: BodyState, stance: np.ndarray, since_s: np.ndarray) -> np.ndarray:
        """True where the foot is down, (n,)."""
        loaded = state.vertical_load[self._rows, 1 - stance] > LANDED_LOAD * self._weight
        return (loaded & (since_s > LANDS_FROM * STEP_S)) | (since_s > STEP_S + LATEST_S)
