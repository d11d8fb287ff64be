"""The walker: size, sex, age, strength of each muscle group, senses, attention, pain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from ..sim.errors import ConfigError, unknown_name
from ..sim.fields import Choice, Name, Range, check
from ..sim.measures.base.muscle_groups import CHAINS, MUSCLE_GROUPS
from ..sim.plain_values import is_mapping, is_sequence

REFERENCE_HEIGHT_M = 1.75
REFERENCE_MASS_KG = 75.0
SEXES = ("male", "female")

LOADED = ("trunk", "pelvis", "feet")
SPLINTS = ("none", "left-knee", "right-knee", "left-ankle", "right-ankle")
EXO_JOINTS = ("hip_flexion", "knee", "ankle")
GROUP_STRENGTH = Range(0.05, 3.0)
"""Factor on the strength of one muscle group."""


@dataclass(frozen=True)
class Walker:
    """A person as a change of the reference body (a man of 1.75 m and 75 kg, a young adult).

    Height scales every length alike: bones, contact geometry, muscle paths, fibres and tendons;
    lengths of one's own are factors beside it (`segment_lengths`). Mass scales every segment's
    mass, and with the square of the height its inertia. Sex shifts mass between segments
    (`proportions`). Strength scales the maximum isometric forces. Age sets a whole of muscle and
    sense parameters (`ageing`), on which the factors below multiply.

    Raises:
      ConfigError: a field that is not what it may be, or an unknown muscle group.
    """

    name: Annotated[str, Name()] = "young-adult"
    height_m: Annotated[float, Range(1.0, 2.3)] = REFERENCE_HEIGHT_M
    """Standing height [m]."""
    mass_kg: Annotated[float, Range(20.0, 200.0)] = REFERENCE_MASS_KG
    """Body mass [kg]."""
    sex: Annotated[str, Choice(SEXES)] = "male"
    """How mass is spread over the segments."""
    age_years: Annotated[float, Range(18.0, 95.0)] = 25.0
    """Age [years]: strength, contraction, senses and delays of that age."""
    thigh_length: Annotated[float, Range(0.75, 1.3)] = 1.0
    """Factor on the length of the thighs that the height gives; what it adds the trunk lacks."""
    shank_length: Annotated[float, Range(0.75, 1.3)] = 1.0
    """The same of the shanks."""
    foot_length: Annotated[float, Range(0.75, 1.3)] = 1.0
    """Factor on the length of the feet that the height gives."""
    fibre_length: Annotated[float, Range(0.75, 1.25)] = 1.0
    """Factor on the optimal lengths of muscle fibres; their tendons get what the path leaves."""
    shoe_friction: Annotated[float, Range(0.2, 3.0)] = 1.0
    """Factor on the friction of any ground under the feet."""
    strength: Annotated[float, Range(0.2, 3.0)] = 1.0
    """Factor on maximum isometric forces."""
    group_strength: tuple[tuple[str, float], ...] = ()
    """(muscle group, factor on its maximum isometric forces); a mapping is taken too."""
    contraction_speed: Annotated[float, Range(0.3, 2.0)] = 1.0
    """Factor on the maximum shortening velocity."""
    activation_time: Annotated[float, Range(0.3, 5.0)] = 1.0
    """Factor on the time constant of activation."""
    deactivation_time: Annotated[float, Range(0.3, 5.0)] = 1.0
    """Factor on the time constant of deactivation."""
    passive_stiffness: Annotated[float, Range(0.2, 5.0)] = 1.0
    """Factor on the passive force of stretched fibres."""
    sensory_noise: Annotated[float, Range(0.0, 10.0)] = 1.0
    """Factor on the sensory noise of the age; a focused young adult's own is the least there is."""
    extra_delay_s: Annotated[float, Range(0.0, 0.2)] = 0.0
    """Delay of all senses on top of the age's [s]."""
    motor_noise: Annotated[float, Range(0.0, 0.5)] = 0.0
    """Standard deviation of each muscle's excitation over its mean; 0: none, 0.03: of people."""
    load_kg: Annotated[float, Range(0.0, 60.0)] = 0.0
    """Mass that is carried, on top of the body's own [kg]."""
    load_on: Annotated[str, Choice(LOADED)] = "trunk"
    """What carries it, at its centre of mass; feet each half."""
    splint: Annotated[str, Choice(SPLINTS)] = "none"
    """A joint that is locked straight."""
    exo_joint: Annotated[str, Choice(EXO_JOINTS)] = "ankle"
    """Joints of both sides that an exoskeleton's springs act about."""
    exo_stiffness_n_m_per_rad: Annotated[float, Range(0.0, 500.0)] = 0.0
    """Of each spring; its torque is this times what the joint is off the rest angle. 0: none."""
    exo_rest_rad: Annotated[float, Range(-1.5, 1.5)] = 0.0
    """Angle at which the springs give no torque: flexion, dorsiflexion positive."""
    attention: Annotated[float, Range(0.0, 1.0)] = 1.0
    """1: all on walking; 0: all on something else."""
    knee_pain: Annotated[float, Range(0.0, 10.0)] = 0.0
    """Price of loading the knee beside that of effort (`knee_pain`); 0: none."""

    def __post_init__(self) -> None:
        check(self, f"walker {self.name!r}: ")
        pairs = _listed(self.group_strength)
        if pairs is None:
            raise ConfigError(
                f"walker '{self.name}': group_strength must map muscle groups to factors, "
                f"is {self.group_strength!r}"
            )
        factors: dict[str, float] = {}
        for pair in pairs:
            if not is_sequence(pair) or len(pair) != 2:
                raise ConfigError(
                    f"walker '{self.name}': group_strength must hold pairs of a muscle group and "
                    f"a factor, holds {pair!r}"
                )
            group, factor = pair
            if group not in MUSCLE_GROUPS:
                problem = unknown_name("muscle group", str(group), MUSCLE_GROUPS)
                raise ConfigError(f"walker '{self.name}': group_strength: {problem}")
            if problem := GROUP_STRENGTH.problem(f"group_strength.{group}", factor):
                raise ConfigError(f"walker '{self.name}': {problem}")
            factors[group] = factor
        object.__setattr__(self, "group_strength", tuple(sorted(factors.items())))

    @property
    def length_scale(self) -> float:
        """Length over the reference body's."""
        return self.height_m / REFERENCE_HEIGHT_M

    @property
    def mass_scale(self) -> float:
        """Mass over the reference body's."""
        return self.mass_kg / REFERENCE_MASS_KG


def _listed(groups: object) -> Sequence[object] | None:
    """Return the entries of a mapping or a list, None of anything else."""
    if is_mapping(groups):
        return tuple(groups.items())
    return groups if is_sequence(groups) else None


def _weak(groups: tuple[str, ...], factor: float) -> tuple[tuple[str, float], ...]:
    return tuple((group, factor) for group in groups)


WALKERS = {
    walker.name: walker
    for walker in (
        Walker("young-adult"),
        Walker("older-adult", age_years=75.0),
        Walker("weak-posterior-chain", group_strength=_weak(CHAINS["posterior_chain"], 0.6)),
        Walker("weak-quadriceps", group_strength=_weak(("rectus_femoris", "vasti"), 0.5)),
        Walker("weak-general", strength=0.7),
        Walker("painful-knee", knee_pain=1.0),
    )
}
"""Every walker by name; what they stand for and their sources: docs/world/walkers.md."""
