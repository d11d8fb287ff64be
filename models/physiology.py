"""The muscles of a walker: force, speed and activation after age, condition and factors."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .ageing import AGEING, aged
from .walker import Walker


@dataclass(frozen=True)
class MuscleCurve:
    """Hill curves and time constants, the same for all muscles of a walker; a young adult's."""

    activation_s: float = 0.01
    """Time constant of activation [s]."""
    deactivation_s: float = 0.04
    """Time constant of deactivation [s]."""
    lmin: float = 0.5
    """No active force below [L0]."""
    lmax: float = 1.6
    """No active force above [L0]."""
    vmax: float = 10.0
    """No force when shortening faster [L0/s]."""
    fpmax: float = 0.25
    """Passive scale [F0]; half of it at 1.3 L0, as in Millard et al. 2013."""
    fvmax: float = 1.4
    """Largest force when lengthening [F0]."""


YOUNG_CURVE = MuscleCurve()


def muscle_curve(walker: Walker) -> MuscleCurve:
    """Return the curves of a walker's muscles."""
    age, young = walker.age_years, YOUNG_CURVE
    rise = aged(AGEING.activation_time, age) * walker.activation_time
    fall = aged(AGEING.deactivation_time, age) * walker.deactivation_time
    speed = aged(AGEING.contraction_speed, age) * walker.contraction_speed
    stiffness = aged(AGEING.passive_stiffness, age) * walker.passive_stiffness
    return replace(
        young,
        activation_s=young.activation_s * rise,
        deactivation_s=young.deactivation_s * fall,
        vmax=young.vmax * speed,
        fpmax=young.fpmax * stiffness,
        fvmax=young.fvmax * aged(AGEING.eccentric_force, age),
    )


def group_strength(walker: Walker, group: str) -> float:
    """Return the factor on the maximum isometric forces of a muscle group."""
    own = dict(walker.group_strength).get(group, 1.0)
    return walker.strength * own * aged(AGEING.strength, walker.age_years)
