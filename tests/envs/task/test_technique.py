"""What may be asked of a walker, and how a wrong request is told."""

from __future__ import annotations

import pytest

from retrowalk.envs.task.technique import PRESETS, Technique, technique
from retrowalk.sim.errors import ConfigError


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_valid(name):
    assert technique(name) == PRESETS[name]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"speed_m_per_s": 5.0}, "speed_m_per_s must be a number from 0.1 to 2, is 5.0"),
        ({"step_width_m": -0.1}, "step_width_m must be a number from 0.05 to 0.35, is -0.1"),
        ({"speed_m_per_s": "fast"}, "speed_m_per_s must be a number from 0.1 to 2, is 'fast'"),
        ({"speed_m_per_s": float("nan")}, "speed_m_per_s must be a number .*, is nan"),
        ({"big_toe_push": True}, "technique.big_toe_push must be a number from 0 to 1, is True"),
        (
            {"foot_contact": "toes"},
            "technique.foot_contact: unknown foot contact 'toes'; did you mean 'toe_first'",
        ),
        (
            {"step_length_m": 0.5, "cadence_steps_per_min": 100.0},
            "give step_length_m or cadence_steps_per_min, not both",
        ),
    ],
)
def test_a_wrong_request_names_field_value_and_range(fields, message):
    with pytest.raises(ConfigError, match=message):
        Technique(**fields)


def test_unknown_names_are_told_with_the_nearest():
    with pytest.raises(ConfigError, match="unknown technique 'slwo'; did you mean 'slow'"):
        technique("slwo")
    with pytest.raises(ConfigError, match="unknown technique field 'speed'"):
        Technique().with_fields(speed=1.0)


def test_step_time_follows_from_cadence_or_length():
    assert Technique(cadence_steps_per_min=120.0).step_time_s == pytest.approx(0.5)
    assert Technique(speed_m_per_s=0.8, step_length_m=0.4).step_time_s == pytest.approx(0.5)
    assert Technique().step_time_s is None
