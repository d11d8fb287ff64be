"""Control of arms (swinging or crossed) and neck.

Arms and neck have no muscles in the model and are driven by torque: their effort is not counted.
The swing, half of what the hips do, gives about the 20 degrees at the shoulder that people show at
1.2 m/s (Meyns et al. 2013, Gait Posture 38:555).
"""

from __future__ import annotations

import numpy as np

from ...models.roles import Roles
from ...sim.physics.body_state import BodyState
from ...sim.physics.simulation import Simulation
from .geometry import columns_of, product

SWING_SHARE = 0.5  # shoulder flexion per flexion of the other hip over the same side's
STIFFNESS, DAMPING = 12.0, 1.2  # N.m/rad, N.m.s/rad, shoulder and elbow
CROSSED = np.array([0.7, -0.3, 1.9])  # rad: shoulder flexion and adduction, elbow
NECK_STIFFNESS, NECK_DAMPING = 60.0, 4.0
HELD_S = 0.005  # for which a torque of these gains may be held
_NECK = "neck_rotation"
_ARM = ("shoulder_flexion", "shoulder_adduction", "elbow")


class UpperBody:
    """Torques of the arms and the neck, for n walkers.

    Args:
        sim: the simulation. roles: of its body's joints; arms or neck that it lacks are left out.
        crossed: arms held across the chest instead of swinging.
        held_s: how long each torque is held; beyond `HELD_S` the gains are those of an implicit
            step (Tan, Liu and Turk 2011, IEEE Comput Graph 31(4):34), stable however long it is.
    """

    def __init__(
        self, sim: Simulation, roles: Roles, crossed: bool, held_s: float = HELD_S
    ) -> None:
        arm = roles.of(_ARM if crossed else _ARM[:1])
        swung, neck = roles.pairs(arm).ravel(), roles.middle(roles.of([_NECK]))
        hips = roles.pairs(["hip_flexion"]).ravel()
        driven = np.array([*swung, *neck], int)
        self.dofs = sim.joint_dof[driven]
        self._qpos = sim.joint_qpos[[*driven, *hips[::-1], *hips]]
        self._arms, self._has_neck = slice(len(swung)), bool(len(neck))
        held = [CROSSED[_ARM.index(joint)] for joint in arm]
        self._crossed = np.tile(held, 2) if crossed else None
        joints = [sim.model.joint(sim.anatomy.joints[int(i)]) for i in neck]
        self._neck_spring = sum(float(joint.stiffness[0]) for joint in joints)
        stiffness = np.array([*[STIFFNESS] * len(swung), *[NECK_STIFFNESS] * len(neck)])
        damping = np.array([*[DAMPING] * len(swung), *[NECK_DAMPING] * len(neck)])
        late = held_s if held_s > HELD_S else 0.0
        damping = damping + late * stiffness
        slower = 1.0 + late * damping * sim.model.dof_invweight0[self.dofs]
        self._stiffness, self._damping = stiffness / slower, damping / slower
        self._wanted = np.zeros((sim.n, len(driven)))

    def torque(self, state: BodyState, head_yaw: np.ndarray | None) -> np.ndarray:
        """Torques (n, dofs) [N.m]; `head_yaw` (n,) [rad] is wanted against the trunk, or None."""
        q, wanted = columns_of(state.qpos, self._qpos), self._wanted
        if self._crossed is not None:
            wanted[:, self._arms] = self._crossed
        elif self._arms.stop:
            product(q[:, -4:-2] - q[:, -2:], 0.5 * SWING_SHARE, wanted[:, self._arms])
        turn = head_yaw if self._has_neck else None
        if turn is not None:
            wanted[:, -1] = turn
        torque = self._stiffness * (wanted - q[:, :-4])
        torque -= self._damping * columns_of(state.qvel, self.dofs)
        if turn is not None:
            torque[:, -1] += self._neck_spring * turn
        return torque
