"""Walkers: scaling is what it says, and nonsense is refused."""

from __future__ import annotations

import pickle
from typing import Any

import mujoco
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from retrowalk.models.body import build_body
from retrowalk.models.catalogue import BODIES, find_walker
from retrowalk.models.strength import max_isometric_torque_n_m
from retrowalk.models.walker import WALKERS, Walker
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.fields import ranges

LIMITS = ranges(Walker)

walkers = st.builds(
    Walker,
    name=st.just("any"),
    height_m=st.floats(*LIMITS["height_m"]),
    mass_kg=st.floats(*LIMITS["mass_kg"]),
    strength=st.floats(*LIMITS["strength"]),
)


def odd(field: str, value: object) -> Walker:
    """Return a walker with one field set to anything."""
    fields: dict[str, Any] = {"name": "odd", field: value}
    return Walker(**fields)


@settings(max_examples=15)
@given(walkers)
def test_scaling(walker):
    reference = build_body().spec().compile()
    body = build_body("human", walker)
    model = body.spec().compile()
    length, mass = walker.height_m / 1.75, walker.mass_kg / 75
    assert model.body_mass.sum() == pytest.approx(walker.mass_kg, rel=1e-3)
    assert body.standing_height_m == pytest.approx(0.94 * length)
    assert body.thigh_length_m == pytest.approx(0.43 * length)
    np.testing.assert_allclose(
        model.body_inertia, reference.body_inertia * mass * length**2, rtol=1e-9
    )
    np.testing.assert_allclose(model.body_pos, reference.body_pos * length, atol=1e-12)
    np.testing.assert_allclose(model.geom_size, reference.geom_size * length, atol=1e-12)
    np.testing.assert_allclose(model.site_pos, reference.site_pos * length, atol=1e-12)
    pose = {"knee_l": 0.7, "hip_flexion_l": 0.4}
    torque = max_isometric_torque_n_m(model, "knee_l", pose)
    wanted = max_isometric_torque_n_m(reference, "knee_l", pose)
    np.testing.assert_allclose(torque, np.array(wanted) * walker.strength * length, rtol=1e-6)


@settings(max_examples=5)
@given(walkers)
def test_scaled_feet_stand_on_the_ground(walker):
    model = build_body("human", walker).spec().compile()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    assert data.site("ball_lateral_r").xpos[2] == pytest.approx(0, abs=1e-9)
    assert data.site("heel_l").xpos[2] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("field", LIMITS)
@pytest.mark.parametrize("value", [-1e3, 1e3, float("nan"), float("inf"), "tall", None, True])
def test_bad_walkers_are_refused(field, value):
    with pytest.raises(ConfigError, match=field) as error:
        odd(field, value)
    low, high = LIMITS[field]
    assert f"{low:g} to {high:g}" in str(error.value)
    assert "odd" in str(error.value)


@pytest.mark.parametrize("field", LIMITS)
def test_limits_are_allowed_and_nothing_beyond(field):
    low, high = LIMITS[field]
    assert getattr(odd(field, low), field) == low
    assert getattr(odd(field, high), field) == high
    for value in (low - 1e-6, high + 1e-6):
        with pytest.raises(ConfigError, match=field):
            odd(field, value)


@pytest.mark.parametrize(
    ("groups", "problem"),
    [
        ({"vast": 0.5}, "did you mean 'vasti'"),
        ({"vasti": 0}, "group_strength.vasti must be a number from 0.05"),
        ({"vasti": "weak"}, "group_strength.vasti"),
        ({3: 0.5}, "muscle group '3'"),
        (0.5, "must map muscle groups"),
        ([("vasti",)], "pairs"),
    ],
)
def test_bad_group_strengths_are_refused(groups, problem):
    with pytest.raises(ConfigError, match=problem):
        odd("group_strength", groups)


def test_unknown_sex_is_refused():
    with pytest.raises(ConfigError, match="did you mean 'female'"):
        Walker("odd", sex="femal")


def test_group_strengths_in_any_form_and_order_make_the_same_walker():
    pairs = (("vasti", 0.5), ("soleus", 0.7))
    walker = Walker("a", group_strength=pairs)
    assert Walker("odd", group_strength=pairs) == odd("group_strength", dict(reversed(pairs)))
    assert hash(walker) == hash(Walker("a", group_strength=pairs[::-1]))


@pytest.mark.parametrize("name", ["", " ", None, 3])
def test_walkers_need_a_name(name):
    with pytest.raises(ConfigError, match="name"):
        Walker(name)


@pytest.mark.parametrize("name", WALKERS)
@pytest.mark.parametrize("body", BODIES)
def test_every_walker_builds_in_every_body(body, name):
    if body == "human-torque" and WALKERS[name].group_strength:
        pytest.skip("it has no muscles that could be weak, and says so")
    built = build_body(body, find_walker(name))
    assert built.walker.name == name
    assert built.spec().compile().nu == len(built.actuators)


def test_unknown_names_are_refused_with_the_nearest():
    with pytest.raises(ConfigError, match="did you mean 'young-adult'"):
        find_walker("young-adlt")
    with pytest.raises(ConfigError, match="did you mean 'human'"):
        build_body("humen")


def test_spec_is_a_fresh_copy():
    body = build_body()
    spec = body.spec()
    spec.worldbody.add_geom(name="floor", type=mujoco.mjtGeom.mjGEOM_PLANE, size=[1, 1, 1])
    assert body.spec().geom("floor") is None


def test_digest_tells_bodies_apart_and_nothing_else():
    build_body.cache_clear()
    first = build_body()
    build_body.cache_clear()
    again = build_body()
    assert first.digest == again.digest
    assert len(first.digest) == 64
    assert first.digest != build_body("human", Walker("tall", height_m=1.9)).digest


def test_pickling_rebuilds_the_body():
    body = build_body("human", Walker("small", height_m=1.6, mass_kg=60))
    copy = pickle.loads(pickle.dumps(body))
    assert copy == body
    assert copy.spec().compile().nq == body.spec().compile().nq
