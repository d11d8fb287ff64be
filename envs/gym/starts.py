"""Starts of episodes for walkers on a device: a bank, made on the processor, that they draw from.

Each start is what `BatchTask.reset` makes of a seed: posture with its noise, speed, the feet put on
the ground, a commanded speed of the task's, and all that MuJoCo computes from these. The bank is
made when the walkers are; afterwards rows are drawn and copied on the device, without the host.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..gaits.tensor_state import TensorState
from .arguments import following_seeds
from .batch_task import BatchTask

COUNT = (512, 1024)
"""Least and most starts in a bank; in between as many as there are walkers."""

STATE = ("qpos", "qvel", "act", "ctrl", "qacc_warmstart")
FOLLOWS = (
    *("xpos", "xmat", "site_xpos", "sensordata"),
    *("actuator_force", "actuator_length", "actuator_velocity", "actuator_moment"),
)
"""Arrays of MjData that follow from the state, which are seen before the next step of physics."""


@dataclass(frozen=True)
class Starts:
    """A bank of starts, tensors on a device.

    Attributes:
        arrays: rows of MjData by name, (count, ...).
        commanded: (count,) [m/s] speed at the ramp's end. slope: (count,) of the ground.
        belt: (count,) [m/s] velocity of the ground along world x.
    """

    arrays: dict[str, Any]
    commanded: Any
    slope: Any
    belt: Any

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.commanded)


def make_starts(walk: BatchTask, state: TensorState) -> Starts:
    """Return the bank of `walk`: the first of walker i is its own, by its seed."""
    import torch

    least, most = COUNT
    count = min(max(walk.n, least), most)
    own = walk.seeds[:count]
    seeds = [*own, *following_seeds(max(own) + 1, count - len(own))]
    task = replace(walk.task, randomise=None, pushes=None)  # nothing that a start depends on
    twin = BatchTask(task, walk.scene.course.surface, walk.gait.table, seeds)
    twin.reset(np.arange(count))

    def double(values: np.ndarray) -> Any:
        return torch.tensor(np.array(values, float), device=state.device)

    return Starts(
        {name: state.tensor(twin.sim.bind(name)) for name in (*STATE, *FOLLOWS)},
        double(twin.gait.ramp.commanded),
        double(twin.gait.roles.slope),
        state.tensor(twin.sim.ground_velocity),
    )
