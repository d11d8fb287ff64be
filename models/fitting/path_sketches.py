"""Muscle paths sketched from anatomy (left side): start of the fit, and unfitted values.

Points are in body frames [m]: pelvis origin midway between the hip centres, thigh at the hip, shank
at the knee, foot at the ankle, toes at the metatarsophalangeal joint, torso at the lumbar joint;
x forward, y left, z up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..muscle_table import MIDLINE_BODIES

MYOLEG = "forces and lengths MyoLeg (Rajagopal 2016); path fitted to its moment arms"


@dataclass(frozen=True)
class Sketch:
    """One muscle before fitting."""

    name: str
    group: str
    slow_twitch_share: float
    """Johnson et al. 1973, J Neurol Sci 18:111, rounded; see README."""
    pennation_rad: float
    """Ward et al. 2009 by way of Rajagopal et al. 2016, rounded, from memory."""
    path: tuple[tuple[str, float, float, float], ...]
    """(body without side, x, y, z [m]) from origin to insertion."""
    source: str = MYOLEG
    force_n: float = 0.0
    """Maximum force where there is no reference (trunk)."""
    fibre_m: float = 0.0
    """Optimal fibre length where there is no reference (trunk)."""
    neutral_fibre_length: float = 1.0
    """Fibre length in neutral standing where there is no gait to choose it by [L0]."""

    raise_arms: tuple[str, float] | None = None
    """(joint, by how much [m]) its reference arms are raised in the fit, within the tolerance."""
    turned_about: str = ""
    """A joint about which it acts the wrong way: its fit took the reference's other sign for ours.
    Kept in the first body, whose gaits were tuned with it."""

    @property
    def bodies(self) -> list[str]:
        """Body of each point, without side."""
        return [point[0] for point in self.path]

    @property
    def left_bodies(self) -> list[str]:
        """Body of each point on the left side."""
        return [b if b in MIDLINE_BODIES else f"{b}_l" for b in self.bodies]

    @property
    def points(self) -> list[tuple[float, float, float]]:
        """Coordinates of each point [m]."""
        return [point[1:] for point in self.path]


LEG = (
    Sketch(
        "gluteus_maximus",
        "gluteus_maximus",
        0.52,
        0.37,
        (
            ("pelvis", -0.10, 0.04, 0.06),
            ("pelvis", -0.09, 0.08, -0.03),
            ("thigh", -0.045, 0.03, -0.07),
            ("thigh", -0.01, 0.045, -0.13),
        ),
    ),
    Sketch(
        "gluteus_medius_front",
        "gluteus_medius",
        0.55,
        0.3,
        (("pelvis", 0.02, 0.13, 0.09), ("thigh", -0.01, 0.065, 0.0)),
    ),
    Sketch(
        "gluteus_medius_back",
        "gluteus_medius",
        0.55,
        0.3,
        (("pelvis", -0.06, 0.11, 0.07), ("thigh", -0.015, 0.06, 0.0)),
    ),
    Sketch(
        "tensor_fasciae_latae",
        "gluteus_medius",
        0.5,
        0.05,
        (
            ("pelvis", 0.03, 0.12, 0.06),
            ("thigh", 0.03, 0.06, -0.10),
            ("thigh", 0.0, 0.055, -0.39),
            ("shank", 0.01, 0.035, -0.04),
        ),
    ),
    Sketch(
        "iliopsoas",
        "iliopsoas",
        0.5,
        0.22,
        (
            ("pelvis", 0.01, 0.03, 0.11),
            ("pelvis", 0.035, 0.075, 0.0),
            ("thigh", 0.03, 0.005, -0.03),
            ("thigh", 0.0, -0.01, -0.07),
        ),
    ),
    Sketch(
        "adductor_longus",
        "adductors",
        0.5,
        0.12,
        (("pelvis", 0.03, 0.02, -0.04), ("thigh", 0.005, 0.01, -0.16)),
    ),
    Sketch(
        "adductor_magnus",
        "adductors",
        0.55,
        0.2,
        (("pelvis", -0.04, 0.03, -0.07), ("thigh", 0.0, 0.0, -0.28)),
    ),
    Sketch(
        "hamstrings",
        "hamstrings",
        0.6,
        0.24,
        (
            ("pelvis", -0.06, 0.07, -0.06),
            ("thigh", -0.04, 0.0, -0.38),
            ("shank", -0.03, 0.0, -0.03),
            ("shank", -0.015, 0.0, -0.06),
        ),
    ),
    Sketch(
        "biceps_femoris_short",
        "biceps_femoris_short",
        0.6,
        0.21,
        (
            ("thigh", -0.005, 0.02, -0.20),
            ("thigh", -0.035, 0.02, -0.39),
            ("shank", -0.03, 0.025, -0.03),
        ),
    ),
    Sketch(
        "sartorius",
        "iliopsoas",
        0.5,
        0.02,
        (
            ("pelvis", 0.06, 0.12, 0.04),
            ("thigh", 0.03, 0.0, -0.15),
            ("thigh", -0.03, -0.035, -0.40),
            ("shank", -0.01, -0.03, -0.06),
        ),
    ),
    Sketch(
        "gracilis",
        "adductors",
        0.5,
        0.15,
        (
            ("pelvis", 0.015, 0.01, -0.05),
            ("thigh", -0.03, -0.035, -0.39),
            ("shank", -0.02, -0.03, -0.05),
        ),
    ),
    Sketch(
        "rectus_femoris",
        "rectus_femoris",
        0.38,
        0.22,
        (
            ("pelvis", 0.035, 0.095, 0.02),
            ("thigh", 0.045, 0.0, -0.33),
            ("thigh", 0.045, 0.0, -0.42),
            ("shank", 0.04, 0.0, -0.07),
        ),
    ),
    Sketch(
        "vasti",
        "vasti",
        0.48,
        0.26,
        (
            ("thigh", 0.03, 0.015, -0.18),
            ("thigh", 0.045, 0.0, -0.34),
            ("thigh", 0.05, 0.0, -0.43),
            ("shank", 0.045, 0.0, -0.06),
        ),
    ),
    Sketch(
        "gastrocnemius",
        "gastrocnemius",
        0.5,
        0.18,
        (("thigh", -0.025, 0.0, -0.40), ("shank", -0.035, 0.0, -0.05), ("foot", -0.05, 0.0, -0.03)),
    ),
    Sketch(
        "soleus", "soleus", 0.85, 0.38, (("shank", -0.01, 0.0, -0.15), ("foot", -0.05, 0.0, -0.03))
    ),
    Sketch(
        "tibialis_anterior",
        "tibialis_anterior",
        0.73,
        0.2,
        (
            ("shank", 0.015, 0.01, -0.15),
            ("shank", 0.035, 0.0, -0.40),
            ("foot", 0.06, -0.015, -0.02),
        ),
    ),
    Sketch(
        "tibialis_posterior",
        "tibialis_posterior",
        0.55,
        0.24,
        (
            ("shank", -0.005, -0.005, -0.20),
            ("shank", -0.015, -0.02, -0.41),
            ("foot", 0.03, -0.03, -0.05),
        ),
    ),
    Sketch(
        "peroneals",
        "peroneals",
        0.62,
        0.24,
        (
            ("shank", -0.005, 0.02, -0.20),
            ("shank", -0.02, 0.025, -0.41),
            ("foot", 0.05, 0.035, -0.06),
        ),
    ),
    Sketch(
        "flexor_digitorum",
        "toe_flexors",
        0.45,
        0.24,
        (
            ("shank", -0.01, -0.005, -0.25),
            ("shank", -0.02, -0.02, -0.41),
            ("foot", 0.06, -0.02, -0.065),
            ("toes", 0.03, 0.01, -0.012),
        ),
        turned_about="mtp",
    ),
    Sketch(
        "flexor_hallucis",
        "toe_flexors",
        0.45,
        0.3,
        (
            ("shank", -0.01, 0.01, -0.25),
            ("shank", -0.025, -0.015, -0.41),
            ("foot", 0.06, -0.02, -0.065),
            ("toes", 0.03, -0.03, -0.012),
        ),
        turned_about="mtp",
    ),
    Sketch(
        "toe_extensors",
        "toe_extensors",
        0.47,
        0.21,
        (
            ("shank", 0.01, 0.005, -0.20),
            ("shank", 0.03, 0.0, -0.40),
            ("foot", 0.09, 0.0, -0.015),
            ("toes", 0.03, 0.0, 0.012),
        ),
        turned_about="mtp",
    ),
)
"""Leg muscles; forces, lengths and final paths come from the reference."""

ILIACUS = Sketch(
    "iliacus",
    "iliopsoas",
    0.5,
    0.22,
    (
        ("pelvis", -0.02, 0.09, 0.09),
        ("pelvis", 0.04, 0.085, 0.0),
        ("thigh", 0.035, 0.01, -0.03),
        ("thigh", 0.0, -0.005, -0.08),
    ),
    raise_arms=("hip_flexion", 0.004),
)
PSOAS = Sketch(
    "psoas",
    "iliopsoas",
    0.5,
    0.22,
    (
        ("pelvis", -0.02, 0.03, 0.11),
        ("pelvis", 0.035, 0.075, 0.0),
        ("thigh", 0.03, 0.005, -0.03),
        ("thigh", 0.0, -0.01, -0.07),
    ),
    raise_arms=("hip_flexion", 0.009),
)
LEG_APART = tuple(
    part
    for sketch in LEG
    for part in (
        (ILIACUS, PSOAS) if sketch.name == "iliopsoas" else (replace(sketch, turned_about=""),)
    )
)
"""The same with iliacus and psoas apart (over the front of the extended hip the two differ most),
and toe muscles that act as people's do."""

TRUNK = (
    Sketch(
        "erector_spinae",
        "erector_spinae",
        0.57,
        0.2,
        (("pelvis", -0.075, 0.035, 0.03), ("torso", -0.055, 0.035, 0.17)),
        force_n=2500,
        fibre_m=0.12,
        neutral_fibre_length=0.95,
        source="README: trunk muscles",
    ),
    Sketch(
        "internal_oblique",
        "abdominals",
        0.5,
        0.0,
        (("pelvis", 0.03, 0.125, 0.08), ("torso", 0.095, 0.03, 0.12)),
        force_n=850,
        fibre_m=0.11,
        neutral_fibre_length=0.95,
        source="README: trunk muscles",
    ),
    Sketch(
        "external_oblique",
        "abdominals",
        0.5,
        0.0,
        (("pelvis", 0.08, 0.03, 0.02), ("torso", 0.04, 0.125, 0.15)),
        force_n=950,
        fibre_m=0.12,
        neutral_fibre_length=0.95,
        source="README: trunk muscles",
    ),
    Sketch(
        "rectus_abdominis",
        "abdominals",
        0.46,
        0.0,
        (("pelvis", 0.06, 0.025, -0.02), ("torso", 0.105, 0.035, 0.20)),
        force_n=400,
        fibre_m=0.28,
        neutral_fibre_length=0.95,
        source="README: trunk muscles",
    ),
)
"""Trunk muscles, not fitted."""
