"""Walking technique. Fields left at None are the gait's own choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from ...sim.errors import ConfigError, unknown_name
from ...sim.fields import Choice, Range, check
from ...sim.with_fields import with_fields

DIRECTIONS = ("backward", "forward")
_TRAVEL = {"backward": -1.0, "forward": 1.0}
FOOT_CONTACTS = ("toe_first", "flat", "heel_first")
ARMS = ("swing", "crossed")
LOOKS = ("looks_per_min", "look_duration_s", "look_trunk_yaw_rad", "look_head_yaw_rad")


def travel_sign(direction: str) -> float:
    """Return -1.0 where walkers go to -x, backward, and +1.0 where they go to +x, forward."""
    return _TRAVEL[direction]


@dataclass(frozen=True)
class Technique:
    """A walking technique; numbers are for a person of ordinary size.

    Raises:
        ConfigError: a field that is not what it may be, or step length and cadence both given.
    """

    speed_m_per_s: Annotated[float, Range(0.1, 2.0)] = 0.8
    """Commanded speed along the direction of travel, against the ground."""
    step_length_m: Annotated[float | None, Range(0.15, 0.9)] = None
    """From foot to foot along the direction of travel; with the speed it gives the cadence."""
    cadence_steps_per_min: Annotated[float | None, Range(60.0, 160.0)] = None
    """Steps a minute; with the speed it gives the step length."""
    step_width_m: Annotated[float | None, Range(0.05, 0.35)] = None
    """From foot to foot across the direction of travel: of the ankles at foot contact."""
    trunk_lean_rad: Annotated[float | None, Range(-0.35, 0.5)] = None
    """Pitch of the trunk; positive leans forward (the way the walker faces), however it travels."""
    foot_contact: Annotated[str | None, Choice(FOOT_CONTACTS)] = None
    """The part of the foot that lands first."""
    big_toe_push: Annotated[float | None, Range(0.0, 1.0)] = None
    """0: toes slack; 1: strong push through the big toe before lift-off."""
    hip_height_m: Annotated[float | None, Range(0.7, 1.0)] = None
    """Of the hip centres above the ground in single support; low is a crouch."""
    arms: Annotated[str, Choice(ARMS)] = "swing"
    """Swinging against the legs, or held across the chest."""
    looks_per_min: Annotated[float, Range(0.0, 60.0)] = 0.0
    """Glances over the left shoulder a minute; walking backwards, the path is seen only then."""
    look_duration_s: Annotated[float, Range(0.3, 60.0)] = 1.0
    """Of a glance, from turning to turning back; at least the time between two is looking back
    constantly."""
    look_trunk_yaw_rad: Annotated[float, Range(0.0, 0.6)] = 0.35
    """How far the trunk turns in a glance, against the direction faced."""
    look_head_yaw_rad: Annotated[float, Range(0.0, 1.3)] = 1.0
    """How far the head turns against the trunk in a glance."""

    def __post_init__(self) -> None:
        check(self, "technique.")
        if self.step_length_m is not None and self.cadence_steps_per_min is not None:
            raise ConfigError(
                "technique: give step_length_m or cadence_steps_per_min, not both "
                "(with speed_m_per_s one follows from the other)"
            )

    @property
    def step_time_s(self) -> float | None:
        """Time of one step that step length or cadence asks for [s], or None."""
        if self.cadence_steps_per_min is not None:
            return 60.0 / self.cadence_steps_per_min
        if self.step_length_m is not None:
            return self.step_length_m / self.speed_m_per_s
        return None

    def with_fields(self, **values: object) -> Technique:
        """Return a copy with `values` set; unknown field names are refused."""
        return with_fields(self, "technique", values)


PRESETS = {
    "preferred": Technique(),
    "slow": Technique(speed_m_per_s=0.6),
    "brisk": Technique(speed_m_per_s=1.0),
    "coached": Technique(
        speed_m_per_s=0.6, step_length_m=0.29, foot_contact="toe_first", big_toe_push=0.6
    ),
    "flat-footed": Technique(speed_m_per_s=0.6, foot_contact="flat"),
    "heel-first": Technique(speed_m_per_s=0.6, foot_contact="heel_first"),
    "over-the-shoulder": Technique(speed_m_per_s=0.6, looks_per_min=60.0, look_duration_s=60.0),
    "glances": Technique(speed_m_per_s=0.6, looks_per_min=6.0, look_duration_s=1.2),
    "shuffle": Technique(speed_m_per_s=0.6, step_length_m=0.26, foot_contact="flat"),
    "long-strides": Technique(speed_m_per_s=0.8, step_length_m=0.42),
    "wide": Technique(speed_m_per_s=0.6, step_width_m=0.2),
    "leaning": Technique(speed_m_per_s=0.6, trunk_lean_rad=0.15),
    "arms-crossed": Technique(speed_m_per_s=0.6, arms="crossed"),
}
"""Techniques by name: what retro walkers are told to do (`coached`, `glances`) and to avoid."""


def technique(name: str) -> Technique:
    """Return the preset `name`.

    Raises:
        ConfigError: no such preset.
    """
    if name not in PRESETS:
        raise unknown_name("technique", name, PRESETS)
    return PRESETS[name]
