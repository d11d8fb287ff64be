"""Motors in a body's joints: what drives a body that has no muscles."""

from __future__ import annotations

import mujoco


def add_motor(
    spec: mujoco.MjSpec, joint: str, limits_n_m: tuple[float, float], rise_s: float = 0.0
) -> None:
    """Add a motor to the hinge `joint`.

    Its control is the torque that it gives within the limits [N.m], at once or, as muscles do,
    after a time constant `rise_s`.
    """
    actuator = spec.add_actuator(
        name=joint, trntype=mujoco.mjtTrn.mjTRN_JOINT, target=joint, ctrlrange=limits_n_m
    )
    actuator.set_to_motor()
    actuator.ctrllimited = True
    if rise_s:
        actuator.dyntype = mujoco.mjtDyn.mjDYN_FILTEREXACT
        actuator.dynprm[0] = rise_s
