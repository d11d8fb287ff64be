"""Joint springs for the passive moments that the muscles do not give.

At the ends of walking's range hip, knee and ankle resist by ligaments, capsule and skin as well as
by muscles at rest. The whole is known from people (`passive_moments`, Riener and Edrich 1999); the
body's muscles give a part; a spring on each joint gives the rest. Each is a fixed tendon that pulls
with k1 x + k2 x^2 + k3 x^3 once the joint is x beyond an edge, and nothing before it, so that the
physics that steps the body gives these moments too, and recordings hold them with the joints' own.
"""

from __future__ import annotations

from typing import NamedTuple

import mujoco
import numpy as np

from .walker import Walker

_FAR = 10.0  # rad: where no joint comes


class PassiveSpring(NamedTuple):
    """A one-sided spring of a joint of the reference man.

    Attributes:
        joint: without side. direction: +1 where angles above the edge are resisted, -1 below.
        edge_rad: where it begins. stiffness: of x, x^2 and x^3 [N.m/rad, /rad^2, /rad^3].
    """

    joint: str
    direction: float
    edge_rad: float
    stiffness: tuple[float, float, float]


SPRINGS = (
    PassiveSpring("hip_flexion", -1.0, np.radians(27.0), (16.4, 0.0, 19.1)),
    PassiveSpring("knee", -1.0, np.radians(14.0), (19.0, 0.0, 381.0)),
    PassiveSpring("ankle", 1.0, np.radians(-15.0), (12.7, 14.5, 41.5)),
)
"""Fitted by non-negative least squares to `passive_moments` less the muscles' passive moments, with
the knee at 15 degrees (hip), 10 (ankle), all else at 0: hip -25 to 30, knee -2 to 25, ankle -10 to
22 degrees; root mean square errors 1.8, 0.9 and 0.1 N.m."""


def add_passive_springs(spec: mujoco.MjSpec, walker: Walker, stiffness: float = 1.0) -> None:
    """Add the springs to both legs, for the walker's size.

    Args:
        spec: the body. walker: moments go with mass times height.
        stiffness: of passive tissue, over a young adult's.
    """
    size = walker.mass_scale * walker.length_scale * stiffness
    for side in "lr":
        for spring in SPRINGS:
            joint = f"{spring.joint}_{side}"
            tendon = spec.add_tendon(name=f"passive_{joint}")
            tendon.wrap_joint(joint, spring.direction)
            tendon.stiffness = size * np.array(spring.stiffness)
            tendon.springlength = np.array([-_FAR, spring.direction * spring.edge_rad])
            tendon.group = 5
