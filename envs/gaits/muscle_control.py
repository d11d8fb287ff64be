"""Joint torques to excitations: static optimisation and a lead on the activation dynamics."""

from __future__ import annotations

import numpy as np

from ...models.body import Body
from ...models.knee_pain import knee_linear_cost
from ...models.muscle_mass import muscle_masses_kg
from ...sim.physics.simulation import Simulation
from ...sim.physics.static_optimisation import StaticOptimiser

# N.m, the torque error that costs as much as one fully active muscle times sqrt(REGULARISATION)
TORQUE_SCALE = {
    "hip_flexion": 60.0,
    "hip_adduction": 60.0,
    "hip_rotation": 40.0,
    "knee": 60.0,
    "ankle": 50.0,
    "subtalar": 30.0,
    "mtp": 6.0,
    "lumbar_flexion": 80.0,
    "lumbar_bending": 80.0,
    "lumbar_rotation": 60.0,
}
REGULARISATION = 0.05  # weight of squared activation
LEAST = 0.0005  # least activation
LEAST_CAPACITY = 0.0025  # share of F0: keeps a muscle at the end of its range in the problem


class MuscleControl:
    """Shares torques of the muscle-driven joints out to the muscles.

    Args:
        sim: the simulation. body: its body.

    Attributes:
        joints: indices into `anatomy.joints` of the joints that it drives.
        wanted: (n, muscles) activations of the last call.
    """

    def __init__(self, sim: Simulation, body: Body) -> None:
        names = [j.removesuffix("_l").removesuffix("_r") for j in sim.anatomy.joints]
        self.joints = np.array([i for i, name in enumerate(names) if name in TORQUE_SCALE])
        self._dofs = sim.joint_dof[self.joints]
        scale = np.ones(sim.model.nv)
        scale[self._dofs] = [TORQUE_SCALE[names[i]] for i in self.joints]
        coupled = np.zeros((sim.model.nu, sim.model.nv), bool)
        coupled[:, self._dofs] = sim.moment_arm[0][:, self._dofs] != 0.0
        self._optimiser = StaticOptimiser(coupled, scale, sim.n, REGULARISATION, LEAST)
        self._linear_cost = heat_per_activation(body)
        self._linear_cost /= self._linear_cost.mean()
        if body.walker.knee_pain:
            self._linear_cost += body.walker.knee_pain * knee_linear_cost(body)
        self.wanted = np.full((sim.n, sim.model.nu), LEAST)

    def reset(self, ids: np.ndarray) -> None:
        """Forget what simulations `ids` did before."""
        self._optimiser.reset(ids)
        self.wanted[ids] = LEAST

    def excite(self, sim: Simulation, torque: np.ndarray, linear_cost: np.ndarray) -> np.ndarray:
        """Excitations (n, muscles) that give `torque` (n, joints) [N.m] as nearly as muscles can.

        `linear_cost` (n,) is that of activation of an average muscle; a muscle of more mass
        and faster fibres pays more, and so does one that presses a painful knee.
        """
        muscles = sim.muscles
        length, velocity = sim.fibre_length, sim.fibre_velocity
        capacity = np.maximum(
            muscles.capacity(length, velocity), LEAST_CAPACITY * muscles.max_isometric_force
        )
        arm = sim.moment_arm  # of lengthening: a muscle's torque is -arm * tension
        asked = -(muscles.passive_tension(length)[:, None, :] @ arm)[:, 0]
        asked[:, self._dofs] -= torque
        self.wanted = self._optimiser.activations(
            arm, capacity, asked, linear_cost[:, None] * self._linear_cost
        )
        return np.clip(2.0 * self.wanted - sim.act, LEAST, 1.0)


def heat_per_activation(body: Body) -> np.ndarray:
    """Heat of activation and maintenance of each muscle at full activation, (muscles,) [W].

    1.5 m (128 fast share + 25), Umberger 2010, J R Soc Interface 7:1329, at or below optimal
    length.
    """
    fast = 1.0 - np.array([row.slow_twitch_share for row in body.muscles])
    return 1.5 * (128.0 * fast + 25.0) * muscle_masses_kg(body)
