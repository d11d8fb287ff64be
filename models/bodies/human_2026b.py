"""The human with separate iliacus and psoas, passive joint moments and compliant soles."""

from __future__ import annotations

from ..body import Body
from ..passive_springs import add_passive_springs
from ..physiology import YOUNG_CURVE, muscle_curve
from ..soles import soften_soles
from ..walker import Walker
from .human import driven_skeleton, human_body


def build(name: str, walker: Walker) -> Body:
    """Return the body scaled to the walker."""
    spec, muscles = driven_skeleton(walker, "muscles_apart.csv")
    add_passive_springs(spec, walker, muscle_curve(walker).fpmax / YOUNG_CURVE.fpmax)
    soften_soles(spec, walker)
    return human_body(name, walker, spec, muscles)
