"""Steps of another length by the reference gait: the cycle of another speed in this one's time."""

from __future__ import annotations

import numpy as np
import pytest
from reference_walks import walk

from retrowalk.envs.gaits.reference_cycle import cycle_table
from retrowalk.envs.gaits.reference_gait import ReferenceGait
from retrowalk.envs.gaits.residual_files import ShippedNetwork
from retrowalk.envs.policies.reference_source import BODY, ReferenceSource
from retrowalk.envs.scene import Course, build_scene
from retrowalk.envs.task.technique import Technique
from retrowalk.envs.task.termination import has_fallen
from retrowalk.models.body import build_body
from retrowalk.models.walker import Walker
from retrowalk.sim.errors import ConfigError

NATURAL_M = 0.479  # of the cycle backward at 0.8 m/s


def source(walker: Walker | None = None, policy: str = "reference-residual-rough"):
    return ReferenceSource(policy, "backward", BODY, walker or Walker())


def test_a_cycle_walked_slower_has_the_same_steps_and_slower_joints():
    cycle = cycle_table("backward").cycle_at(0.8)
    slower = cycle.walked_at(0.4)
    assert slower.step_length_m == pytest.approx(cycle.step_length_m)
    assert slower.stride_time_s == pytest.approx(2.0 * cycle.stride_time_s)
    np.testing.assert_allclose(slower.velocity_rad_per_s, 0.5 * cycle.velocity_rad_per_s)
    np.testing.assert_array_equal(slower.angle_rad, cycle.angle_rad)


@pytest.mark.parametrize("share", [0.8, 1.0, 1.2])
def test_a_cycle_with_steps_of_a_length_has_them_at_the_speed(share):
    table = cycle_table("backward")
    asked = share * table.cycle_at(0.8).step_length_m
    found = table.with_steps(asked, 0.8)
    assert found.step_length_m == pytest.approx(asked, rel=1e-9)
    assert found.speed_m_per_s == 0.8
    with pytest.raises(ConfigError, match="outside the"):
        table.with_steps(0.9, 0.8)


@pytest.mark.parametrize("share", [0.8, 1.2])
def test_steps_are_as_long_as_asked_for_at_the_same_speed(share):
    """Within 15 %, the tolerance of techniques."""
    body, asked = build_body(BODY), share * NATURAL_M
    sim = build_scene(body, Course(), [np.random.default_rng(0)]).sim
    gait = source().make(sim, body, Technique(speed_m_per_s=0.8, step_length_m=asked))
    assert isinstance(gait, ReferenceGait)
    gait.reset(np.arange(1), [np.random.default_rng(5)])
    walk(sim, gait, 3.0)
    before, steps = sim.com[0, 0], gait.clock.steps[0]
    while gait.clock.steps[0] < steps + 6:
        walk(sim, gait, 0.005)
    assert not has_fallen(sim).any()
    assert (before - sim.com[0, 0]) / 6.0 == pytest.approx(asked, rel=0.15)


def test_steps_that_it_was_not_measured_with_are_refused():
    source().check(Technique(speed_m_per_s=0.8, step_length_m=1.2 * NATURAL_M))
    source().check(Technique(speed_m_per_s=0.8, cadence_steps_per_min=120.0))
    with pytest.raises(ConfigError, match=r"0\.6 m at 0\.8 m/s are outside the 0\.384 to 0\.575 m"):
        source().check(Technique(speed_m_per_s=0.8, step_length_m=0.6))
    with pytest.raises(ConfigError, match=r"are outside the 0\.353 to"):  # the shortest cycle's
        source().check(Technique(speed_m_per_s=0.6, step_length_m=0.34))
    with pytest.raises(ConfigError, match=r"step_length_m: policy .* can be asked for speed"):
        source(policy="reference-residual").check(Technique(step_length_m=0.45))
    small = source(Walker(height_m=1.4))  # legs of 0.8: steps of 0.8 at the same Froude number
    with pytest.raises(ConfigError, match=r"outside the 0\.30"):
        small.check(Technique(speed_m_per_s=0.8 * 0.8**0.5, step_length_m=0.48))


def test_a_width_is_asked_of_the_law_where_the_network_was_measured_with_it(
    monkeypatch: pytest.MonkeyPatch,
):
    with pytest.raises(ConfigError, match=r"step_width_m: policy .* can be asked for speed"):
        source().check(Technique(step_width_m=0.1))
    monkeypatch.setattr(ShippedNetwork, "widths_m", (0.04, 0.14))
    source().check(Technique(step_width_m=0.1))
    with pytest.raises(ConfigError, match=r"step_width_m: 0\.2 is outside the 0\.04 to 0\.14 m"):
        source().check(Technique(step_width_m=0.2))
    small = Walker(height_m=1.4)
    body = build_body(BODY, small)
    sim = build_scene(body, Course(), [np.random.default_rng(0)] * 2).sim
    speed = 0.8 * 0.8**0.5
    gait = source(small).make(sim, body, Technique(speed_m_per_s=speed, step_width_m=0.08))
    assert isinstance(gait, ReferenceGait)
    np.testing.assert_allclose(gait.gains["width"], [0.1, 0.1])  # in its units
