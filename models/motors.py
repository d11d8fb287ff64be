"""Joint motors, for bodies without muscles."""

from __future__ import annotations

import mujoco

from ..sim.errors import ConfigError
from .walker import Walker


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


def refuse_group_strength(body: str, walker: Walker) -> None:
    """Refuse a walker whose single muscle groups are weaker.

    Raises:
        ConfigError: there are no muscles.
    """
    if walker.group_strength:
        raise ConfigError(
            f"walker '{walker.name}': group_strength is of muscles, and the body '{body}' has "
            "none; use strength, or another body"
        )
