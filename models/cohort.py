"""Virtual people, drawn from published distributions with their correlations.

- Height, mass, and lengths of thigh, shank and foot over the height: 4,082 men and 1,986 women of
  the US Army, computed from their public data (ANSUR II, Gordon et al. 2014, NATICK/TR-15/007).
  Thighs are from trochanterion to the knee's lateral epicondyle, shanks from there to the lateral
  malleolus; finding these adds to the spread. Height lost with age is the trunk's: Sorkin et al.
  1999, Am J Epidemiol 150:969 (recalled).
- Strength with size: volume of the leg's muscles 47 (height x mass) + 1285 cm3 (Handsfield et al.
  2014, J Biomech 47:631), over fibres that grow with the height.
- Strength beside size: a factor that all groups share, and one for each group, 10 and 15 % (of the
  order of the spread of muscle volumes between people of one size in Handsfield et al.; chosen).
- Length of fibres beside the height: 8 %, of all muscles alike, tendons with them (chosen; those
  of single muscles differ by 15 to 25 % between people, Ward et al. 2009, Clin Orthop Relat Res
  467:1074, recalled).
- Times of activation and speed of contraction: 10 %, stiffness of fibres: 20 %, noise of senses:
  30 % (chosen; the thresholds of people of one age differ by more, Bermudez Rey et al. 2016, Front
  Neurol 7:162). What age does is in `ageing`.
- Friction of shoes: 36 %: 27 sole patterns on wet tile gave 0.080 to 0.344, some 4.1 standard
  deviations of so many (Blanchette and Powers 2015, Appl Ergon 50:218, abstract). On a dry floor
  shoes differ less.
- Motor noise: 3 % of the excitation, the published size (`Walker.motor_noise`); 25 % of it is the
  spread (chosen).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..sim.measures.base.muscle_groups import MUSCLE_GROUPS
from .segment_lengths import SEGMENTS
from .walker import REFERENCE_HEIGHT_M, REFERENCE_MASS_KG, SEXES, Walker

BOTH = "both"


@dataclass(frozen=True)
class Size:
    """Height [m], mass [kg] and lengths of one sex: means, standard deviations, correlations."""

    height_m: float
    height_sd_m: float
    mass_kg: float
    mass_sd_kg: float
    lengths: tuple[float, float, float]
    """Of thigh, shank and foot over the height, geometric means, over those of men."""
    length_sds: tuple[float, float, float]
    """Standard deviations of their logarithms."""
    correlations: tuple[tuple[float, ...], ...]
    """Of height, mass, thigh, shank and foot: each with those before it."""
    loss_m: tuple[float, float]
    """Height that is lost up to 70 and up to 80 years [m]; it begins at 30."""

    def deviations(self, independent: Sequence[float]) -> np.ndarray:
        """Return correlated standard deviates of the five from independent ones, (5,)."""
        matrix = np.eye(len(independent))
        for row, known in enumerate(self.correlations):
            matrix[row, :row] = matrix[:row, row] = known
        return np.linalg.cholesky(matrix) @ independent


SIZES = {
    "male": Size(
        *(1.7562, 0.0686, 85.52, 14.22),
        lengths=(1.0, 1.0, 1.0),
        length_sds=(0.0523, 0.0346, 0.0339),
        correlations=(
            *((), (0.469,), (0.140, -0.030), (0.263, 0.032, 0.126)),
            (-0.126, 0.150, 0.037, 0.196),
        ),
        loss_m=(0.03, 0.05),
    ),
    "female": Size(
        *(1.6285, 0.0642, 67.76, 10.98),
        lengths=(1.000, 1.038, 0.979),
        length_sds=(0.0460, 0.0436, 0.0351),
        correlations=(
            *((), (0.533,), (0.099, 0.023), (0.203, 0.163, -0.044)),
            (-0.085, 0.171, 0.064, 0.274),
        ),
        loss_m=(0.05, 0.08),
    ),
}
SHARED_STRENGTH, GROUP_STRENGTH = 0.10, 0.15
SPREADS = {
    "fibre_length": 0.08,
    "shoe_friction": 0.36,
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
    *SEGMENTS,
    *SPREADS,
)
"""Fields of a walker that are drawn."""
FARTHEST = 2.5  # standard deviations from the mean, of any one independent draw


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
    tall, heavy, *along = size.deviations([_normal(rng) for _ in range(5)])
    young = size.height_m + size.height_sd_m * tall
    height = young - float(np.interp(age, (30.0, 70.0, 80.0), (0.0, *size.loss_m)))
    mass = size.mass_kg + size.mass_sd_kg * heavy
    own = np.array(size.lengths) * np.exp(np.array(size.length_sds) * along) * young / height
    strength = strength_of_size(height, mass) * np.exp(SHARED_STRENGTH * _normal(rng))
    groups = {group: float(np.exp(GROUP_STRENGTH * _normal(rng))) for group in MUSCLE_GROUPS}
    factors: dict[str, Any] = {
        field: float(np.exp(sd * _normal(rng))) for field, sd in SPREADS.items()
    } | dict(zip(SEGMENTS, own.tolist(), strict=True))
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
