"""Loads, splints and springs do to a body what they weigh, lock and pull."""

from __future__ import annotations

from dataclasses import replace

import mujoco
import numpy as np
import pytest

from retrowalk.envs.policies.domain import domain_of_names
from retrowalk.models.body import build_body
from retrowalk.models.walker import Walker
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.ground.surface import Surface
from retrowalk.sim.physics.simulation import Simulation


def compiled(**worn):
    model = build_body("human", Walker(**worn)).spec().compile()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    return model, data


@pytest.mark.parametrize(("where", "parts"), [("trunk", ["torso"]), ("feet", ["foot_l", "foot_r"])])
def test_a_load_weighs_where_it_is_carried(where, parts):
    (bare, still), (model, data) = compiled(), compiled(load_kg=12.0, load_on=where)
    assert model.body_mass.sum() == pytest.approx(bare.body_mass.sum() + 12.0)
    places = np.mean([still.body(part).xipos for part in parts], axis=0)
    whole = bare.body_mass.sum()
    expected = (whole * still.subtree_com[0] + 12.0 * places) / (whole + 12.0)
    np.testing.assert_allclose(data.subtree_com[0], expected, atol=1e-12)


def test_springs_pull_both_joints_to_their_rest():
    _, data = compiled(exo_joint="ankle", exo_stiffness_n_m_per_rad=80.0, exo_rest_rad=0.1)
    _, still = compiled()
    for side in "lr":
        torque = (
            data.joint(f"ankle_{side}").qfrc_passive - still.joint(f"ankle_{side}").qfrc_passive
        )
        assert torque == pytest.approx(80.0 * 0.1)


def test_a_splint_keeps_the_joint_straight_and_others_free():
    body = build_body("human", Walker(splint="left-knee"))
    sim = Simulation(body.spec(), body.anatomy, 1)
    knees = sim.joint_qpos[body.roles.pairs(("knee",))[:, 0]]
    sim.qpos[:, knees] = 0.4
    sim.settle_coupled(np.array([0]))
    assert sim.qpos[0, knees].tolist() == [0.0, 0.4]
    sim.ctrl[:] = 0.3
    sim.step(40)
    left, right = sim.qpos[0, knees]
    assert abs(left) < 0.01
    assert abs(right - 0.4) > 0.1


def test_what_cannot_be_splinted_is_refused():
    with pytest.raises(ConfigError, match="unknown splint 'elbow'"):
        Walker(splint="elbow")


def test_a_gait_made_without_is_not_made_for_it():
    domain = domain_of_names(["human"], "young-adult", ["flat"])
    flat = Surface()
    assert not domain.outside("human", Walker(), flat)
    for worn in ({"load_kg": 5.0}, {"splint": "left-knee"}, {"exo_stiffness_n_m_per_rad": 30.0}):
        (outside,) = domain.outside("human", replace(Walker(), **worn), flat)
        assert outside.field in worn
