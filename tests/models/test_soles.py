"""Heel, forefoot and toes give under load as a heel pad and a shoe do."""

from __future__ import annotations

import mujoco
import numpy as np
import pytest

from retrowalk.models.body import build_body
from retrowalk.models.walker import Walker

# part: pose in which the left foot stands on it alone [deg]
POSES = {
    "heel": {"ankle_l": 20, "knee_r": 60, "hip_flexion_r": 30},
    "ball": {"ankle_l": -30, "mtp_l": 50, "knee_r": 60, "hip_flexion_r": 30},
    "toe": {"ankle_l": -30, "knee_r": 60, "hip_flexion_r": 30},
}


def indentation_m(part: str, body: str, walker: Walker | None = None) -> float:
    """Depth to which a stiffened body that may only sink presses a part of its left foot."""
    spec = build_body(body, walker).spec()
    spec.worldbody.add_geom(name="ground", type=mujoco.mjtGeom.mjGEOM_PLANE, size=[0, 0, 1])
    for name in ("heel", "ball", "toe"):
        spec.geom(f"{name}_l").priority = 2  # as in a simulation
    model = spec.compile()
    model.jnt_stiffness[1:], model.dof_damping[6:] = 20000.0, 200.0
    data = mujoco.MjData(model)
    for joint, angle in POSES[part].items():
        data.joint(joint).qpos[0] = np.radians(angle)
    model.qpos_spring[7:] = data.qpos[7:]
    mujoco.mj_forward(model, data)
    geoms = [model.geom(f"{name}_l").id for name in ("heel", "ball", "toe")]
    data.qpos[2] -= (data.geom_xpos[geoms, 2] - model.geom_size[geoms, 0]).min()
    for _ in range(800):
        mujoco.mj_step(model, data)
        data.qvel[[0, 1, 3, 4, 5]] = 0.0
        data.qpos[3:7] = [1.0, 0.0, 0.0, 0.0]
    mujoco.mj_forward(model, data)
    assert abs(data.qvel[2]) < 1e-3
    geom = model.geom(f"{part}_l").id
    return float(model.geom_size[geom, 0] - data.geom_xpos[geom, 2])


@pytest.mark.parametrize("part", POSES)
def test_a_body_weight_presses_a_part_in_by_10_to_15_mm(part):
    assert 0.010 <= indentation_m(part, "human-2026b") <= 0.015


def test_a_light_walker_has_soles_for_their_own_weight():
    light = Walker("light", mass_kg=55.0)
    assert 0.009 <= indentation_m("heel", "human-2026b", light) <= 0.016
