"""What drives the joints of walkers on a device: muscles that share torques, or motors."""

from __future__ import annotations

from typing import Any, Protocol

from .geometry import clip_any
from .joint_drive import JointDrive, MotorControl
from .muscle_control import LEAST, LEAST_CAPACITY, MuscleControl
from .tensor_optimiser import TensorOptimiser
from .tensor_state import TensorState, with_tensors


class TensorDrive(Protocol):
    """Drives joints by the torques requested; `joints` as of `JointDrive`."""

    joints: Any

    def begin(self, mask: Any) -> None:
        """Forget what walkers where `mask` (n,) did before."""
        ...

    def excite(self, state: Any, torque: Any, linear_cost: float) -> Any:
        """Excitations (n, actuators) that give `torque` (n, joints) [N.m] as nearly as can be."""
        ...


class TensorMuscles(MuscleControl):
    """`MuscleControl` by squared activation and the gait's linear cost, for tensors."""

    def __init__(self, control: MuscleControl, state: TensorState) -> None:
        vars(self).update(with_tensors(control, state))
        self._solver = TensorOptimiser(control.optimiser, state)

    def begin(self, mask: Any) -> None:
        """Forget what walkers where `mask` did before."""
        self._solver.begin(mask)

    def excite(self, state: Any, torque: Any, linear_cost: float) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Excitations (n, muscles); `linear_cost` is that of an average muscle's activation."""
        muscles, length = state.muscles, state.fibre_length
        strongest = LEAST_CAPACITY * muscles.max_isometric_force
        capacity: Any = muscles.capacity(length, state.fibre_velocity)
        capacity = capacity.maximum(strongest)
        arm = state.moment_arm
        asked = -(muscles.passive_tension(length)[:, None, :] @ arm)[:, 0]
        asked[:, self._dofs] -= torque
        price: Any = linear_cost * self._linear_cost
        wanted = self._solver.activations(arm, capacity, asked, price.expand(capacity.shape))
        return clip_any(2.0 * wanted - state.act, LEAST, 1.0)


class TensorMotors(MotorControl):
    """`MotorControl` for tensors."""

    def __init__(self, control: MotorControl, state: TensorState) -> None:
        vars(self).update(with_tensors(control, state))

    def begin(self, mask: Any) -> None:
        """Nothing is kept."""

    def excite(self, state: Any, torque: Any, linear_cost: float) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Excitations (n, actuators): the torques within the motors' limits."""
        excitation = state.ctrl.new_zeros(state.ctrl.shape)
        excitation[:, self._motors] = torque.maximum(self._low).minimum(self._high)
        return excitation


def tensor_drive(layer: JointDrive, state: TensorState) -> TensorDrive:
    """Return what drives the joints as `layer` does on the host."""
    if isinstance(layer, MuscleControl):
        return TensorMuscles(layer, state)
    assert isinstance(layer, MotorControl)
    return TensorMotors(layer, state)
