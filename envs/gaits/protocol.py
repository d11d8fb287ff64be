"""What every gait policy offers: scripted, learned or the user's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from ...sim.physics.simulation import Simulation


class GaitPolicy(Protocol):
    """A controller of n simulations at once.

    Attributes:
        control_period_s: time between two calls of `excite`.
    """

    control_period_s: float

    def reset(self, ids: np.ndarray, rngs: Sequence[np.random.Generator]) -> None:
        """Put simulations `ids` into a starting pose; `rngs[i]` belongs to `ids[i]`'s trial."""
        ...

    def excite(self, state: Simulation) -> np.ndarray:
        """Return excitations (n, muscles) in [0, 1] for the next control period."""
        ...
