"""Model fields that differ between simulations, with one shared model and with models apart."""

from __future__ import annotations

from types import SimpleNamespace

import mujoco
import numpy as np
import pytest
from flat_ground import add_flat_ground

from retrowalk.models.body import build_body
from retrowalk.sim.errors import SimulationError
from retrowalk.sim.physics.backend import CpuBatch
from retrowalk.sim.physics.model_fields import ModelFields
from retrowalk.sim.physics.simulation import Simulation

BLOCK = """
<mujoco>
  <worldbody>
    <geom name="ground" type="plane" size="50 50 .1" priority="1"/>
    <body name="block" pos="0 0 .1"><freejoint/><geom type="box" size=".1 .1 .1" mass="2"/></body>
  </worldbody>
</mujoco>
"""


@pytest.fixture(params=["shared", "apart"])
def block(request):
    """Three blocks on the ground, and their fields."""
    sims = CpuBatch(mujoco.MjModel.from_xml_string(BLOCK), 3)
    own = None if request.param == "shared" else lambda model, i: None
    return SimpleNamespace(batch=sims, fields=ModelFields(sims, own))


def test_friction_of_one_geom_counts_in_the_next_step(block):
    block.fields.set("geom_friction", [0, 2], [[[0.1, 0.0, 0.0]], [[0.4, 0.0, 0.0]]], rows=0)
    block.batch.bind("qvel")[:, 0] = 1.0
    block.batch.step(100)
    lost = 1.0 - block.batch.bind("qvel")[:, 0]
    np.testing.assert_allclose(lost[[0, 2]] / 9.81 / 0.2, [0.1, 0.4], rtol=0.05)
    np.testing.assert_allclose(block.fields.get("geom_friction")[:, 0, 0], [0.1, 1.0, 0.4])
    assert lost[1] > 0.9


def test_inertia_follows_a_mass_that_was_written(block):
    masses = np.array([[1.0], [2.0], [8.0]])
    block.fields.set("body_mass", None, masses, rows=1)
    np.testing.assert_allclose(block.fields.get("body_subtreemass")[:, 0], masses[:, 0])


def test_options_can_differ(block):
    block.fields.set("opt.gravity", [1], [0.0, 0.0, 5.0])
    block.batch.step(50)
    rise = block.batch.bind("qvel")[:, 2]
    np.testing.assert_allclose(rise, [0.0, 0.5, 0.0], atol=0.01)


def test_what_does_not_exist_is_refused(block):
    with pytest.raises(SimulationError, match="no array 'geom_slip'"):
        block.fields.set("geom_slip", None, 1.0)


def test_height_data_cannot_be_written_to_a_shared_model():
    sims = CpuBatch(mujoco.MjModel.from_xml_string(BLOCK), 2)
    with pytest.raises(SimulationError, match="hfield_data"):
        ModelFields(sims).set("hfield_data", [0], 0.0)


def test_an_outside_force_acts_for_one_step():
    body = build_body()
    spec = body.spec()
    add_flat_ground(spec)
    spec.option.gravity[:] = 0.0
    sim = Simulation(spec, body.anatomy, 2)
    sim.qpos[:, 2] += 1.0
    sim.external_force[1, sim.trunk, :3] = [30.0, 0.0, 0.0]
    for _ in range(4):
        sim.step(4)
    momentum = body.mass_kg * sim.com_velocity
    np.testing.assert_allclose(momentum[1], [30.0 * 4 * sim.time_step, 0.0, 0.0], atol=0.02)
    np.testing.assert_allclose(momentum[0], 0.0, atol=0.02)
    assert not sim.external_force.any()


def test_effects_act_before_every_step_and_move_the_ground():
    body = build_body()
    spec = body.spec()
    add_flat_ground(spec)
    sim = Simulation(spec, body.anatomy, 2)
    seen = []

    class Belt:
        def reset(self, sim, ids):
            sim.ground_velocity[ids] = 0.5

        def act(self, sim, duration_s):
            seen.append(duration_s)

    sim.effects.append(Belt())
    sim.reset()
    sim.step(2)
    sim.step(2)
    assert seen == [2 * sim.time_step] * 2
    np.testing.assert_allclose(sim.ground_travel, 0.5 * sum(seen))
    sim.reset(np.array([1]))
    assert sim.ground_travel[0] > sim.ground_travel[1] == 0
    assert sim.time[0] > sim.time[1] == 0
