"""Running tallies of a gait for tuning, without a recording."""

from __future__ import annotations

import numpy as np

from ...envs.gaits.foot_placement import GRAVITY
from ...envs.gaits.scripted_gait import ScriptedGait
from ...envs.task.termination import has_fallen
from ...sim.physics.contact import STANDS_N
from ...sim.physics.simulation import Simulation
from .metabolic_power import MetabolicPower

AIR_TIME_S = 0.1  # a touch after less time in the air is chatter


class GaitMonitor:
    """Tallies over the steady part of a rollout, from `steady_from_s` to the fall.

    `summary()` gives (n,) arrays by name; a walker that never got there has NaN.
    """

    def __init__(self, sim: Simulation, gait: ScriptedGait, steady_from_s: float) -> None:
        n = sim.n
        self._muscles = bool(gait.body.muscles)
        self._largest = np.abs(sim.model.actuator_ctrlrange).max(1)
        self._power = MetabolicPower(gait.body)
        self._steady_from, self._period = steady_from_s, gait.control_period_s
        self.fall_time = np.full(n, np.inf)
        self._samples = np.zeros(n)
        self._distance = np.zeros(n)
        self._sums = {
            k: np.zeros(n)
            for k in (
                "square",
                "double",
                "chatter",
                "pitch",
                "width",
                "peak",
                "toe",
                "power",
                "knee_force",
                "knee",
                "roll",
                "landing",
            )
        }
        self._stance = np.zeros((n, 2))
        self._loaded = np.zeros(n)
        self._knees = gait.body.roles.pairs(["knee"])[:, 0]
        self._touches = np.zeros((n, 2))
        self._activation = np.zeros((n, sim.model.nu))
        self._slip = np.zeros((n, 2))
        self._slip_now = np.zeros((n, 2))
        self._slip_worst = np.zeros(n)
        self._air = np.zeros((n, 2))
        self._lengths = np.zeros((n, 2))
        self._sign = gait.sign
        self._force_peak = np.zeros((n, 2))
        self._force = np.zeros((n, 2))
        self._torque = gait.torque.copy()
        self._com, self._points = _in_ground_frame(sim)

    def update(self, sim: Simulation, gait: ScriptedGait) -> np.ndarray:
        """Take note of the present instant; return who is still walking, (n,) bool."""
        down = has_fallen(sim) | ~sim.valid
        time = gait.time
        self.fall_time = np.where(down & np.isinf(self.fall_time), time, self.fall_time)
        walking = np.isinf(self.fall_time)
        on = (walking & (time > self._steady_from)).astype(float)
        region = sim.ground_force[:, :, :, 2]  # (n, 2, 3)
        load = region.sum(-1)
        contact = load > STANDS_N
        com, points = _in_ground_frame(sim)
        touch = contact & (self._air >= AIR_TIME_S) & (on[:, None] > 0)
        self._air = np.where(contact, 0.0, self._air + self._period)
        self._samples += on
        self._distance += on * (com - self._com)
        self._stance += on[:, None] * contact
        self._touches += touch
        activation = sim.act if self._muscles else np.abs(sim.force) / self._largest
        self._activation += on[:, None] * activation
        sums = self._sums
        sums["square"] += on * (activation**2).mean(1)
        heavy = on[:, None] * (load > 0.5 * GRAVITY * sim.mass)
        self._loaded += heavy.sum(1)
        sums["knee"] += (heavy * sim.qpos[:, sim.joint_qpos[self._knees]]).sum(1)
        # of the foot on its edge: sine of the angle between its side axis and the level
        tilt = np.abs(sim.body_matrix[:, sim.feet, 7])
        sums["roll"] += (heavy * tilt).sum(1)
        sums["knee_force"] += on * np.linalg.norm(sim.knee_force, axis=-1).sum(1)
        sums["power"] += on * self._power.of(sim)
        sums["double"] += on * contact.all(1)
        sums["chatter"] += on * np.abs(gait.torque - self._torque).mean(1)
        matrix = sim.body_matrix[:, sim.trunk]
        sums["pitch"] += on * np.arcsin(np.clip(-matrix[:, 6], -1, 1))
        landed = touch.any(1)
        if landed.any():
            ankles = sim.body_position[:, sim.feet]
            sums["width"] += landed * np.abs(ankles[:, 0, 1] - ankles[:, 1, 1])
            ahead = self._sign * (ankles[:, :, 0] - ankles[:, ::-1, 0])
            self._lengths += touch * ahead
            speed = np.linalg.norm(points[:, :, -1] - self._points[:, :, -1], axis=-1)
            sums["landing"] += (touch * speed).sum(1) / self._period
            sums["toe"] += (touch & (region[:, :, 1:].sum(-1) > region[:, :, 0])).sum(1)
        # slip: path of heel, ball and toe while the foot is down, weighted by their loads
        moved = np.linalg.norm(points - self._points, axis=-1)  # (n, 2, points)
        path = np.stack([moved[:, :, 0], moved[:, :, 1:3].mean(2), moved[:, :, 3:5].mean(2)], 2)
        share = np.maximum(region, 0.0) / np.maximum(load, STANDS_N)[:, :, None]
        slip = on[:, None] * contact * (path * share).sum(2)
        self._slip += slip
        self._slip_now = np.where(touch, 0.0, self._slip_now) + slip
        self._slip_worst = np.maximum(self._slip_worst, self._slip_now.max(1))
        # peak force: of the two-sample mean, counted when the foot leaves
        self._force_peak = np.where(
            contact, np.maximum(self._force_peak, 0.5 * (load + self._force)), 0
        )
        sums["peak"] += on * self._force_peak.max(1)
        self._force, self._points, self._com = load, points, com
        self._torque = gait.torque.copy()
        return walking

    def summary(self, sim: Simulation, duration_s: float, sign: float) -> dict[str, np.ndarray]:
        """Tallies by name, (n,) each: shares, seconds, metres, as the cost names them."""
        n = np.where(self._samples > 0, self._samples, np.nan)
        time = n * self._period
        touches = self._touches.sum(1)
        steps = np.where(touches > 0, touches, np.nan)
        mean = self._activation / n[:, None]
        stance = self._stance / n[:, None]
        rate = self._touches / time[:, None]
        length = self._lengths / np.where(self._touches > 0, self._touches, np.nan)
        return {
            "survived": np.minimum(self.fall_time, duration_s) / duration_s,
            "speed": sign * self._distance / time,
            "square_activation": self._sums["square"] / n,
            "mean_activation": mean.mean(1),
            "worst_activation": mean.max(1),
            "stance_knee": self._sums["knee"] / np.where(self._loaded > 0, self._loaded, np.nan),
            "foot_roll": self._sums["roll"] / np.where(self._loaded > 0, self._loaded, np.nan),
            "landing_speed": self._sums["landing"] / steps,
            "power": self._sums["power"] / n,
            "knee_force": self._sums["knee_force"] / n / (sim.mass * GRAVITY),
            "double_support": self._sums["double"] / n,
            "stance": stance.mean(1),
            "asymmetry": np.abs(stance[:, 0] - stance[:, 1]) + np.abs(rate[:, 0] - rate[:, 1]),
            "length_asymmetry": np.abs(length[:, 0] - length[:, 1]) / np.abs(length).mean(1),
            "step_time": time / steps,
            "chatter": self._sums["chatter"] / n,
            "pitch": self._sums["pitch"] / n,
            "width": self._sums["width"] / steps,
            "toe_first": self._sums["toe"] / steps,
            "worst_slip": np.where(self._samples > 0, self._slip_worst, np.nan),
            "slip": self._slip.sum(1) / steps,
            "peak_force": self._sums["peak"] / n / (sim.mass * GRAVITY),
        }


def _in_ground_frame(sim: Simulation) -> tuple[np.ndarray, np.ndarray]:
    """Centre of mass along x, (n,), and points of the feet (n, 2, k, 2), against the ground."""
    points = sim.points[:, :, :, :2]
    points[..., 0] -= sim.ground_travel[:, None, None]
    return sim.com[:, 0] - sim.ground_travel, points
