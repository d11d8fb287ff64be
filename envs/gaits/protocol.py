"""Protocols of a gait: a controller of n walkers at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from ...models.body import Body
from ...sim.physics.body_state import BodyState

CONTROL_PERIOD_S = 0.005
"""Time between two calls of the gaits that ship, unless they are made for another."""


class Gait(Protocol):
    """A controller of n simulations of one body.

    Attributes:
        body: who walks. sign: +1 if it walks to world +x, else -1.
        control_period_s: time between two calls of `excite`.
    """

    body: Body
    sign: float
    control_period_s: float

    @property
    def ramp_time_s(self) -> float:
        """Time from the start until the commanded speed and technique are asked for in full."""
        ...

    def reset(self, ids: np.ndarray, rngs: Sequence[np.random.Generator]) -> None:
        """Put simulations `ids` into a starting pose; `rngs[i]` belongs to `ids[i]`'s trial."""
        ...

    def excite(self, state: BodyState) -> np.ndarray:
        """Return excitations (n, actuators) for the next control period, as `Body` has them."""
        ...


@runtime_checkable
class SpeedCommand(Protocol):
    """A gait whose commanded speed may change while it walks."""

    def command(self, ids: np.ndarray, speed: np.ndarray) -> None:
        """Command walkers `ids` to walk at `speed` (k,) [m/s]."""
        ...
