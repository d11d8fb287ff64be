"""Lengths of one's own: they reach the model, the height stays, muscles go with their paths."""

from __future__ import annotations

from dataclasses import replace

import mujoco
import numpy as np
import pytest

from retrowalk.models.body import Body, build_body
from retrowalk.models.segment_lengths import LENGTHS, refuse_own_lengths
from retrowalk.models.walker import Walker
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.fields import ranges

LONG = Walker("long", height_m=1.6, thigh_length=1.1, shank_length=0.95, foot_length=1.08)
BODIES = ("human", "human-2026b", "human-planar", "human-torque")


def compiled(body: Body) -> tuple[mujoco.MjModel, mujoco.MjData]:
    """Return the model and its state with all joints at 0."""
    model = body.spec().compile()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    return model, data


def fibre_lengths(model: mujoco.MjModel, data: mujoco.MjData) -> np.ndarray:
    """Return the lengths of fibres, in optimal ones."""
    shortest, longest = model.actuator_lengthrange.T
    return 0.5 + (data.actuator_length - shortest) / (longest - shortest)


@pytest.mark.parametrize("name", BODIES)
def test_legs_and_feet_have_their_lengths_and_the_height_stays(name: str):
    usual, own = (build_body(name, Walker("a", height_m=1.6)), build_body(name, LONG))
    assert own.thigh_length_m == pytest.approx(1.1 * usual.thigh_length_m)
    assert own.shank_length_m == pytest.approx(0.95 * usual.shank_length_m)
    (before, there), (after, here) = compiled(usual), compiled(own)
    feet = [
        data.site("toe_medial_l").xpos[0] - data.site("heel_l").xpos[0] for data in (there, here)
    ]
    assert feet[1] == pytest.approx(1.08 * feet[0])
    for site in ("heel_l", "ball_lateral_r", "toe_medial_l"):
        assert here.site(site).xpos[2] == pytest.approx(0.0, abs=1e-9)
    head = [data.geom("head_contact").xpos[2] for data in (there, here)]
    assert head[1] == pytest.approx(head[0])
    np.testing.assert_allclose(after.body_mass, before.body_mass)


def test_the_mass_of_a_segment_is_spread_over_its_length():
    """A stretch along z keeps what is along x and y, and squares with what is along z."""
    models = [compiled(build_body("human", one))[0] for one in (Walker("a", height_m=1.6), LONG)]
    before, after = (model.body("thigh_l").inertia for model in models)
    assert after[2] == pytest.approx(before[2])
    along = [inertia[0] + inertia[1] - inertia[2] for inertia in (before, after)]
    assert along[1] == pytest.approx(1.1**2 * along[0])


@pytest.mark.parametrize("fibre_length", [1.0, *ranges(Walker)["fibre_length"]])
def test_fibres_are_as_stretched_as_the_usual_ones_and_tendons_follow(fibre_length: float):
    walker = Walker("own", thigh_length=1.1, foot_length=0.9, fibre_length=fibre_length)
    usual, own = (build_body("human-2026b", one) for one in (None, walker))
    (before, there), (after, here) = compiled(usual), compiled(own)
    np.testing.assert_allclose(fibre_lengths(after, here), fibre_lengths(before, there))
    assert all(row.tendon_slack_length_m > 0 for row in own.muscles)
    ratio = here.actuator_length / there.actuator_length
    assert (ratio.min() < 0.99, ratio.max() > 1.03) == (True, True)  # soles, thighs
    lengths = [
        np.array([row.optimal_fibre_length_m for row in body.muscles]) for body in (usual, own)
    ]
    np.testing.assert_allclose(lengths[1], fibre_length * ratio * lengths[0])


@pytest.mark.parametrize("name", LENGTHS)
def test_bodies_of_others_refuse_it(name: str):
    with pytest.raises(ConfigError, match=f"{name} must be 1 with the body 'myolegs'"):
        refuse_own_lengths("myolegs", replace(Walker("own"), **{name: 1.1}))
