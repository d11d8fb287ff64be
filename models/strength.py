"""Strength of a body: the largest isometric torque about a joint."""

from __future__ import annotations

from collections.abc import Mapping

import mujoco
import numpy as np


def moment_arms_m(model: mujoco.MjModel, data: mujoco.MjData) -> np.ndarray:
    """Return -d(length)/d(velocity coordinate) of every actuator [m]. Shape (nu, nv)."""
    arms = np.zeros((model.nu, model.nv))
    mujoco.mju_sparse2dense(
        arms, data.actuator_moment, data.moment_rownnz, data.moment_rowadr, data.moment_colind
    )
    return -arms


def max_isometric_torque_n_m(
    model: mujoco.MjModel, joint: str, pose_rad: Mapping[str, float]
) -> tuple[float, float]:
    """Return the largest torque of the muscles in and against a joint's positive direction [N.m].

    Every muscle that pulls one way is fully active at rest, all others are off; passive forces are
    left out.

    Args:
      model: a compiled body.
      joint: name of a hinge joint.
      pose_rad: joint -> angle [rad]; joints left out are at 0.
    """
    data = mujoco.MjData(model)
    for name, angle in pose_rad.items():
        data.qpos[model.joint(name).qposadr[0]] = angle
    mujoco.mj_forward(model, data)
    tension = np.array(
        [
            -mujoco.mju_muscleGain(
                data.actuator_length[i],
                0.0,
                model.actuator_lengthrange[i],
                model.actuator_acc0[i],
                model.actuator_gainprm[i, :9],
            )
            for i in range(model.nu)
        ]
    )
    torque = tension * moment_arms_m(model, data)[:, model.joint(joint).dofadr[0]]
    return float(torque[torque > 0].sum()), float(-torque[torque < 0].sum())
