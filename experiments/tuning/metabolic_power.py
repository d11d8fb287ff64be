"""Metabolic power of walkers as they walk, without a recording."""

from __future__ import annotations

import numpy as np

from ...models.body import Body
from ...models.muscle_mass import muscle_masses_kg
from ...sim.measures.muscles.metabolic_rate import MuscleState, umberger
from ...sim.physics.muscle_curves import active_force_length
from ...sim.physics.simulation import Simulation


class MetabolicPower:
    """Power of all muscles by Umberger 2010; of a body of motors, their positive power."""

    def __init__(self, body: Body) -> None:
        self._of_muscles = bool(body.muscles)
        self._mass = muscle_masses_kg(body)
        self._slow = np.array([row.slow_twitch_share for row in body.muscles])

    def of(self, sim: Simulation) -> np.ndarray:
        """Power now, (n,) [W/kg]."""
        if not self._of_muscles:
            rate = sim.qvel[:, sim.actuators.motor_dofs]
            return np.maximum(sim.force * rate, 0.0).sum(1) / sim.mass
        muscles, length = sim.muscles, sim.fibre_length
        active = -sim.force - muscles.passive_tension(length)
        state = MuscleState(
            excitation=sim.ctrl,
            activation=np.clip(sim.act, 0.0, 1.0),
            length=length,
            velocity=sim.fibre_velocity,
            active_force_n=np.maximum(active, 0.0),
            total_force_n=-sim.force,
            force_length=active_force_length(length, muscles.lmin, muscles.lmax),
            max_isometric_force_n=muscles.max_isometric_force,
            optimal_length_m=muscles.optimal_length,
            mass_kg=self._mass,
            slow_twitch=self._slow,
            max_shortening_per_s=muscles.vmax,
        )
        return umberger(state).positive_work.sum(1) / sim.mass
