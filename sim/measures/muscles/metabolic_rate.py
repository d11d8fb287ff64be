"""Rate of metabolic energy use of muscles: Umberger (2003, 2010) and Bhargava (2004).

Velocities are positive in lengthening. Both models are given with negative fibre work left out of
and counted in the energy, because that choice changes backward against forward walking. Where it is
counted, heat is raised so that no muscle gives energy back (Constable et al. 1997, J Physiol
505:205), as OpenSim's probes do by default.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

AEROBIC = 1.5  # Umberger et al. 2003: S for mainly aerobic work
LEAST_HEAT_W_PER_KG = 1.0  # Umberger et al. 2003, p. 104: resting heat of a muscle
BASAL_W_PER_KG = 1.2  # Umberger 2010: whole body at rest


@dataclass(frozen=True)
class MuscleState:
    """Inputs of the models; series have shape (n, muscles), parameters (muscles,).

    Attributes:
        excitation, activation: 0..1.
        length: fibre length [L0]; velocity: [L0/s], lengthening positive.
        active_force_n, total_force_n: of the fibres [N].
        force_length: active force-length factor at `length`, 0..1.
        max_isometric_force_n, optimal_length_m, mass_kg: of each muscle.
        slow_twitch: share of slow-twitch fibres, 0..1.
        max_shortening_per_s: maximum shortening velocity of fast fibres [L0/s].
    """

    excitation: np.ndarray
    activation: np.ndarray
    length: np.ndarray
    velocity: np.ndarray
    active_force_n: np.ndarray
    total_force_n: np.ndarray
    force_length: np.ndarray
    max_isometric_force_n: np.ndarray
    optimal_length_m: np.ndarray
    mass_kg: np.ndarray
    slow_twitch: np.ndarray
    max_shortening_per_s: np.ndarray


class MetabolicRate(NamedTuple):
    """Metabolic rate of each muscle [W], (n, muscles), by how negative fibre work counts."""

    positive_work: np.ndarray
    """Negative work is left out."""
    all_work: np.ndarray
    """Negative work is counted in; no muscle's rate is below 0."""


def umberger(muscles: MuscleState) -> MetabolicRate:
    """Return the metabolic rate of Umberger 2010 (positive work) and of 2003 (all work).

    Per kg of muscle, with A = u if u > a else (u + a) / 2, r the slow-twitch share, S = 1.5,
    g = force-length factor where L > 1 else 1, v- shortening and v+ lengthening velocity:

        activation + maintenance  h_am = S A^0.6 (128 (1 - r) + 25) (0.4 + 0.6 g)
        shortening                h_s  = S A^2 g (r min(a_s v-, 100) + (1 - r) a_f v-)
        lengthening               h_l  = S A g c a_s v+     c = 0.3 (2010) or 4 (2003)
        a_f = 153 / v_max,  a_s = 100 / (v_max / 2.5)
        rate = max(h_am + h_s + h_l, 1 W/kg) + work rate

    The work rate is F v- L0 / m in 2010 (negative work is left out) and also -F v+ L0 / m in 2003.
    Umberger, Gerritsen & Martin 2003, CMBBE 6:99; Umberger 2010, J R Soc Interface 7:1329.
    """
    m = muscles
    drive = np.maximum(m.excitation, 0.5 * (m.excitation + m.activation))
    falling = np.where(m.length > 1, m.force_length, 1).astype(drive.dtype)
    fast = (1 - m.slow_twitch).astype(drive.dtype)
    slow = m.slow_twitch.astype(drive.dtype)
    vmax = m.max_shortening_per_s.astype(drive.dtype)
    heat_fast, heat_slow = 153 / vmax, 250 / vmax
    shortening = np.maximum(-m.velocity, 0)
    lengthening = np.maximum(m.velocity, 0)

    maintenance = np.power(drive, drive.dtype.type(0.6)) * (128 * fast + 25) * (0.4 + 0.6 * falling)
    shorten = np.minimum(shortening * heat_slow, 100) * slow + shortening * (heat_fast * fast)
    base = AEROBIC * (maintenance + drive * drive * falling * shorten)
    lengthen = AEROBIC * drive * falling * (heat_slow * lengthening)

    per_kg = (m.optimal_length_m / m.mass_kg).astype(drive.dtype)
    power = m.active_force_n * per_kg
    positive = power * shortening
    published = np.maximum(base + 0.3 * lengthen, LEAST_HEAT_W_PER_KG) + positive
    all_work = _with_negative_work(base + 4 * lengthen, positive - power * lengthening)
    mass = m.mass_kg.astype(drive.dtype)
    return MetabolicRate(positive_work=published * mass, all_work=all_work * mass)


def bhargava(muscles: MuscleState) -> MetabolicRate:
    """Return the metabolic rate of Bhargava 2004, published with all work.

        activation   h_a = m (40 u_s + 133 u_f)          u_s = r sin(pi u / 2)
        maintenance  h_m = m l(L) (74 u_s + 111 u_f)     u_f = (1 - r) (1 - cos(pi u / 2))
        shortening   h_s = (0.16 a f_L F0 + 0.18 F) v- L0;  lengthening h_l = -0.157 F v+ L0
        rate = max(h_a + h_m + h_s + h_l, 1 W/kg) + work rate

    l(L) is linear through (0.5, 0.5), (1, 1), (1.5, 0). The decay of activation heat with the time
    since stimulation is left out (phi = 1; Anderson & Pandy 1999). F is the whole fibre force.
    Bhargava, Pandy & Anderson 2004, J Biomech 37:81, who count negative work in.
    """
    m = muscles
    kind = m.excitation.dtype
    angle = m.excitation * kind.type(np.pi / 2)
    slow = np.sin(angle) * m.slow_twitch.astype(kind)
    fast = (1 - np.cos(angle)) * (1 - m.slow_twitch).astype(kind)
    length = m.length
    upkeep = np.minimum(np.maximum(length, 0.5), np.maximum(3 - 2 * length, 0))
    heat = 40 * slow + 133 * fast + upkeep * (74 * slow + 111 * fast)

    per_kg = (m.optimal_length_m / m.mass_kg).astype(kind)
    shortening = np.maximum(-m.velocity, 0) * per_kg  # m/s per kg
    lengthening = np.maximum(m.velocity, 0) * per_kg
    isometric = m.activation * m.force_length * m.max_isometric_force_n.astype(kind)
    heat += (0.16 * isometric + 0.18 * m.total_force_n) * shortening
    heat -= 0.157 * m.total_force_n * lengthening

    positive = m.active_force_n * shortening
    positive_only = np.maximum(heat, LEAST_HEAT_W_PER_KG) + positive
    all_work = _with_negative_work(heat, positive - m.active_force_n * lengthening)
    mass = m.mass_kg.astype(kind)
    return MetabolicRate(positive_work=positive_only * mass, all_work=all_work * mass)


def _with_negative_work(heat: np.ndarray, work: np.ndarray) -> np.ndarray:
    """Return heat + work with heat raised so that neither it is below rest nor the sum below 0."""
    return np.maximum(np.maximum(heat, -work), LEAST_HEAT_W_PER_KG) + work
