"""Hill-type muscles as MuJoCo computes them, vectorised, and their inverse.

The curves are MuJoCo's own (`muscle_curves`), so that a torque asked of the muscles is the torque
that the simulation gives. Tension is positive when a muscle pulls; MuJoCo's `actuator_force` is
negative then, and the sign is changed here and in `recording` only.
"""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np

from ..errors import SimulationError
from .actuators import actuator_kinds
from .muscle_curves import active_force_length, force_velocity, passive_force


@dataclass(frozen=True)
class MuscleSet:
    """Parameters of the muscles of a compiled model; every array has shape (muscles,).

    Attributes:
        max_isometric_force: F0 [N].
        optimal_length: L0 [m].
        tendon_slack_length: LT [m], the rigid tendon.
        lmin, lmax: ends of the active force-length curve [L0].
        vmax: maximum shortening velocity [L0/s].
        fpmax: passive force at `lmax` [F0]; fvmax: eccentric force limit [F0].
        rise_s, fall_s: time constants of activation and deactivation [s].
    """

    max_isometric_force: np.ndarray
    optimal_length: np.ndarray
    tendon_slack_length: np.ndarray
    lmin: np.ndarray
    lmax: np.ndarray
    vmax: np.ndarray
    fpmax: np.ndarray
    fvmax: np.ndarray
    rise_s: np.ndarray
    fall_s: np.ndarray

    @classmethod
    def from_model(cls, model: mujoco.MjModel) -> MuscleSet:
        """Read the muscles of `model`, which may be none; each must have a fixed force.

        Raises:
            SimulationError: a muscle's force is left to MuJoCo's scaling.
        """
        which = actuator_kinds(model).muscles
        gain, lengths = model.actuator_gainprm[which], model.actuator_lengthrange[which]
        weak = which[gain[:, 2] <= 0]
        if len(weak):
            name = model.actuator(int(weak[0])).name
            raise SimulationError(f"muscle '{name}' has no maximum isometric force")
        optimal = (lengths[:, 1] - lengths[:, 0]) / (gain[:, 1] - gain[:, 0])
        return cls(
            max_isometric_force=gain[:, 2].copy(),
            optimal_length=optimal,
            tendon_slack_length=lengths[:, 0] - gain[:, 0] * optimal,
            lmin=gain[:, 4].copy(),
            lmax=gain[:, 5].copy(),
            vmax=gain[:, 6].copy(),
            fpmax=gain[:, 7].copy(),
            fvmax=gain[:, 8].copy(),
            rise_s=model.actuator_dynprm[which, 0],
            fall_s=model.actuator_dynprm[which, 1],
        )

    def fibre_length(self, path_length: np.ndarray) -> np.ndarray:
        """Fibre length in optimal lengths from the path's length in metres, (..., muscles)."""
        return (path_length - self.tendon_slack_length) / self.optimal_length

    def fibre_velocity(self, path_velocity: np.ndarray) -> np.ndarray:
        """Fibre velocity in optimal lengths a second (lengthening positive), (..., muscles)."""
        return path_velocity / self.optimal_length

    def capacity(self, length: np.ndarray, velocity: np.ndarray) -> np.ndarray:
        """Active tension at full activation [N]; `length` in L0, `velocity` in L0/s."""
        return (
            self.max_isometric_force
            * active_force_length(length, self.lmin, self.lmax)
            * force_velocity(velocity / self.vmax, self.fvmax)
        )

    def passive_tension(self, length: np.ndarray) -> np.ndarray:
        """Passive tension [N] at fibre `length` in L0."""
        return self.max_isometric_force * passive_force(length, self.lmax, self.fpmax)

    def tension(
        self, activation: np.ndarray, length: np.ndarray, velocity: np.ndarray
    ) -> np.ndarray:
        """Tension [N] >= 0 of muscles at `activation`, fibre `length` [L0], `velocity` [L0/s]."""
        return activation * self.capacity(length, velocity) + self.passive_tension(length)

    def reach(self, activation: np.ndarray, excitation: np.ndarray, horizon_s: float) -> np.ndarray:
        """Activation after `horizon_s` of a held `excitation`, its time constant held too."""
        a = np.clip(activation, 0.0, 1.0)
        tau = np.where(excitation > a, self.rise_s * (0.5 + 1.5 * a), self.fall_s / (0.5 + 1.5 * a))
        return excitation + (a - excitation) * np.exp(-horizon_s / tau)

    def excitation_for(
        self, target: np.ndarray, activation: np.ndarray, horizon_s: float
    ) -> np.ndarray:
        """Excitation in [0, 1] that brings `activation` to `target` after about `horizon_s`.

        Inverts the first-order activation dynamics held at its present time constant; what cannot
        be reached in time saturates at 0 or 1.
        """
        a = np.clip(activation, 0.0, 1.0)
        tau = np.where(
            target > activation, self.rise_s * (0.5 + 1.5 * a), self.fall_s / (0.5 + 1.5 * a)
        )
        lead = 1.0 / -np.expm1(-horizon_s / tau)
        return np.clip(activation + lead * (target - activation), 0.0, 1.0)
