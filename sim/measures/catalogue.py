"""Every measure, and the page of the documentation that is made from them."""

from __future__ import annotations

from ..errors import unknown_name
from ..physics.contact import REGION_BEARS_N, STANDS_N
from .balance import (
    angular_momentum,
    centre_of_pressure,
    local_divergence,
    margin_of_stability,
    near_falls,
)
from .base.definition import Measure
from .base.needs import need_words
from .base.trial import BEFORE_FALL_S
from .choices import CHOICES_MARKDOWN
from .gait import foot_contact, kinematics, spatiotemporal, start_stop, trunk
from .loads import (
    ground_reaction,
    joint_contact,
    joint_contact_shares,
    joint_moments,
)
from .muscles import cocontraction, energetics, muscle_load

SECTIONS = {
    "Gait": spatiotemporal,
    "Start and stop": start_stop,
    "Foot contact": foot_contact,
    "Stability": margin_of_stability,
    "Trunk": trunk,
    "Angular momentum": angular_momentum,
    "Near falls": near_falls,
    "Local divergence": local_divergence,
    "Joint angles": kinematics,
    "Muscle load": muscle_load,
    "Co-contraction": cocontraction,
    "Energy": energetics,
    "Ground reaction": ground_reaction,
    "Centre of pressure": centre_of_pressure,
    "Joint moments and powers": joint_moments,
    "Joint load": joint_contact,
    "Muscles' part of joint forces": joint_contact_shares,
}

MEASURES: tuple[Measure, ...] = tuple(m for module in SECTIONS.values() for m in module.MEASURES)
"""All measures as they are defined, `<group>`, `<part>` and `<joint>` standing for several."""

COLUMNS: dict[str, Measure] = {c.name: c for measure in MEASURES for c in measure.columns()}
"""All columns by name, with the placeholders spelt out."""


def find_measure(name: str) -> Measure:
    """Return the measure called `name`.

    Raises:
        ConfigError: there is none; the message names the nearest.
    """
    if name not in COLUMNS:
        raise unknown_name("measure", name, COLUMNS)
    return COLUMNS[name]


_INTRODUCTION = f"""\
# Measures

Every measure is a pure function of a recording. Conventions that hold for all of them:

- Steady-state measures use the strides that begin at or after `steady_from_s` and end
  {BEFORE_FALL_S:g} s or more before a fall ([below](#steady-walking)) and before the word to stop.
  A stride runs from a contact of a foot to its next contact; strides of both feet count.
- A foot is on the ground while its vertical force is above {STANDS_N:g} N; gaps under 0.06 s are
  closed, contacts under 0.1 s are scuffs and ignored; contact times are interpolated. A region of
  the foot bears load above {REGION_BEARS_N:g} N ([below](#thresholds)).
- Speeds and lengths are positive along travel, in either direction, and measured against the
  ground (a belt's motion is taken off). The path of a stride is the displacement of the centre of
  mass over the ground in it; without displacement (under 0.1 m) it is the commanded direction.
- *stride*: the value stands in `strides.parquet` too, and a trial's value is the mean over its
  strides. *trial*: exists for a whole trial only.
- `<group>` stands for each muscle group, `<part>` for each group and each chain, `<joint>` for
  `hip_flexion`, `hip_adduction`, `knee`, `ankle` and `mtp` (big toe) of the stride's leg.
- Variability of a walker without noise of senses and muscles is that of a limit cycle: how it
  starts and what the ground does. It is no human variability, and no answer is made of it. A
  focused young adult senses without noise unless `sensory_noise` is above 1 (the square root of 2:
  noise of the size published for people, `models/senses.py`), and his muscles obey exactly unless
  `motor_noise` is above 0 (0.03: the size published, docs/world/walkers.md).
- What cannot be given is null, never 0; `missing_reason` says why a trial has no strides, and
  `not_measured.parquet` why a measure is null in all trials of a condition. A measure that *needs*
  what a body lacks (muscles, a joint, motion sideways) is null for it.
"""


def measures_markdown() -> str:
    """Return the documentation page of all measures, in Markdown."""
    parts = [_INTRODUCTION, CHOICES_MARKDOWN]
    for title, module in SECTIONS.items():
        parts.append(f"\n## {title}\n")
        if module.__doc__ and "\n" in module.__doc__:
            parts.append("\n" + module.__doc__.split("\n", 1)[1].strip() + "\n")
        parts.extend(map(_entry, module.MEASURES))
    return "".join(parts)


def _entry(measure: Measure) -> str:
    definition = measure.definition[0].upper() + measure.definition[1:]
    lines = [
        f"\n### `{measure.name}`\n",
        f"{definition}.\n",
        f"- unit: {measure.unit}; {measure.level}",
        f"- sign: {measure.sign}",
        f"- source: {measure.source}",
    ]
    if measure.needs:
        lines.append(f"- needs: {', '.join(map(need_words, measure.needs))}")
    if measure.limits:
        lines.append(f"- limits: {measure.limits}")
    if measure.geometry:
        lines.append(f"- geometry of the foot in it: `{measure.geometry}`")
    if measure.variability:
        lines.append("- no human variability where senses and muscles have no noise (above)")
    return "\n".join(lines) + "\n"
