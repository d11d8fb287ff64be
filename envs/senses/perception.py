"""Perception: the true state of the body, or a delayed and noisy one.

The walker's estimate of its own state (`qpos`, `qvel`) is what was to be expected of the body from
what was sensed a delay ago (`forward_model`), with coloured noise on it; another batch of the same
model computes from it whatever follows from a state: positions, centre of mass, inertia. Foot loads
and other sensor values are those expected, and light loads are not felt. Muscles are no sense:
their states, lengths and moment arms are those of the body.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import mujoco
import numpy as np

from ...models.senses import CHANNELS, Senses
from ...models.walker import Walker
from ...sim.errors import SimulationError
from ...sim.physics.body_state import BodyState, locked
from ...sim.physics.joint_sensors import JointLoad
from ...sim.physics.simulation import Simulation
from .coloured_noise import ColouredNoise
from .forward_model import ForwardModel

CORRELATION_S = {
    "tilt": 0.5,
    "turn": 0.1,
    "position": 0.5,
    "velocity": 0.2,
    "joint": 0.2,
    "joint_rate": 0.1,
}
"""Time constants of the noise by channel [s]: chosen, of the order of a step and less."""


class Perception:
    """The senses of the walkers of a simulation; call `sense` once each control period.

    Args:
        sim: the simulation. walkers: one for all, or one for each simulation.
        period_s: control period of the gait.
        lapses: whether `attention` may fall during a trial.

    Attributes:
        attention: (n,) 1 on walking to 0 elsewhere; may be written at any time where `lapses`.
        live: whether anything is ever sensed otherwise than it is.
    """

    def __init__(
        self,
        sim: Simulation,
        walkers: Walker | Sequence[Walker],
        period_s: float,
        lapses: bool = False,
    ) -> None:
        people = [walkers] * sim.n if isinstance(walkers, Walker) else list(walkers)
        if len(people) != sim.n:
            raise SimulationError(f"{len(people)} walkers for {sim.n} simulations")
        self._sim, self._period = sim, period_s
        self._senses = Senses(people)
        self._attention = np.array([w.attention for w in people])
        self.attention = self._attention.copy()
        disturbed = self._senses.excess(self.attention).disturbed.any()
        self.live = bool(disturbed or lapses)
        if not self.live:
            return
        self._view = PerceivedState(sim, self._senses.load_threshold_n)
        widths = [len(sim.joint_qpos) if c.startswith("joint") else 3 for c in CHANNELS]
        times = np.repeat([CORRELATION_S[c] for c in CHANNELS], widths)
        self._noise = ColouredNoise(sim.n, times, period_s)
        self._first_columns = np.cumsum(widths)[:-1]
        longest = self._steps(self._senses.excess(np.zeros(sim.n)).delay_s).max()
        self._model = ForwardModel(sim, period_s, int(longest)) if longest else None

    def _steps(self, delay_s: np.ndarray) -> np.ndarray:
        """Delays in whole control steps."""
        return np.rint(delay_s / self._period).astype(int)

    def reset(
        self, ids: np.ndarray, rngs: Sequence[np.random.Generator], new_ground: bool = False
    ) -> None:
        """Start simulations `ids` anew from their present state; `rngs[i]` is `ids[i]`'s.

        `new_ground`: what they stand on has been laid anew.
        """
        self.attention[ids] = self._attention[ids]
        if self.live:
            self._noise.reset(ids, rngs)
            if self._model is not None:
                self._model.reset(np.asarray(ids), new_ground)

    def begin(self, ids: np.ndarray) -> BodyState:
        """Return what may be known now, between two `sense`: of `ids`, just reset, the truth."""
        if not self.live or not self._senses.excess(self.attention).disturbed.any():
            return self._sim.state
        view, sim = self._view, self._sim
        estimate = view.qpos.copy(), view.qvel.copy(), view.sensors.copy()
        for mine, true in zip(estimate, (sim.qpos, sim.qvel, sim.sensors), strict=True):
            mine[ids] = true[ids]
        view.imagine(*estimate)
        return view

    def sense(self) -> BodyState:
        """Return what the gait may know of the body now; its true state where that is all.

        Where a simulation is not disturbed its rows are the body's own, bit for bit.
        """
        if not self.live:
            return self._sim.state
        if self._model is not None:
            self._model.push()
        noise = np.split(self._noise.advance(), self._first_columns, axis=1)
        excess = self._senses.excess(self.attention)
        rows = np.flatnonzero(excess.disturbed)
        if not rows.size:
            return self._sim.state
        sim = self._sim
        qpos, qvel, sensors = sim.qpos.copy(), sim.qvel.copy(), sim.sensors.copy()
        steps = self._steps(excess.delay_s)
        late = np.flatnonzero(steps)
        if self._model is not None and late.size:
            self._model.predict(late, steps[late])
            qpos[late], qvel[late] = self._model.qpos[late], self._model.qvel[late]
            sensors[late] = self._model.sensors[late]
        error = {c: noise[i] * excess.noise[:, i, None] for i, c in enumerate(CHANNELS)}
        root = sim.root_pose
        root.shift(qpos, error["position"])
        root.turn(qpos, error["tilt"][rows], rows)
        qpos[:, sim.joint_qpos] += error["joint"]
        root.push(qvel, error["velocity"])
        root.spin_up(qvel, error["turn"])
        qvel[:, sim.joint_dof] += error["joint_rate"]
        self._view.imagine(qpos, qvel, sensors)
        return self._view


class PerceivedState(BodyState):
    """A body as its walkers sense it.

    Positions and velocities, and all that follows from them, are the walkers' estimate; sensor
    values are late; all else is the body's.
    """

    def __init__(self, sim: Simulation, load_threshold_n: np.ndarray) -> None:
        self._look_at(sim)
        model = copy.copy(sim.model)
        disable = mujoco.mjtDisableBit
        model.opt.disableflags |= disable.mjDSBL_CONTACT | disable.mjDSBL_CONSTRAINT
        self._batch = sim.twin(model)
        bind = self._batch.bind
        self._bind_motion(lambda name: locked(bind(name)))
        self._estimate, self._imagined = (bind("qpos"), bind("qvel")), bind("sensordata")
        self._felt = np.zeros_like(self._imagined)
        self.sensors = locked(self._felt)
        self.joint_load = JointLoad(sim.model, sim.anatomy, self.sensors)
        self._threshold = load_threshold_n[:, None]

    def imagine(self, qpos: np.ndarray, qvel: np.ndarray, sensors: np.ndarray) -> None:
        """Take over an estimate of the state, and the sensor values that have arrived."""
        for live, values in zip(self._estimate, (qpos, qvel), strict=True):
            live[:] = values
        self._batch.forward(motion_only=True)
        self._felt[:] = sensors
        of_motion = self.sensors_of_motion
        self._felt[:, of_motion] = self._imagined[:, of_motion]

    @property
    def vertical_load(self) -> np.ndarray:
        """Vertical force of the ground on each foot as felt, (n, 2) [N]."""
        load = super().vertical_load
        return np.where(np.abs(load) < self._threshold, 0.0, load)
