"""Actions of walkers on a device; what each kind means stands in `actions`."""

from __future__ import annotations

from typing import Any, Protocol, cast

from ..gaits.muscle_control import LEAST
from ..gaits.tensor_gait import TensorGait, with_tensors
from ..gaits.tensor_state import TensorState
from .actions import ExcitationActions
from .steered_walkers import SteeredWalkers

MODES = ("excitation",)
"""Action modes that run on a device."""


class TensorActions(Protocol):
    """How actions act; `names` and `units` as of `actions.Actions`."""

    names: tuple[str, ...]
    units: tuple[str, ...]

    def excite(self, state: TensorState, action: Any) -> Any:
        """Excitations (n, actuators) for the next control period under `action` (n, size)."""
        ...


class TensorExcitations(ExcitationActions):
    """The excitation of every muscle or motor, for tensors."""

    def __init__(self, actions: ExcitationActions, gait: TensorGait, state: TensorState) -> None:
        vars(self).update(with_tensors(actions, state))
        self._steps = gait

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


def tensor_actions(walk: SteeredWalkers, gait: TensorGait, state: TensorState) -> TensorActions:
    """Return the actions of `walk`, which are of one of `MODES`, for tensors."""
    return TensorExcitations(cast(ExcitationActions, walk.actions), gait, state)
