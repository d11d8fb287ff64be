"""The scripted gait: a person who plans each step, drives joints by torque and these by muscles.

One control law for both directions. Each control period: where is the extrapolated centre of mass
going (`step_plan`), torques of both legs and the trunk (`leg_control`), static optimisation to
excitations (`muscle_layer`). Legs change roles when the swing foot is loaded.
"""

from __future__ import annotations

from collections.abc import Sequence

import mujoco
import numpy as np

from ...models.body import Body
from ...sim.simulation import Simulation
from ..technique import Technique
from .geometry import smooth_step, tilt
from .leg_control import (
    ANKLE,
    HIP_ADDUCTION,
    HIP_FLEXION,
    HIP_ROTATION,
    KNEE,
    MAX_TORQUE,
    MTP,
    SWING_TARGETS,
    stance_torques,
    swing_targets,
    swing_torques,
)
from .muscle_layer import MuscleLayer
from .parameters import GaitTable
from .start import starting_pose
from .step_plan import GRAVITY, StepPlan, plan_step

CONTACT_LOAD = 40.0  # N on the swing foot that makes it the stance foot
TRUNK_STIFFNESS = np.array([250.0, 250.0, 120.0])  # N.m/rad: flexion, bending, rotation
TRUNK_DAMPING = np.array([25.0, 25.0, 12.0])
RAMP_M_PER_S2 = 0.06  # how fast the planned speed grows from the slowest tuned one
RAMP_AFTER_S = 1.0
SPEED_GAIN = 0.2  # of a step's speed error that goes into the next step's plan
WIDTH_GAIN = 0.3  # m of planned width per m of error, a step
MAX_BIAS = 0.6  # m/s, of the speed that is planned to get the speed that is asked


class ScriptedGait:
    """Technique in, excitations out, for n simulations of one body.

    Args:
        sim: the simulation. body: its body.
        table: tuned parameters of the direction.
        technique: what is asked of all simulations.

    Raises:
        ConfigError: the technique asks for a speed outside the tuned range.
    """

    control_period_s = 0.005

    def __init__(self, sim: Simulation, body: Body, table: GaitTable, technique: Technique) -> None:
        table.check(technique.speed_m_per_s)
        n = sim.n
        self._sim = sim
        self.body, self.table, self.technique = body, table, technique
        self.sign = -1.0 if table.direction == "backward" else 1.0
        self._lengths = (body.thigh_length_m, body.shank_length_m)
        self._hips = np.array([[0, body.hip_half_width_m, 0], [0, -body.hip_half_width_m, 0]])
        self._leg_moment = _leg_weight_moment(sim, body)
        self._weight = sim.mass * GRAVITY
        self._layer = MuscleLayer(sim, body)
        self._rows = np.arange(n)
        self._command = np.full(n, technique.speed_m_per_s)
        self.time = np.zeros(n)
        self.stance = np.zeros(n, int)  # 0 left, 1 right
        self.time_in_step = np.zeros(n)
        self.steps = np.zeros(n, int)
        self._lifted = np.zeros(n, bool)
        self._lift = np.zeros((n, 3))
        self._lift_pitch = np.zeros(n)
        self._fresh = np.ones(n, bool)
        self._last_target = np.zeros((n, len(SWING_TARGETS)))
        self._rate = np.zeros((n, len(SWING_TARGETS)))
        self._bias = np.zeros(n)
        self._step_start = np.zeros(n)
        self._width_bias = np.zeros(n)
        self.parameters: dict[str, np.ndarray] = {}
        self.torque = np.zeros((n, len(sim.anatomy.joints)))

    def _speed_now(self) -> np.ndarray:
        """Speed that is asked for at this moment of the starting ramp, (n,)."""
        ramp = self.table.speeds[0] + RAMP_M_PER_S2 * np.maximum(self.time - RAMP_AFTER_S, 0.0)
        return np.minimum(np.maximum(ramp, self.table.speeds[0]), self._command)

    @property
    def ramp_time_s(self) -> float:
        """Time from the start until the commanded speed is asked for in full."""
        climb = self.technique.speed_m_per_s - float(self.table.speeds[0])
        return RAMP_AFTER_S + max(climb, 0.0) / RAMP_M_PER_S2

    def _set_parameters(self) -> None:
        p = self.table.at(self._speed_now())
        asked = self.technique
        if asked.step_time_s is not None:
            p["step_time"][:] = asked.step_time_s
        if asked.step_width_m is not None:
            p["least_width"][:] = np.minimum(p["least_width"], 0.8 * asked.step_width_m)
        if asked.trunk_lean_rad is not None:
            p["trunk_lean"][:] = asked.trunk_lean_rad
        if asked.hip_height_m is not None:
            p["hip_height"][:] = asked.hip_height_m
        if asked.big_toe_push is not None:
            p["toe_push"][:] = 8.0 * asked.big_toe_push
        if asked.foot_contact is not None:
            landing = {"toe_first": -0.2, "flat": 0.0, "heel_first": 0.2}[asked.foot_contact]
            p["pitch_contact"][:] = landing
        p["plan_width"] = p["plan_width"] + self._width_bias
        self.parameters = p

    def reset(self, ids: np.ndarray, rngs: Sequence[np.random.Generator]) -> None:
        """Start simulations `ids` in mid step, left foot down, with each trial's own noise."""
        sim = self._sim
        self.time[ids] = 0.0
        self._set_parameters()
        speed = self.sign * self._speed_now()[ids]
        starting_pose(sim, ids, rngs, speed, self.parameters["step_time"][ids])
        self.stance[ids] = 0
        for zeroed in (self.time_in_step, self.steps, self._bias, self._width_bias):
            zeroed[ids] = 0
        self._lifted[ids], self._fresh[ids] = False, True
        self._lift[ids] = sim.body_position[ids, sim.feet[1]]
        self._step_start[ids] = sim.com[ids, 0]
        self._layer.reset(ids)

    def excite(self, state: Simulation) -> np.ndarray:
        """Return excitations (n, muscles); call once each `control_period_s`."""
        sim = state
        self._set_parameters()
        self._switch_legs(sim)
        plan = self._plan(sim)
        torque = self._torques(sim, plan)
        self.time += self.control_period_s
        self.time_in_step += self.control_period_s
        return self._layer.excite(
            sim, torque[:, self._layer.joints], self.parameters["effort_price"]
        )

    def _switch_legs(self, sim: Simulation) -> None:
        """Make the swing foot the stance foot where it is loaded, or where the step ran out."""
        p, t = self.parameters, self.time_in_step
        swung = np.clip(
            (t - p["double_support"]) / (p["step_time"] - p["double_support"]), 0.0, 1.0
        )
        load = sim.vertical_load[self._rows, 1 - self.stance]
        landed = (t > 0.6 * p["step_time"]) & (swung > 0.5) & (load > CONTACT_LOAD)
        ids = np.flatnonzero(landed | (t > p["step_time"] + 0.12))
        if not ids.size:
            return
        com = sim.com[ids, 0]
        speed = self.sign * (com - self._step_start[ids]) / t[ids]
        error = self._speed_now()[ids] - speed
        self._bias[ids] = np.clip(self._bias[ids] + SPEED_GAIN * error, -MAX_BIAS, MAX_BIAS)
        asked = self.technique.step_width_m
        if asked is not None:
            ankles = sim.body_position[ids][:, sim.feet, 1]
            width = np.abs(ankles[:, 0] - ankles[:, 1])
            bias = self._width_bias[ids] + WIDTH_GAIN * (asked - width)
            self._width_bias[ids] = np.clip(bias, -0.3, 0.5)
        self._step_start[ids] = com
        self.stance[ids] = 1 - self.stance[ids]
        self.time_in_step[ids] = 0.0
        self.steps[ids] += 1
        self._lifted[ids] = False
        self._lift[ids] = sim.body_position[ids, sim.feet[1 - self.stance[ids]]]

    def _plan(self, sim: Simulation) -> StepPlan:
        """Plan the step and note where and how the swing foot leaves the ground."""
        p = self.parameters
        feet = sim.body_position[:, sim.feet]
        new = ~self._lifted & (self.time_in_step >= p["double_support"])
        if new.any():
            foot = sim.feet[1 - self.stance[new]]
            self._lift[new] = sim.body_position[new, foot]
            self._lift_pitch[new] = np.arcsin(np.clip(sim.body_matrix[new, foot, 6], -1.0, 1.0))
            self._lifted |= new
            self._fresh |= new
        speed = self.sign * (self._speed_now() + p["plan_speed_offset"] + self._bias)
        return plan_step(
            p,
            speed,
            sim.com,
            sim.com_velocity,
            feet[self._rows, self.stance],
            2.0 * self.stance - 1.0,
            self.time_in_step,
            sim.qpos[:, 1],
        )

    def _swing_foot(self, plan: StepPlan, stance_z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Position (n, 3) and toes-up pitch (n,) that the swing foot should have now."""
        p, t = self.parameters, self.time_in_step
        air = (t - p["double_support"]) / (p["step_time"] - p["double_support"])
        r = np.clip(air / 0.92, 0.0, 1.0)
        reach = smooth_step(np.clip(air / p["reach_share"], 0.0, 1.0))
        foot = np.empty((len(r), 3))
        foot[:, :2] = self._lift[:, :2] + (plan.target - self._lift[:, :2]) * reach[:, None]
        foot[:, 2] = self._lift[:, 2] + (stance_z - self._lift[:, 2]) * smooth_step(r)
        foot[:, 2] += p["clearance"] * np.sin(np.pi * r)
        foot[:, 2] -= 0.25 * np.maximum(t - 0.97 * p["step_time"], 0.0)  # feel for the ground
        first = self._lift_pitch + (p["pitch_mid"] - self._lift_pitch) * np.clip(2 * r, 0, 1)
        second = np.clip((r - 0.5) / 0.4, 0.0, 1.0)
        last = p["pitch_mid"] + (p["pitch_contact"] - p["pitch_mid"]) * second
        return foot, np.where(r < 0.5, first, last)

    def _torques(self, sim: Simulation, plan: StepPlan) -> np.ndarray:
        """Torques of all joints (n, joints) [N.m], in the joints' positive directions."""
        p, rows, t = self.parameters, self._rows, self.time_in_step
        n = sim.n
        q = sim.qpos[:, sim.joint_qpos]
        v = sim.qvel[:, sim.joint_dof]
        legs_q, legs_v = q[:, :14].reshape(n, 2, 7), v[:, :14].reshape(n, 2, 7)
        stance, swing = self.stance, 1 - self.stance
        side = 2.0 * stance - 1.0  # of the swing leg: +1 left
        feet = sim.body_position[:, sim.feet]
        pelvis_matrix = sim.body_matrix[:, sim.root].reshape(n, 3, 3)
        trunk_matrix = sim.body_matrix[:, sim.trunk].reshape(n, 3, 3)
        hips = sim.qpos[:, None, :3] + (pelvis_matrix @ self._hips.T).transpose(0, 2, 1)
        spin = (pelvis_matrix @ sim.qvel[:, 3:6, None])[:, :, 0]  # world
        pelvis = tilt(pelvis_matrix)

        # swing leg
        stance_foot = feet[rows, stance]
        foot, pitch = self._swing_foot(plan, stance_foot[:, 2])
        target = swing_targets(foot, pitch, hips[rows, swing], pelvis, side, self._lengths)
        swing_q, swing_v = legs_q[rows, swing], legs_v[rows, swing]
        rate = self._filtered_rate(target, swing_v)
        swing_torque = swing_torques(p, target, rate, swing_q, swing_v, self._leg_moment)

        # stance leg, and the leaving leg in double support
        double = ~self._lifted
        leaving = np.clip(1.0 - t / p["double_support"], 0.0, 1.0)
        load = np.clip(t / p["loading_time"], 0.3, 1.0)
        com_speed = sim.com_velocity[:, 0]
        ahead = p["cop_start"] + p["cop_travel"] * plan.phase
        ahead = ahead + p["cop_xcom_gain"] * np.clip(plan.deviation_x, -0.1, 0.1)
        ahead = ahead + p["cop_speed_gain"] * (com_speed - self.sign * self._speed_now())
        inward = -p["cop_lateral_gain"] * plan.deviation_y
        stance_q, stance_v = legs_q[rows, stance], legs_v[rows, stance]
        stance_torque = stance_torques(
            p,
            plan.phase,
            stance_foot - hips[rows, stance],
            (ahead, inward),
            stance_q,
            stance_v,
            -side,
            self._lengths,
            self._weight * load,
        )
        share = p["transfer"] * leaving
        rear = stance_torques(
            p,
            np.ones(n),
            feet[rows, swing] - hips[rows, swing],
            (p["cop_start"] + p["cop_travel"], np.zeros(n)),
            swing_q,
            swing_v,
            side,
            self._lengths,
            self._weight * leaving,
        )
        rear *= share[:, None]
        rear[:, HIP_FLEXION] += p["hip_kick"]
        rear[:, KNEE] += (1.0 - share) * (0.3 * p["hip_kick"] - 2.0 * swing_v[:, KNEE])
        rear[:, ANKLE] -= p["push_off"] * leaving
        rear[:, HIP_ROTATION] = swing_torque[:, HIP_ROTATION]
        rear[:, MTP] = -3.0 * swing_q[:, MTP] - p["toe_push"] * leaving
        late = np.clip(4.0 * (plan.phase - 0.5), 0.0, 1.0)
        stance_torque[:, MTP] -= p["toe_push"] * late
        swing_torque = np.where(double[:, None], rear, swing_torque)

        # trunk upright over the pelvis, pelvis upright over the stance hip
        trunk = tilt(trunk_matrix)
        trunk[:, 1] -= p["trunk_lean"]
        lumbar_v = v[:, 14:17]
        axes = [1, 0, 2]
        lumbar = -(TRUNK_STIFFNESS * trunk[:, axes] + TRUNK_DAMPING * (lumbar_v + spin[:, axes]))
        kp, kd = p["pelvis_stiffness"], p["pelvis_damping"]
        wanted_y = -(kp * (pelvis[:, 1] - 0.5 * p["trunk_lean"]) + kd * spin[:, 1])
        wanted_x = -(kp * pelvis[:, 0] + kd * spin[:, 0])
        wanted_z = -(80.0 * pelvis[:, 2] + 8.0 * spin[:, 2])
        hip_y = wanted_y - swing_torque[:, HIP_FLEXION] + lumbar[:, 0]
        hip_x = -side * (wanted_x - side * swing_torque[:, HIP_ADDUCTION] + lumbar[:, 1])
        stance_torque[:, HIP_FLEXION] = hip_y * load
        stance_torque[:, HIP_ADDUCTION] = (hip_x - 50.0 * p["hip_abduction"]) * load
        stance_torque[:, HIP_ROTATION] = -side * wanted_z * load - 8.0 * stance_q[:, HIP_ROTATION]

        torque = self.torque
        torque[:] = 0.0
        legs = torque[:, :14].reshape(n, 2, 7)
        legs[rows, stance] = stance_torque
        legs[rows, swing] = swing_torque
        torque[:, 14:17] = lumbar
        np.clip(torque, -MAX_TORQUE, MAX_TORQUE, out=torque)
        return torque

    def _filtered_rate(self, target: np.ndarray, swing_v: np.ndarray) -> np.ndarray:
        """Low-passed rate of the swing targets (n, 5) [rad/s], started from the joints' own."""
        fresh = self._fresh[:, None]
        rate = np.clip((target - self._last_target) / self.control_period_s, -9.0, 9.0)
        rate = np.where(fresh, 0.0, rate)
        before = np.where(fresh, swing_v[:, SWING_TARGETS], self._rate)
        self._rate = before + 0.35 * (rate - before)
        self._last_target = target
        self._fresh = ~self._lifted
        return self._rate


def _leg_weight_moment(sim: Simulation, body: Body) -> float:
    """Weight of a straight leg times its centre's distance from the hip [N.m]."""
    data = mujoco.MjData(sim.model)
    mujoco.mj_forward(sim.model, data)
    leg = sim.model.body_parentid[sim.model.body_parentid[sim.feet[0]]]  # foot -> shank -> thigh
    below = data.xpos[leg, 2] - data.subtree_com[leg, 2]
    return float(sim.model.body_subtreemass[leg] * GRAVITY * below)
