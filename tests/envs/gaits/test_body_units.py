"""People of any size walk alike in units of their own bodies (Hof 1996, Gait Posture 4:222)."""

from __future__ import annotations

import numpy as np
import pytest
from reference_walks import start, walk

from retrowalk.envs.gaits.body_units import BodyUnits
from retrowalk.envs.policies.reference_source import BODY, ReferenceSource
from retrowalk.envs.scene import Course, build_scene
from retrowalk.envs.task.technique import Technique
from retrowalk.envs.task.termination import has_fallen
from retrowalk.models.body import build_body
from retrowalk.models.walker import Walker
from retrowalk.sim.errors import ConfigError

SMALL = Walker(height_m=1.5, mass_kg=45.0)
MANY = [
    SMALL,
    Walker(height_m=1.95, mass_kg=110.0),
    Walker(height_m=1.62, mass_kg=58.0, sex="female", thigh_length=1.08, shank_length=0.95),
]


@pytest.mark.parametrize("walker", MANY)
def test_the_unit_of_length_is_the_leg_that_is_built(walker):
    body, reference = build_body(BODY, walker), build_body(BODY)
    legs = [one.thigh_length_m + one.shank_length_m for one in (body, reference)]
    units = BodyUnits.of(walker)
    assert units.length == pytest.approx(legs[0] / legs[1], rel=1e-12)
    assert units.mass == pytest.approx(body.mass_kg / reference.mass_kg, rel=1e-12)
    assert units.speed**2 == pytest.approx(units.length)  # the same Froude number, v^2 / (g l)


@pytest.mark.parametrize("walker", [Walker(), Walker(strength=0.7, load_kg=10.0, age_years=75.0)])
def test_who_is_as_large_as_the_reference_body_is_seen_as_it_is(walker):
    sim, _ = start(1)
    assert BodyUnits.of(walker).seen(sim) is sim


def test_a_smaller_body_in_the_same_pose_is_asked_for_the_same_torques_in_its_units():
    """In the air: what soles give under a foot is not in proportion to size."""
    asked = []
    for walker in (None, SMALL):
        sim, gait = start(1, walker=walker)
        gait.reset(np.arange(1), [np.random.default_rng(0)], noise=0.0)
        sim.qpos[:, 2] += 0.2 * gait.units.length
        sim.forward()
        gait.move_on(sim)
        legs = gait.layer.joints[:14]
        passive = sim.passive_force[:, sim.joint_dof[legs]]
        asked.append((gait.torque[0, :14] + passive[0]) / gait.units.torque)
        seen = gait.seen(sim)[0]
        asked[-1] = np.concatenate([asked[-1], 10.0 * seen])
    assert np.abs(asked[0][:14]).max() > 20.0
    np.testing.assert_allclose(asked[1], asked[0], atol=1.0)


@pytest.mark.parametrize("walker", MANY)
def test_people_of_any_size_walk_on_at_the_same_froude_number(walker):
    source = ReferenceSource("reference-residual-rough", "backward", BODY, walker)
    body, speed = build_body(BODY, walker), 0.8 * BodyUnits.of(walker).speed
    sim = build_scene(body, Course(), [np.random.default_rng(0)]).sim
    gait = source.make(sim, body, Technique(speed_m_per_s=speed))
    gait.reset(np.arange(1), [np.random.default_rng(5)])
    walk(sim, gait, 4.0)
    assert not has_fallen(sim).any()
    assert -sim.com[0, 0] / 4.0 == pytest.approx(speed, rel=0.15)


def test_the_range_of_speeds_goes_with_the_root_of_the_leg():
    tall = Walker(height_m=1.4 * 1.4 / 1.75)
    source = ReferenceSource("reference-residual", "forward", BODY, tall)
    low, high = ReferenceSource("reference-residual", "forward", BODY, Walker()).speed_range
    assert source.speed_range == pytest.approx((0.8 * low, 0.8 * high))
    for speed in source.speed_range:
        source.check(Technique(speed_m_per_s=speed))
    with pytest.raises(ConfigError, match=r"0\.48 to 1\.12 m/s"):
        source.check(Technique(speed_m_per_s=1.2))
