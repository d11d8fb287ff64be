"""What is told of each controller is so: its speeds are taken, its objective is the frozen one."""

from __future__ import annotations

import pytest

from retrowalk.envs.policies.reference_source import BODY
from retrowalk.envs.policies.source import gait_source
from retrowalk.envs.task.technique import Technique
from retrowalk.experiments.solving.objective import read_objective
from retrowalk.experiments.study.controllers import Controller, controllers
from retrowalk.models.catalogue import find_walker
from retrowalk.sim.errors import ConfigError


def told(name: str) -> Controller:
    return next(one for one in controllers() if one.name == name)


def test_each_has_a_name_of_its_own_and_both_directions_have_several():
    names = [one.name for one in controllers()]
    assert len(set(names)) == len(names)
    for direction in ("backward", "forward"):
        assert sum(one.direction == direction for one in controllers()) > 2


@pytest.mark.parametrize("one", controllers(), ids=lambda one: one.name)
def test_it_takes_the_speeds_that_are_told_and_no_others(one: Controller):
    body = BODY if one.policy.startswith("reference") else "human"
    source = gait_source(one.policy, one.direction, body, find_walker("young-adult"))
    for speed in (one.slowest_m_per_s, one.fastest_m_per_s):
        source.check(Technique(speed_m_per_s=speed))
    with pytest.raises(ConfigError, match="speed"):
        source.check(Technique(speed_m_per_s=source.speed_range[1] + 0.3))


def test_gaits_of_the_reference_kind_tell_the_frozen_objective():
    frozen = read_objective().digest
    told_of = [one for one in controllers() if one.policy.startswith("reference")]
    assert {one.objective_sha256 for one in told_of} == {frozen}


def test_what_walked_is_told():
    assert told("reference-residual-backward-0.8").walked == "64 of 64 for 60 s at 0.8 m/s"
    assert told("scripted-backward").walked is None
