"""Largest torques of people about each joint, which limit a body's motors.

Each is the largest over the joint's angles and is given at every angle and speed: people's falls
with both, to less than half at the ends of the range and at 3 rad/s, so these motors are stronger
than people where a joint is bent far or turns fast.
"""

from __future__ import annotations

from .ageing import AGEING, aged
from .walker import Walker

GRAVITY = 9.81

LARGEST: dict[str, tuple[float, float]] = {
    "hip_flexion": (0.161, 0.113),
    "knee": (0.163, 0.087),
    "ankle": (0.095, 0.033),
    "hip_adduction": (0.075, 0.085),
    "hip_rotation": (0.047, 0.050),
    "subtalar": (0.024, 0.027),
    "mtp": (0.010, 0.005),
    "lumbar_flexion": (0.215, 0.140),
    "lumbar_bending": (0.110, 0.110),
    "lumbar_rotation": (0.070, 0.070),
}
"""Against and in a joint's positive direction, in body weight times height (1287 N.m of a man of
75 kg and 1.75 m): extension and flexion, plantar- and dorsiflexion, abduction and adduction,
external and internal rotation, eversion and inversion, flexion and extension of the toes; of the
trunk extension and flexion, then either side.

Hip, knee and ankle flexion: Anderson, Madigan and Nussbaum 2007, J Biomech 40:3105, table 3, men of
18 to 25, isometric and isokinetic (their C1; `human/reference_joint_strength.csv`); of the knee's
directions positive is flexion. Hip abduction: 1.29 N.m/kg at 60 degrees/s, Sugimoto et al. 2014,
Clin J Sport Med 24:422 (16 men, abstract read); adduction a tenth more, chosen. The rest is of the
order of what dynamometers show and is recalled, not read: hip rotation 60 N.m, inversion and
eversion 30 to 35 N.m, toe flexion 13 N.m (Goldmann and Brueggemann 2012, J Anat 221:614), trunk
extension 275 and flexion 180 N.m (Keller and Roy 2002, J Spinal Disord 15:77), bending 140 N.m,
turning 90 N.m.
"""


def torque_limits_n_m(walker: Walker) -> dict[str, tuple[float, float]]:
    """Return minimum and maximum torque of a walker by the joint's role [N.m]."""
    factor = walker.strength * aged(AGEING.strength, walker.age_years)
    size = factor * walker.mass_kg * GRAVITY * walker.height_m
    return {role: (-size * low, size * high) for role, (low, high) in LARGEST.items()}
