"""The muscles' sharing: criteria are what they say, and know how fast activations change."""

from __future__ import annotations

import mujoco
import numpy as np
import pytest
from scipy.optimize import minimize

from retrowalk.envs.gaits.muscle_control import LEAST, REGULARISATION, MuscleControl
from retrowalk.envs.gaits.sharing import SHARINGS, Sharing
from retrowalk.envs.scene import Course, build_scene
from retrowalk.models.body import build_body
from retrowalk.sim.physics.muscle import MuscleSet

TORQUE = {"hip_flexion_l": 30.0, "knee_l": -25.0, "ankle_l": -40.0, "hip_adduction_l": -35.0}


def standing(sharing: Sharing, precision: float = 1.0):
    """A standing body's simulation, its layer, and torques asked of its left leg."""
    body = build_body("human-2026b")
    sim = build_scene(body, Course(), [np.random.default_rng(0)] * 1).sim
    sim.forward()
    layer = MuscleControl(sim, body, sharing, precision)
    asked = np.array([[TORQUE.get(sim.anatomy.joints[i], 0.0) for i in layer.joints]])
    return sim, layer, asked


def test_cubed_activation_is_the_least_that_a_general_solver_finds():
    """sum of weight a^3 / 3 + linear_cost a, with the torques to be met."""
    sim, layer, asked = standing(
        Sharing(exponent=3.0, volume_power=0.5, linear_cost=0.02), precision=30.0
    )
    activation = layer.exact(sim, asked, np.zeros(1))[0]
    left = [i for i in range(sim.model.nu) if sim.model.actuator(i).name.endswith("_l")]
    left = [i for i in left if layer.optimiser.blocks[0].muscles[0].tolist().count(i)]
    capacity = sim.muscles.capacity(sim.fibre_length, sim.fibre_velocity)[0]
    arm = -sim.moment_arm[0, left][:, sim.joint_dof[:7]].T * capacity[left]
    torque = arm @ activation[left]
    weight, linear_cost = REGULARISATION * layer._weight[left], 0.02 * layer._linear_cost[left]

    def cost(a):
        return 1e3 * (weight * a**3 / 3 + linear_cost * a).sum()

    found = minimize(
        cost,
        activation[left] + 0.02,
        jac=lambda a: 1e3 * (weight * a**2 + linear_cost),
        bounds=[(LEAST, 1.0)] * len(left),
        constraints={"type": "eq", "fun": lambda a: arm @ a - torque, "jac": lambda a: arm},
        method="SLSQP",
        options={"maxiter": 300, "ftol": 1e-12},
    )
    assert cost(activation[left]) <= 1.002 * found.fun


def test_a_wanted_activation_is_reached_by_its_own_dynamics():
    """Steered `ahead_s` along them; what cannot be reached saturates."""
    model = build_body().spec().compile()
    muscles = MuscleSet.from_model(model)
    count, dt = len(muscles.rise_s), 0.00025
    for start, end in ((0.1, 0.25), (0.4, 0.3)):
        activation = np.full(count, start)
        excitation = muscles.excitation_for(np.full(count, end), activation, 0.02)
        assert excitation.min() >= 0.0
        assert excitation.max() <= 1.0
        for _ in range(round(0.02 / dt)):
            constants = model.actuator_dynprm[:, :3]
            rates = map(mujoco.mju_muscleDynamics, excitation, activation, constants)
            activation = activation + dt * np.array(list(rates))
        np.testing.assert_allclose(activation, end, atol=0.03)


def test_reach_is_between_the_activation_and_the_excitation():
    muscles = MuscleSet.from_model(build_body().spec().compile())
    now = np.full(len(muscles.rise_s), 0.4)
    lowest, highest = (muscles.reach(now, np.full_like(now, u), 0.02) for u in (0.0, 1.0))
    assert (lowest > 0.15).all()
    assert (lowest < 0.4).all()
    assert (highest > 0.7).all()  # 10 ms to rise
    np.testing.assert_allclose(muscles.reach(now, now, 0.02), now)


def test_bounds_hold_what_cannot_fall_in_time():
    sim, layer, asked = standing(Sharing(reach_s=0.02))
    sim.act[:] = 0.5
    layer.excite(sim, 0.0 * asked, np.full(1, 0.05))
    assert layer.wanted.min() > 0.2


def test_torques_go_over_when_legs_change_roles():
    sim, layer, asked = standing(Sharing(blend_s=0.09))
    linear_cost = np.full(1, 0.05)
    layer.excite(sim, asked, linear_cost, np.array([0.4]))
    layer.excite(sim, -asked, linear_cost, np.array([0.0]))  # the legs have changed
    np.testing.assert_allclose(layer._last, asked)
    layer.excite(sim, -asked, linear_cost, np.array([0.045]))
    np.testing.assert_allclose(layer._last, 0.0 * asked, atol=1e-12)
    layer.excite(sim, -asked, linear_cost, np.array([0.1]))
    np.testing.assert_allclose(layer._last, -asked)


def test_a_jump_at_landing_is_not_what_torques_go_over_from():
    sim, layer, asked = standing(Sharing(blend_s=0.09))
    linear_cost = np.full(1, 0.05)
    for step in range(40):
        layer.excite(sim, asked, linear_cost, np.array([0.2 + 0.005 * step]))
    layer.excite(sim, -3.0 * asked, linear_cost, np.array([0.4]))  # the foot hits the ground
    layer.excite(sim, -asked, linear_cost, np.array([0.0]))
    assert (layer._last * asked).sum() > 0.3 * np.square(asked).sum()


def test_torques_that_count_less_leave_small_ones_to_nobody():
    totals = []
    for precision in (1.0, 0.5):
        sim, layer, asked = standing(Sharing(linear_cost=0.03, precision=precision))
        totals.append(layer.exact(sim, 0.1 * asked, np.zeros(1)).sum())
    assert totals[1] < 0.5 * totals[0]


@pytest.mark.parametrize("name", SHARINGS)
def test_every_criterion_gives_the_torques(name):
    sharing = SHARINGS[name]
    sim, layer, asked = standing(sharing, precision=20.0)
    activation = layer.exact(sim, asked, np.full(1, 0.02))
    tension = sim.muscles.tension(activation, sim.fibre_length, sim.fibre_velocity)
    given = -(tension[:, None] @ sim.moment_arm)[0, 0, sim.joint_dof[layer.joints]]
    np.testing.assert_allclose(given, asked[0], atol=0.5)
