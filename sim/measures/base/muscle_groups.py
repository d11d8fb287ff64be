"""Muscle groups and chains by which recordings are summarised."""

from __future__ import annotations

MUSCLE_GROUPS = (
    "gluteus_maximus",
    "gluteus_medius",
    "hamstrings",
    "biceps_femoris_short",
    "iliopsoas",
    "rectus_femoris",
    "vasti",
    "adductors",
    "gastrocnemius",
    "soleus",
    "tibialis_anterior",
    "tibialis_posterior",
    "peroneals",
    "toe_flexors",
    "toe_extensors",
    "erector_spinae",
    "abdominals",
)

CHAINS = {
    "posterior_chain": (
        "gluteus_maximus",
        "hamstrings",
        "gastrocnemius",
        "soleus",
        "erector_spinae",
    ),
    "anterior_chain": (
        "iliopsoas",
        "rectus_femoris",
        "vasti",
        "tibialis_anterior",
        "abdominals",
    ),
}
