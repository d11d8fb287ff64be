"""Arms that swing against the legs or are held crossed, and a neck that turns the head.

Arms and neck have no muscles in the model and are driven by torque: their effort is not counted.
The swing, half of what the hips do, gives about the 20 degrees at the shoulder that people show at
1.2 m/s (Meyns et al. 2013, Gait Posture 38:555).
"""

from __future__ import annotations

import numpy as np

from ...sim.simulation import Simulation

SWING_SHARE = 0.5  # shoulder flexion per flexion of the other hip over the same side's
STIFFNESS, DAMPING = 12.0, 1.2  # N.m/rad, N.m.s/rad, shoulder and elbow
CROSSED = np.array([0.7, -0.3, 1.9])  # rad: shoulder flexion and adduction, elbow
NECK_STIFFNESS, NECK_DAMPING = 60.0, 4.0
_ARM = ("shoulder_flexion", "shoulder_adduction", "elbow")


class UpperBody:
    """Torques of the arms and the neck, for n walkers.

    Args:
        sim: the simulation. crossed: arms held across the chest instead of swinging.
    """

    def __init__(self, sim: Simulation, crossed: bool) -> None:
        names = list(sim.anatomy.joints)
        arms = [names.index(f"{joint}_{side}") for side in "lr" for joint in _ARM]
        shoulders = [names.index(f"shoulder_flexion_{side}") for side in "lr"]
        hips = [names.index(f"hip_flexion_{side}") for side in "lr"]
        driven = arms if crossed else shoulders
        self._crossed = crossed
        self._driven_qpos = sim.joint_qpos[driven]
        self._driven_dofs = sim.joint_dof[driven]
        self._hip_qpos = sim.joint_qpos[hips]
        neck = names.index("neck_rotation")
        self._neck_qpos, self._neck_dof = sim.joint_qpos[neck], sim.joint_dof[neck]
        joint = sim.model.joint("neck_rotation")
        self._neck_spring = float(joint.stiffness[0])
        self.dofs = np.append(self._driven_dofs, self._neck_dof)

    def torque(self, state: Simulation, head_yaw: np.ndarray) -> np.ndarray:
        """Torques (n, dofs) [N.m]; `head_yaw` (n,) [rad] is wanted against the trunk."""
        if self._crossed:
            wanted = np.tile(CROSSED, 2)
        else:
            hips = state.qpos[:, self._hip_qpos]
            wanted = 0.5 * SWING_SHARE * (hips[:, ::-1] - hips)
        error = wanted - state.qpos[:, self._driven_qpos]
        arms = STIFFNESS * error - DAMPING * state.qvel[:, self._driven_dofs]
        turn = head_yaw - state.qpos[:, self._neck_qpos]
        neck = NECK_STIFFNESS * turn - NECK_DAMPING * state.qvel[:, self._neck_dof]
        neck = neck + self._neck_spring * head_yaw
        return np.concatenate([arms, neck[:, None]], axis=1)
