"""Protocol of external effects on a simulation: a belt, a rail, patches, a push."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from .simulation import Simulation


class Effect(Protocol):
    """An external effect. `Simulation.effects` holds the active ones, in order.

    An effect may add to `sim.external_force`, multiply `sim.foot_friction_scale`, set
    `sim.ground_velocity` and write model fields through `sim.fields`.
    """

    def reset(self, sim: Simulation, ids: np.ndarray) -> None:
        """Start anew in simulations `ids`, whose state is the model's default."""
        ...

    def act(self, sim: Simulation, duration_s: float) -> None:
        """Act during the coming `duration_s`; called at the start of every `Simulation.step`."""
        ...
