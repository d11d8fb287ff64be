"""The body obeys physics: weight, mirror symmetry, stability, convergence with the time step."""

from __future__ import annotations

import copy

import mujoco
import numpy as np
import pytest

GRAVITY = 9.81


def no_warnings(data: mujoco.MjData) -> bool:
    """Whether MuJoCo has warned of nothing."""
    return not any(warning.number for warning in data.warning)


def mirror_indices(model: mujoco.MjModel) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return, for hinges and actuators, the index of the mirror image and the hinges' sign."""
    names = [model.joint(j).name for j in range(1, model.njnt)]
    muscles = [model.actuator(i).name for i in range(model.nu)]

    def twin(name: str) -> str:
        return name[:-1] + {"l": "r", "r": "l"}[name[-1]] if name[-2:] in ("_l", "_r") else name

    midline = ("lumbar_bending", "lumbar_rotation", "neck_rotation")
    sign = np.array([-1.0 if name in midline else 1.0 for name in names])
    joints = np.array([names.index(twin(name)) for name in names])
    return joints, sign, np.array([muscles.index(twin(name)) for name in muscles])


def mirrored_velocity(v: np.ndarray, joints: np.ndarray, sign: np.ndarray) -> np.ndarray:
    """Reflect generalised velocities or accelerations (30,) in the plane y = 0."""
    return np.concatenate([v[:6] * [1, -1, 1, -1, 1, -1], v[6:][joints] * sign])


def random_state(model: mujoco.MjModel, seed: int) -> mujoco.MjData:
    """A random pose inside the joint ranges, moving, with random activations."""
    rng = np.random.default_rng(seed)
    data = mujoco.MjData(model)
    low, high = model.jnt_range[1:].T
    data.qpos[7:] = np.clip(rng.normal(0, 0.3, model.njnt - 1), low + 0.01, high - 0.01)
    quat = np.array([1, *rng.normal(0, 0.3, 3)])
    data.qpos[3:7] = quat / np.linalg.norm(quat)
    data.qpos[:3] += rng.normal([0, 0, 2], 0.1)
    data.qvel[:] = rng.normal(0, 1, model.nv)
    data.act[:] = rng.uniform(0, 1, model.na)
    data.ctrl[:] = rng.uniform(0, 1, model.nu)
    return data


@pytest.mark.parametrize("seed", range(5))
def test_mirrored_states_have_mirrored_accelerations(model, seed):
    joints, sign, muscles = mirror_indices(model)
    data = random_state(model, seed)
    twin = mujoco.MjData(model)
    twin.qpos[:7] = data.qpos[:7] * [1, -1, 1, 1, -1, 1, -1]
    twin.qpos[7:] = data.qpos[7:][joints] * sign
    twin.qvel[:] = mirrored_velocity(data.qvel, joints, sign)
    twin.act[:] = data.act[muscles]
    twin.ctrl[:] = data.ctrl[muscles]
    for each in (data, twin):
        mujoco.mj_forward(model, each)
    expected = mirrored_velocity(data.qacc, joints, sign)
    scale = np.abs(data.qacc).max()
    assert scale > 10
    np.testing.assert_allclose(twin.qacc / scale, expected / scale, atol=1e-9)
    np.testing.assert_allclose(twin.act_dot, data.act_dot[muscles], atol=1e-12)


def foot_force(model: mujoco.MjModel, data: mujoco.MjData) -> np.ndarray:
    """Sum of the ground's contact forces, world frame [N]. Shape (3,)."""
    total, wrench = np.zeros(3), np.zeros(6)
    for c in range(data.ncon):
        mujoco.mj_contactForce(model, data, c, wrench)
        frame = data.contact[c].frame.reshape(3, 3)
        ground_first = model.geom(data.contact[c].geom1).name == "ground"
        total += (1 if ground_first else -1) * frame.T @ wrench[:3]
    return total


def test_standing_weight_is_the_force_under_the_feet(grounded):
    """Stiffened in neutral standing, the body stays up and its weight is under its feet."""
    stiff = copy.copy(grounded)
    stiff.jnt_stiffness[1:] = 2000
    stiff.dof_damping[6:] = 60
    stiff.qpos_spring[7:] = 0
    data = mujoco.MjData(stiff)
    for _ in range(int(2.5 / stiff.opt.timestep)):
        mujoco.mj_step(stiff, data)
    force = foot_force(stiff, data)
    weight = stiff.body_mass.sum() * GRAVITY
    assert force[2] == pytest.approx(weight, rel=0.01)
    assert np.abs(force[:2]).max() < 0.01 * weight
    touching = {stiff.geom(g).name for c in data.contact for g in (c.geom1, c.geom2)}
    assert touching - {"ground"} == {f"{p}_{s}" for p in ("heel", "ball", "toe") for s in "lr"}
    assert data.body("pelvis").xpos[2] == pytest.approx(0.94, abs=0.01)
    assert no_warnings(data)


@pytest.mark.parametrize("seed", range(4))
def test_passive_drop_without_warning(grounded, seed):
    """Limp, from 0.3 m and a random pose, onto the floor."""
    data = random_state(grounded, seed)
    data.act[:] = data.ctrl[:] = 0
    data.qpos[2] = 1.3
    for _ in range(int(2 / grounded.opt.timestep)):
        mujoco.mj_step(grounded, data)
    assert no_warnings(data)
    assert np.isfinite(data.qpos).all()
    assert data.qpos[2] < 0.5
    assert data.xipos[1:, 2].min() > -0.05
    assert np.abs(data.qvel).max() < 10


@pytest.mark.parametrize("seed", range(3))
def test_pseudorandom_excitation_without_warning(grounded, seed):
    """Two seconds of every muscle driven by noise from 0 to 1, on the floor."""
    rng = np.random.default_rng(seed)
    data = mujoco.MjData(grounded)
    for step in range(int(2 / grounded.opt.timestep)):
        if step % 20 == 0:
            data.ctrl[:] = rng.uniform(0, 1, grounded.nu)
        mujoco.mj_step(grounded, data)
    assert no_warnings(data)
    assert np.isfinite(data.qpos).all()
    assert np.abs(data.qpos[:2]).max() < 5
    assert (data.actuator_force <= 1e-9).all()  # muscles only pull


def test_every_fall_geom_stops_at_the_floor(grounded):
    """Fall detection sees pelvis, torso, head, hands and knees: each can touch the floor."""
    names = ["pelvis_contact", "torso_contact", "head_contact", "hand_l", "hand_r", "knee_l"]
    for name in names:
        data = mujoco.MjData(grounded)
        mujoco.mj_forward(grounded, data)
        data.qpos[2] -= data.geom(name).xpos[2]
        mujoco.mj_forward(grounded, data)
        touched = {grounded.geom(g).name for c in data.contact for g in (c.geom1, c.geom2)}
        assert name in touched


def swing(model: mujoco.MjModel, timestep: float, duration: float = 0.3) -> np.ndarray:
    """Joint angles after a ballistic flight with constant excitations [rad]. Shape (24,).

    Without joint limits, whose stiffness goes with the time step.
    """
    fine = copy.copy(model)
    fine.opt.timestep = timestep
    fine.opt.disableflags |= mujoco.mjtDisableBit.mjDSBL_LIMIT
    data = mujoco.MjData(fine)
    mujoco.mj_resetData(fine, data)
    data.qpos[fine.joint("knee_l").qposadr[0]] = 0.4
    data.qpos[fine.joint("elbow_l").qposadr[0]] = 0.4
    data.qpos[fine.joint("elbow_r").qposadr[0]] = 0.4
    data.qpos[fine.joint("knee_r").qposadr[0]] = 0.4
    data.qvel[fine.joint("hip_flexion_l").dofadr[0]] = 2
    data.qvel[fine.joint("hip_flexion_r").dofadr[0]] = -1
    data.ctrl[:] = 0.05
    data.act[:] = 0.05
    for _ in range(round(duration / timestep)):
        mujoco.mj_step(fine, data)
    return data.qpos[7:].copy()


def test_converges_as_the_time_step_halves(model):
    exact = swing(model, 0.0025 / 64)
    errors = [np.abs(swing(model, 0.0025 / k) - exact).max() for k in (1, 2, 4)]
    assert errors[0] < 0.03  # rad, after 0.3 s at the body's own step
    assert errors[1] < 0.65 * errors[0]
    assert errors[2] < 0.65 * errors[1]
