"""Read-only state of many bodies of one model, and all quantities derived from it.

Gaits, senses and observations see this and no more. Arrays are live and `(n, ...)`. Positions and
velocities are those at the present instant; contact and joint forces are those that acted during
the last substep.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Protocol

import mujoco
import numpy as np

from ..errors import SimulationError
from ..ground.ground import Ground
from ..ground.surface import EVERY
from ..plain_values import is_array
from .actuators import actuator_kinds
from .anatomy import Anatomy
from .coupled_joints import CoupledJoints
from .joint_sensors import JointLoad
from .muscle import MuscleSet
from .root_pose import root_pose

_FOUND_FORCE_TORQUE_POSITION = (0, 1, 4, 7, 10)
"""Where the values of a net contact force sensor begin: found, force, torque, position; its end."""


class Bound(Protocol):
    """What a state takes of a `Backend`."""

    @property
    def model(self) -> mujoco.MjModel:
        """The model that all share."""
        ...

    @property
    def n(self) -> int:
        """Number of bodies."""
        ...

    def bind(self, name: str) -> np.ndarray:
        """Return array `name` of MjData, live, (n, ...)."""
        ...


class BodyState:
    """Present state of n bodies of one model.

    Args:
        batch: that holds them. anatomy: names of the body's parts.
        ground: what the model's ground is like; None for a flat one.

    Attributes:
        model: the compiled model.
        muscles: their parameters.
        qpos (n, nq), qvel (n, nv), act, ctrl (n, actuators), applied (n, nv): live state.
        root_pose: which of their coordinates place the root.
        coupled: joints that follow others.
        actuators: which of them are muscles and which are motors.
        path_length, path_velocity (n, actuators) [m, m/s]; force (n, actuators) of a muscle [N],
            negative pulls; of a motor its torque [N.m].
        joint_load: forces in hips, ankles, trunk; moments of the joints' limits; body's spin.
        bias_force (n, nv): gravity, Coriolis and centrifugal forces [N, N.m], as MuJoCo signs them.
        sensors: (n, values) of the model's sensors, which the properties name.
        time: (n,) [s] since reset.
        external_force: (n, bodies, 6) force and torque on each body [N, N.m], world frame, at its
            centre of mass.
        ground_velocity: (n,) [m/s] of the ground under the feet along world x: a belt; else 0.
        ground_travel: (n,) [m] its integral since reset; x - ground_travel is a place on the belt.
        valid: (n,) bool, False once a simulation has blown up.

    Raises:
        SimulationError: the model lacks a part that `anatomy` names.
    """

    def __init__(self, batch: Bound, anatomy: Anatomy, ground: Ground | None) -> None:
        self.model, self.anatomy, self.n, self.ground = batch.model, anatomy, batch.n, ground
        self.actuators = actuator_kinds(self.model)
        every = len(self.actuators.muscles) == self.model.nu
        self._muscle_at = EVERY if every else self.actuators.muscles
        self.muscles = MuscleSet.from_model(self.model)
        bind = batch.bind
        self.time, self.external_force = bind("time"), bind("xfrc_applied")
        self.act, self.ctrl, self.applied = bind("act"), bind("ctrl"), bind("qfrc_applied")
        self.path_length, self.path_velocity, self.force = map(
            bind, ("actuator_length", "actuator_velocity", "actuator_force")
        )
        self.mocap_position, self.mocap_quaternion = bind("mocap_pos"), bind("mocap_quat")
        self.passive_force, self.actuator_torque = map(bind, ("qfrc_passive", "qfrc_actuator"))
        self._moment, self.sensors = bind("actuator_moment"), bind("sensordata")
        self._bind_motion(bind)
        self.valid = np.ones(self.n, bool)
        self.ground_velocity: np.ndarray = np.zeros(self.n)
        self.ground_travel: np.ndarray = np.zeros(self.n)
        self._find_parts()
        self._all_there_is = dict(vars(self))

    def _bind_motion(self, bind: Callable[[str], np.ndarray]) -> None:
        """Bind positions, velocities and what depends on these alone."""
        self.qpos, self.qvel = bind("qpos"), bind("qvel")
        self.geom_position, self.body_com = bind("geom_xpos"), bind("xipos")
        self.body_position, self.body_matrix, self.site_position, self.body_quaternion = map(
            bind, ("xpos", "xmat", "site_xpos", "xquat")
        )
        self._inertia, self.bias_force = bind("M"), bind("qfrc_bias")

    def read_only(self) -> BodyState:
        """Return the same live state with read-only arrays."""
        view = BodyState.__new__(BodyState)
        view._look_at(self)
        return view

    def _look_at(self, other: BodyState) -> None:
        """Take over all attributes of `other` as live, read-only views."""
        vars(self).update({name: locked(value) for name, value in other._all_there_is.items()})
        self._arm = np.zeros_like(self._arm)  # written whenever it is asked for
        self._all_there_is = other._all_there_is

    def _find_parts(self) -> None:
        model, anatomy = self.model, self.anatomy
        try:
            joints = [model.joint(name) for name in anatomy.joints]
            self.root = model.body(anatomy.root).id
            self.trunk = model.body(anatomy.trunk).id
            self.feet = np.array([model.body(name).id for name in anatomy.foot_bodies])
            self.shanks = np.array([model.body(name).id for name in anatomy.knee_bodies])
            self.joint_load = JointLoad(model, anatomy, self.sensors)
            sites = [[model.site(s).id for s in side] for side in anatomy.point_sites]
            adr = {model.sensor(i).name: int(model.sensor(i).adr[0]) for i in range(model.nsensor)}
        except KeyError as error:
            raise lacks_part(error) from error
        self.root_pose = root_pose(model, anatomy.root)
        self.coupled = CoupledJoints(model)
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
        row = np.repeat(np.arange(model.nu), data.moment_rownnz)
        self._moment_at = row * model.nv + data.moment_colind
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

    @property
    def root_position(self) -> np.ndarray:
        """Origin of the root, (n, 3) [m], world frame."""
        return self.root_pose.position(self.qpos)

    @property
    def root_velocity(self) -> np.ndarray:
        """Velocity of the root's origin, (n, 3) [m/s], world frame."""
        return self.root_pose.velocity(self.qvel)

    @property
    def root_spin(self) -> np.ndarray:
        """Angular velocity of the root, (n, 3) [rad/s], in its own frame."""
        return self.root_pose.spin(self.qvel)

    @cached_property
    def com(self) -> np.ndarray:
        """Centre of mass of the body, live (n, 3) [m], world frame."""
        return self.sensors[:, self._com : self._com + 3]

    @cached_property
    def com_velocity(self) -> np.ndarray:
        """Velocity of the centre of mass, live (n, 3) [m/s], world frame."""
        return self.sensors[:, self._com_velocity : self._com_velocity + 3]

    @property
    def ground_force(self) -> np.ndarray:
        """Force of the ground on each region of each foot, (n, 2, 3, 3) [N], world frame."""
        return -self._of_regions(1)

    @property
    def vertical_load(self) -> np.ndarray:
        """Vertical force of the ground on each foot, (n, 2) [N]."""
        return -np.add.reduce(self._vertical_forces, -1)

    @cached_property
    def _vertical_forces(self) -> np.ndarray:
        """Values of the sensors of the regions' vertical forces, live (n, 2, 3) [N]."""
        columns = self._vertical.ravel()
        step = columns[1] - columns[0]  # as `_instrument` adds them, one after the other
        live = self.sensors[:, columns[0] : columns[-1] + 1 : step]
        return live.reshape(self.n, *self._vertical.shape)

    @property
    def contact_position(self) -> np.ndarray:
        """Force-weighted centre of each region's contacts, (n, 2, 3, 3) [m]; 0 without contact."""
        return self._of_regions(3)

    @property
    def contact_torque(self) -> np.ndarray:
        """Torque of the ground on each region of each foot, (n, 2, 3, 3) [N.m].

        About the region's `contact_position`, world frame; 0 without contact.
        """
        return -self._of_regions(2)

    def _of_regions(self, value: int) -> np.ndarray:
        """Return one value of the regions' contact sensors, (n, 2, 3, 3)."""
        first, end = _FOUND_FORCE_TORQUE_POSITION[value : value + 2]
        return self.sensors[:, self._regions[:, :, None] + np.arange(first, end)]

    @property
    def fall_contact(self) -> np.ndarray:
        """True where a part that touches the ground only in a fall does so, (n,)."""
        return np.logical_or.reduce(self._fall_found, 1)

    @cached_property
    def _fall_found(self) -> np.ndarray:
        """How many contacts each of those parts has, live (n, parts)."""
        first = self._falls[0] if len(self._falls) else 0
        return self.sensors[:, first : first + len(self._falls)]

    @property
    def knee_force(self) -> np.ndarray:
        """Joint contact force of the thigh on the shank at each knee, (n, 2, 3) [N], shank frame.

        With the pulls of the muscles that cross the knee: MuJoCo's force sensor counts spatial
        tendons among the forces on a body (a test holds it to that). Negative z presses the knee
        together.
        """
        return self.sensors[:, self._knees[:, None] + np.arange(3)]

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
        """Derivative of path lengths by dofs, (n, muscles, nv) [m]; torque = -arm * tension.

        That of a joint which others follow is with all that they move.
        """
        self._arm.reshape(self.n, -1)[:, self._moment_at] = self._moment
        if len(self.coupled):
            self.coupled.lump(self._arm, self.qpos)
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
        return self.muscles.fibre_length(self.path_length[:, self._muscle_at])

    @property
    def fibre_velocity(self) -> np.ndarray:
        """Fibre velocity in optimal lengths a second, lengthening positive, (n, muscles)."""
        return self.muscles.fibre_velocity(self.path_velocity[:, self._muscle_at])

    @property
    def activation(self) -> np.ndarray:
        """Activation of the muscles, (n, muscles), 0 to 1."""
        return self.act if len(self.actuators.muscles) else self.act[:, :0]

    @property
    def excitation(self) -> np.ndarray:
        """Excitation of the muscles, (n, muscles), 0 to 1."""
        return self.ctrl[:, self._muscle_at]

    @property
    def tension(self) -> np.ndarray:
        """Tension of the muscles, (n, muscles) [N]."""
        return -self.force[:, self._muscle_at]

    @property
    def motor_torque(self) -> np.ndarray:
        """Torque of the motors about their joints, (n, motors) [N.m]."""
        return self.force[:, self.actuators.motors]

    @property
    def exertion(self) -> np.ndarray:
        """Effort of each actuator, (n, actuators), 0 to 1.

        Of a muscle its activation; of a motor its torque over the largest in that direction.
        """
        motors = self.actuators.motors
        if not len(motors):
            return self.act
        low, high = self.model.actuator_ctrlrange[motors].T
        torque = self.force[:, motors]
        exertion = np.empty(self.force.shape)
        if len(self.actuators.muscles):
            exertion[:, self.actuators.muscles] = self.act
        exertion[:, motors] = torque / np.where(torque < 0.0, low, high)
        return exertion

    def ground_height(self, xy: np.ndarray, ids: np.ndarray | slice = EVERY) -> np.ndarray:
        """Height (k, points) [m] of the ground of simulations `ids` at `xy`, (k, points, 2) [m]."""
        ground = self.ground
        if ground is None or ground.is_level:
            return np.zeros(xy.shape[:-1])
        return ground.height(xy, ids)

    @property
    def sensors_of_motion(self) -> np.ndarray:
        """Columns of `sensors` that follow from positions and velocities alone."""
        return np.r_[self._com : self._com + 3, self._com_velocity : self._com_velocity + 3]


def lacks_part(error: KeyError) -> SimulationError:
    """Return the `ConfigError` for a model that lacks a part, from MuJoCo's KeyError."""
    reason = str(error).split(". Valid")[0]
    return SimulationError(f"the body lacks a part: {reason}")


def locked(value: Any) -> Any:
    """Return a read-only view of an array, anything else unchanged."""
    if not is_array(value):
        return value
    view = value.view()
    view.flags.writeable = False
    return view
