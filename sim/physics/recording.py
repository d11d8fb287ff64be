"""Recording of a batch, sampled each control step; contents in `docs/develop/contracts.md`.

The state of several samples is held, and what is recorded is computed for all of them at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from .anatomy import FEET, POINTS, REGIONS
from .contact import STANDS_N
from .held_states import HeldStates
from .muscle_pull import JointPulls
from .recorded_variables import VARIABLES, described
from .simulation import Simulation

HELD = 8  # samples
_SAMPLED = (
    *("qpos", "qvel", "act", "ctrl", "qfrc_applied", "qfrc_passive", "qfrc_actuator"),
    *("actuator_length", "actuator_velocity", "actuator_force", "sensordata"),
    *("xpos", "xmat", "xquat", "site_xpos"),
)
"""Arrays of MjData that a sample is computed from."""


class Recorder:
    """Records a simulation for up to `samples` control steps.

    Args:
        sim: the simulation. samples: control steps. period_s: time between them.
    """

    def __init__(self, sim: Simulation, samples: int, period_s: float) -> None:
        self._sim, self._period, self._samples, self._next = sim, period_s, samples, 0
        self._pulls = JointPulls(sim.model, sim.anatomy)
        self._held = HeldStates(sim, HELD, _SAMPLED)
        self._reports = {
            name: np.zeros((HELD, *live.shape), live.dtype)
            for name, (_, live) in sim.reports.items()
        }
        self._data: dict[str, np.ndarray] = {}

    def record(self) -> None:
        """Store the present instant as the next sample."""
        at = self._next % HELD
        for instant in (at,) if self._next else range(HELD):  # so that no room is ever empty
            self._held.hold(instant)
        for name, held in self._reports.items():
            held[at] = self._sim.reports[name][1]
        self._next += 1
        if at == HELD - 1 or self._next == self._samples:
            self._store()

    def _store(self) -> None:
        """Compute what is recorded of the samples held last."""
        n, first = self._sim.n, (self._next - 1) // HELD * HELD
        for name, value in self._sample().items():
            if name not in self._data:
                kind = value.dtype if name == "qpos" else np.float32
                self._data[name] = np.empty((n, self._samples, *value.shape[1:]), kind)
            of_trials = value.reshape(HELD, n, *value.shape[1:]).swapaxes(0, 1)
            self._data[name][:, first : self._next] = of_trials[:, : self._next - first]

    def _sample(self) -> dict[str, np.ndarray]:
        """Return every variable at the instants held, (`HELD` * n, ...)."""
        sim = self._held
        angle = sim.qpos[:, sim.joint_qpos].astype(np.float32)
        moment = sim.actuator_torque + sim.passive_force + sim.applied
        if len(sim.coupled):
            sim.coupled.lump(moment, sim.qpos)
        force = sim.ground_force
        centre_of_pressure, free_moment = self._pressure(force)
        values = {
            "joint_angle_rad": angle,
            "joint_velocity_rad_per_s": sim.qvel[:, sim.joint_dof],
            "joint_moment_n_m": moment[:, sim.joint_dof] + sim.joint_load.limit_moment(angle),
            "com_position_m": sim.com,
            "com_velocity_m_per_s": sim.com_velocity,
            "pelvis_position_m": sim.root_position,
            "pelvis_quaternion": sim.root_pose.quaternion(sim.qpos),
            "trunk_quaternion": sim.body_quaternion[:, sim.trunk],
            "ground_force_n": force,
            "centre_of_pressure_m": centre_of_pressure,
            "free_moment_n_m": free_moment,
            "foot_point_m": sim.points,
            "hip_contact_force_n": sim.joint_load.hip_force,
            "knee_contact_force_n": sim.knee_force,
            "ankle_contact_force_n": sim.joint_load.ankle_force,
            "lumbar_contact_force_n": sim.joint_load.trunk_force,
            "knee_position_m": sim.body_position[:, sim.shanks],
            "shank_quaternion": sim.body_quaternion[:, sim.shanks],
            "angular_momentum_kg_m2_per_s": sim.joint_load.angular_momentum,
            "ground_velocity_m_per_s": sim.ground_velocity,
        }
        if len(sim.actuators.muscles):
            pulls = self._pulls.forces(sim.site_position, sim.body_matrix, -sim.force)
            values |= {
                "excitation": sim.excitation,
                "activation": sim.activation,
                "tension_n": sim.tension,
                "fibre_length": sim.fibre_length,
                "fibre_velocity_per_s": sim.fibre_velocity,
            } | {f"{joint}_contact_force_muscles_n": pull for joint, pull in pulls.items()}
        if len(sim.actuators.motors):
            values["motor_torque_n_m"] = sim.motor_torque
        for name, held in self._reports.items():
            values[name] = held.reshape(sim.n, *held.shape[2:])
        return values | {"qpos": sim.qpos}

    def _pressure(self, force: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the centre of pressure (n, 2, 3) and free moment (n, 2) of each foot."""
        place = self._held.contact_position
        load = np.maximum(force[..., 2], 0.0)  # (n, 2, 3)
        total = load.sum(-1)
        centre = (place * load[..., None]).sum(2)
        loaded = total > STANDS_N
        centre = np.where(loaded[..., None], centre / np.where(loaded, total, 1)[..., None], np.nan)
        arm = place - centre[:, :, None]
        torque = self._held.contact_torque[..., 2]
        turn = torque + arm[..., 0] * force[..., 1] - arm[..., 1] * force[..., 0]
        return centre, turn.sum(-1)  # NaN where no foot stands

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
        if 0 < self._next < steps:
            self._store()
        qpos = self._data.pop("qpos")
        for values in self._data.values():
            values[lost] = np.nan
        for i in np.flatnonzero(lost.any(1)):
            last = max(int(np.argmax(lost[i])) - 1, 0)
            qpos[i, last:] = qpos[i, last]
        dims = {name: VARIABLES[name].dims.split() for name in self._data if name in VARIABLES}
        dims |= {name: of for name, (of, _) in sim.reports.items()}
        variables: dict[str, Any] = {
            name: (("trial", "time", *dims[name]), values) for name, values in self._data.items()
        }
        variables["qpos"] = (("trial", "time", "position"), qpos)
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
            "axis": ["x", "y", "z"],
            "quaternion": ["w", "x", "y", "z"],
        }
        if any("hand" in of for of, _ in sim.reports.values()):
            coords["hand"] = list(FEET)
        if len(sim.actuators.muscles):
            coords["muscle"] = self._names(sim.actuators.muscles)
            curves = {
                "force_length_min": sim.muscles.lmin,
                "force_length_max": sim.muscles.lmax,
                "passive_force_max": sim.muscles.fpmax,
                "max_shortening_velocity_per_s": sim.muscles.vmax,
            }
            coords |= {k: (("muscle",), v) for k, v in (curves | muscle_info).items()}
        if len(sim.actuators.motors):
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
