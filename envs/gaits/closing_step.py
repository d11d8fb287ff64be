"""The closing step of a stop: the swing foot lands where both feet can hold the body.

It lands beside the other foot if the capture point will be over the feet then, else as far on as
the capture point is beyond what the foot can hold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...models.body import Body
from ...sim.physics.body_state import BodyState
from ...sim.physics.simulation import Simulation
from .foot_placement import GRAVITY
from .geometry import tilt
from .leg_control import GaitJoints, leg_weight_moment, swing_targets, swing_torques
from .standing import Support
from .swing_trajectory import SwingTrajectory

WIDTH_M = 0.12  # from ankle to ankle, at least
WIDEST_M, FARTHEST_M = 0.40, 0.40
FALL_RATE = 3.2  # 1/s, at which a capture point moves away from the centre of pressure
_FIXED = {"double_support": 0.0, "reach_share": 0.85, "pitch_mid": -0.1, "pitch_contact": 0.0}
LANDED_LOAD = 0.1  # body weights on the foot, after LANDS_FROM of the step's time
LANDS_FROM = 0.6
OFF_LOAD = 0.02  # body weights, below which a foot has left the ground
FASTEST, SETTLES = 8.0, 0.3  # rad/s of a target's rate, and share of the newest in it


@dataclass(frozen=True)
class Closing:
    """How a closing step is made, and what comes before.

    Attributes:
        step_s: its duration [s]. latest_s: after it, when the foot counts as down in any case [s].
        clearance_m: of the swing foot. outside_m: of the capture point, where the foot lands.
        held_m: ahead of an ankle, where a foot can hold a capture point [m].
        hip_stiffness, hip_damping: of the swing leg [N.m/rad, N.m.s/rad].
        feed_forward: share of the joints' planned rates that damping is about.
        passive: whether passive moments of the joints are taken away from what is asked of muscles,
            and the foot must have left the ground before it can land.
        caught_ahead_m, caught_behind_m: before and behind the ankle of the foot that takes over,
            that the capture point may be beyond on the way forward and backward.
        unloaded: body weights at most on the other foot then. catch_until_s: since it landed.
        inside_m: to the inside of the foot that stands alone, where the capture point is held.
    """

    step_s: float = 0.36
    latest_s: float = 0.15
    clearance_m: float = 0.04
    outside_m: float = 0.02
    held_m: tuple[float, float] = (-0.01, 0.09)
    hip_stiffness: float = 250.0
    hip_damping: float = 30.0
    feed_forward: float = 0.0
    passive: bool = False
    caught_ahead_m: float = 0.10
    caught_behind_m: float = 0.045
    unloaded: float = np.inf
    catch_until_s: float = 0.25
    inside_m: float = 0.05


class ClosingStep:
    """The swing leg of n walkers in their last step.

    Args:
        sim: the simulation. body: its body. how: it is made.
        period_s: between two calls of `torques`.
    """

    def __init__(self, sim: Simulation, body: Body, how: Closing, period_s: float) -> None:
        n = sim.n
        self._how, self._period = how, period_s
        self._angles, self._rate = np.zeros((2, n, 5))
        self._fresh, self._was_off = np.ones(n, bool), np.zeros(n, bool)
        self._at, self._rows = GaitJoints(sim, body.roles), np.arange(n)
        self._lengths = (body.thigh_length_m, body.shank_length_m)
        half = body.hip_half_width_m
        self._hips = np.array([[0.0, half, 0.0], [0.0, -half, 0.0]])
        fixed = _FIXED | {
            "step_time": how.step_s,
            "hip_stiffness": how.hip_stiffness,
            "hip_damping": how.hip_damping,
            "velocity_feedforward": how.feed_forward,
        }
        self._parameters = {name: np.full(n, value) for name, value in fixed.items()}
        self._weight = sim.mass * GRAVITY
        self._leg_moment = leg_weight_moment(sim)
        self._path = SwingTrajectory(n)

    def begin(self, state: BodyState, ids: np.ndarray, stance: np.ndarray) -> None:
        """Lift the foot of walkers `ids` that is not `stance` (k,)."""
        foot = state.feet[1 - stance]
        pitch = np.arcsin(np.clip(state.body_matrix[ids, foot, 6], -1.0, 1.0))
        self._fresh[ids], self._was_off[ids] = True, False
        self._path.lift_off(ids, state.body_position[ids, foot], pitch)

    def torques(
        self, state: BodyState, stance: np.ndarray, since_s: np.ndarray, support: Support
    ) -> np.ndarray:
        """Torques (n, 7) [N.m] of the leg that is not `stance` (n,), `since_s` (n,) [s] into it."""
        how = self._how
        n, rows, swing = state.n, self._rows, 1 - stance
        side = 2.0 * stance - 1.0  # +1: the left leg swings
        ankle = state.body_position[rows, state.feet[stance]]
        matrix = state.body_matrix[:, state.root].reshape(n, 3, 3)
        hips = state.root_position[:, None] + (matrix @ self._hips.T).transpose(0, 2, 1)
        left = np.exp(FALL_RATE * np.clip(how.step_s - since_s, 0.0, how.step_s))
        xi = support.cop + (support.xi - support.cop) * left[:, None] - ankle[:, :2]
        out = np.clip(side * xi[:, 1] + how.outside_m, WIDTH_M, WIDEST_M)
        along = np.clip(xi[:, 0] - np.clip(xi[:, 0], *how.held_m), -FARTHEST_M, FARTHEST_M)
        target = ankle[:, :2] + np.stack([along, side * out], 1)
        level = np.zeros(n)
        p, clearance = self._parameters, np.full(n, how.clearance_m)
        foot, pitch = self._path.foot(p, since_s, target, ankle[:, 2], clearance, level)
        angles = swing_targets(foot, pitch, hips[rows, swing], tilt(matrix), side, self._lengths)
        joints = self._at.legs_qpos[swing], self._at.legs_dof[swing]
        q, v = state.qpos[rows[:, None], joints[0]], state.qvel[rows[:, None], joints[1]]
        torque = swing_torques(p, angles, self._rates(angles), q, v, self._leg_moment)
        return torque - state.passive_force[rows[:, None], joints[1]] if how.passive else torque

    def _rates(self, angles: np.ndarray) -> np.ndarray:
        """Rates (n, 5) [rad/s] of the angles that are aimed at, smoothed."""
        if not self._how.feed_forward:
            return np.zeros_like(angles)
        rate = np.clip((angles - self._angles) / self._period, -FASTEST, FASTEST)
        rate[self._fresh] = self._rate[self._fresh] = 0.0
        self._rate += SETTLES * (rate - self._rate)
        self._angles, self._fresh[:] = angles.copy(), False
        return self._rate

    def landed(self, state: BodyState, stance: np.ndarray, since_s: np.ndarray) -> np.ndarray:
        """True where the foot is down, (n,)."""
        how, load = self._how, state.vertical_load[self._rows, 1 - stance]
        loaded = (load > LANDED_LOAD * self._weight) & (since_s > LANDS_FROM * how.step_s)
        if how.passive:
            self._was_off |= load < OFF_LOAD * self._weight
            loaded &= self._was_off
        return loaded | (since_s > how.step_s + how.latest_s)
