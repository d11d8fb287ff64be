"""Recording of a batch, sampled each control step; contents in `docs/develop/contracts.md`."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from .anatomy import FEET, POINTS, REGIONS
from .contact import STANDS_N
from .muscle_pull import JointPulls
from .recorded_variables import described
from .simulation import Simulation

_AXES = ("x", "y", "z")
_OF_MUSCLES = ("excitation", "activation", "tension_n", "fibre_length", "fibre_velocity_per_s")
_PULLS: dict[str, tuple[int, ...]] = {
    **{f"{joint}_contact_force_muscles_n": (len(FEET), 3) for joint in ("hip", "knee", "ankle")},
    "lumbar_contact_force_muscles_n": (3,),
}
"""Shapes of the muscles' part of the forces in joints."""


class Recorder:
    """Room for `samples` control steps of a simulation.

    Args:
        sim: the simulation. samples: control steps. period_s: time between them.
    """

    def __init__(self, sim: Simulation, samples: int, period_s: float) -> None:
        self._sim, self._period, self._samples, self._next = sim, period_s, samples, 0
        self._pulls = JointPulls(sim.model, sim.anatomy)
        n, joints = sim.n, len(sim.joint_dof)
        muscles, motors = len(sim.actuators.muscles), len(sim.actuators.motors)
        shapes = {
            "joint_angle_rad": (joints,),
            "joint_velocity_rad_per_s": (joints,),
            "joint_moment_n_m": (joints,),
            "com_position_m": (3,),
            "com_velocity_m_per_s": (3,),
            "pelvis_position_m": (3,),
            "pelvis_quaternion": (4,),
            "trunk_quaternion": (4,),
            "ground_force_n": (len(FEET), len(REGIONS), 3),
            "centre_of_pressure_m": (len(FEET), 3),
            "free_moment_n_m": (len(FEET),),
            "foot_point_m": (len(FEET), len(POINTS), 3),
            "hip_contact_force_n": (len(FEET), 3),
            "knee_contact_force_n": (len(FEET), 3),
            "ankle_contact_force_n": (len(FEET), 3),
            "lumbar_contact_force_n": (3,),
            "knee_position_m": (len(FEET), 3),
            "shank_quaternion": (len(FEET), 4),
            "angular_momentum_kg_m2_per_s": (3,),
            "ground_velocity_m_per_s": (),
        }
        self._has_muscles, self._has_motors = muscles > 0, motors > 0
        if muscles:
            shapes |= dict.fromkeys(_OF_MUSCLES, (muscles,)) | _PULLS
        if motors:
            shapes["motor_torque_n_m"] = (motors,)
        shapes |= {name: live.shape[1:] for name, (_, live) in sim.reports.items()}
        self._data = {
            name: np.empty((n, samples, *shape), np.float32) for name, shape in shapes.items()
        }
        self._qpos = np.empty((n, samples, sim.model.nq))

    def record(self) -> None:
        """Store the present instant as the next sample."""
        sim, t = self._sim, self._next
        self._next += 1
        put = self._data
        self._qpos[:, t] = sim.qpos
        put["joint_angle_rad"][:, t] = sim.qpos[:, sim.joint_qpos]
        put["joint_velocity_rad_per_s"][:, t] = sim.qvel[:, sim.joint_dof]
        moment = sim.actuator_torque + sim.passive_force + sim.applied
        if len(sim.coupled):
            sim.coupled.lump(moment, sim.qpos)
        limits = sim.joint_load.limit_moment(put["joint_angle_rad"][:, t])
        put["joint_moment_n_m"][:, t] = moment[:, sim.joint_dof] + limits
        put["com_position_m"][:, t] = sim.com
        put["com_velocity_m_per_s"][:, t] = sim.com_velocity
        put["pelvis_position_m"][:, t] = sim.root_position
        put["pelvis_quaternion"][:, t] = sim.root_pose.quaternion(sim.qpos)
        put["trunk_quaternion"][:, t] = sim.body_quaternion[:, sim.trunk]
        if self._has_motors:
            put["motor_torque_n_m"][:, t] = sim.motor_torque
        force = sim.ground_force
        put["ground_force_n"][:, t] = force
        load = np.maximum(force[..., 2], 0.0)  # (n, 2, 3)
        total = load.sum(-1)
        place = sim.contact_position
        centre = (place * load[..., None]).sum(2)
        loaded = total > STANDS_N
        centre = np.where(loaded[..., None], centre / np.where(loaded, total, 1)[..., None], np.nan)
        put["centre_of_pressure_m"][:, t] = centre
        arm = place - centre[:, :, None]
        turn = (
            sim.contact_torque[..., 2] + arm[..., 0] * force[..., 1] - arm[..., 1] * force[..., 0]
        )
        put["free_moment_n_m"][:, t] = turn.sum(-1)  # NaN where no foot stands
        put["foot_point_m"][:, t] = sim.points
        put["hip_contact_force_n"][:, t] = sim.joint_load.hip_force
        put["knee_contact_force_n"][:, t] = sim.knee_force
        put["ankle_contact_force_n"][:, t] = sim.joint_load.ankle_force
        put["lumbar_contact_force_n"][:, t] = sim.joint_load.trunk_force
        if self._has_muscles:
            self._record_muscles(t)
        put["ground_velocity_m_per_s"][:, t] = sim.ground_velocity
        for name, (_, live) in sim.reports.items():
            put[name][:, t] = live
        put["knee_position_m"][:, t] = sim.body_position[:, sim.shanks]
        put["shank_quaternion"][:, t] = sim.body_quaternion[:, sim.shanks]
        put["angular_momentum_kg_m2_per_s"][:, t] = sim.joint_load.angular_momentum

    def _record_muscles(self, t: int) -> None:
        sim, put = self._sim, self._data
        put["excitation"][:, t] = sim.excitation
        put["activation"][:, t] = sim.activation
        put["tension_n"][:, t] = sim.tension
        put["fibre_length"][:, t] = sim.fibre_length
        put["fibre_velocity_per_s"][:, t] = sim.fibre_velocity
        pulls = self._pulls.forces(sim.site_position, sim.body_matrix, -sim.force)
        for joint, pull in pulls.items():
            put[f"{joint}_contact_force_muscles_n"][:, t] = pull

    def dataset(
        self,
        fall_time_s: np.ndarray,
        muscle_info: dict[str, np.ndarray],
        trial: dict[str, np.ndarray],
        attrs: dict[str, Any],
    ) -> xr.Dataset:
        """Return what was recorded; samples after a fall become NaN (qpos stays as it was then).

        The rollout may have stopped early only if every simulation had fallen or was invalid.

        Args:
            fall_time_s: (n,), inf without a fall.
            muscle_info: per-muscle coordinates by name, besides the curves, which are the model's.
            trial: per-trial variables by name.
            attrs: of the dataset.
        """
        sim, steps = self._sim, self._samples
        time = self._period * np.arange(1, steps + 1)
        broken = ~sim.valid & np.isinf(fall_time_s)  # what breaks after a fall is of no account
        lost = (time > fall_time_s[:, None] + 1e-9) | broken[:, None]
        if not lost[:, self._next :].all():
            raise ValueError(f"{self._next} of {steps} samples recorded, with walkers still up")
        for values in self._data.values():
            values[lost] = np.nan
        for i in np.flatnonzero(lost.any(1)):
            last = max(int(np.argmax(lost[i])) - 1, 0)
            self._qpos[i, last:] = self._qpos[i, last]
        dims = {
            "joint_angle_rad": ("joint",),
            "joint_velocity_rad_per_s": ("joint",),
            "joint_moment_n_m": ("joint",),
            "pelvis_quaternion": ("quaternion",),
            "trunk_quaternion": ("quaternion",),
            "ground_force_n": ("foot", "region", "axis"),
            "centre_of_pressure_m": ("foot", "axis"),
            "free_moment_n_m": ("foot",),
            "foot_point_m": ("foot", "point", "axis"),
            "hip_contact_force_n": ("foot", "axis"),
            "knee_contact_force_n": ("foot", "axis"),
            "ankle_contact_force_n": ("foot", "axis"),
            "motor_torque_n_m": ("motor",),
            "knee_position_m": ("foot", "axis"),
            "shank_quaternion": ("foot", "quaternion"),
            "ground_velocity_m_per_s": (),
        }
        dims |= {name: of for name, (of, _) in sim.reports.items()}
        dims |= dict.fromkeys(_OF_MUSCLES, ("muscle",))
        dims |= {name: ("foot", "axis") for name, shape in _PULLS.items() if len(shape) == 2}
        variables: dict[str, Any] = {
            name: (("trial", "time", *dims.get(name, ("axis",))), values)
            for name, values in self._data.items()
        }
        variables["qpos"] = (("trial", "time", "position"), self._qpos)
        variables |= {k: (("trial",), v) for k, v in trial.items() if k != "trial"}
        coords: dict[str, Any] = {
            "trial": trial["trial"],
            "time": time,
            "joint": list(sim.anatomy.joints),
            "joint_role": ("joint", list(sim.anatomy.joint_roles)),
            "joint_side": ("joint", list(sim.anatomy.joint_sides)),
            "foot": list(FEET),
            "region": list(REGIONS),
            "point": list(POINTS),
            "axis": list(_AXES),
            "quaternion": ["w", "x", "y", "z"],
        }
        if any("hand" in of for of, _ in sim.reports.values()):
            coords["hand"] = list(FEET)
        if self._has_muscles:
            coords["muscle"] = self._names(sim.actuators.muscles)
            curves = {
                "force_length_min": sim.muscles.lmin,
                "force_length_max": sim.muscles.lmax,
                "passive_force_max": sim.muscles.fpmax,
                "max_shortening_velocity_per_s": sim.muscles.vmax,
            }
            coords |= {k: (("muscle",), v) for k, v in (curves | muscle_info).items()}
        if self._has_motors:
            coords["motor"] = self._names(sim.actuators.motors)
            limits = sim.model.actuator_ctrlrange[sim.actuators.motors].T
            coords["motor_torque_min_n_m"], coords["motor_torque_max_n_m"] = (
                ("motor", limit) for limit in limits
            )
        attrs = attrs | {"moves_in": "plane" if sim.root_pose.planar else "space"}
        if not self._pulls.known:
            attrs["muscle_paths"] = "bent"
        return described(xr.Dataset(variables, coords, attrs))

    def _names(self, actuators: np.ndarray) -> list[str]:
        return [self._sim.model.actuator(int(i)).name for i in actuators]
