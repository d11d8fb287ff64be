"""Virtual people, drawn from published distributions with their correlations.

- Height and mass: soldiers of the US Army, men and women apart, mass with the height (ANSUR II,
  Gordon et al. 2014, NATICK/TR-15/007; means and standard deviations recalled, the correlations
  about 0.5). Loss of height with age: Sorkin et al. 1999, Am J Epidemiol 150:969 (recalled).
- Strength with size: volume of the leg's muscles 47 (height x mass) + 1285 cm3 (Handsfield et al.
  2014, J Biomech 47:631), over fibres that grow with the height.
- Strength beside size: a factor that all groups share, and one for each group, 10 and 15 % (of the
  order of the spread of muscle volumes between people of one size in Handsfield et al.; chosen).
- Times of activation and speed of contraction: 10 %, stiffness of fibres: 20 %, noise of senses:
  30 % (chosen; the thresholds of people of one age differ by more, Bermudez Rey et al. 2016, Front
  Neurol 7:162). What age does is in `ageing`.
- Motor noise: 3 % of the excitation, the published size (`Walker.motor_noise`); 25 % of it is the
  spread (chosen).

Not drawn, since a walker has no field for them: proportions, lengths of muscles and tendons apart
from the height, length of the foot, friction of shoes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..sim.measures.base.muscle_groups import MUSCLE_GROUPS
from .walker import REFERENCE_HEIGHT_M, REFERENCE_MASS_KG, SEXES, Walker

BOTH = "both"


@dataclass(frozen=True)
class Size:
    """Height [m] and mass [kg] of one sex: means, standard deviations, their correlation."""

    height_m: float
    height_sd_m: float
    mass_kg: float
    mass_sd_kg: float
    correlation: float
    loss_m: tuple[float, float]
    """Height that is lost up to 70 and up to 80 years [m]; it begins at 30."""


SIZES = {
    "male": Size(1.756, 0.069, 85.5, 14.2, 0.48, (0.03, 0.05)),
    "female": Size(1.629, 0.064, 67.8, 11.0, 0.53, (0.05, 0.08)),
}
SHARED_STRENGTH, GROUP_STRENGTH = 0.10, 0.15
SPREADS = {
    "activation_time": 0.10,
    "deactivation_time": 0.10,
    "contraction_speed": 0.10,
    "passive_stiffness": 0.20,
    "sensory_noise": 0.30,
}
"""Standard deviations of the logarithms of factors."""
MOTOR_NOISE, MOTOR_NOISE_SPREAD = 0.03, 0.25
DRAWN = (
    *("height_m", "mass_kg", "sex", "age_years", "strength", "group_strength", "motor_noise"),
    *SPREADS,
)
"""Fields of a walker that are drawn."""
FARTHEST = 2.5  # standard deviations from the mean, of any one draw


def draw_people(
    names: Sequence[str], ages: tuple[float, float], sex: str, rng: np.random.Generator
) -> tuple[Walker, ...]:
    """Return walkers of these names, with ages uniform over `ages`; of `both` sexes by turns.

    The first people are the same however many are drawn.
    """
    sexes = SEXES if sex == BOTH else (sex,)
    return tuple(
        _draw(name, ages, sexes[i % len(sexes)], stream)
        for i, (name, stream) in enumerate(zip(names, rng.spawn(len(names)), strict=True))
    )


def _draw(name: str, ages: tuple[float, float], sex: str, rng: np.random.Generator) -> Walker:
    size, age = SIZES[sex], rng.uniform(*ages)
    tall, heavy = _normal(rng), _normal(rng)
    height = size.height_m + size.height_sd_m * tall
    height -= float(np.interp(age, (30.0, 70.0, 80.0), (0.0, *size.loss_m)))
    together = size.correlation * tall + np.sqrt(1.0 - size.correlation**2) * heavy
    mass = size.mass_kg + size.mass_sd_kg * together
    strength = strength_of_size(height, mass) * np.exp(SHARED_STRENGTH * _normal(rng))
    groups = {group: float(np.exp(GROUP_STRENGTH * _normal(rng))) for group in MUSCLE_GROUPS}
    factors: dict[str, Any] = {
        field: float(np.exp(sd * _normal(rng))) for field, sd in SPREADS.items()
    }
    return Walker(
        name,
        height_m=float(height),
        mass_kg=float(mass),
        sex=sex,
        age_years=float(age),
        strength=float(strength),
        group_strength=tuple(groups.items()),
        motor_noise=float(MOTOR_NOISE * np.exp(MOTOR_NOISE_SPREAD * _normal(rng))),
        **factors,
    )


def strength_of_size(height_m: float, mass_kg: float) -> float:
    """Return the strength of a body's muscles over that of the reference body.

    Force is volume over the length of fibres; the volume grows with height x mass.
    """

    def force(height: float, mass: float) -> float:
        return (47.0 * height * mass + 1285.0) / height

    return force(height_m, mass_kg) / force(REFERENCE_HEIGHT_M, REFERENCE_MASS_KG)


def _normal(rng: np.random.Generator) -> float:
    """Return a standard normal deviate, held to `FARTHEST`."""
    return float(np.clip(rng.normal(), -FARTHEST, FARTHEST))
