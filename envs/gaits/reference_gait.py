"""The reference gait: tracks a reference cycle and keeps balance, in both directions.

Each control step: where in the stride (`step_clock`), what the cycle wants of every joint and which
moments that takes (`cycle_tables`), and feedback: joints are damped against the cycle's own speed;
the loaded hip holds the pelvis instead of its angle; the capture point (Hof et al. 2005, J Biomech
38:1) against its course in the cycle sets where the swing foot goes and how the stance ankle
pushes. Moments go to the muscles by static optimisation (`muscle_control`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...models.body import Body
from ...sim.physics.body_state import BodyState
from ...sim.physics.simulation import Simulation
from ..task.technique import Technique
from .arms import UpperBody
from .body_units import BodyUnits, SeenState
from .cycle_tables import FALL_RATE, LEG_JOINTS, CycleTables, sideways
from .foot_placement import FARTHEST_ASTRAY, GRAVITY, STATION_GAIN
from .gaze import Gaze
from .geometry import tilt
from .initial_state import put_feet_on_ground
from .leg_control import ANKLE, HIP_ADDUCTION, HIP_FLEXION, HIP_ROTATION, KNEE, SUBTALAR
from .muscle_control import MuscleControl
from .reference_cycle import ReferenceCycle
from .reference_gains import Gains
from .residual_network import (
    ACTIONS,
    HELD,
    LARGEST as LARGEST_RESIDUAL,
    PACE,
    ResidualNetwork,
    ResidualSenses,
)
from .sharing import AHEAD, LINEAR_COST, Sharing
from .step_clock import StepClock
from .width_tracking import WidthTracking

STIFFNESS = np.array([200.0, 200.0, 80.0, 150.0, 100.0, 60.0, 3.0])  # N.m/rad of a leg's joints
DAMPING = np.array([10.0, 10.0, 5.0, 6.0, 3.0, 2.0, 0.1])  # N.m.s/rad
LARGEST = np.array([180.0, 160.0, 60.0, 160.0, 160.0, 50.0, 20.0])  # N.m
TRUNK_STIFFNESS = np.array([250.0, 250.0, 120.0])  # N.m/rad: flexion, bending, rotation
TRUNK_DAMPING = np.array([25.0, 25.0, 12.0])
TRUNK_LARGEST = np.array([150.0, 150.0, 60.0])
PLACED_FROM, PLACED_FOR = 0.15, 0.35  # of a step: when foot placement comes in, and over how long
HIP_HEIGHT = 0.86  # m, over which a foot's sideways place becomes an angle
HALF_HIPS = 0.09  # m
DRIFT_GAIN = 0.07  # m of foot placement per m of sideways drift
SPEED_GAIN, MAX_BIAS = 0.2, 0.3  # of a stride's speed error into the plan; m/s at most
BELT_SPEEDS = (0.7, 1.3)  # of the speed asked for, that a belt's counts within
REACHES_ON = 0.03  # of a stride, that a late foot goes on towards the ground
REACH = 0.9  # m, of a leg that swings
SUNK = 0.009  # m, of the soles under a walker's weight
START_PHASE = 0.25  # of the left leg: mid stance
AS_IT_IS = Technique()
TURN_GAIN = 1.6  # of the trunk's turn over what is asked, which joints and muscles hold back
NOISE = {"pose": 0.02, "velocity": 0.05, "rate": 0.06}  # of a start: rad, m/s, rad/s


class ReferenceGait:
    """Excitations that follow `cycle`, by a law in the units of the reference body (`units`).

    Args:
        sim: the simulation. body: its body. cycle: what is followed. gains: of the feedback.
        sharing: criterion of the muscles' sharing. network: adds to the torques; None: nothing.
        technique: of it, where the walker looks, and whether a width is asked for (in `gains`).
        corrects_speed: whether the network is told the speed that is asked for with what past
            strides' errors correct it by, else as it is.

    Attributes:
        sign: +1 forward, -1 backward, along world x. clock: where in the stride.
        units: of the walker's body; cycle, clock, tables, gains and bias are in the reference's.
        torque: (n, 17) [N.m] last asked of legs and trunk.
        bias: (n,) [m/s] by which the planned speed is above the commanded.
        residual: (n, ACTIONS) of the network, or of whoever learns, by stance and swing leg.
    """

    control_period_s = 0.005

    def __init__(
        self,
        sim: Simulation,
        body: Body,
        cycle: ReferenceCycle,
        gains: Gains,
        sharing: Sharing = AHEAD,
        control_period_s: float = control_period_s,
        network: ResidualNetwork | None = None,
        technique: Technique = AS_IT_IS,
        corrects_speed: bool = False,
    ) -> None:
        n = sim.n
        self._sim = sim
        self.body, self.cycle, self.gains = body, cycle, gains
        self.control_period_s = control_period_s
        self.sign = 1.0 if cycle.direction == "forward" else -1.0
        self.units = units = BodyUnits.of(body.walker)
        self._command = np.full(n, cycle.speed_m_per_s)
        self.bias, self._time = np.zeros((2, n))
        self._contact = np.zeros((n, 2, 2))  # time and place of each foot's last
        self.tables = CycleTables(sim, body.roles, cycle, units)
        self.layer = MuscleControl(sim, body, sharing)
        self._upper = UpperBody(sim, body.roles, False, control_period_s)
        self.gaze = Gaze(n, technique, self.sign < 0.0)
        self.clock = StepClock(n)
        self._width = WidthTracking(gains, technique.step_width_m is not None)
        self._sharing = sharing
        legs, trunk = body.roles.legs.ravel(), body.roles.trunk
        self._rows, self._sides = np.arange(n), np.array([1.0, -1.0])
        self._qpos, self._dof = sim.joint_qpos[legs], sim.joint_dof[legs]
        self._trunk_dof = sim.joint_dof[trunk]
        self.torque = np.zeros((n, len(legs) + len(trunk)))
        self._corrects_speed = corrects_speed
        self.network, self.senses = network, ResidualSenses(sim, body.roles, units)
        self.residual, self._calls = np.zeros((n, ACTIONS)), np.zeros(n, int)
        self._tensed: dict[float, np.ndarray] = {}
        self._linear_cost = np.full(n, LINEAR_COST)
        self._mass, self._period = sim.mass / units.mass, control_period_s / units.time

    @property
    def ramp_time_s(self) -> float:
        """0: a trial starts at its speed."""
        return 0.0

    def _stride_s(self, state: SeenState) -> np.ndarray:
        """Duration (n,) [s] of the stride: the cycle's, shorter where the walker is fast."""
        speed = self.sign * (state.com_velocity[:, 0] - state.ground_velocity)
        faster = speed / self.cycle.speed_m_per_s - 1.0
        quicker = 1.0 + self.gains["pace"] * np.clip(faster, -0.3, 0.3)
        quicker += PACE * self.residual[:, -1]
        return self.tables.stride_s / quicker

    def seen(self, state: BodyState) -> np.ndarray:
        """What a network sees, (n, `senses.size`)."""
        return self._network_sees(self.units.seen(state))

    def _network_sees(self, state: SeenState) -> np.ndarray:
        asked = self._asked(state)
        told = asked + self.bias if self._corrects_speed else asked
        return self.senses.read(state, self.clock, self.residual, told)

    def _asked(self, state: SeenState) -> np.ndarray:
        """Speed (n,) [m/s] over the ground; on a belt, the belt's, and back to its middle."""
        belt = state.ground_velocity
        if not belt.any():
            return self._command
        back = -STATION_GAIN * np.clip(state.com[:, 0], -FARTHEST_ASTRAY, FARTHEST_ASTRAY)
        slowest, fastest = self._command * BELT_SPEEDS[0], self._command * BELT_SPEEDS[1]
        on_it = np.clip(-self.sign * belt, slowest, fastest) + self.sign * back
        return np.where(belt == 0.0, self._command, on_it)

    def excite(self, state: BodyState) -> np.ndarray:
        """Return excitations (n, muscles); call once each `control_period_s`."""
        self.move_on(state)
        return self.layer.excite(state, self.torque, self._linear_cost)

    def drive(self, state: BodyState) -> None:
        """Drive the joints by the torques themselves, without muscles, for a fast search."""
        self.move_on(state)
        self._sim.ctrl[:] = 0.0
        self._sim.applied[:, [*self._dof, *self._trunk_dof]] = self.torque

    def move_on(self, state: BodyState) -> None:
        """Set `torque`, move the arms and go on by one control period."""
        seen = self.units.seen(state)
        if self.network is not None:
            due = self._calls % HELD == 0
            if due.any():
                self.residual[due] = self.network.act(self._network_sees(seen)[due])
        self._calls += 1
        self.torque = self._torques(seen) * self.units.torque
        self._time += self.control_period_s
        head = self.gaze.head_yaw if self.gaze.ever else None
        self._sim.applied[:, self._upper.dofs] = self._upper.torque(state, head)
        changed = self.clock.advance(
            self._period, self._stride_s(seen), seen.vertical_load, self.gains["land_from"]
        )
        if changed.size:
            self._correct_speed(seen, changed)

    def _correct_speed(self, state: SeenState, ids: np.ndarray) -> None:
        """Correct part of the last stride's speed error of walkers `ids`, who begin a step."""
        now = self._time[ids] / self.units.time, state.com[ids, 0] - state.ground_travel[ids]
        foot = self.clock.stance[ids]
        since, way = now[0] - self._contact[ids, foot, 0], now[1] - self._contact[ids, foot, 1]
        walked = self.clock.steps[ids] > 2
        speed = self.sign * way / np.where(walked, since, 1.0)
        error = np.where(walked, self._asked(state)[ids] - speed, 0.0)
        self.bias[ids] = np.clip(self.bias[ids] + SPEED_GAIN * error, -MAX_BIAS, MAX_BIAS)
        self._contact[ids, foot] = np.stack(now, -1)
        self._width.stepped(state, ids)

    def _balance(self, state: SeenState, stride: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How far the capture point is ahead (along +x) and out to the swing side [m], (n,)."""
        clock, gains = self.clock, self.gains
        stance, step = clock.stance, clock.step_phase
        ankle = state.body_position[self._rows, state.feet[stance]]
        com, velocity = state.com, state.com_velocity
        ahead = self.tables.at(self.tables.com_ahead, clock.phase - 0.5 * stance)
        lead = com[:, 0] - ankle[:, 0] - ahead
        planned = self.sign * (self._asked(state) + self.bias)
        lead += (velocity[:, 0] - state.ground_velocity - planned) / FALL_RATE
        lead -= self.sign * gains["lead"]
        side = np.where(stance == 0, 1.0, -1.0)
        half = gains["width"] / 2.0
        course = half / np.cosh(FALL_RATE * stride / 4.0)
        course = course * np.exp(FALL_RATE * (step - 0.5) * stride / 2.0)
        out = (ankle[:, 1] - com[:, 1] - velocity[:, 1] / FALL_RATE) * side - course
        return lead, out

    def _torques(self, state: SeenState) -> np.ndarray:
        """Torques (n, 17) [N.m] of both legs and the trunk."""
        n, g, clock, tables = state.n, self.gains, self.clock, self.tables
        stride = self._stride_s(state)
        stance, step = clock.stance, clock.step_phase
        swing, rows = 1 - stance, self._rows
        side = np.where(stance == 0, 1.0, -1.0)
        lead, out = self._balance(state, stride)

        # the cycle
        target, rate, moment = np.zeros((3, n, 2, LEG_JOINTS))
        shown = clock.shown
        early = self._sharing.ahead_s / self.units.time / stride
        late = np.minimum(clock.waiting / stride, REACHES_ON)
        for leg in (0, 1):
            phase = shown + 0.5 * leg + np.where(stance == leg, 0.0, late)
            target[:, leg] = tables.at(tables.angle, phase)
            rate[:, leg] = tables.at(tables.slope, phase) / stride[:, None]
            moment[:, leg] = tables.at(tables.moment, shown + 0.5 * leg + g["advance"] + early)
        moment *= g["feed_forward"][:, None, None]
        moment[:, :, ANKLE] *= g["push_off"][:, None]
        course, _ = sideways(g["width"], step, stride)
        spread = np.arcsin((HALF_HIPS - g["width"] / 2.0) / HIP_HEIGHT)
        tilted = course / REACH * side
        target[:, 0, HIP_ADDUCTION], target[:, 1, HIP_ADDUCTION] = spread + tilted, spread - tilted

        # where the swing foot goes
        matrix = state.body_matrix[:, state.root].reshape(n, 3, 3)
        pelvis = tilt(matrix)
        spin = (matrix @ state.root_spin[:, :, None])[:, :, 0]
        grown = np.exp(np.clip(FALL_RATE * stride / 2.0 * (1.0 - step), 0.0, 1.2))
        share = np.clip((step - PLACED_FROM) / PLACED_FOR, 0.0, 1.0)
        lean = g["pelvis_lean"] + tables.at(tables.lean, shown)
        step_x = np.clip(g["place_x"] * lead * grown / REACH, -0.35, 0.35)
        step_x = step_x + g["swing_world"] * np.clip(pelvis[:, 1] - lean, -0.4, 0.4)
        wide = g["place_y"] * out * grown + g["place_out"]
        step_y = np.clip(wide / REACH, -0.2, 0.3)
        step_y += side * g["swing_world"] * np.clip(pelvis[:, 0], -0.3, 0.3)
        step_y -= side * DRIFT_GAIN * np.clip(state.root_position[:, 1], -0.3, 0.3) / REACH
        target[rows, swing, HIP_FLEXION] += share * step_x
        target[rows, swing, HIP_ADDUCTION] -= share * step_y
        target[rows, swing, KNEE] += g["clearance"] * np.sin(np.pi * step) ** 2

        # joints
        legs_q = state.qpos[:, self._qpos].reshape(n, 2, LEG_JOINTS)
        legs_v = state.qvel[:, self._dof].reshape(n, 2, LEG_JOINTS)
        weight = self._mass * GRAVITY
        load = state.vertical_load / weight
        carried = load / np.maximum(load.sum(1, keepdims=True), 0.3)  # (n, 2)
        carried = np.clip(carried, 0.0, 1.0)
        kp = STIFFNESS * g["stiffness"][:, None, None] * np.ones((n, 2, 1))
        kd = DAMPING * g["damping"][:, None, None] * np.ones((n, 2, 1))
        soft = 1.0 - (1.0 - g["hip_angle"])[:, None] * carried
        for joint in (HIP_FLEXION, HIP_ADDUCTION):
            kp[:, :, joint] *= soft
            kd[:, :, joint] *= soft
        kp[:, :, ANKLE] *= g["ankle"][:, None]
        kp[:, :, KNEE] *= 1.0 + (g["stance_knee"] - 1.0)[:, None] * carried
        torque = moment + kp * (target - legs_q) + kd * (rate - legs_v)

        # the loaded hip holds the pelvis, the loaded ankle the capture point
        held = carried * np.clip(load / 0.3, 0.0, 1.0)
        pitch = -g["pelvis_pitch"] * (pelvis[:, 1] - lean) - g["pelvis_pitch_rate"] * spin[:, 1]
        roll = -g["pelvis_roll"] * pelvis[:, 0] - g["pelvis_roll_rate"] * spin[:, 0]
        yaw = -g["pelvis_yaw"] * (pelvis[:, 2] + 0.1 * spin[:, 2])
        torque[:, :, HIP_FLEXION] += held * pitch[:, None]
        torque[:, :, HIP_ADDUCTION] += held * self._sides * roll[:, None]
        alone = np.clip(2.0 * load - load.sum(1, keepdims=True), 0.0, 1.2)
        torque[:, :, HIP_ADDUCTION] -= (g["hip_abduction"] * self._mass)[:, None] * alone
        torque[:, :, HIP_ROTATION] += held * self._sides * yaw[:, None]
        push = np.clip(g["ankle_x"] * weight * lead, -40.0, 40.0)
        torque[:, :, ANKLE] -= held * push[:, None]
        turn = np.clip(g["ankle_y"] * weight * out, -12.0, 12.0)
        torque[rows, stance, SUBTALAR] -= held[rows, stance] * turn
        more = self.residual[:, :-1] * LARGEST_RESIDUAL
        torque[rows, stance] += more[:, :7]
        torque[rows, swing] += more[:, 7:14]
        np.clip(torque, -LARGEST, LARGEST, out=torque)

        trunk = tilt(state.body_matrix[:, state.trunk].reshape(n, 3, 3))
        trunk[:, 1] -= lean
        if self.gaze.ever:
            self.gaze.update(self._time)
            trunk[:, 2] -= np.sin(TURN_GAIN * self.gaze.trunk_yaw)
        axes = [1, 0, 2]
        trunk_v = state.qvel[:, self._trunk_dof] + spin[:, axes]
        lumbar = -(TRUNK_STIFFNESS * trunk[:, axes] + TRUNK_DAMPING * trunk_v)
        more[:, 15:17] *= side[:, None]
        lumbar += more[:, 14:]
        np.clip(lumbar, -TRUNK_LARGEST, TRUNK_LARGEST, out=lumbar)
        return np.concatenate([torque.reshape(n, -1), lumbar], axis=1)

    def reset(
        self,
        ids: np.ndarray,
        rngs: Sequence[np.random.Generator],
        phase: float | None = None,
        noise: float = 1.0,
        states: np.ndarray | None = None,
    ) -> None:
        """Start walkers `ids` on the cycle, moving, with each trial's own noise.

        Args:
            ids: which. rngs: their generators. phase: of the left leg; None: mid stance, left.
            noise: factor on the noise of pose and velocity.
            states: (k, state) of `state` where to start from; None: the cycle's own.
        """
        ids = np.asarray(ids, np.int32)
        sim, k, tables, units = self._sim, len(ids), self.tables, self.units
        if not k:
            return
        sim.reset(ids)
        at = np.full(k, START_PHASE if phase is None else phase)
        sizes = len(sim.joint_qpos), 3, len(sim.joint_dof)
        draws = [[r.standard_normal(size) for size in sizes] for r in rngs]
        self.gaze.reset(ids, rngs)
        pose, moving, rates = (noise * np.array(part) for part in zip(*draws, strict=True))
        self.clock.reset(ids, at)
        self.begin_anew(ids)
        stride = np.full(k, tables.stride_s)
        half = Gains({name: values[ids] for name, values in self.gains.values.items()})
        course, across = sideways(half["width"], (2.0 * at) % 1.0, stride)
        side = np.where(at < 0.5, 1.0, -1.0)
        qpos, qvel = sim.qpos[ids], sim.qvel[ids]
        legs = self._qpos.reshape(2, -1), self._dof.reshape(2, -1)
        spread = np.arcsin((HALF_HIPS - half["width"] / 2.0) / HIP_HEIGHT)
        for leg in (0, 1):
            qpos[:, legs[0][leg]] = tables.at(tables.angle, at + 0.5 * leg)
            rate = tables.at(tables.slope, at + 0.5 * leg) / stride[:, None]
            qvel[:, legs[1][leg]] = rate / units.time
            qpos[:, legs[0][leg, HIP_ADDUCTION]] = spread + (1 - 2 * leg) * side * course / REACH
        lean = half["pelvis_lean"] + tables.at(tables.lean, at)
        sim.root_pose.lean(qpos, lean)
        start = np.zeros((k, 3))
        start[:, 0] = self.sign * self._command[ids] * units.speed + sim.ground_velocity[ids]
        start[:, 1] = side * across * units.speed
        act = np.broadcast_to(self._tension(float(at[0])), sim.act[ids].shape)
        if states is not None:
            nq, nv = qpos.shape[1], qvel.shape[1]
            qpos, qvel = states[:, :nq].copy(), states[:, nq : nq + nv].copy()
            place, start = sim.root_pose.position(qpos), sim.root_pose.velocity(qvel).copy()
            sim.root_pose.shift(qpos, -place * [1.0, 1.0, 0.0])
            act, self.bias[ids] = states[:, nq + nv : -1], states[:, -1]
        qpos[:, sim.joint_qpos] += NOISE["pose"] * pose
        sim.root_pose.set_velocity(qvel, start + NOISE["velocity"] * moving)
        qvel[:, sim.joint_dof] += NOISE["rate"] * rates
        sim.qpos[ids], sim.qvel[ids] = qpos, qvel
        sim.act[ids] = sim.ctrl[ids] = act
        put_feet_on_ground(sim, ids)
        sim.root_pose.move(sim.qpos, np.full(k, -SUNK), 2, ids)
        sim.forward(ids)
        self.layer.reset(ids)
        self.layer.wanted[ids] = act

    def begin_anew(self, ids: np.ndarray) -> None:
        """Forget what walkers `ids` did before, but where in the stride they are."""
        self.bias[ids] = self._time[ids] = 0.0
        self.residual[ids], self._calls[ids] = 0.0, 0
        self._width.reset(ids)

    def state(self, ids: np.ndarray) -> np.ndarray:
        """State to start walkers from: position, velocity, activation, speed bias of `ids`."""
        sim = self._sim
        return np.hstack([sim.qpos[ids], sim.qvel[ids], sim.act[ids], self.bias[ids, None]])

    def _tension(self, phase: float) -> np.ndarray:
        """Activations (muscles,) that the cycle's own moments need at `phase` of the left leg."""
        if phase in self._tensed:
            return self._tensed[phase]
        sim, tables, legs = self._sim, self.tables, np.array([phase, phase + 0.5])
        before = sim.qpos.copy(), sim.qvel.copy()
        torque = np.zeros_like(self.torque)
        torque[:, : 2 * LEG_JOINTS] = self.units.torque * tables.at(tables.moment, legs).ravel()
        sim.qpos[:, self._qpos] = tables.at(tables.angle, legs).ravel()
        stride_s = tables.stride_s * self.units.time
        sim.qvel[:, self._dof] = tables.at(tables.slope, legs).ravel() / stride_s
        sim.forward()
        self._tensed[phase] = self.layer.exact(sim, torque, self._linear_cost)[0].copy()
        self.layer.reset(self._rows)
        sim.qpos[:], sim.qvel[:] = before
        sim.forward()
        return self._tensed[phase]
