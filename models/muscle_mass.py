"""Muscle masses, from volumes measured in people.

Mass by the usual m = F0 / sigma * rho * L0 takes every error of the force and of the fibre length
over (MyoLeg's fibres of the lateral and intermediate vasti and of rectus femoris are about 1.7
times as long as those measured by Ward et al. 2009, Clin Orthop Relat Res 467:1074), and metabolic
heat is proportional to mass. Leg muscles therefore get volumes from magnetic resonance images;
trunk muscles, of which the model has only the lumbar part, keep the formula.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from .body import Body
from .muscle_table import (
    MUSCLE_DENSITY_KG_PER_M3,
    SPECIFIC_TENSION_N_PER_M2,
    MuscleRow,
    read_muscle_table,
)
from .sides import SIDES

VOLUME_CM3 = {
    "gluteus_maximus": 849.1,
    "gluteus_medius_front": 0.5 * 323.2 + 0.5 * 104.0,
    "gluteus_medius_back": 0.5 * 323.2 + 0.5 * 104.0 + 42.6,  # with piriformis
    "tensor_fasciae_latae": 64.5,
    "iliopsoas": 274.8 + 176.8,
    "iliacus": 176.8,
    "psoas": 274.8,
    "adductor_longus": 162.1 + 104.0 + 65.3 + 0.25 * 559.8,  # brevis, pectineus, upper magnus
    "adductor_magnus": 0.75 * 559.8,
    "hamstrings": 206.5 + 245.4 + 186.0,
    "biceps_femoris_short": 100.1,
    "sartorius": 163.7,
    "gracilis": 104.0,
    "rectus_femoris": 269.0,
    "vasti": 830.9 + 423.6 + 270.0,
    "gastrocnemius": 257.4 + 150.0,
    "soleus": 438.2,
    "tibialis_anterior": 135.2,
    "tibialis_posterior": 104.6,
    "peroneals": 130.8,
    "flexor_digitorum": 30.4,
    "flexor_hallucis": 78.8,
    "toe_extensors": 102.3,
}
"""Mean of 24 young adults, Handsfield et al. 2014, J Biomech 47:631; recalled, not read again.

Voronov 2003 (Hum Physiol 29:201, abstract read) has 1505 cm^3 for the vasti and 552 for soleus.
"""

MEASURED_MASS_KG, MEASURED_HEIGHT_M = 71.7, 1.71
"""Of the people measured; their muscle volume goes with mass times height."""


def muscle_masses_kg(body: Body) -> np.ndarray:
    """Mass of each muscle of `body` in actuator order, (muscles,) [kg].

    Of a body whose muscles are others than those of `human`, the volume of each group is shared
    out by force times fibre length.
    """
    size = body.mass_kg * body.height_m / (MEASURED_MASS_KG * MEASURED_HEIGHT_M)
    by_formula = [_by_formula(row) for row in body.muscles]
    lumps = [VOLUME_CM3.get(row.role) for row in body.muscles]
    groups = _group_volumes_cm3()
    if any(
        lump is None and row.group in groups for lump, row in zip(lumps, body.muscles, strict=True)
    ):
        lumps = _shared_out(body.muscles, by_formula, groups)
    return np.array(
        [
            formula if lump is None else 1e-6 * lump * size * MUSCLE_DENSITY_KG_PER_M3
            for formula, lump in zip(by_formula, lumps, strict=True)
        ]
    )


def _by_formula(row: MuscleRow) -> float:
    area = row.max_isometric_force_n / SPECIFIC_TENSION_N_PER_M2
    return area * row.optimal_fibre_length_m * MUSCLE_DENSITY_KG_PER_M3


@cache
def _group_volumes_cm3() -> dict[str, float]:
    """Return the volume of each group of muscles of `human`'s leg."""
    volumes: dict[str, float] = {}
    for row in read_muscle_table("muscles.csv"):
        if row.side == SIDES[0] and row.role in VOLUME_CM3:
            volumes[row.group] = volumes.get(row.group, 0.0) + VOLUME_CM3[row.role]
    return volumes


def _shared_out(
    rows: Sequence[MuscleRow], shares: Sequence[float], groups: Mapping[str, float]
) -> list[float | None]:
    """Return each muscle's part of its group's volume of its side; None where that is not known."""
    whole: dict[tuple[str, str], float] = {}
    for row, share in zip(rows, shares, strict=True):
        part = row.group, row.side
        whole[part] = whole.get(part, 0.0) + share
    return [
        groups[row.group] * share / whole[row.group, row.side] if row.group in groups else None
        for row, share in zip(rows, shares, strict=True)
    ]
