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


def on_one_part(
    part: str, body: str, walker: Walker | None = None
) -> tuple[mujoco.MjModel, mujoco.MjData]:
    """A stiffened body about to stand on a part of its left foot."""
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
    return model, data


def stand(model: mujoco.MjModel, data: mujoco.MjData, steps: int, held: tuple[int, ...]) -> None:
    """Go on without turning, or moving along the `held` axes."""
    for _ in range(steps):
        mujoco.mj_step(model, data)
        data.qvel[[*held, 3, 4, 5]] = 0.0
        data.qpos[3:7] = [1.0, 0.0, 0.0, 0.0]
    mujoco.mj_forward(model, data)


def indentation_m(part: str, body: str, walker: Walker | None = None) -> float:
    """Depth to which a stiffened body that may only sink presses a part of its left foot."""
    model, data = on_one_part(part, body, walker)
    stand(model, data, 800, held=(0, 1))
    assert abs(data.qvel[2]) < 1e-3
    geom = model.geom(f"{part}_l").id
    return float(model.geom_size[geom, 0] - data.geom_xpos[geom, 2])


@pytest.mark.parametrize("part", POSES)
def test_a_body_weight_presses_a_part_in_by_10_to_15_mm(part):
    assert 0.010 <= indentation_m(part, "human-2026b") <= 0.015


def test_a_light_walker_has_soles_for_their_own_weight():
    light = Walker("light", mass_kg=55.0)
    assert 0.009 <= indentation_m("heel", "human-2026b", light) <= 0.016


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("part", POSES)
def test_a_foot_creeps_by_little_under_the_shear_of_a_stance(part, axis):
    model, data = on_one_part(part, "human-2026b")
    stand(model, data, 800, held=(0, 1))
    before = data.geom(f"{part}_l").xpos[axis]
    shear = 0.15 * model.body_subtreemass[1] * 9.81  # about the peak of walking, for a whole stance
    data.qfrc_applied[axis] = shear
    stand(model, data, round(0.6 / model.opt.timestep), held=(1 - axis,))
    assert abs(data.geom(f"{part}_l").xpos[axis] - before) < 0.025  # pyramidal: 0.077 to 0.107
