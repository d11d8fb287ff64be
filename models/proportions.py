"""Segment masses and inertias by sex.

The reference body is a man with Winter's segments. A woman differs from him by the ratios of the
women's to the men's values of de Leva 1996, J Biomech 29:1223, table 4, so that two sets of
segments that are cut at different points are not mixed. The values were read in two public copies
that agree (GitHub `wspr/body-segment-param`, zats-mean-female-comgyr.csv, and `pyomeca/biobuddy`,
de_leva.py). Lengths stay those of the reference man at any sex.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..sim.physics.spec_parts import SpecParts
from .sides import role_of


@dataclass(frozen=True)
class Ratio:
    """A woman's segment over a man's: of mass, centre of mass, radii of gyration."""

    mass: float
    centre: float = 1.0
    """Of the distance of the centre of mass from the proximal end."""
    across: float = 1.0
    """Of the radii of gyration about the transverse and sagittal axes, in segment lengths."""
    along: float = 1.0
    """Of the radius of gyration about the long axis."""


WOMAN_OVER_MAN = {
    "thigh": Ratio(0.1478 / 0.1416, 0.3612 / 0.4095, (0.369 + 0.364) / (2 * 0.329), 0.162 / 0.149),
    "shank": Ratio(
        0.0481 / 0.0433, 0.4416 / 0.4459, (0.271 + 0.267) / (0.255 + 0.249), 0.93 / 1.03
    ),
    "foot": Ratio(0.0129 / 0.0137),
    "toes": Ratio(0.0129 / 0.0137),
    "pelvis": Ratio(0.1247 / 0.1117),
    "torso": Ratio((0.1465 + 0.1545) / (0.1633 + 0.1596)),
    "head": Ratio(0.0668 / 0.0694),
    "upper_arm": Ratio(
        0.0255 / 0.0271, 0.5754 / 0.5772, (0.278 + 0.260) / (0.285 + 0.269), 0.148 / 0.158
    ),
    "forearm": Ratio((0.0138 + 0.0056) / (0.0162 + 0.0061)),  # with the hand
}
"""By body, without its side; pelvis and torso are de Leva's lower trunk, and middle and upper."""


def apply_sex(spec: SpecParts, sex: str) -> None:
    """Change the segments of a man's skeleton to those of `sex`; the whole mass stays the same."""
    if sex == "male":
        return
    bodies = [body for body in spec.bodies if body.mass > 0]
    before = sum(body.mass for body in bodies)
    for body in bodies:
        ratio = WOMAN_OVER_MAN[role_of(body.name)]
        body.mass *= ratio.mass
        body.ipos = np.asarray(body.ipos) * [1.0, 1.0, ratio.centre]
        gyration = np.array([ratio.across, ratio.across, ratio.along])
        body.inertia = np.asarray(body.inertia) * ratio.mass * gyration**2
    after = sum(body.mass for body in bodies)
    for body in bodies:
        body.mass *= before / after
        body.inertia = np.asarray(body.inertia) * before / after
