"""The scripted gait: plans each step, computes joint torques and shares them among muscles.

One control law for both directions. Each control period: where is the extrapolated centre of mass
going (`foot_placement`), where should the swing foot be (`swing_trajectory`), torques of both legs
and the trunk (`leg_control`), static optimisation to excitations (`muscle_control`). Legs change
roles when the swing foot is loaded (`stance_state`). On a belt all is planned in the belt's frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...models.body import Body
from ...sim.physics.body_state import BodyState
from ...sim.physics.simulation import Simulation
from ..task.technique import Technique, travel_sign
from .arms import UpperBody
from .foot_placement import GRAVITY, PLANNED_BY, StepPlan, on_belt, plan_step
from .gaze import Gaze
from .geometry import clip, scalar_if_single, tilt, unstack
from .initial_state import slope_underfoot, starting_pose
from .joint_drive import joint_drive
from .leg_control import (
    ANKLE,
    HIP_ADDUCTION,
    HIP_FLEXION,
    HIP_ROTATION,
    KNEE,
    MAX_TORQUE,
    MTP,
    SWING_TARGETS,
    GaitJoints,
    leg_weight_moment,
    stance_torques,
    swing_targets,
    swing_torques,
)
from .parameters import GaitTable, keep_others
from .residual import NONE, Residual
from .sharing import OF_2026A, Sharing
from .speed_ramp import SpeedRamp
from .stance_state import StanceState
from .swing_trajectory import SwingTrajectory
from .technique_tracking import TechniqueTracker

TRUNK_STIFFNESS = np.array([250.0, 250.0, 120.0])  # N.m/rad: flexion, bending, rotation
TRUNK_DAMPING = np.array([25.0, 25.0, 12.0])
SPEED_GAIN = 0.2  # of a step's speed error that goes into the next step's plan
MAX_BIAS = 0.6  # m/s, of the speed that is planned to get the speed that is asked
LUMBAR_AXES = np.array([1, 0, 2])  # world axes of the same
ALONG = np.array([1.0, 0.0, 0.0])  # world, the axis of travel
STANCE_ALONE = np.array([[1.0], [0.0]])  # of stance and swing leg
YAW_GAIN = 1.25  # of the trunk's turn over what is asked: passive muscles hold a fifth back
SEEN_POINTS = 9  # of the ground between the swing foot and its target
FASTEST = 9.0  # rad/s, of the swing leg's targets
RATE_FILTER = 0.35  # share of the newest in the low-passed rate of the targets


class ScriptedGait:
    """Technique in, excitations out, for n simulations of one body.

    Args:
        sim: the simulation. body: its body.
        table: tuned parameters of the direction. technique: what is asked of all simulations,
            at a speed that the table holds (`GaitTable.check`).
        control_period_s: time between two calls.

    Attributes:
        residual: changes to what it wants, by whoever steers it; may be set before `excite`.
        ramp: the speeds that are asked for. upper: torques of arms and neck.

    Raises:
        ConfigError: a body without hips, knees or ankles.
    """

    control_period_s = 0.005

    def __init__(
        self,
        sim: Simulation,
        body: Body,
        table: GaitTable,
        technique: Technique,
        control_period_s: float = control_period_s,
        sharing: Sharing = OF_2026A,
    ) -> None:
        self._sim, n, self.control_period_s = sim, sim.n, control_period_s
        self.body, self.table, self.technique = body, table, technique
        self.sign = travel_sign(table.direction)
        self._lengths = (body.thigh_length_m, body.shank_length_m)
        self._hips = np.array([[0, body.hip_half_width_m, 0], [0, -body.hip_half_width_m, 0]])
        self._joints, self._weight = GaitJoints(sim, body.roles), sim.mass * GRAVITY
        self._upright = np.array([sim.root, sim.trunk])
        self.layer = joint_drive(sim, body, sharing)
        self.upper = UpperBody(sim, body.roles, technique.arms == "crossed", control_period_s)
        self.gaze = Gaze(n, technique, table.direction == "backward")
        self._leg_moment = leg_weight_moment(sim)
        self._lumbar_spring = self._joints.stiffness(sim, "lumbar_rotation")
        self._last_target, self._rate = np.zeros((2, n, len(SWING_TARGETS)))
        self._fresh = np.ones(n, bool)
        self.ramp = SpeedRamp(sim, table, technique.speed_m_per_s, self.sign)
        self._rows, self.time = np.arange(n), np.zeros(n)
        self.roles, self._path = StanceState(n), SwingTrajectory(n)
        self._bias, self._step_start = np.zeros((2, n))
        self._technique_tracker = TechniqueTracker(n, technique, sum(self._lengths))
        self.parameters: dict[str, np.ndarray] = {}
        self._tuned: dict[str, np.ndarray] = {}  # parameters as the table has them
        self._tuned_at: Any = None  # speeds that these are at
        self._plain = False  # whether nothing else changed them
        self._numbers: dict[str, Any] = {}  # those that plan, as floats of a single walker
        self.torque = self._joints.torques(n)
        self.residual: Residual = NONE

    @property
    def asked(self) -> Any:
        """Speed that is asked for at this moment of the starting ramp [m/s]; on a belt, the belt's.

        (n,), or a float of a single walker. Belts beyond the tuned speeds: as at the table's end.
        """
        return self.ramp.asked(self.time)

    @property
    def commanded(self) -> np.ndarray:
        """The same, always (n,) [m/s]."""
        return np.atleast_1d(self.asked)

    @property
    def ramp_time_s(self) -> float:
        """Time from the start until all that is asked for is asked in full."""
        return max(self.ramp.time_s, self._technique_tracker.settled_s)

    def _set_parameters(self, begin: np.ndarray | None = None) -> None:
        """Set the parameters to the present command; of walkers `begin` alone where given."""
        speed, before = self.asked, self._plain
        self._plain = self.residual is NONE and not self._technique_tracker.asks
        same = speed == self._tuned_at
        if begin is not None or not (same if type(same) is bool else same.all()):
            self._tuned, self._tuned_at = self.table.at(np.atleast_1d(speed)), speed
        elif before and self._plain:
            return
        asked = dict(self._tuned)
        self._technique_tracker.apply(asked, self.time)
        self.residual.change(asked)
        if begin is not None:
            keep_others(asked, self.parameters, begin)
            self._tuned_at = None  # those of the others may be at other speeds
        self.parameters = asked
        self._numbers = {name: scalar_if_single(asked[name]) for name in PLANNED_BY}

    def reset(self, ids: np.ndarray, rngs: Sequence[np.random.Generator]) -> None:
        """Start simulations `ids` in mid step, left foot down, with each trial's own noise."""
        sim = self._sim
        sim.reset(ids)
        self.time[ids] = self._bias[ids] = 0.0
        self.residual = self.residual.without(ids)
        self._technique_tracker.reset(ids)
        self._set_parameters(ids)
        speed = self.sign * self.commanded[ids]
        step_time = self.parameters["step_time"][ids]
        starting_pose(sim, self.body.roles, ids, rngs, speed, step_time)
        self.roles.reset(ids, slope_underfoot(sim)[ids])
        self._fresh[ids] = True
        self._lift_off(sim, ids)
        self._step_start[ids] = sim.com[ids, 0] - sim.ground_travel[ids]
        self.gaze.reset(ids, rngs)
        self.layer.reset(ids)

    def excite(self, state: BodyState) -> np.ndarray:
        """Return excitations (n, muscles); call once each `control_period_s`."""
        self.follow(state)
        torque = self._torques(state)
        since, price = self.roles.time_in_step, self.parameters["effort_price"]
        excitation = self.layer.excite(state, torque[:, self.layer.joints], price, since)
        self.pass_time()
        return excitation

    def follow(self, state: BodyState) -> None:
        """Update stance and swing leg from the contacts; move arms and head.

        Who drives the legs calls it once each `control_period_s`, and `pass_time` after it.
        """
        self._set_parameters()
        gaze = self.gaze
        if gaze.ever:
            gaze.update(self.time)
        self._technique_tracker.feel(state, self.roles.stance)
        self._change_legs(state)
        self._leave_ground(state)
        torque = self.upper.torque(state, gaze.head_yaw if gaze.ever else None)
        self._sim.applied[:, self.upper.dofs] = torque

    def pass_time(self) -> None:
        """Go on by one control period."""
        self.time += self.control_period_s
        self.roles.time_in_step += self.control_period_s

    def command(self, ids: np.ndarray, speed: np.ndarray) -> None:
        """Ask walkers `ids` for `speed` (k,) [m/s]; beyond the table the parameters of its ends."""
        self.ramp.command(ids, speed)

    def _lift_off(self, state: BodyState, ids: np.ndarray) -> None:
        """Start the path of the swing foot of walkers `ids` from where the foot is."""
        side = 1 - self.roles.stance[ids]
        foot = state.feet[side]
        position = state.body_position[ids, foot].copy()
        position[:, 0] -= state.ground_travel[ids]
        pitch = np.arcsin(np.clip(state.body_matrix[ids, foot, 6], -1.0, 1.0))
        self._path.lift_off(ids, position, pitch)

    def _change_legs(self, state: BodyState) -> None:
        """Change roles where the swing foot is loaded, and correct the plan by the step's error."""
        p, roles = self.parameters, self.roles
        late = roles.any_late(p)
        ids = roles.landed(p, state.vertical_load[self._rows, 1 - roles.stance]) if late else None
        if ids is None or not ids.size:
            return
        com = state.com[ids, 0] - state.ground_travel[ids]
        speed = self.sign * (com - self._step_start[ids]) / roles.time_in_step[ids]
        error = self.commanded[ids] - speed
        self._bias[ids] = np.clip(self._bias[ids] + SPEED_GAIN * error, -MAX_BIAS, MAX_BIAS)
        ankles = state.body_position[ids][:, state.feet, 1]
        width = np.abs(ankles[:, 0] - ankles[:, 1])
        self._technique_tracker.step_taken(ids, self.time[ids], roles.time_in_step[ids], width)
        self._step_start[ids] = com
        roles.change(ids)

    def _leave_ground(self, state: BodyState) -> None:
        """Record where swing feet leave the ground, and the slope under the feet that stay."""
        roles = self.roles
        leaving = roles.leaving(self.parameters)
        if not leaving.size:
            return
        self._lift_off(state, leaving)
        points = state.points[leaving, roles.stance[leaving]]
        lowest = points[np.arange(len(leaving)), points[:, :, 2].argmin(1)]
        lowest[:, 0] -= state.ground_travel[leaving]
        roles.feel_ground(leaving, lowest[:, [0, 2]])
        roles.lifted[leaving] = True
        self._fresh[leaving] = True

    def plan(
        self, state: BodyState, asked: Any = None, ankle: np.ndarray | None = None
    ) -> StepPlan:
        """Plan of the step in progress in `state`.

        `asked` as the attribute and `ankle` (n, 3), the stance leg's, may be given where known.
        """
        p, roles, side = self._numbers, self.roles, 2.0 * scalar_if_single(self.roles.stance) - 1.0
        if ankle is None:
            ankle = state.body_position[self._rows, state.feet[roles.stance]]
        asked = self.asked if asked is None else asked
        speed = self.sign * (asked + p["plan_speed_offset"] + scalar_if_single(self._bias))
        com, velocity, ankle = unstack(state.com), unstack(state.com_velocity), unstack(ankle)
        if any(state.ground_velocity.tolist()) or any(state.ground_travel.tolist()):
            belt = scalar_if_single(state.ground_velocity), scalar_if_single(state.ground_travel)
            speed, com, velocity, ankle = on_belt(speed, com, velocity, ankle, *belt)
        drift, time = (
            scalar_if_single(state.root_position[:, 1]),
            scalar_if_single(roles.time_in_step),
        )
        plan = plan_step(p, speed, com, velocity, ankle, side, time, drift)
        change = self.residual
        if change is NONE:
            return plan
        return plan._replace(
            target_x=plan.target_x + scalar_if_single(np.asarray(change.foot_ahead)),
            target_y=plan.target_y + side * scalar_if_single(np.asarray(change.foot_outward)),
        )

    def _terrain(
        self, state: BodyState, target: np.ndarray, stance_foot: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Height (n,) of the swing ankle landing at `target` (n, 2), and its clearance (n,) [m].

        Who sees the path knows the ground; who does not goes by the slope felt under the feet.
        """
        clearance = self.parameters["clearance"]
        felt = stance_foot[:, 2] + self.roles.slope * (target[:, 0] - stance_foot[:, 0])
        sees = self.gaze.sees_path
        if state.ground is None or not sees.any():
            return felt, clearance
        from_here = state.body_position[self._rows, state.feet[1 - self.roles.stance], :2]
        along = np.linspace(0.0, 1.0, SEEN_POINTS)[:, None]
        path = from_here[:, None] + along * (target - from_here)[:, None]
        heights = state.ground_height(np.concatenate([path, stance_foot[:, None, :2]], axis=1))
        seen = stance_foot[:, 2] + heights[:, -2] - heights[:, -1]
        line = heights[:, :1] + along[:, 0] * (heights[:, -2:-1] - heights[:, :1])
        bump = np.maximum(heights[:, :-1] - line, 0.0).max(1)
        return np.where(sees, seen, felt), clearance + np.where(sees, bump, 0.0)

    def _torques(self, state: BodyState) -> np.ndarray:
        """Torques of all joints (n, joints) [N.m], in the joints' positive directions."""
        asked = self.asked
        plan = self.plan(state, asked).rows()
        p, rows, roles = self.parameters, self._rows, self.roles
        n, t, change, at = len(rows), roles.time_in_step, self.residual, self._joints
        side, legs = roles.side, np.array([roles.stance, 1 - roles.stance])
        q, v = (values[rows, legs] for values in at.of_legs(state))  # (2, n, 7): stance, swing
        (stance_q, swing_q), (_, swing_v) = q, v
        feet = state.body_position[rows, state.feet[legs]]
        matrices = state.body_matrix[:, self._upright].reshape(n, 2, 3, 3)
        pelvis_matrix, tilts = matrices[:, 0], tilt(matrices)
        hips = state.root_position[:, None] + (pelvis_matrix @ self._hips.T).transpose(0, 2, 1)
        hips = hips[rows, legs]
        spin = (pelvis_matrix @ state.root_spin[:, :, None])[:, :, 0]  # world
        pelvis, trunk = tilts[:, 0], tilts[:, 1]

        # swing leg
        climb = np.arctan(roles.slope)
        travel, landing_at = state.ground_travel[:, None] * ALONG, plan.target
        landing, clearance = self._terrain(state, landing_at + travel[:, :2], feet[0])
        foot, pitch = self._path.foot(p, t, landing_at, landing, clearance, climb)
        in_air = clip((t - p["double_support"]) / 0.1, 0.0, 1.0)  # pitch comes in smoothly
        pitch = pitch + change.swing_foot_pitch * in_air
        target = swing_targets(foot + travel, pitch, hips[1], pelvis, side, self._lengths)
        target[:, 2:4] += (in_air * change.swing_knee)[:, None]  # the foot keeps its pitch
        rate = self._filtered_rate(target, swing_v)
        swing_torque = swing_torques(p, target, rate, swing_q, swing_v, self._leg_moment)

        # stance leg, and the leaving leg in double support
        leaving = clip(1.0 - t / p["double_support"], 0.0, 1.0)
        load = clip(t / p["loading_time"], 0.3, 1.0)
        com_speed = state.com_velocity[:, 0] - state.ground_velocity
        ahead = p["cop_start"] + p["cop_travel"] * plan.phase
        ahead = ahead + p["cop_xcom_gain"] * clip(plan.deviation_x, -0.1, 0.1)
        ahead = ahead + p["cop_speed_gain"] * (com_speed - self.sign * asked)
        ahead = ahead + change.cop_ahead
        inward = -p["cop_lateral_gain"] * plan.deviation_y + change.cop_outward
        torques = stance_torques(
            p,
            np.array([plan.phase, np.ones(n)]),
            feet - hips,
            np.array([[ahead, p["cop_start"] + p["cop_travel"]], [inward, np.zeros(n)]]),
            q,
            v,
            np.array([-side, side]),
            self._lengths,
            self._weight * np.array([load, leaving]),
            climb,
            STANCE_ALONE * change.stance_knee,
        )
        stance_torque, rear = torques
        share = p["transfer"] * leaving
        rear *= share[:, None]
        rear[:, HIP_FLEXION] += p["hip_kick"]
        rear[:, KNEE] += (1.0 - share) * (0.3 * p["hip_kick"] - 2.0 * swing_v[:, KNEE])
        rear[:, ANKLE] -= p["push_off"] * leaving
        rear[:, HIP_ROTATION] = swing_torque[:, HIP_ROTATION]
        rear[:, MTP] = -3.0 * swing_q[:, MTP] - p["toe_push"] * leaving
        late = clip(4.0 * (plan.phase - 0.5), 0.0, 1.0)
        stance_torque[:, MTP] -= p["toe_push"] * late
        np.copyto(swing_torque, rear, where=~roles.lifted[:, None])

        # trunk upright over the pelvis, pelvis upright over the stance hip
        trunk[:, 0] -= side * change.trunk_tilt
        trunk[:, 1] -= p["trunk_lean"] + change.trunk_pitch
        trunk[:, 2] -= np.sin(YAW_GAIN * self.gaze.trunk_yaw)
        rate = at.lumbar_rate(state) + spin[:, LUMBAR_AXES]
        lumbar = -(TRUNK_STIFFNESS * trunk[:, LUMBAR_AXES] + TRUNK_DAMPING * rate)
        lumbar[:, 2] += self._lumbar_spring * self.gaze.trunk_yaw
        kp, kd = p["pelvis_stiffness"], p["pelvis_damping"]
        lean, hike = 0.5 * p["trunk_lean"] + change.pelvis_pitch, side * change.pelvis_hike
        wanted_y = -(kp * (pelvis[:, 1] - lean) + kd * spin[:, 1])
        wanted_x = -(kp * (pelvis[:, 0] - hike) + kd * spin[:, 0])
        wanted_z = -(80.0 * pelvis[:, 2] + 8.0 * spin[:, 2]) + side * change.stance_hip_yaw
        hip_y = wanted_y - swing_torque[:, HIP_FLEXION] + lumbar[:, 0]
        hip_x = -side * (wanted_x - side * swing_torque[:, HIP_ADDUCTION] + lumbar[:, 1])
        stance_torque[:, HIP_FLEXION] = hip_y * load
        stance_torque[:, HIP_ADDUCTION] = (hip_x - 50.0 * p["hip_abduction"]) * load
        stance_torque[:, HIP_ROTATION] = -side * wanted_z * load - 8.0 * stance_q[:, HIP_ROTATION]

        torques[1] = swing_torque
        (torque := self.torque)[:] = 0.0
        torque[rows[:, None], at.legs[legs]] = torques
        torque[:, at.lumbar] = lumbar
        np.minimum(np.maximum(torque, -MAX_TORQUE, out=torque), MAX_TORQUE, out=torque)
        return torque

    def _filtered_rate(self, target: np.ndarray, swing_v: np.ndarray) -> np.ndarray:
        """Low-passed rate of the swing targets (n, 5) [rad/s], started from the joints' own."""
        fresh = self._fresh[:, None]
        rate = (target - self._last_target) / self.control_period_s
        rate = np.where(fresh, 0.0, clip(rate, -FASTEST, FASTEST))
        before = np.where(fresh, swing_v[:, SWING_TARGETS], self._rate)
        self._rate, self._last_target = before + RATE_FILTER * (rate - before), target
        self._fresh = ~self.roles.lifted
        return self._rate
