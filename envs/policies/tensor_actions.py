"""Actions of walkers on a device; what each kind means stands in `actions`."""

from __future__ import annotations

from typing import Any, Protocol, cast

import numpy as np

from ..gaits.muscle_control import LEAST
from ..gaits.tensor_drive import tensor_drive
from ..gaits.tensor_gait import TensorGait
from ..gaits.tensor_state import TensorState, with_tensors
from .actions import EFFORT_PRICE, ExcitationActions, JointActions
from .steered_walkers import SteeredWalkers

MODES = ("excitation", "joint")
"""Action modes that run on a device."""


class TensorActions(Protocol):
    """How actions act; `names` and `units` as of `actions.Actions`."""

    names: tuple[str, ...]
    units: tuple[str, ...]

    def begin(self, mask: Any) -> None:
        """Forget what walkers where `mask` (n,) did before."""
        ...

    def excite(self, state: TensorState, action: Any) -> Any:
        """Excitations (n, actuators) for the next control period under `action` (n, size)."""
        ...


class TensorExcitations(ExcitationActions):
    """The excitation of every muscle or motor, for tensors."""

    def __init__(self, actions: ExcitationActions, gait: TensorGait, state: TensorState) -> None:
        vars(self).update(with_tensors(actions, state))
        self._steps = gait

    def begin(self, mask: Any) -> None:
        """Nothing is kept."""

    def excite(self, state: Any, action: Any) -> Any:
        """Excitations (n, actuators) as asked."""
        gait = self._steps
        gait.follow(state)
        gait.pass_time()
        share = action[self._rows, self._columns[gait.roles.stance]]
        if not self._motors:
            return (0.5 * (share + 1.0)).clamp(LEAST, 1.0)
        share = share * self._signs[gait.roles.stance]
        return share.clamp(min=0.0) * self._high - share.clamp(max=0.0) * self._low


class TensorJoints(JointActions):
    """Target angles of the driven joints, for tensors."""

    def __init__(self, actions: JointActions, gait: TensorGait, state: TensorState) -> None:
        vars(self).update(with_tensors(actions, state))
        self._steps, self._drive = gait, tensor_drive(actions.layer, state)
        self._rows: Any = state.tensor(np.arange(state.n)[:, None])
        self._driven: Any = self._drive.joints
        self._qpos: Any = state.tensor(state.joint_qpos)
        self._dof: Any = state.tensor(state.joint_dof)
        self._every: Any = state.tensor(np.zeros((state.n, len(state.anatomy.joints))))

    def begin(self, mask: Any) -> None:
        """Forget what walkers where `mask` did before."""
        self._drive.begin(mask)

    def excite(self, state: Any, action: Any) -> Any:
        """Excitations (n, actuators) that drive the joints to their targets."""
        gait, rows, every = self._steps, self._rows, self._every
        gait.follow(state)
        order: Any = self._order[gait.roles.stance]
        mirror = action.new_ones(action.shape)
        mirror[:, self._turning] = (2.0 * gait.roles.stance - 1.0)[:, None]
        q, v = state.qpos[rows, self._qpos[order]], state.qvel[rows, self._dof[order]]
        torque: Any = self._stiffness * (self._rest + self._range * action * mirror - q)
        torque = torque - self._damping * v
        every[rows, order] = torque.maximum(-self._limit).minimum(self._limit)
        gait.pass_time()
        return self._drive.excite(state, every[:, self._driven], EFFORT_PRICE)


def tensor_actions(walk: SteeredWalkers, gait: TensorGait, state: TensorState) -> TensorActions:
    """Return the actions of `walk`, which are of one of `MODES`, for tensors."""
    if isinstance(walk.actions, JointActions):
        return TensorJoints(walk.actions, gait, state)
    return TensorExcitations(cast(ExcitationActions, walk.actions), gait, state)
