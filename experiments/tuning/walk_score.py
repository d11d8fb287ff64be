"""Score of walkers for following a cycle upright, at speed and with little effort."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...envs.gaits.cycle_tables import LEG_JOINTS
from ...envs.gaits.foot_placement import GRAVITY
from ...envs.gaits.geometry import tilt
from ...envs.gaits.leg_control import ANKLE, HIP_FLEXION, KNEE
from ...envs.gaits.reference_gait import ReferenceGait
from ...sim.physics.simulation import Simulation
from .metabolic_power import MetabolicPower

EVERY = 4  # control periods
SPEED_S = 1.0  # over which a walker's speed counts
NEAR_SPEED = 0.08  # error over what is asked
SLOWEST = 0.5  # of the speed asked for, below which the cost of a metre is no longer more
PITCH, YAW = 0.15, 0.3  # rad
ASTRAY_M = 0.8
WIDE_M, PAID_S = 0.1, 0.2
_SAGITTAL = [HIP_FLEXION, KNEE, ANKLE]


@dataclass(frozen=True)
class Prices:
    """What a second is worth, and what is taken off.

    Attributes:
        staying, following, speed: of being up, near the cycle, at the speed asked for.
        moments: of joint moments near the cycle's. late: of waiting for a contact.
        timing: of each step's time beside the cycle's, as a share of it. width: of 0.1 m of each
            step's width beside the planned one, paid in the first `PAID_S` of the next, since
            what is learned from is cut off where much is lost at once; without it nothing tells
            of swaying.
        effort: of mean squared activation. cost: of metabolic power over speed [kg.m/J].
        peak: of each body weight above `peak_from` on a foot.
        torque_rate: of the mean squared rate of the torques over mass [(N.m/kg/s)^2].
        near_rad, near_n_m_per_kg, roll_rad: errors that cost most of their part.
    """

    staying: float = 0.3
    following: float = 0.5
    speed: float = 0.4
    moments: float = 0.0
    late: float = 0.5
    timing: float = 0.0
    width: float = 0.0
    effort: float = 10.0
    cost: float = 0.0
    peak: float = 0.0
    peak_from: float = 1.25
    torque_rate: float = 0.0
    near_rad: float = 0.15
    near_n_m_per_kg: float = 0.3
    roll_rad: float = 0.12


class WalkScore:
    """Scores of n walkers since each was reset.

    Args:
        sim: the simulation. gait: that walks. prices: of what counts.

    Attributes:
        total: (n,) the longer, nearer to the cycle and cheaper, the higher.
    """

    def __init__(self, sim: Simulation, gait: ReferenceGait, prices: Prices) -> None:
        self._sim, self._gait, self._prices = sim, gait, prices
        self._legs = sim.joint_qpos[gait.body.roles.legs]
        self._power = MetabolicPower(gait.body)
        self._calls, self._asked = 0, gait.cycle.speed_m_per_s * gait.units.speed
        self.total, self._speed = np.zeros(sim.n), np.full(sim.n, self._asked)
        self._steps, self._since = np.zeros(sim.n, int), np.zeros(sim.n)
        self._torque = np.full(gait.torque.shape, np.nan)  # at the last score
        self._wide = np.zeros(sim.n)  # what the last step's width costs a second

    def reset(self, ids: np.ndarray) -> None:
        """Begin anew with walkers `ids`."""
        self.total[ids], self._speed[ids] = 0.0, self._asked
        self._steps[ids] = self._since[ids] = 0
        self._torque[ids] = np.nan
        self._wide[ids] = 0.0

    def note(self) -> None:
        """Take note of a control period."""
        self._calls += 1
        if self._prices.timing or self._prices.width:
            self._note_steps()
        if self._calls % EVERY:
            return
        sim, gait, price, n = self._sim, self._gait, self._prices, self._sim.n
        dt = EVERY * gait.control_period_s
        tables, shown = gait.tables, gait.clock.shown
        legs = sim.qpos[:, self._legs][:, :, _SAGITTAL]
        wanted = tables.of_legs(tables.angle, shown)[:, :, _SAGITTAL]
        error = np.square(legs - wanted).mean((1, 2))
        roll, pitch, yaw = tilt(sim.body_matrix[:, sim.root].reshape(n, 3, 3)).T
        leant = np.stack([pitch, tilt(sim.body_matrix[:, sim.trunk].reshape(n, 3, 3))[:, 1]])
        upright = (roll / price.roll_rad) ** 2
        upright += np.square((leant - tables.lean.mean()) / PITCH).sum(0)
        upright = np.exp(-upright - (yaw / YAW) ** 2 - (sim.com[:, 1] / ASTRAY_M) ** 2)
        speed = gait.sign * (sim.com_velocity[:, 0] - sim.ground_velocity)
        self._speed += dt / SPEED_S * (speed - self._speed)
        near = np.exp(-(((self._speed / self._asked - 1.0) / NEAR_SPEED) ** 2))
        score = price.staying + price.following * np.exp(-error / price.near_rad**2) * upright
        score += price.speed * near * upright - price.late * (gait.clock.waiting > 0.01)
        score -= price.effort * np.square(sim.act).mean(1)
        if price.width:
            score -= self._wide * (gait.clock.since * gait.units.time < PAID_S)
        if price.moments:
            asked = gait.torque[:, : 2 * LEG_JOINTS].reshape(n, 2, LEG_JOINTS)
            off = asked / gait.units.torque - tables.of_legs(tables.moment, shown)
            off = off[:, :, _SAGITTAL] / (sim.mass / gait.units.mass)
            error = np.square(off).mean((1, 2))
            score += price.moments * np.exp(-error / price.near_n_m_per_kg**2) * upright
        if price.cost:
            over = np.maximum(self._speed, SLOWEST * self._asked)
            score -= price.cost * self._power.of(sim) / over
        if price.torque_rate:
            rate = (gait.torque - self._torque) / (dt * sim.mass)
            score -= price.torque_rate * np.nan_to_num(np.square(rate).mean(1))
            self._torque = gait.torque.copy()
        if price.peak:
            load = sim.vertical_load / (sim.mass * GRAVITY)
            score -= price.peak * np.maximum(load - price.peak_from, 0.0).sum(1)
        self.total += dt * score

    def _note_steps(self) -> None:
        """Charge for whole steps that end now otherwise than in the cycle: later, or wider."""
        clock, units = self._gait.clock, self._gait.units
        step_s, period_s = 0.5 * self._gait.tables.stride_s, self._gait.control_period_s
        ended = (clock.steps > self._steps) & (self._steps > 0)
        took = self._since[ended] + period_s / units.time
        self.total[ended] -= self._prices.timing * np.abs(took / step_s - 1.0)
        if self._prices.width:
            left, right = self._sim.body_position[ended][:, self._sim.feet, 1].T
            off = (left - right) / units.length - self._gait.gains["width"][ended]
            self._wide[ended] = self._prices.width * np.abs(off) / (WIDE_M * PAID_S)
        self._steps, self._since = clock.steps.copy(), clock.since.copy()
