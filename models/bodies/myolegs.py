"""MyoLeg: 14 joints and 80 muscles that wrap, from `myo-sim`; see docs/world/bodies.md."""

from __future__ import annotations

from functools import cache

from ..body import Body
from ..mapped.body_map import BodyMap
from ..mapped.build import Described, describe, mapped_body
from ..mapped.myo_sim import HIP_AND_TOES, SKELETON, load, of_both_sides
from ..sides import pair
from ..walker import Walker

_GROUPS = {
    "gluteus_maximus": ("glmax1", "glmax2", "glmax3"),
    "gluteus_medius": (
        *("glmed1", "glmed2", "glmed3", "glmin1", "glmin2", "glmin3"),
        *("piri", "tfl"),
    ),
    "hamstrings": ("bflh", "semimem", "semiten"),
    "biceps_femoris_short": ("bfsh",),
    "iliopsoas": ("iliacus", "psoas", "sart"),
    "rectus_femoris": ("recfem",),
    "vasti": ("vasint", "vaslat", "vasmed"),
    "adductors": (
        *("addbrev", "addlong", "addmagDist", "addmagIsch", "addmagMid", "addmagProx"),
        "grac",
    ),
    "gastrocnemius": ("gaslat", "gasmed"),
    "soleus": ("soleus",),
    "tibialis_anterior": ("tibant",),
    "tibialis_posterior": ("tibpost",),
    "peroneals": ("perbrev", "perlong"),
    "toe_flexors": ("fdl", "fhl"),
    "toe_extensors": ("edl", "ehl"),
}
_JOINTS = HIP_AND_TOES | {
    "knee": pair("knee_angle"),
    "ankle": pair("ankle_angle"),
    "subtalar": pair("subtalar_angle"),
}
HEIGHT_M = 1.70
"""Of the man whom Rajagopal et al. 2016 describe; he weighs 75 kg."""


def build(name: str, walker: Walker) -> Body:
    """Return the body scaled to the walker.

    Raises:
        ConfigError: the extra `bodies` is missing.
    """
    return mapped_body(name, walker, _described())


@cache
def _described() -> Described:
    muscles = of_both_sides(_GROUPS)
    parts = BodyMap(**SKELETON, joints=_JOINTS, muscles=muscles, height_m=HEIGHT_M)
    return describe(load("myolegs"), parts, "myo-sim, MyoLeg")
