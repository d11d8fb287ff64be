"""MyoLeg: 14 joints and 80 muscles that wrap, from `myo-sim`; see docs/world/bodies.md."""

from __future__ import annotations

from functools import cache

from ..body import Body
from ..mapped.build import Described, mapped_body
from ..mapped.myo_sim import described
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
_JOINTS = {
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
    return described("myolegs", "myo-sim, MyoLeg", _JOINTS, _GROUPS, HEIGHT_M)
