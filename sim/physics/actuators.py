"""Actuators of a body: muscles, or motors that apply a torque to a joint."""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np

from ..errors import SimulationError


@dataclass(frozen=True)
class ActuatorKinds:
    """Indices of a model's actuators by kind.

    Attributes:
        muscles: (m,). motors: (k,), whose control is the torque [N.m] about their joint, at
            once or late.
        motor_dofs: (k,) velocity coordinates of the joints.
    """

    muscles: np.ndarray
    motors: np.ndarray
    motor_dofs: np.ndarray


def actuator_kinds(model: mujoco.MjModel) -> ActuatorKinds:
    """Return which actuators are muscles and which are motors.

    Raises:
        SimulationError: one is neither.
    """
    muscle = model.actuator_gaintype == mujoco.mjtGain.mjGAIN_MUSCLE
    for i in np.flatnonzero(~muscle):
        if not _is_motor(model, int(i)):
            raise SimulationError(
                f"actuator '{model.actuator(int(i)).name}' is neither a muscle nor a motor of "
                "gear 1 on a hinge; a body may hold nothing else"
            )
    motors = np.flatnonzero(~muscle)
    return ActuatorKinds(
        np.flatnonzero(muscle), motors, model.jnt_dofadr[model.actuator_trnid[motors, 0]]
    )


_AT_ONCE_OR_LATE = tuple(
    kind.value
    for kind in (
        mujoco.mjtDyn.mjDYN_NONE,
        mujoco.mjtDyn.mjDYN_FILTER,
        mujoco.mjtDyn.mjDYN_FILTEREXACT,
    )
)


def _is_motor(model: mujoco.MjModel, i: int) -> bool:
    """Return whether actuator `i` is a torque motor on a hinge."""
    if model.actuator_trntype[i] != mujoco.mjtTrn.mjTRN_JOINT:
        return False
    return bool(
        model.jnt_type[model.actuator_trnid[i, 0]] == mujoco.mjtJoint.mjJNT_HINGE
        and model.actuator_dyntype[i] in _AT_ONCE_OR_LATE
        and model.actuator_gaintype[i] == mujoco.mjtGain.mjGAIN_FIXED
        and model.actuator_biastype[i] == mujoco.mjtBias.mjBIAS_NONE
        and model.actuator_gainprm[i, 0] == 1.0
        and model.actuator_gear[i, 0] == 1.0
    )
