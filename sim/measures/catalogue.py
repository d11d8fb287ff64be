"""Every measure, and the page of the documentation that is made from them."""

from __future__ import annotations

from ..data_files import beside
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
from .base.filters import LOW_PASS_HZ
from .base.needs import need_words
from .base.trial import BEFORE_FALL_S
from .gait import foot_contact, kinematics, spatiotemporal, start_stop, trunk
from .loads import ground_reaction, joint_contact, joint_contact_shares, joint_moments
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


def measures_markdown() -> str:
    """Return the documentation page of all measures, in Markdown."""
    introduction = beside(__name__, "introduction.md").read_text(encoding="utf-8")
    parts = [
        introduction.format(
            BEFORE_FALL_S=BEFORE_FALL_S,
            LOW_PASS_HZ=LOW_PASS_HZ,
            REGION_BEARS_N=REGION_BEARS_N,
            STANDS_N=STANDS_N,
        )
    ]
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
