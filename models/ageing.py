"""Effects of age on muscles and senses, as factors on a young adult's values.

Nothing changes until 40 years, then everything changes linearly: strength starts to fall about then
(isometric, women: no change from 21 to 40, a fall after it; PMC3587913, abstract read), and so do
vestibular thresholds start to rise (two straight pieces with a corner at about 40; Bermudez Rey et
al. 2016, Front Neurol 7:162, abstract read). At 75 years the values are those of the
studies named at each factor; beyond that the line goes on.
"""

from __future__ import annotations

from dataclasses import dataclass

ONSET_YEARS = 40.0
OLDER_YEARS = 75.0
"""Age of the people that Thelen's 'older adults' stand for (about 70 to 75)."""


@dataclass(frozen=True)
class Ageing:
    """Factors at 75 years on the values of a young adult.

    Muscles after Thelen 2003, J Biomech Eng 125:70 (abstract read: maximum isometric force 30 %
    lower, slower maximum contraction, prolonged deactivation, stiffer passive fibres, more force
    when lengthening; the single numbers recalled). One factor of strength serves all groups: the
    loss is about alike in them (Kulmala et al. 2020, Sci Rep 10:2772, abstract read).
    """

    strength: float = 0.70
    """Of maximum isometric force."""
    contraction_speed: float = 0.80
    """Of maximum shortening velocity: 8 for 10 L0/s."""
    activation_time: float = 1.0
    """Of the time constant of activation, which Thelen leaves alone."""
    deactivation_time: float = 1.20
    """Of the time constant of deactivation: 60 for 50 ms."""
    passive_stiffness: float = 1.5
    """Of passive force. Thelen's strain at F0 is 0.5 for 0.6: 1.49 times the force at a stretch of
    0.2 L0, the most that walking asks of a fibre."""
    eccentric_force: float = 1.8 / 1.4
    """Of the largest force when lengthening: 1.8 for 1.4 F0."""
    tilt_noise: float = 2.96
    """Of the noise in orientation and turning: the threshold of roll tilt at 1 Hz rises by 56 % of
    the young value each decade after 40 (Bermudez Rey et al. 2016)."""
    velocity_noise: float = 2.61
    """Of the noise in the body's velocity: the threshold of sideways motion rises by 46 % a decade
    (Bermudez Rey et al. 2016)."""
    joint_noise: float = 2.0
    """Of the noise in joint angles: passive movement of the wrist is noticed at twice the angle
    (Wright et al. 2011, PMC3186208, abstract read). At the ankle some find a rise (Ko et al. 2015,
    Age Ageing 44:485) and some none (Djajadikarta et al. 2020, J Appl Physiol 128:1365)."""
    delay_s: float = 0.015
    """Added to the time after which something unexpected is known [s]. Older people answer later
    (longer onsets after a slip, Tang and Woollacott 1998, J Gerontol 53A:M471; longer delays in
    fitted models of standing, Wiesmeier et al. 2015, Front Aging Neurosci 7:97; abstracts read);
    the number is chosen, within the 10 to 20 ms usually quoted."""
    load_threshold_n: float = 30.0
    """Load that a sole does not feel [N]. Thresholds of touch rise all over the sole (Unver and Bek
    2022, Somatosens Mot Res 39:55, abstract read); the number is chosen."""
    attention_cost: float = 1.67
    """Of what inattention costs: older people turn from another task to their balance 67 % later
    (Maki et al. 2001, abstract read)."""


AGEING = Ageing()


def share_of_ageing(age_years: float) -> float:
    """Return the degree of ageing: 0 up to 40 years, 1 at 75."""
    return max(age_years - ONSET_YEARS, 0.0) / (OLDER_YEARS - ONSET_YEARS)


def aged(factor_at_75: float, age_years: float, young: float = 1.0) -> float:
    """Return a value at some age that is `young` until 40 and `young * factor_at_75` at 75."""
    return young + (factor_at_75 - young) * share_of_ageing(age_years)
