"""Conversion of a gait's joint torques to excitations of muscles or motors."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ...models.body import Body
from ...sim.physics.body_state import BodyState
from ...sim.physics.simulation import Simulation
from .muscle_control import MuscleControl
from .sharing import OF_2026A, Sharing


class JointDrive(Protocol):
    """Drives joints by the torques requested.

    Attributes:
        joints: indices into `anatomy.joints` of the joints that it drives.
    """

    joints: np.ndarray

    def reset(self, ids: np.ndarray) -> None:
        """Forget what simulations `ids` did before."""
        ...

    def excite(
        self,
        sim: BodyState,
        torque: np.ndarray,
        linear_cost: np.ndarray,
        since: np.ndarray | None = None,
    ) -> np.ndarray:
        """Excitations (n, actuators) that give `torque` (n, joints) [N.m] as nearly as can be.

        `linear_cost` (n,) and `since` (n,) as of `MuscleControl.excite`.
        """
        ...


class MotorControl:
    """Drives joint motors within their torque limits.

    Args:
        sim: the simulation.

    Attributes:
        joints: indices into `anatomy.joints` of the joints that have a motor.
    """

    def __init__(self, sim: Simulation) -> None:
        motor_of = {int(dof): i for i, dof in enumerate(sim.actuators.motor_dofs)}
        dofs = [int(dof) for dof in sim.joint_dof]
        self.joints = np.array([i for i, dof in enumerate(dofs) if dof in motor_of], int)
        self._motors = sim.actuators.motors[[motor_of[dofs[i]] for i in self.joints]]
        self._low, self._high = sim.model.actuator_ctrlrange[self._motors].T

    def reset(self, ids: np.ndarray) -> None:
        """Nothing is kept."""

    def excite(
        self,
        sim: BodyState,
        torque: np.ndarray,
        linear_cost: np.ndarray,
        since: np.ndarray | None = None,
    ) -> np.ndarray:
        """Excitations (n, actuators): the torques (n, joints) [N.m] within the motors' limits."""
        excitation = np.zeros(sim.ctrl.shape)
        excitation[:, self._motors] = np.clip(torque, self._low, self._high)
        return excitation


def joint_drive(sim: Simulation, body: Body, sharing: Sharing = OF_2026A) -> JointDrive:
    """Return what drives the joints of `body`; `sharing` is the criterion of its muscles."""
    return MuscleControl(sim, body, sharing) if body.muscles else MotorControl(sim)
