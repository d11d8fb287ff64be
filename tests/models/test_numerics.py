"""Variants of a body: the same body, with other numerics that do what they say."""

from __future__ import annotations

import pickle

import mujoco
import numpy as np
import pytest

from retrowalk.models.body import build_body
from retrowalk.models.numerics import VARIANTS, Numerics, apply
from retrowalk.sim.errors import ConfigError


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_the_same_body(name: str):
    own, other = build_body("human"), build_body(f"human@{name}")
    first, second = own.spec().compile(), other.spec().compile()
    np.testing.assert_array_equal(first.body_mass, second.body_mass)
    np.testing.assert_array_equal(first.actuator_gainprm, second.actuator_gainprm)
    assert other.muscles == own.muscles
    assert other.digest != own.digest
    assert pickle.loads(pickle.dumps(other)).digest == other.digest
    assert second.opt.timestep == first.opt.timestep * VARIANTS[name].time_step
    assert second.opt.iterations == first.opt.iterations * VARIANTS[name].iterations


def test_unknown_numerics_are_refused():
    with pytest.raises(ConfigError, match="did you mean 'half-step'"):
        build_body("human@halfstep")


@pytest.mark.parametrize("solref", [(0.01, 1.0), (-20000.0, -400.0)])
@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_a_box_sinks_in_inversely_to_the_stiffness(solref: tuple[float, float], factor: float):
    """At rest depth = weight / stiffness; impedance is held constant."""
    depth = []
    for stiffness in (1.0, factor):
        spec = mujoco.MjSpec()
        spec.option.timestep = 0.001
        spec.worldbody.add_geom(type=mujoco.mjtGeom.mjGEOM_PLANE, size=[1, 1, 1])
        body = spec.worldbody.add_body(name="box", pos=[0, 0, 0.1])
        body.add_freejoint()
        box = body.add_geom(
            name="sole", type=mujoco.mjtGeom.mjGEOM_BOX, size=[0.1] * 3, mass=10, priority=1
        )
        box.solref[:] = solref
        box.solimp[:] = [0.9, 0.9, 0.001, 0.5, 2]
        apply(Numerics(contact_stiffness=stiffness), spec, ("sole",))
        model = spec.compile()
        data = mujoco.MjData(model)
        mujoco.mj_step(model, data, 2000)
        depth.append(0.1 - float(data.qpos[2]))
    assert depth[0] > 1e-5
    assert depth[1] == pytest.approx(depth[0] / factor, rel=0.02)
