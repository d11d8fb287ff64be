"""What is told of each controller is so: its speeds are taken, its objective is the frozen one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retrowalk.envs.policies.source import gait_source
from retrowalk.envs.task.technique import DIRECTIONS, Technique
from retrowalk.experiments.solving.objective import read_objective
from retrowalk.experiments.study.controllers import (
    Controller,
    ControllerGait,
    ancestors,
    controllers,
    find_controller,
)
from retrowalk.models.catalogue import find_walker
from retrowalk.sim.errors import ConfigError

GAITS = [(one, gait) for one in controllers() for gait in one.gaits]


def told(name: str) -> ControllerGait:
    return next(gait for _, gait in GAITS if gait.name == name)


def test_each_has_a_name_of_its_own_and_both_directions_have_several():
    names = [gait.name for _, gait in GAITS]
    assert len(set(names)) == len(names)
    for direction in DIRECTIONS:
        assert sum(gait.direction == direction for _, gait in GAITS) > 2


@pytest.mark.parametrize(("one", "gait"), GAITS, ids=lambda one: one.name)
def test_it_takes_the_speeds_that_are_told_and_no_others(one: Controller, gait: ControllerGait):
    source = gait_source(gait.policy, gait.direction, gait.body, find_walker("young-adult"))
    for speed in (gait.slowest_m_per_s, gait.fastest_m_per_s):
        source.check(Technique(speed_m_per_s=speed))
    with pytest.raises(ConfigError, match="speed"):
        source.check(Technique(speed_m_per_s=source.speed_range[1] + 0.3))


def test_gaits_of_the_reference_kind_tell_the_frozen_objective():
    frozen = read_objective().digest
    told_of = [gait for _, gait in GAITS if gait.policy.startswith("reference")]
    assert {gait.objective_sha256 for gait in told_of} == {frozen}


def test_what_walked_is_told():
    walked = [
        *(f"16 of 16 for 20 s at {speed} m/s" for speed in (0.95, 0.97)),
        *(f"32 of 32 for 20 s at {speed} m/s" for speed in (1.0, 1.05, 1.1)),
    ]
    assert told("reference-residual-backward-fast").walked == "; ".join(walked)
    assert told("scripted-backward").walked is None


def test_a_controller_has_a_policy_a_direction_and_the_gates_of_a_speed():
    both, one_way = find_controller("ppo"), find_controller("ppo-joint-scratch")
    assert [both.policy(way) for way in DIRECTIONS] == [f"ppo-{way}" for way in DIRECTIONS]
    with pytest.raises(ConfigError, match="has no forward gait"):
        one_way.policy("forward")
    person_like = find_controller("reference-residual")
    assert [person_like.forward_gates(speed) for speed in (0.8, 1.0, 1.2)] == [18, 21, 21]
    gates = {0.8: 17, 1.0: 16, 1.2: 15}
    own = replace(person_like.gaits[0], direction="forward", forward_gates=gates)
    among = replace(person_like, gaits=(own,))
    assert [among.forward_gates(speed) for speed in (0.8, 1.2, 0.94, 1.25)] == [17, 15, 16, 15]
    assert among.forward_gates(0.6) is find_controller("scripted").forward_gates(0.8) is None


def test_what_went_on_from_another_is_not_found_by_itself():
    assert not find_controller("ppo-eyes").independent
    assert find_controller("ppo").independent
    assert ancestors("ppo-eyes") == ("ppo-rough", "ppo-rough-first")
    assert ancestors("ppo") == ()
