"""Joint torques to excitations: static optimisation and a lead on the activation dynamics."""

from __future__ import annotations

import numpy as np

from ...sim.simulation import Simulation
from ...sim.static_optimisation import StaticOptimiser

# N.m, the torque error that costs as much as one fully active muscle times sqrt(reg)
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
LEAST_CAPACITY = 0.0025  # share of F0: keeps a muscle at the end of its range in the problem


class MuscleLayer:
    """Shares torques of the muscle-driven joints out to the muscles.

    Args:
        sim: the simulation. reg: weight of squared activation. lower: least activation.

    Attributes:
        joints: indices into `anatomy.joints` of the joints that it drives.
        wanted: (n, muscles) activations of the last call.
    """

    def __init__(self, sim: Simulation, reg: float = 0.1, lower: float = 0.001) -> None:
        names = [j.removesuffix("_l").removesuffix("_r") for j in sim.anatomy.joints]
        self.joints = np.array([i for i, name in enumerate(names) if name in TORQUE_SCALE])
        self._dofs = sim.joint_dof[self.joints]
        scale = np.array([TORQUE_SCALE[names[i]] for i in self.joints])
        coupled = (np.abs(sim.moment_arm[0]) > 0)[:, self._dofs]
        self._optimiser = StaticOptimiser(coupled, scale, sim.n, reg, lower)
        self.lower = lower
        self.wanted = np.full((sim.n, sim.model.nu), lower)

    def reset(self, ids: np.ndarray) -> None:
        """Forget what simulations `ids` did before."""
        self._optimiser.reset(ids)
        self.wanted[ids] = self.lower

    def excite(self, sim: Simulation, torque: np.ndarray) -> np.ndarray:
        """Excitations (n, muscles) that give `torque` (n, joints) [N.m] as nearly as muscles can."""
        muscles = sim.muscles
        length, velocity = sim.fibre_length, sim.fibre_velocity
        capacity = np.maximum(
            muscles.capacity(length, velocity), LEAST_CAPACITY * muscles.max_isometric_force
        )
        arm = -sim.moment_arm[:, :, self._dofs]
        passive = (muscles.passive_tension(length)[:, None, :] @ arm)[:, 0]
        self.wanted = self._optimiser.activations(arm, capacity, torque - passive)
        return np.clip(2.0 * self.wanted - sim.act, self.lower, 1.0)
