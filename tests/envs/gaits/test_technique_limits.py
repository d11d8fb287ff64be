"""What the scripted gait cannot do is refused in words."""

from __future__ import annotations

import pytest

from retrowalk.envs.gaits.technique_limits import check_technique_limits
from retrowalk.envs.task.technique import PRESETS, Technique
from retrowalk.sim.errors import ConfigError


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_preset_can_be_asked_for_backwards(name):
    check_technique_limits("backward", PRESETS[name])


@pytest.mark.parametrize(
    ("direction", "technique", "message"),
    [
        ("backward", Technique(speed_m_per_s=0.6, step_length_m=0.5), r"steps of 0\.5 m at 0\.6"),
        ("backward", Technique(speed_m_per_s=0.6, cadence_steps_per_min=60), "steps of 0.6 m"),
        ("backward", Technique(hip_height_m=0.8), "hip_height_m: 0.8 is outside 0.92 to 0.93"),
        ("backward", Technique(step_width_m=0.35), "step_width_m: 0.35"),
        ("forward", Technique(foot_contact="toe_first"), "cannot land toe_first"),
        ("forward", Technique(trunk_lean_rad=0.4), "trunk_lean_rad: 0.4"),
    ],
)
def test_what_cannot_be_walked_is_told(direction, technique, message):
    with pytest.raises(ConfigError, match=message):
        check_technique_limits(direction, technique)
