"""The human with joint motors of human strength instead of muscles; same skeleton.

Torque builds up with a time constant of 15 ms, as that of muscles does (theirs: 10 and 40 ms):
the scripted law, made for muscles, shakes joints that answer at once. See models/human/README.md.
"""

from __future__ import annotations

from ..body import Body
from ..joint_strength import torque_limits_n_m
from ..motors import add_motor, refuse_group_strength
from ..proportions import apply_sex
from ..scaling import scale_skeleton
from ..segment_lengths import is_as_tall, stretch_segments
from ..sides import role_of
from ..walker import Walker
from .human import LEG_JOINTS, LUMBAR_JOINTS, human_anatomy, human_body, skeleton_spec

RISE_S = 0.015


def build(name: str, walker: Walker) -> Body:
    """Return the body scaled to the walker.

    Raises:
        ConfigError: a walker of whom single muscle groups are weaker: there are none.
    """
    refuse_group_strength(name, walker)
    spec = skeleton_spec()
    apply_sex(spec, walker.sex)
    scale_skeleton(spec, walker)
    if not is_as_tall(walker):
        stretch_segments(spec, walker)
    limits = torque_limits_n_m(walker)
    for joint in human_anatomy().joints:
        if (role := role_of(joint)) in (*LEG_JOINTS, *LUMBAR_JOINTS):
            add_motor(spec, joint, limits[role], RISE_S)
    return human_body(name, walker, spec)
