"""What acts on walkers from outside, for tensors on a device: belt, bar and random pushes.

The laws are those of the effects on the host, whose constants these are; by masks, so that nothing
asks the host. Friction and strength of each walker's own lie in the model already.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from ...sim.treadmill.belt_drive import BeltDrive
from ...sim.treadmill.front_bar import DAMPING, HALF_DEPTH, STIFFNESS, FrontBar
from ..gaits.tensor_state import TensorState
from ..task.random_pushes import Pushes, RandomPushes
from .batch_task import BatchTask


class TensorEffect(Protocol):
    """What acts before every step of the physics."""

    def begin(self, mask: Any) -> None:
        """Start anew with walkers where `mask` (n,)."""
        ...

    def act(self, time: Any, duration_s: float) -> None:
        """Act during the coming `duration_s`; `time` (n,) [s] is into the episode."""
        ...


class TensorBelt:
    """The belt of a treadmill whose workout is one speed, level; see `BeltDrive`."""

    def __init__(self, walk: BatchTask, state: TensorState) -> None:
        self._state, self._sign = state, walk.task.sign
        treadmill = walk.scene.course.treadmill
        commanded, start = walk.belt_speeds
        (speed,), _ = treadmill.workout.at(np.zeros(1), commanded)
        self._wanted, self._start = float(speed), min(float(speed), start)
        self._most = treadmill.belt_acceleration_m_per_s2
        velocity: Any = state.ground_velocity
        self._speed = velocity.new_full(velocity.shape, self._start).double()
        geom = walk.sim.model.geom("ground").id
        self._surface = state.batch.field("geom_surfacevel")[:, geom, 0]

    def begin(self, mask: Any) -> None:
        """Put the belts to the workout's beginning."""
        self._speed.masked_fill_(mask, self._start)
        self._write()

    def act(self, time: Any, duration_s: float) -> None:
        """Set the speed of the coming step."""
        most = self._most * duration_s
        self._speed += (self._wanted - self._speed).clamp(-most, most)
        self._write()

    def _write(self) -> None:
        velocity: Any = self._state.ground_velocity
        velocity.copy_(-self._sign * self._speed)
        self._surface.copy_(velocity)


class TensorBar:
    """The bar before a treadmill's belt; see `FrontBar`."""

    def __init__(self, walk: BatchTask, state: TensorState) -> None:
        self._state, self._sign = state, walk.task.sign
        self._x = walk.scene.course.treadmill.bar_x(self._sign) or 0.0

    def begin(self, mask: Any) -> None:
        """Nothing is remembered."""

    def act(self, time: Any, duration_s: float) -> None:
        """Push those who lean on the bar."""
        state, sign = self._state, self._sign
        depth: Any = sign * (state.root_position[:, 0] - self._x) + HALF_DEPTH
        force = STIFFNESS * depth + DAMPING * sign * state.root_velocity[:, 0]
        force = force.clamp(min=0.0) * (depth > 0.0)
        state.external_force[:, state.root, 0] -= sign * force


class TensorPushes:
    """Random pushes at the pelvis, level, in any direction; see `RandomPushes`.

    When, how strong and whither are drawn on the device: other numbers than on the host, of the
    same distribution.
    """

    def __init__(self, pushes: Pushes, state: TensorState, generator: Any) -> None:
        import torch

        self._pushes, self._state, self._generator = pushes, state, generator
        self._start = torch.full((state.n,), torch.inf, dtype=torch.float64, device=state.device)
        self._impulse = torch.zeros((state.n, 2), device=state.device)

    def begin(self, mask: Any) -> None:
        """Draw the first push; it may come early in the first interval."""
        latest = self._pushes.every_s[1]
        self._draw(mask, self._start.new_zeros(()), (min(0.5, latest), latest))

    def _draw(self, mask: Any, now: Any, wait: Sequence[float]) -> None:
        least, most = self._pushes.velocity_change_m_per_s
        first, size, angle = self._start.new_empty((3, self._state.n)).uniform_(
            generator=self._generator
        )
        start = now + wait[0] + (wait[1] - wait[0]) * first
        self._start = start.where(mask, self._start)
        impulse = self._state.mass * (least + (most - least) * size)
        angle = 2.0 * np.pi * angle
        way = angle.cos(), angle.sin()
        for axis, part in enumerate(way):
            self._impulse[:, axis] = (impulse * part).where(mask, self._impulse[:, axis])

    def act(self, time: Any, duration_s: float) -> None:
        """Push with the mean force of the coming step."""
        elapsed, lasts = time - self._start, self._pushes.lasts_s
        share = _given(elapsed + duration_s, lasts) - _given(elapsed, lasts)
        force: Any = self._state.external_force
        force[:, self._state.root, :2] += self._impulse * (share / duration_s)[:, None]
        self._draw(elapsed >= lasts, time, self._pushes.every_s)


def _given(elapsed_s: Any, lasts_s: float) -> Any:
    """Share of a push's impulse given after `elapsed_s`, as `random_pushes` has it."""
    return 0.5 * (1.0 - (np.pi * (elapsed_s / lasts_s).clamp(0.0, 1.0)).cos())


def tensor_effects(walk: BatchTask, state: TensorState, generator: Any) -> list[TensorEffect]:
    """Return what acts on the walkers, in the order of the effects on the host."""
    found: list[TensorEffect] = []
    for effect in walk.sim.effects:
        if isinstance(effect, BeltDrive):
            found.append(TensorBelt(walk, state))
        elif isinstance(effect, FrontBar):
            found.append(TensorBar(walk, state))
        elif isinstance(effect, RandomPushes):
            assert walk.task.pushes is not None
            found.append(TensorPushes(walk.task.pushes, state, generator))
    return found
