"""What a gait senses of the body: the simulation itself, or one that is delayed and noisy.

The walker's estimate of its own state (`qpos`, `qvel`) is the true state, late and with coloured
noise; a second batch of the same model computes from it whatever follows from a state: positions,
centre of mass, inertia. Foot loads and other sensor values are late too, and light loads are not
felt. Muscles are no sense: their states, lengths and moment arms are those of the body.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import mujoco
import numpy as np
from mujoco import batch

from ..models.senses import CHANNELS, Senses
from ..models.walker import Walker
from ..sim.errors import SimulationError
from ..sim.joint_load import JointLoad
from ..sim.simulation import Simulation

CORRELATION_S = {
    "tilt": 0.5,
    "turn": 0.1,
    "position": 0.5,
    "velocity": 0.2,
    "joint": 0.2,
    "joint_rate": 0.1,
}
"""Time constants of the noise by channel [s]: chosen, of the order of a step and less."""

_ROOT_QPOS, _ROOT_DOF = 7, 6
_BLOCK = 256  # control steps of noise drawn at once


class Perception:
    """The senses of the walkers of a simulation; call `sense` once each control period.

    Args:
        sim: the simulation. walkers: one for all, or one for each simulation.
        period_s: control period of the gait.
        lapses: whether `attention` may fall during a trial.

    Attributes:
        attention: (n,) 1 on walking to 0 elsewhere; may be written at any time where `lapses`.
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
        self._live = bool(disturbed or lapses)
        if not self._live:
            return
        worst = self._senses.excess(np.zeros(sim.n))
        longest = max(worst.reflex_delay_s.max(), worst.central_delay_s.max())
        self._view = PerceivedSimulation(sim, self._senses.load_threshold_n)
        self._qpos, self._qvel, self._sensors = (
            _History(array, int(np.ceil(longest / period_s)) + 2)
            for array in (sim.qpos, sim.qvel, sim._sensors)
        )
        self._noise = _ColouredNoise(sim.n, len(sim.joint_qpos), period_s)

    def reset(self, ids: np.ndarray, rngs: Sequence[np.random.Generator]) -> None:
        """Start simulations `ids` anew from their present state; `rngs[i]` is `ids[i]`'s."""
        self.attention[ids] = self._attention[ids]
        if self._live:
            for history in (self._qpos, self._qvel, self._sensors):
                history.fill(ids)
            self._noise.reset(ids, rngs)

    def sense(self) -> Simulation:
        """Return what the gait may know of the body now; the simulation itself where that is all.

        Where a simulation is not disturbed its rows are the body's own, bit for bit.
        """
        if not self._live:
            return self._sim
        for history in (self._qpos, self._qvel, self._sensors):
            history.push()
        noise = self._noise.advance()
        excess = self._senses.excess(self.attention)
        rows = np.flatnonzero(excess.disturbed)
        if not rows.size:
            return self._sim
        sim, view = self._sim, self._view
        late = excess.central_delay_s[rows] / self._period
        soon = excess.reflex_delay_s[rows] / self._period
        error = {c: noise[c][rows] * excess.noise[rows, i, None] for i, c in enumerate(CHANNELS)}
        qpos, qvel = sim.qpos.copy(), sim.qvel.copy()
        root, joints = self._qpos.at(rows, late), self._qpos.at(rows, soon)
        joints[:, :_ROOT_QPOS] = root[:, :_ROOT_QPOS]
        joints[:, :3] += error["position"]
        joints[:, 3:7] = _turned(joints[:, 3:7], error["tilt"])
        joints[:, sim.joint_qpos] += error["joint"]
        qpos[rows] = joints
        root, rates = self._qvel.at(rows, late), self._qvel.at(rows, soon)
        rates[:, :_ROOT_DOF] = root[:, :_ROOT_DOF]
        rates[:, :3] += error["velocity"]
        rates[:, 3:6] += error["turn"]
        rates[:, sim.joint_dof] += error["joint_rate"]
        qvel[rows] = rates
        sensors = sim._sensors.copy()
        sensors[rows] = self._sensors.at(rows, soon)
        view.imagine(qpos, qvel, sensors)
        return view


class PerceivedSimulation(Simulation):
    """A simulation as its walkers sense it: read it, never step it.

    State, and all that follows from it, is the walkers' estimate; sensor values are late; every
    other attribute is the body's.
    """

    def __init__(self, sim: Simulation, load_threshold_n: np.ndarray) -> None:
        self._body = sim
        model = copy.copy(sim.model)
        disable = mujoco.mjtDisableBit
        model.opt.disableflags |= disable.mjDSBL_CONTACT | disable.mjDSBL_CONSTRAINT
        self._batch = batch.Batch(model, sim.n, 1, persistent=True)
        bind = self._batch.bind
        self.qpos, self.qvel = bind("qpos"), bind("qvel")
        self.body_position, self.body_matrix, self.site_position, self.body_quaternion = map(
            bind, ("xpos", "xmat", "site_xpos", "xquat")
        )
        self._inertia, self.bias_force = bind("M"), bind("qfrc_bias")
        self._imagined = bind("sensordata")
        self._sensors = np.zeros_like(self._imagined)
        self._of_state = np.r_[sim._com : sim._com + 3, sim._com_velocity : sim._com_velocity + 3]
        self.joint_load = JointLoad(sim.model, sim.anatomy, self._sensors)
        self._threshold = load_threshold_n[:, None]

    def __getattr__(self, name: str) -> Any:
        if name == "_body":  # not yet there
            raise AttributeError(name)
        return getattr(self._body, name)

    def imagine(self, qpos: np.ndarray, qvel: np.ndarray, sensors: np.ndarray) -> None:
        """Take over an estimate of the state, and the sensor values that have arrived."""
        self.qpos[:], self.qvel[:] = qpos, qvel
        self._batch.forward(stage=mujoco.mjtStage.mjSTAGE_VEL.value)
        self._sensors[:] = sensors
        self._sensors[:, self._of_state] = self._imagined[:, self._of_state]

    @property
    def vertical_load(self) -> np.ndarray:
        """Vertical force of the ground on each foot as felt, (n, 2) [N]."""
        load = super().vertical_load
        return np.where(np.abs(load) < self._threshold, 0.0, load)

    def reset(self, ids: np.ndarray | None = None) -> None:
        """Refused: what is sensed cannot be changed."""
        raise SimulationError("a perceived simulation can only be read")

    forward = step = reset  # pyright: ignore[reportAssignmentType]


class _History:
    """The last `length` values of a live array (n, k), the newest at index `self._now`."""

    def __init__(self, live: np.ndarray, length: int) -> None:
        self._live, self._now = live, 0
        self._past = np.repeat(live[None], length, axis=0)

    def fill(self, ids: np.ndarray) -> None:
        self._past[:, ids] = self._live[ids]

    def push(self) -> None:
        self._now = (self._now + 1) % len(self._past)
        self._past[self._now] = self._live

    def at(self, rows: np.ndarray, ago: np.ndarray) -> np.ndarray:
        """Values (rows, k) of `rows` `ago` (rows,) steps ago, linear in between."""
        whole = np.floor(ago).astype(int)
        part = (ago - whole)[:, None]
        newer = self._past[(self._now - whole) % len(self._past), rows]
        older = self._past[(self._now - whole - 1) % len(self._past), rows]
        return newer + part * (older - newer)


class _ColouredNoise:
    """Ornstein-Uhlenbeck noise of unit variance, each trial's from its own generator."""

    def __init__(self, n: int, joints: int, period_s: float) -> None:
        widths = {c: joints if c.startswith("joint") else 3 for c in CHANNELS}
        ends = np.cumsum(list(widths.values()))
        self._columns = {
            c: slice(end - widths[c], end) for c, end in zip(CHANNELS, ends, strict=True)
        }
        keep = np.concatenate(
            [np.full(widths[c], np.exp(-period_s / CORRELATION_S[c])) for c in CHANNELS]
        )
        self._keep, self._add = keep, np.sqrt(1.0 - keep**2)
        self._value = np.zeros((n, ends[-1]))
        self._fresh = np.zeros((n, _BLOCK, ends[-1]))
        self._used = np.full(n, _BLOCK)
        self._rngs: list[np.random.Generator | None] = [None] * n

    def reset(self, ids: np.ndarray, rngs: Sequence[np.random.Generator]) -> None:
        for i, rng in zip(ids, rngs, strict=True):
            self._rngs[i] = rng
            self._value[i] = rng.standard_normal(self._value.shape[1])
            self._used[i] = _BLOCK

    def advance(self) -> dict[str, np.ndarray]:
        """Go on by one control period; return the values by channel, (n, width) each."""
        for i in np.flatnonzero(self._used == _BLOCK):
            rng = self._rngs[i]
            if rng is None:
                raise SimulationError("the senses were not reset before they were used")
            self._fresh[i] = rng.standard_normal(self._fresh.shape[1:])
            self._used[i] = 0
        drawn = self._fresh[np.arange(len(self._used)), self._used]
        self._used += 1
        self._value = self._keep * self._value + self._add * drawn
        return {c: self._value[:, columns] for c, columns in self._columns.items()}


def _turned(quaternion: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Unit quaternions (k, 4) turned by small rotation vectors `turn` (k, 3) of the world [rad]."""
    w, v = quaternion[:, :1], quaternion[:, 1:]
    half = 0.5 * turn
    turned = np.concatenate(
        [w - (half * v).sum(1, keepdims=True), v + w * half + np.cross(half, v)], axis=1
    )
    return turned / np.linalg.norm(turned, axis=1, keepdims=True)
