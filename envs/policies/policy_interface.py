"""Interface between a policy and a batch of walkers: observations and actions.

The learning environments and the learned gaits are both made of this.
"""

from __future__ import annotations

import numpy as np

from ...models.body import Body
from ...sim.physics.simulation import Simulation
from ..gaits.geometry import clip
from ..gaits.parameters import GaitTable
from ..task.task import Task
from ..task.technique import Technique
from .observation_terms import ObservationTerm, observation_terms
from .steered_walkers import SteeredWalkers

LARGEST = 100.0  # of any observed value, in its unit: far beyond what walking brings


class PolicyInterface(SteeredWalkers):
    """Observations and actions of n walkers that a policy steers.

    Attributes:
        terms: blocks of the observation, in order.
    """

    def __init__(
        self, sim: Simulation, body: Body, table: GaitTable, task: Task, technique: Technique
    ) -> None:
        super().__init__(sim, body, table, task, technique)
        self.terms: dict[str, ObservationTerm] = observation_terms(self)
        ends = np.cumsum([len(term.columns) for term in self.terms.values()])
        self._observed = np.zeros((self.n, ends[-1]))
        blocks = np.split(self._observed, ends[:-1], axis=1)
        writes = [term.write for term in self.terms.values()]
        self._written = list(zip(writes, blocks, strict=True))

    def observe(self) -> np.ndarray:
        """Observation, (n, columns of all `terms`) float32."""
        self.now, values = self.frame(), self._observed
        for write, block in self._written:
            write(self, block)
        if not np.vdot(values, values) <= LARGEST**2:  # so too if one is no number
            values[np.isnan(values)] = 0.0
            values = clip(values, -LARGEST, LARGEST)
        return values.astype(np.float32)
