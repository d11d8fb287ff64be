"""Technique: how a person is told to walk. Fields left at None are the gait's own choice."""

from __future__ import annotations

from dataclasses import dataclass

from ...sim.errors import ConfigError, unknown_name
from ...sim.with_fields import with_fields

DIRECTIONS = ("backward", "forward")
_TRAVEL = {"backward": -1.0, "forward": 1.0}
FOOT_CONTACTS = ("toe_first", "flat", "heel_first")
ARMS = ("swing", "crossed")

# field: (least, most) that a person of ordinary size can be asked for
RANGES = {
    "speed_m_per_s": (0.1, 2.0),
    "step_length_m": (0.15, 0.9),
    "cadence_steps_per_min": (60.0, 160.0),
    "step_width_m": (0.05, 0.35),
    "trunk_lean_rad": (-0.35, 0.5),
    "big_toe_push": (0.0, 1.0),
    "hip_height_m": (0.7, 1.0),
    "looks_per_min": (0.0, 60.0),
    "look_duration_s": (0.3, 60.0),
    "look_trunk_yaw_rad": (0.0, 0.6),
    "look_head_yaw_rad": (0.0, 1.3),
}


def travel_sign(direction: str) -> float:
    """Return -1.0 where walkers go to -x, backward, and +1.0 where they go to +x, forward."""
    return _TRAVEL[direction]


@dataclass(frozen=True)
class Technique:
    """What is asked of the walker.

    Attributes:
        speed_m_per_s: along the direction of travel, against the ground.
        step_length_m, cadence_steps_per_min: at most one of the two (speed gives the other).
        step_width_m: sideways distance of the ankles at foot contact.
        trunk_lean_rad: trunk pitch, positive leans forward (the way the walker faces).
        foot_contact: part of the foot that lands first, one of `FOOT_CONTACTS`.
        big_toe_push: 0 (toes slack) to 1 (strong push through the big toe before lift-off).
        hip_height_m: height of the hip centres above the ground in single support; low is a crouch.
        arms: `swing` (against the legs) or `crossed` (held across the chest).
        looks_per_min: glances over the left shoulder a minute; 0 never, constantly where one lasts
            longer than the time between two. Walking backwards, the path is seen only then.
        look_duration_s: of a glance, from turning to turning back.
        look_trunk_yaw_rad, look_head_yaw_rad: turn of the trunk against the direction faced, and of
            the head against the trunk.
    """

    speed_m_per_s: float = 0.8
    step_length_m: float | None = None
    cadence_steps_per_min: float | None = None
    step_width_m: float | None = None
    trunk_lean_rad: float | None = None
    foot_contact: str | None = None
    big_toe_push: float | None = None
    hip_height_m: float | None = None
    arms: str = "swing"
    looks_per_min: float = 0.0
    look_duration_s: float = 1.0
    look_trunk_yaw_rad: float = 0.35
    look_head_yaw_rad: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what no person can be asked for.

        Raises:
            ConfigError: a field out of range, or step length and cadence both given.
        """
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ConfigError(f"technique.{name}: {value!r} is not a number")
            if not low <= value <= high:
                raise ConfigError(f"technique.{name}: {value} is outside {low} to {high}")
        if self.foot_contact is not None and self.foot_contact not in FOOT_CONTACTS:
            raise unknown_name("technique.foot_contact", str(self.foot_contact), FOOT_CONTACTS)
        if self.arms not in ARMS:
            raise unknown_name("technique.arms", str(self.arms), ARMS)
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
