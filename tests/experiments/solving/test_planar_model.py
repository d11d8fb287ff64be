"""The planar walker moves as the whole body does, and its curves are the body's."""

from __future__ import annotations

import mujoco
import numpy as np
import pytest

pytest.importorskip("casadi", reason="needs the extra `solve`")

from retrowalk.experiments.solving import smooth
from retrowalk.experiments.solving.planar_body import JOINTS, SOLE_DEPTH_M, planar_body
from retrowalk.experiments.solving.planar_dynamics import GRAVITY, PlanarModel, planar_model
from retrowalk.models.body import build_body
from retrowalk.models.passive_moments import passive_moments
from retrowalk.sim.physics import muscle

LEGS = ("l", "r")


@pytest.fixture(scope="module")
def planar() -> PlanarModel:
    return planar_model(planar_body(build_body()))


def _state(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return q, qd, qdd of a walker in the air, in the middle of its joints' ranges."""
    leg = np.array([0.2, 0.6, 0.0, 0.2]) + 0.2 * rng.standard_normal((2, 4))
    q = np.r_[0.3, 3.0, 0.2 * rng.standard_normal(), leg.ravel()]
    return q, 2 * rng.standard_normal(11), 20 * rng.standard_normal(11)


def _residual(planar: PlanarModel, q: np.ndarray, qd: np.ndarray, qdd: np.ndarray) -> np.ndarray:
    """Return the forces that the motion needs beyond gravity and contact, without muscles [N, N.m].

    Muscles, passive moments and armature are in both residual and outputs, so they come out.
    """
    m, nt = planar.muscles, planar.tendons
    rest = (np.full(2 * m, 0.01), np.full(2 * nt, 0.01), np.zeros(2 * nt), np.zeros(6), [0.1, 1e-4])
    residual = np.array(planar.motion(q, qd, qdd, *rest)[0]).ravel()[:11]
    weight = planar.body.mass_kg * GRAVITY
    forces = residual * np.r_[weight, weight, np.full(9, 100.0)]
    forces[3:] += np.array(planar.outputs(q, qd, qdd, *rest)[1]).ravel()
    return forces


def test_motion_needs_the_forces_that_mujoco_says(planar: PlanarModel):
    model = build_body().spec().compile()
    data = mujoco.MjData(model)
    rng = np.random.default_rng(3)
    for _ in range(5):
        q, qd, qdd = _state(rng)
        data.qpos[:] = model.qpos0
        data.qpos[:3] = q[0], 0.0, q[1]
        data.qpos[3:7] = np.cos(q[2] / 2), 0.0, np.sin(q[2] / 2), 0.0
        data.qvel[:], data.qacc[:] = 0.0, 0.0
        data.qvel[[0, 2, 4]], data.qacc[[0, 2, 4]] = qd[:3], qdd[:3]
        dofs = []
        for side, first in zip(LEGS, (3, 7), strict=True):
            for k, name in enumerate(JOINTS):
                joint = model.joint(f"{name}_{side}")
                data.qpos[joint.qposadr[0]] = q[first + k]
                data.qvel[joint.dofadr[0]] = qd[first + k]
                data.qacc[joint.dofadr[0]] = qdd[first + k]
                dofs.append(joint.dofadr[0])
        model.dof_damping[:], model.jnt_stiffness[:] = 0.0, 0.0
        mujoco.mj_inverse(model, data)
        wanted = data.qfrc_inverse + data.qfrc_passive
        np.testing.assert_allclose(
            _residual(planar, q, qd, qdd), wanted[[0, 2, 4, *dofs]], rtol=1e-6, atol=1e-6
        )


def test_fibre_lengths_are_the_bodys_in_any_pose(planar: PlanarModel):
    model = build_body().spec().compile()
    data = mujoco.MjData(model)
    rng = np.random.default_rng(4)
    lump = {m.name: m for m in planar.body.muscles}
    for _ in range(20):
        angle = {
            "hip_flexion": rng.uniform(-0.35, 0.8),
            "knee": rng.uniform(0.0, 1.2),
            "ankle": rng.uniform(-0.4, 0.4),
            "mtp": rng.uniform(-0.3, 0.6),
        }
        for name, value in angle.items():
            data.qpos[model.joint(f"{name}_l").qposadr[0]] = value
        mujoco.mj_fwdPosition(model, data)
        for name in ("hamstrings", "rectus_femoris", "vasti", "soleus", "biceps_femoris_short"):
            own = lump[name]
            row = next(r for r in build_body().muscles if r.name == f"{name}_l")
            path = data.ten_length[model.tendon(f"{name}_l").id] - row.tendon_slack_length_m
            change = sum(np.polyval(poly, angle[j]) for j, poly in own.path.items())
            length = own.neutral_length + change / own.optimal_fibre_length_m
            assert length == pytest.approx(path / row.optimal_fibre_length_m, abs=0.01)


def test_smooth_curves_are_the_bodys():
    curve = planar_body(build_body()).curve
    length, velocity = np.linspace(0.45, 1.65, 200), np.linspace(-1.2, 0.8, 200)
    ends = np.array(curve.lmin), np.array(curve.lmax)
    fvmax = np.array(curve.fvmax)
    for mine, body in (
        (
            smooth.active_force_length(length, curve),
            muscle.active_force_length(length, *ends),
        ),
        (smooth.force_velocity(velocity, curve), muscle.force_velocity(velocity, fvmax)),
    ):
        np.testing.assert_allclose(mine, body, atol=0.01)


def test_passive_moments_push_back_at_the_ends():
    rad = np.radians
    assert passive_moments(rad(-20), rad(10), 0.0)[0] > 15 > 10 > passive_moments(0.0, 0.0, 0.0)[0]
    assert passive_moments(rad(80), 0.0, 0.0)[0] < -20  # hamstrings, knee straight
    assert passive_moments(0.0, rad(-5), 0.0)[1] > 10
    assert passive_moments(0.0, rad(130), 0.0)[1] < -5
    assert passive_moments(0.0, 0.0, rad(25))[2] < -30
    assert passive_moments(0.0, 0.0, rad(-50))[2] > 0


def test_contact_carries_weight_and_resists_slip(planar: PlanarModel):
    m, nt = planar.muscles, planar.tendons
    stand = planar.body.thigh_m + planar.body.shank_m + planar.body.ankle_height_m
    q, qd = np.zeros(11), np.zeros(11)
    q[1], qd[0] = stand - 0.01, 0.1
    rest = (
        np.full(2 * m, 0.01),
        np.full(2 * nt, 0.01),
        np.zeros(2 * nt),
        np.zeros(6),
        [0.05, 1e-3],
    )
    ground = np.array(planar.outputs(q, qd, np.zeros(11), *rest)[0]).ravel()
    weight = planar.body.mass_kg * GRAVITY
    depth = 0.01 / SOLE_DEPTH_M  # heel and ball bear one weight at this depth, toes a half
    assert ground[1] == pytest.approx(2.5 * weight * depth**1.5, rel=0.02)
    assert ground[0] == pytest.approx(-planar.body.friction * ground[1] * np.tanh(2.0), rel=1e-6)
