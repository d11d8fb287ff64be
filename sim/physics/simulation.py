"""Many simulations of one body on one ground, stepped together by a `Backend`.

Every part of retrowalk that moves a body steps this class and no other.
"""

from __future__ import annotations

from functools import cached_property
from typing import Protocol

import mujoco
import numpy as np

from ..errors import SimulationError
from ..ground.ground import Ground
from ..shortage import raise_shortage
from .anatomy import Anatomy
from .backend import Backend, CpuBatch, MakeBackend
from .body_state import BodyState, lacks_part
from .foot_friction import PRIORITY, Footing
from .joint_sensors import add_joint_sensors
from .model_fields import ModelFields

MAX_JOINT_SPEED = 100.0  # rad/s or m/s: beyond it a simulation has blown up


def _instrument(spec: mujoco.MjSpec, anatomy: Anatomy) -> None:
    """Add the sensors that recordings and gaits read."""
    sensor, body, geom, site = (
        mujoco.mjtSensor,
        mujoco.mjtObj.mjOBJ_BODY,
        mujoco.mjtObj.mjOBJ_GEOM,
        mujoco.mjtObj.mjOBJ_SITE,
    )

    def add(name: str, kind: mujoco.mjtSensor, objtype: mujoco.mjtObj, objname: str) -> None:
        spec.add_sensor(name=name, type=kind, objtype=objtype, objname=objname)

    add("com_position", sensor.mjSENS_SUBTREECOM, body, anatomy.root)
    add("com_velocity", sensor.mjSENS_SUBTREELINVEL, body, anatomy.root)
    fields = mujoco.mjtConDataField
    data = (1 << fields.mjCONDATA_FOUND.value) | (1 << fields.mjCONDATA_FORCE.value)
    data |= (1 << fields.mjCONDATA_TORQUE.value) | (1 << fields.mjCONDATA_POS.value)
    net_force = 3  # reduce="netforce": force-weighted centroid, world frame
    for geoms in anatomy.region_geoms:
        for name in geoms:
            one = spec.add_sensor(
                name=f"contact_{name}", type=sensor.mjSENS_CONTACT, objtype=geom, objname=name
            )
            one.intprm[:3] = [data, net_force, 1]
            spec.geom(name).priority = PRIORITY
    for name in anatomy.fall_geoms:
        one = spec.add_sensor(
            name=f"contact_{name}", type=sensor.mjSENS_CONTACT, objtype=geom, objname=name
        )
        one.intprm[:3] = [1 << fields.mjCONDATA_FOUND.value, 0, 1]
    for i, name in enumerate(anatomy.knee_bodies):
        spec.body(name).add_site(name=f"knee_force_{i}", size=[0.001] * 3, group=5)
        add(f"knee_force_{i}", sensor.mjSENS_FORCE, site, f"knee_force_{i}")
    add_joint_sensors(spec, anatomy)


class Simulation(BodyState):
    """n simulations of one body, on `threads` threads.

    Args:
        spec: the body with the ground already in it; it is changed (sensors are added).
        anatomy: names of the body's parts.
        n: number of simulations. threads: of the batch.
        ground: what the spec's ground is like; None for a flat one with the feet's own friction.
        backend: makes the batch that steps them.
        shoe_friction: factor on the friction of any ground under the feet.

    Attributes:
        external_force: as of `BodyState`; what is written acts during the next `step`, which then
            zeroes it.
        belt_speed_offset: (n,) [m/s] that hazards add to the speed of a treadmill's belt.
        foot_friction_scale: (n, 2, 3) factor on the friction under each region of each foot.
        fields: per-simulation fields of the model, `fields.set("geom_friction", ids, value, rows)`.
        effects: what acts from outside before every step, the footing first; hazards append.
        reports: what effects report, recorded under its name: (dims, live (n, ...) array).

    Raises:
        SimulationError: the model does not compile or lacks a part that `anatomy` names.
    """

    def __init__(
        self,
        spec: mujoco.MjSpec,
        anatomy: Anatomy,
        n: int,
        threads: int = 1,
        ground: Ground | None = None,
        backend: MakeBackend = CpuBatch,
        shoe_friction: float = 1.0,
    ) -> None:
        _instrument(spec, anatomy)
        try:
            model = spec.compile()
        except ValueError as error:
            raise_shortage(error)
            raise SimulationError(f"the body does not compile: {error}") from error
        try:
            geoms = [[model.geom(g).id for g in side] for side in anatomy.region_geoms]
        except KeyError as error:
            raise lacks_part(error) from error
        mass_kg = float(model.body_mass.sum())
        footing = Footing(ground, model, np.array(geoms, int), mass_kg, shoe_friction)
        if ground is not None:
            ground.finish(model)
        batch = backend(model, n, threads)
        fields = ModelFields(batch, None if ground is None else ground.own_model)
        super().__init__(batch, anatomy, ground)
        self._batch, self._make_batch, self.fields = batch, backend, fields
        self.shoe_friction = shoe_friction
        self.belt_speed_offset = np.zeros(n)
        self.foot_friction_scale = np.ones((n, *np.shape(anatomy.region_geoms)))
        self.reports: dict[str, tuple[tuple[str, ...], np.ndarray]] = {}
        self.effects: list[Effect] = [footing]
        self.reset()

    @property
    def batch(self) -> Backend:
        """What steps them."""
        return self._batch

    @cached_property
    def state(self) -> BodyState:
        """What gaits, senses and observations may see of it, live."""
        return self.read_only()

    def bind(self, name: str) -> np.ndarray:
        """Return array `name` of MjData, live, (n, ...)."""
        return self._batch.bind(name)

    def twin(self, model: mujoco.MjModel | None = None) -> Backend:
        """Return another batch of as many simulations, of `model` or the same one."""
        return self._make_batch(self.model if model is None else model, self.n, 1)

    def reset(self, ids: np.ndarray | None = None) -> None:
        """Put simulations `ids` (all: None) back to the model's defaults and make them valid."""
        every = np.arange(self.n) if ids is None else np.asarray(ids)
        self._batch.reset(every)
        self.valid[every] = True
        self.ground_velocity[every] = self.ground_travel[every] = 0.0
        self.foot_friction_scale[every], self.belt_speed_offset[every] = 1.0, 0.0
        for effect in self.effects:
            effect.reset(self, every)

    def settle_coupled(self, ids: np.ndarray) -> None:
        """Put the joints that follow others where these have them, of simulations `ids`."""
        if len(self.coupled):
            qpos, qvel = self.qpos[ids], self.qvel[ids]
            self.coupled.settle(qpos, qvel)
            self.qpos[ids], self.qvel[ids] = qpos, qvel

    def forward(self, ids: np.ndarray | None = None) -> None:
        """Compute everything that depends on the state of simulations `ids` (all: None)."""
        self._batch.forward(ids)

    def step(self, substeps: int, ids: np.ndarray | None = None) -> None:
        """Advance simulations `ids` (None: all) by `substeps` time steps with `ctrl` held.

        A simulation that has blown up (not finite, MuJoCo's warning, absurd speed) is marked
        invalid and put to rest in the model's default pose; it never stops the others.
        """
        duration = substeps * self.time_step
        for effect in self.effects:
            effect.act(self, duration)
        self.ground_travel += duration * self.ground_velocity
        stuck = self._batch.step(substeps, ids)
        self.external_force.fill(0.0)
        warnings = self._batch.warnings
        if not len(stuck) and not warnings.tobytes().strip(b"\0") and self._all_slow():
            return
        failed = np.zeros(self.n, bool)
        failed[np.array(stuck, int)] = True
        warned = warnings[:, _BLOWN_UP, 1].any(1)
        speed = np.abs(self.qvel).max(1)
        failed |= warned | ~(speed < MAX_JOINT_SPEED)
        if failed.any():
            self.valid[failed] = False
            warnings[failed] = 0
            self._batch.reset(np.flatnonzero(failed))

    def _all_slow(self) -> bool:
        """Whether no joint is absurdly fast; of a few walkers all squares together tell."""
        fast = MAX_JOINT_SPEED
        slow = np.vdot(self.qvel, self.qvel) < fast**2
        return bool(slow or np.maximum.reduce(np.abs(self.qvel), axis=None) < fast)


_BLOWN_UP = np.array(
    [
        mujoco.mjtWarning.mjWARN_BADQPOS.value,
        mujoco.mjtWarning.mjWARN_BADQVEL.value,
        mujoco.mjtWarning.mjWARN_BADQACC.value,
        mujoco.mjtWarning.mjWARN_BADCTRL.value,
    ]
)


class Effect(Protocol):
    """An external effect. `Simulation.effects` holds the active ones, in order.

    An effect may add to `sim.external_force`, multiply `sim.foot_friction_scale`, set
    `sim.ground_velocity` and write model fields through `sim.fields`.
    """

    def reset(self, sim: Simulation, ids: np.ndarray) -> None:
        """Start anew in simulations `ids`, whose state is the model's default."""
        ...

    def act(self, sim: Simulation, duration_s: float) -> None:
        """Act during the coming `duration_s`; called at the start of every `Simulation.step`."""
        ...
