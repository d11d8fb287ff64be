"""Many simulations of one body on one ground, stepped together by `mujoco.batch`.

Every part of retrowalk that moves a body steps this class and no other. Arrays are live and
`(n, ...)`. Positions and velocities are those at the present instant; contact and joint forces are
those that acted during the last substep.
"""

from __future__ import annotations

from functools import cached_property

import mujoco
import numpy as np
from mujoco import batch

from ..errors import SimulationError
from ..ground.ground import Ground
from ..ground.surface import EVERY
from .anatomy import Anatomy
from .effect import Effect
from .foot_friction import PRIORITY, Footing
from .joint_sensors import JointLoad, add_joint_sensors
from .model_fields import ModelFields
from .muscle import MuscleSet

MAX_JOINT_SPEED = 100.0  # rad/s or m/s: beyond it a simulation has blown up
_FOUND_FORCE_POSITION = 7  # values of a net contact force sensor: found, force (3), position (3)


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
    data |= 1 << fields.mjCONDATA_POS.value
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


class Simulation:
    """n simulations of one body, on `threads` threads.

    Args:
        spec: the body with the ground already in it; it is changed (sensors are added).
        anatomy: names of the body's parts.
        n: number of simulations. threads: of the batch.
        ground: what the spec's ground is like; None for a flat one with the feet's own friction.

    Attributes:
        model: the compiled model. muscles: parameters of its muscles.
        qpos (n, nq), qvel (n, nv), act, ctrl (n, muscles), applied (n, nv): live state.
        path_length, path_velocity (n, muscles) [m, m/s]; force (n, muscles) [N], negative pulls.
        joint_load: forces in hips, ankles, trunk; moments of the joints' limits; body's spin.
        bias_force (n, nv): gravity, Coriolis and centrifugal forces [N, N.m], as MuJoCo signs them.
        time: (n,) [s] since reset.
        external_force: (n, bodies, 6) force and torque on each body [N, N.m], world frame, at its
            centre of mass; what is written acts during the next `step`, which then zeroes it.
        ground_velocity: (n,) [m/s] of the ground under the feet along world x: a belt; else 0.
        ground_travel: (n,) [m] its integral since reset; x - ground_travel is a place on the belt.
        belt_speed_offset: (n,) [m/s] that hazards add to the speed of a treadmill's belt.
        foot_friction_scale: (n, 2, 3) factor on the friction under each region of each foot.
        fields: per-simulation fields of the model, `fields.set("geom_friction", ids, value, rows)`.
        effects: what acts from outside before every step, the footing first; hazards append.
        reports: what effects report, recorded under its name: (dims, live (n, ...) array).
        valid: (n,) bool, False once a simulation has blown up.

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
    ) -> None:
        _instrument(spec, anatomy)
        try:
            self.model = spec.compile()
        except ValueError as error:
            raise SimulationError(f"the body does not compile: {error}") from error
        self.anatomy, self.n, self.ground = anatomy, n, ground
        try:
            geoms = [[self.model.geom(g).id for g in side] for side in anatomy.region_geoms]
        except KeyError as error:
            raise _lacks_part(error) from error
        footing = Footing(ground, self.model, np.array(geoms, int), self.mass)
        if ground is not None:
            ground.finish(self.model)
        self.muscles = MuscleSet.from_model(self.model)
        self._batch = batch.Batch(self.model, n, threads, persistent=True)
        self.fields = ModelFields(self._batch, None if ground is None else ground.own_model)
        bind = self._batch.bind
        self.time, self.external_force = bind("time"), bind("xfrc_applied")
        self.qpos, self.qvel, self.act, self.ctrl, self.applied = map(
            bind, ("qpos", "qvel", "act", "ctrl", "qfrc_applied")
        )
        self.path_length, self.path_velocity, self.force = map(
            bind, ("actuator_length", "actuator_velocity", "actuator_force")
        )
        self.geom_position, self.body_com = bind("geom_xpos"), bind("xipos")
        self.mocap_position, self.mocap_quaternion = bind("mocap_pos"), bind("mocap_quat")
        self.body_position, self.body_matrix, self.site_position, self.body_quaternion = map(
            bind, ("xpos", "xmat", "site_xpos", "xquat")
        )
        self.passive_force, self.actuator_torque = map(bind, ("qfrc_passive", "qfrc_actuator"))
        self._moment, self._sensors = bind("actuator_moment"), bind("sensordata")
        self._inertia, self.bias_force = bind("M"), bind("qfrc_bias")
        self.valid = np.ones(n, bool)
        self.ground_velocity, self.ground_travel = np.zeros(n), np.zeros(n)
        self.belt_speed_offset = np.zeros(n)
        self.foot_friction_scale = np.ones((n, *np.shape(anatomy.region_geoms)))
        self.reports: dict[str, tuple[tuple[str, ...], np.ndarray]] = {}
        self.effects: list[Effect] = [footing]
        self._find_parts()
        self.reset()

    def _find_parts(self) -> None:
        model, anatomy = self.model, self.anatomy
        try:
            joints = [model.joint(name) for name in anatomy.joints]
            self.root = model.body(anatomy.root).id
            self.trunk = model.body(anatomy.trunk).id
            self.feet = np.array([model.body(name).id for name in anatomy.foot_bodies])
            self.shanks = np.array([model.body(name).id for name in anatomy.knee_bodies])
            self.joint_load = JointLoad(model, anatomy, self._sensors)
            sites = [[model.site(s).id for s in side] for side in anatomy.point_sites]
            adr = {model.sensor(i).name: int(model.sensor(i).adr[0]) for i in range(model.nsensor)}
        except KeyError as error:
            raise _lacks_part(error) from error
        self.joint_qpos = np.array([j.qposadr[0] for j in joints])
        self.joint_dof = np.array([j.dofadr[0] for j in joints])
        self._points = np.array(sites)
        self._com, self._com_velocity = adr["com_position"], adr["com_velocity"]
        self._regions = np.array(
            [[adr[f"contact_{g}"] for g in side] for side in anatomy.region_geoms]
        )
        self._vertical = self._regions + 3
        self._falls = np.array([adr[f"contact_{g}"] for g in anatomy.fall_geoms])
        self._knees = np.array([adr[f"knee_force_{i}"] for i in range(len(anatomy.knee_bodies))])
        data = mujoco.MjData(model)
        mujoco.mj_forward(model, data)
        self._moment_row = np.repeat(np.arange(model.nu), data.moment_rownnz)
        self._moment_column = data.moment_colind.copy()
        self._arm = np.zeros((self.n, model.nu, model.nv))
        row = np.repeat(np.arange(model.nv), model.M_rownnz)
        self._inertia_at = np.zeros((model.nv, model.nv), int)
        for entry, (i, j) in enumerate(zip(row, model.M_colind, strict=True)):
            self._inertia_at[i, j] = self._inertia_at[j, i] = entry

    @cached_property
    def time_step(self) -> float:
        """Physics time step [s]."""
        return float(self.model.opt.timestep)

    @cached_property
    def mass(self) -> float:
        """Mass of the body [kg]."""
        return float(self.model.body_mass.sum())

    @cached_property
    def com(self) -> np.ndarray:
        """Centre of mass of the body, live (n, 3) [m], world frame."""
        return self._sensors[:, self._com : self._com + 3]

    @cached_property
    def com_velocity(self) -> np.ndarray:
        """Velocity of the centre of mass, live (n, 3) [m/s], world frame."""
        return self._sensors[:, self._com_velocity : self._com_velocity + 3]

    @property
    def ground_force(self) -> np.ndarray:
        """Force of the ground on each region of each foot, (n, 2, 3, 3) [N], world frame."""
        columns = self._regions[:, :, None] + np.arange(1, 4)
        return -self._sensors[:, columns]

    @property
    def vertical_load(self) -> np.ndarray:
        """Vertical force of the ground on each foot, (n, 2) [N]."""
        return -np.add.reduce(self._vertical_forces, -1)

    @cached_property
    def _vertical_forces(self) -> np.ndarray:
        """Values of the sensors of the regions' vertical forces, live (n, 2, 3) [N]."""
        columns = self._vertical.ravel()
        step = columns[1] - columns[0]  # as `_instrument` adds them, one after the other
        live = self._sensors[:, columns[0] : columns[-1] + 1 : step]
        return live.reshape(self.n, *self._vertical.shape)

    @property
    def contact_position(self) -> np.ndarray:
        """Force-weighted centre of each region's contacts, (n, 2, 3, 3) [m]; 0 without contact."""
        columns = self._regions[:, :, None] + np.arange(4, _FOUND_FORCE_POSITION)
        return self._sensors[:, columns]

    @property
    def fall_contact(self) -> np.ndarray:
        """True where a part that only a fall brings down touches the ground, (n,)."""
        return np.logical_or.reduce(self._fall_found, 1)

    @cached_property
    def _fall_found(self) -> np.ndarray:
        """How many contacts each of those parts has, live (n, parts)."""
        first = self._falls[0] if len(self._falls) else 0
        return self._sensors[:, first : first + len(self._falls)]

    @property
    def knee_force(self) -> np.ndarray:
        """Joint contact force of the thigh on the shank at each knee, (n, 2, 3) [N], shank frame.

        With the pulls of the muscles that cross the knee: MuJoCo's force sensor counts spatial
        tendons among the forces on a body (a test holds it to that). Negative z presses the knee
        together.
        """
        return self._sensors[:, self._knees[:, None] + np.arange(3)]

    @property
    def points(self) -> np.ndarray:
        """Points of the feet (`anatomy.POINTS`), (n, 2, points, 3) [m], world frame."""
        ankles = self.body_position[:, self.feet, None]
        return np.concatenate([self.site_position[:, self._points], ankles], axis=2)

    @property
    def sole_height(self) -> np.ndarray:
        """Height of the same points but the ankles, (n, 2, points) [m]."""
        if self.n == 1:
            return self.site_position[0, :, 2].take(self._points)[None]
        return self.site_position[:, self._points, 2]

    @property
    def moment_arm(self) -> np.ndarray:
        """Derivative of path lengths by dofs, (n, muscles, nv) [m]; torque = -arm * tension."""
        self._arm[:, self._moment_row, self._moment_column] = self._moment
        return self._arm

    def inertia(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Entries (n, rows, columns) of the joint-space inertia matrix [kg, kg m, kg m^2].

        Only pairs of dofs of which one moves the other are meant: others are zero in truth, and
        give nonsense here.
        """
        return self._inertia[:, self._inertia_at[np.ix_(rows, columns)]]

    @property
    def fibre_length(self) -> np.ndarray:
        """Fibre length in optimal lengths, (n, muscles)."""
        return self.muscles.fibre_length(self.path_length)

    @property
    def fibre_velocity(self) -> np.ndarray:
        """Fibre velocity in optimal lengths a second, lengthening positive, (n, muscles)."""
        return self.muscles.fibre_velocity(self.path_velocity)

    def ground_height(self, xy: np.ndarray, ids: np.ndarray | slice = EVERY) -> np.ndarray:
        """Height (k, points) [m] of the ground of simulations `ids` at `xy`, (k, points, 2) [m]."""
        ground = self.ground
        if ground is None or ground.is_level:
            return np.zeros(xy.shape[:-1])
        return ground.height(xy, ids)

    def reset(self, ids: np.ndarray | None = None) -> None:
        """Put simulations `ids` (all: None) back to the model's defaults and make them valid."""
        every = np.arange(self.n) if ids is None else np.asarray(ids)
        self._batch.reset(ids=every.astype(np.int32))
        self.valid[every] = True
        self.ground_velocity[every] = self.ground_travel[every] = 0.0
        self.foot_friction_scale[every], self.belt_speed_offset[every] = 1.0, 0.0
        for effect in self.effects:
            effect.reset(self, every)

    def forward(self, ids: np.ndarray | None = None) -> None:
        """Compute everything that depends on the state of simulations `ids` (all: None)."""
        self._batch.forward(ids=None if ids is None else np.asarray(ids, np.int32))

    def step(self, substeps: int) -> None:
        """Advance all simulations by `substeps` time steps with `ctrl` held.

        A simulation that has blown up (not finite, MuJoCo's warning, absurd speed) is marked
        invalid and put to rest in the model's default pose; it never stops the others.
        """
        duration = substeps * self.time_step
        for effect in self.effects:
            effect.act(self, duration)
        self.ground_travel += duration * self.ground_velocity
        try:
            self._batch.step(nstep=substeps, stage=_UP_TO_VELOCITY)
            failed = None
        except batch.SimulationError as error:
            failed = np.zeros(self.n, bool)
            failed[error.ids] = True
        self.external_force.fill(0.0)
        if failed is None and not self._batch.warning.tobytes().strip(b"\0") and self._all_slow():
            return
        failed = np.zeros(self.n, bool) if failed is None else failed
        warned = self._batch.warning[:, _BLOWN_UP, 1].any(1)
        speed = np.abs(self.qvel).max(1)
        failed |= warned | ~(speed < MAX_JOINT_SPEED)
        if failed.any():
            self.valid[failed] = False
            self._batch.warning[failed] = 0
            self._batch.reset(ids=np.flatnonzero(failed).astype(np.int32))

    def _all_slow(self) -> bool:
        """Whether no joint is absurdly fast; of a few walkers all squares together tell."""
        fast = MAX_JOINT_SPEED
        slow = np.vdot(self.qvel, self.qvel) < fast**2
        return bool(slow or np.maximum.reduce(np.abs(self.qvel), axis=None) < fast)


def _lacks_part(error: KeyError) -> SimulationError:
    reason = str(error).split(". Valid")[0]
    return SimulationError(f"the body lacks a part: {reason}")


_UP_TO_VELOCITY = mujoco.mjtStage.mjSTAGE_VEL.value
_BLOWN_UP = np.array(
    [
        mujoco.mjtWarning.mjWARN_BADQPOS.value,
        mujoco.mjtWarning.mjWARN_BADQVEL.value,
        mujoco.mjtWarning.mjWARN_BADQACC.value,
        mujoco.mjtWarning.mjWARN_BADCTRL.value,
    ]
)
