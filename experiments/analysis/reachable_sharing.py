"""Muscle sharing within reach: the best activations with all future torques known.

Exact sharing may drop a muscle from one instant to the next; activation decays with a time constant
of 20 to 80 ms. Here a whole walk is shared out at once: least criterion, torques met, and no
activation that falls faster than without any excitation. How fast it rises is left free (5 to
20 ms), so that the answer is a floor.

Alternating directions (Boyd et al. 2011, Found Trends Mach Learn 3:1): sharing at each instant,
near to the nearest series of each muscle that can be reached, which is an isotonic regression.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import isotonic_regression

from ...envs.gaits.muscle_control import LEAST, MuscleControl
from ...sim.physics.simulation import Simulation

ROUNDS = 120
KEPT_FROM = 90  # round after which the decay rates stay as they are
EACH = 5  # rounds between new decay rates before
PULL = 2.0  # weight of the distance between what is shared and what can be reached
RELAXATION = 1.6


def kept_share(
    activation: np.ndarray, fall_s: np.ndarray, period_s: float, time_step_s: float
) -> np.ndarray:
    """Share of `activation` that is still there after `period_s` without excitation."""
    rate = (0.5 + 1.5 * np.clip(activation, 0.0, 1.0)) / fall_s
    return (1.0 - time_step_s * rate) ** round(period_s / time_step_s)  # as MuJoCo steps it


def nearest_in_reach(activation: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Return the series (time, muscles) nearest to `activation` with a[t + 1] >= kept[t] a[t]."""
    decay = np.ones_like(activation)
    np.cumprod(kept[:-1], axis=0, out=decay[1:])
    found = np.empty_like(activation)
    for m in range(activation.shape[1]):
        fit = isotonic_regression(activation[:, m] / decay[:, m], weights=decay[:, m] ** 2)
        found[:, m] = fit.x * decay[:, m]
    return found


def share_within_reach(
    layer: MuscleControl,
    sim: Simulation,
    velocity: np.ndarray,
    torque: np.ndarray,
    linear_cost: float,
    start: np.ndarray,
    period_s: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Activations and the excitations that give them, (time, muscles) each.

    Args:
        layer: shares by which criterion. sim: its simulations, the first ones an instant each, in
            order. velocity: of fibres, (n, muscles). torque: (n, nv) [N.m] to be met.
        linear_cost: where the criterion has none. start: (time, muscles) activations to begin
            with. period_s: between two instants.
    """
    count, muscles = len(start), sim.muscles
    layer.reset(np.arange(sim.n))
    near = np.full((sim.n, start.shape[1]), LEAST)
    reached, gap = start.astype(float), np.zeros(start.shape)
    kept = kept_share(reached, muscles.fall_s, period_s, sim.time_step)
    for i in range(ROUNDS):
        if i and i <= KEPT_FROM and not i % EACH:
            kept = kept_share(reached, muscles.fall_s, period_s, sim.time_step)
        near[:count] = reached - gap
        shared = layer.share(sim, velocity, torque, linear_cost, near=(near, PULL))[:count]
        mixed = RELAXATION * shared + (1.0 - RELAXATION) * reached
        reached = np.clip(nearest_in_reach(mixed + gap, kept), LEAST, 1.0)
        gap += mixed - reached
    excitation = reached.copy()
    excitation[1:] = muscles.excitation_for(reached[1:], reached[:-1], period_s)
    return reached, excitation
