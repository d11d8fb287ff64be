"""MyoLeg26: 12 joints and 26 muscles, from `myo-sim`; see docs/world/bodies.md."""

from __future__ import annotations

from functools import cache

from ..body import Body
from ..mapped.build import Described, mapped_body
from ..mapped.myo_sim import described
from ..sides import pair
from ..walker import Walker

_GROUPS = {
    "gluteus_maximus": ("glutmax",),
    "gluteus_medius": ("abd",),
    "hamstrings": ("hamstrings",),
    "biceps_femoris_short": ("bifemsh",),
    "iliopsoas": ("iliopsoas",),
    "rectus_femoris": ("rectfem",),
    "vasti": ("vasti",),
    "adductors": ("add",),
    "gastrocnemius": ("gastroc",),
    "soleus": ("soleus",),
    "tibialis_anterior": ("tibant",),
    "toe_flexors": ("fdl",),
    "toe_extensors": ("edl",),
}
_JOINTS = {"knee": pair("knee_angle"), "ankle": pair("ankle_angle")}
HEIGHT_M = 1.72
"""As the skeleton stands, from sole to crown."""


def build(name: str, walker: Walker) -> Body:
    """Return the body scaled to the walker.

    Raises:
        ConfigError: the extra `bodies` is missing.
    """
    return mapped_body(name, walker, _described())


@cache
def _described() -> Described:
    return described("myolegs26", "myo-sim, MyoLeg26", _JOINTS, _GROUPS, HEIGHT_M)
