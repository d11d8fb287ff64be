"""Muscle groups by the names that models of the leg give to muscles."""

from __future__ import annotations

import re

from ...sim.measures.base.muscle_groups import MUSCLE_GROUPS

_PATTERNS = {
    "gluteus_maximus": r"gl\w*_?max",
    "gluteus_medius": r"gl\w*_?m(ed|in)|^abd|piri|tfl|tensor|gem(ellus)?$",
    "biceps_femoris_short": r"bf_?sh|bifem_?sh|bicep\w*short",
    "hamstrings": r"ham|bf_?lh|bifem|biceps|semi(mem|ten)",
    "iliopsoas": r"ilia|ilio|psoas|sart|hip_?flex",
    "rectus_femoris": r"rec\w*_?fem|^rf$",
    "vasti": r"^vas(t|i|l|m)|quad",
    "adductors": r"^add|grac|pect",
    "gastrocnemius": r"gas",
    "soleus": r"^sol",
    "tibialis_anterior": r"tib\w*_?ant|^ta$",
    "tibialis_posterior": r"tib\w*_?post",
    "peroneals": r"^per",
    "toe_flexors": r"^f[dh]l$|flex\w*_?(dig|hal)",
    "toe_extensors": r"^e[dh]l$|ext\w*_?(dig|hal)",
    "erector_spinae": r"erect|multif|longiss|iliocost",
    "abdominals": r"obli|rectus_?abd|abdom",
}


def group_of(role: str) -> str | None:
    """Return the group of a muscle by its name without side; None where the name tells none."""
    if role in MUSCLE_GROUPS:
        return role
    for group, pattern in _PATTERNS.items():
        if re.search(pattern, role.lower()):
            return group
    return None
