"""State of many bodies on a device, as tensors of torch: what `BodyState` is for arrays.

The tensors are the memory that MuJoCo Warp works on, so that nothing is copied. Whatever reads them
stays on the device: no property here asks the host for a value.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from ...sim.physics.body_state import BodyState
from ...sim.physics.simulation import MAX_JOINT_SPEED, Simulation
from ...sim.physics.warp_backend import WarpBatch
from ...sim.plain_values import is_array

if TYPE_CHECKING:
    import torch


class TensorState(BodyState):
    """Live state of the bodies of a simulation, whose batch has handed over to its device.

    All attributes and properties are those of `BodyState`, tensors (n, ...) in place of arrays;
    `qpos`, `qvel`, `act`, `ctrl`, `applied` and `external_force` may be written.

    Args:
        sim: the simulation, on level ground. batch: its batch.

    Attributes:
        device: where the tensors are.
    """

    def __init__(self, sim: Simulation, batch: WarpBatch) -> None:
        self.batch = batch
        super().__init__(cast(Any, _Tensors(batch)), sim.anatomy, sim.ground)
        qpos: Any = self.qpos
        self.device: torch.device = qpos.device
        self._rest = self.tensor(sim.model.qpos0)
        none = qpos.new_zeros(self.n)
        self.ground_velocity, self.ground_travel = none.clone(), none.clone()
        self.valid = none == 0.0
        self.feet = self.tensor(self.feet)
        self._points, self._falls = self.tensor(self._points), self.tensor(self._falls)
        self._vertical = self.tensor(self._vertical)
        muscles, motors = self.actuators.muscles, self.actuators.motors
        low, high = self.model.actuator_ctrlrange[motors].T
        self._muscles, self._motors = self.tensor(muscles), self.tensor(motors)
        self._low, self._high = self.tensor(low), self.tensor(high)
        self.muscles = replace(self.muscles, **with_tensors(self.muscles, self))
        self._arm, self._moment_at = self.tensor(self._arm), self.tensor(self._moment_at)

    def tensor(self, values: np.ndarray) -> Any:
        """Return a copy of `values` on the device: indices as they are, numbers as float32."""
        import torch

        kind = torch.float32 if values.dtype.kind == "f" else None
        return torch.as_tensor(np.array(values), dtype=kind, device=self.device)

    @property
    def vertical_load(self) -> Any:
        """Vertical force of the ground on each foot, (n, 2) [N]."""
        sensors: Any = self.sensors
        return -sensors[:, self._vertical].sum(-1)

    @property
    def fall_contact(self) -> Any:
        """True where a part that touches the ground only in a fall does so, (n,)."""
        sensors: Any = self.sensors
        return (sensors[:, self._falls] != 0.0).any(1)

    @property
    def points(self) -> Any:
        """Points of the feet, (n, 2, points, 3) [m], world frame, the ankles last."""
        import torch

        parts: list[Any] = [
            self.site_position[:, self._points],
            self.body_position[:, self.feet, None],
        ]
        return torch.cat(parts, 2)

    @property
    def sole_height(self) -> Any:
        """Height of the same points but the ankles, (n, 2, points) [m]."""
        return self.site_position[:, self._points, 2]

    @property
    def exertion(self) -> Any:
        """Effort of each actuator, (n, actuators), 0 to 1."""
        if not len(self.actuators.motors):
            return self.act
        force: Any = self.force
        torque = force[:, self._motors]
        exertion = force.clone()
        if len(self.actuators.muscles):
            exertion[:, self._muscles] = self.act
        exertion[:, self._motors] = torque / self._low.where(torque < 0.0, self._high)
        return exertion

    def step(self, substeps: int) -> None:
        """Advance all by `substeps` time steps, as `Simulation.step` does.

        What has blown up is marked invalid and put to rest in the model's default pose.
        """
        travel: Any = self.ground_travel
        travel += substeps * self.time_step * cast(Any, self.ground_velocity)
        self.batch.advance(substeps)
        force: Any = self.external_force
        force.zero_()
        qvel: Any = self.qvel
        slow = qvel.abs().amax(1) < MAX_JOINT_SPEED  # False for what is no number too
        failed = ~slow | self.batch.overflown()
        valid: Any = self.valid
        valid &= ~failed
        self.write(failed, "qpos", self._rest)
        for name in ("qvel", "act", "qacc_warmstart"):
            self.write(failed, name, 0.0)

    def write(self, mask: Any, name: str, values: Any) -> None:
        """Write `values` to array `name` of MjData where `mask` (n,), and nowhere else."""
        live = self.batch.tensor(name)
        rows = mask.view(-1, *(1,) * (live.dim() - 1))
        live.copy_(live.where(~rows, values))


def with_tensors(part: object, state: TensorState) -> dict[str, Any]:
    """Return the attributes of an object, its arrays as tensors on the device of `state`."""
    return {k: state.tensor(v) if is_array(v) else v for k, v in vars(part).items()}


class _Tensors:
    """A batch whose arrays are tensors; see `Bound`."""

    def __init__(self, batch: WarpBatch) -> None:
        self.model, self.n, self.bind = batch.model, batch.n, batch.tensor
