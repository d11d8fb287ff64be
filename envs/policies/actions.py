"""Action modes: changes to the scripted gait, joint targets, or muscle excitations.

Every action is (n, size) in -1 to 1 and in the frame of the stance and the swing leg, so that what
is learned for one leg holds for the other.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ...sim.physics.body_state import BodyState
from ...sim.physics.simulation import Simulation
from ..gaits import residual
from ..gaits.geometry import clip
from ..gaits.leg_control import LEG, LUMBAR as TRUNK
from ..gaits.muscle_control import LEAST, TORQUE_SCALE
from ..gaits.scripted_gait import ScriptedGait

# joint: (rad, pose at action 0; rad, change of it at action 1; N.m/rad; N.m.s/rad)
JOINT_TARGETS: dict[str, tuple[float, float, float, float]] = {
    "hip_flexion": (0.15, 0.70, 250.0, 20.0),
    "hip_adduction": (0.0, 0.30, 250.0, 20.0),
    "hip_rotation": (0.0, 0.30, 60.0, 4.0),
    "knee": (0.45, 0.70, 200.0, 12.0),
    "ankle": (0.05, 0.50, 150.0, 8.0),
    "subtalar": (0.0, 0.25, 60.0, 3.0),
    "mtp": (0.0, 0.30, 10.0, 0.3),
    "lumbar_flexion": (0.0, 0.25, 250.0, 25.0),
    "lumbar_bending": (0.0, 0.25, 250.0, 25.0),
    "lumbar_rotation": (0.0, 0.25, 120.0, 12.0),
}
EFFORT_PRICE = 0.05  # linear price of activation, as the scripted gaits have about


class Actions(Protocol):
    """Base class of action modes.

    Attributes:
        control_steps: control periods in a policy step of 20 ms.
        names: (size,) of the columns. units: of an action of 1 in each.
    """

    control_steps: int
    names: tuple[str, ...]
    units: tuple[str, ...]

    def excite(self, state: BodyState, action: np.ndarray) -> np.ndarray:
        """Excitations (n, actuators) for the next control period under `action` (n, size)."""
        ...


class ResidualActions:
    """Small changes to the scripted gait; all zero is the gait itself, bit for bit."""

    control_steps = 4

    def __init__(self, sim: Simulation, gait: ScriptedGait) -> None:
        self._gait = gait
        self.names = residual.NAMES
        self.units = tuple(f"{most:g} {unit}" for most, unit, _ in residual.RANGES.values())

    def excite(self, state: BodyState, action: np.ndarray) -> np.ndarray:
        """Excitations (n, actuators) of the changed gait."""
        self._gait.residual = residual.Residual.from_action(action)
        return self._gait.excite(state)


class JointActions:
    """Target angles of the driven joints: PD torques, given to motors or shared by the muscles.

    Attributes:
        layer: what drives the joints.
    """

    control_steps = 4

    def __init__(self, sim: Simulation, gait: ScriptedGait) -> None:
        self._gait, self.layer = gait, gait.layer
        roles = gait.body.roles
        leg, trunk = roles.of(LEG), roles.of(TRUNK)
        self._order = roles.by_stance(leg, trunk)
        self._turning = np.flatnonzero(roles.mirror[self._order[0]] < 0.0)
        self.names = (
            *(f"stance_{joint}" for joint in leg),
            *(f"swing_{joint}" for joint in leg),
            *trunk,
        )
        rows = np.array([JOINT_TARGETS[joint] for joint in (*leg, *leg, *trunk)])
        self._rest, self._range, self._stiffness, self._damping = rows.T
        self.units = tuple(f"{span:g} rad" for span in self._range)
        self._limit = 3.0 * np.array([TORQUE_SCALE[joint] for joint in (*leg, *leg, *trunk)])

    def excite(self, state: BodyState, action: np.ndarray) -> np.ndarray:
        """Excitations (n, actuators) that drive the joints to their targets."""
        gait, rows = self._gait, np.arange(state.n)[:, None]
        gait.follow(state)
        order = self._order[gait.roles.stance]
        mirror = np.ones(action.shape)
        mirror[:, self._turning] = gait.roles.side[:, None]
        q = state.qpos[rows, state.joint_qpos[order]]
        v = state.qvel[rows, state.joint_dof[order]]
        target = self._rest + self._range * action * mirror
        torque = self._stiffness * (target - q) - self._damping * v
        every = np.zeros((state.n, len(state.anatomy.joints)))
        every[rows, order] = np.clip(torque, -self._limit, self._limit)
        gait.pass_time()
        layer = self.layer
        return layer.excite(state, every[:, layer.joints], np.full(state.n, EFFORT_PRICE))


class ExcitationActions:
    """The excitation of every muscle or motor, of stance leg, swing leg and trunk.

    Of a muscle -1 is none and 1 is all. Of a motor 0 is none, -1 and 1 the largest torque either
    way, however much these differ; about a joint of the midline that turns its sign under
    mirroring, positive is towards the swing leg. Held for a whole policy step: nothing is computed
    from the state in between.
    """

    control_steps = 1

    def __init__(self, sim: Simulation, gait: ScriptedGait) -> None:
        self._gait = gait
        body, roles = gait.body, gait.body.roles
        order = roles.actuators_by_stance
        self._columns = order.argsort(1)  # of the action that each actuator takes, by stance foot
        self._rows = np.arange(sim.n)[:, None]
        self.names = roles.actuators_by_stance_names
        limits = np.array(body.excitation_range)
        self._low, self._high = limits[:, 0], limits[:, 1]
        self._motors = body.actuation == "torques"
        if self._motors:
            turn = np.array([-1.0 if r in roles.turning else 1.0 for r in roles.actuator_roles])
            self._signs = np.stack([turn, np.ones_like(turn)])  # by stance foot
            self.units = tuple(f"{-self._low[i]:g} and {self._high[i]:g} N.m" for i in order[0])
        else:
            self.units: tuple[str, ...] = ("excitation 0 to 1",) * len(self.names)

    def excite(self, state: BodyState, action: np.ndarray) -> np.ndarray:
        """Excitations (n, actuators) as asked."""
        gait = self._gait
        gait.follow(state)
        gait.pass_time()
        if self._motors:
            return self._torques(action, gait.roles.stance)
        asked = clip(0.5 * (action + 1.0), LEAST, 1.0)
        if state.n == 1:
            return asked.take(self._columns[gait.roles.stance.item()])[None]
        return asked[self._rows, self._columns[gait.roles.stance]]

    def _torques(self, action: np.ndarray, stance: np.ndarray) -> np.ndarray:
        """Torques of the motors (n, motors) [N.m]; `stance` (n,) is the foot that stands."""
        share = action[self._rows, self._columns[stance]] * self._signs[stance]
        return np.maximum(share, 0.0) * self._high - np.minimum(share, 0.0) * self._low


KINDS: dict[str, type[ResidualActions] | type[JointActions] | type[ExcitationActions]] = {
    "residual": ResidualActions,
    "joint": JointActions,
    "excitation": ExcitationActions,
}
