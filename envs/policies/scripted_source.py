"""The scripted gait as a source: tuned parameters that ship, by direction and walker."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

from ..gaits.gait_files import gait_table
from ..gaits.parameters import GaitTable
from ..gaits.sharing import OF_2026A
from ..gaits.technique_limits import check_technique_limits
from ..task.technique import Technique
from .source import GaitSource

if TYPE_CHECKING:
    from ...models.body import Body
    from ...sim.physics.simulation import Simulation
    from ..gaits.protocol import Gait

SCRIPTED = "scripted"


class ScriptedSource(GaitSource):
    """The scripted gait, at the speeds that it was tuned for."""

    shares = True

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """`scripted`."""
        return (SCRIPTED,)

    @cached_property
    def table(self) -> GaitTable:
        """Tuned parameters over speed."""
        return gait_table(self.direction, self.walker.name)

    @property
    def digest(self) -> str:
        """sha256 of the tuned parameters, and of a sharing that is not theirs."""
        made_of = self.table.speeds.tobytes() + self.table.values.tobytes()
        if self.sharing != OF_2026A:
            made_of += repr(self.sharing).encode()
        return hashlib.sha256(made_of).hexdigest()

    @property
    def speed_range(self) -> tuple[float, float]:
        """Slowest and fastest tuned speed [m/s]."""
        return float(self.table.speeds[0]), float(self.table.speeds[-1])

    def start_speed(self, commanded: float) -> float:
        """The slowest tuned speed [m/s], from which the gait ramps up."""
        return self.speed_range[0]

    def check(self, technique: Technique) -> None:
        """Refuse a technique outside what the gait was tuned for."""
        self.table.check(technique.speed_m_per_s)
        check_technique_limits(self.direction, technique)

    def make(self, sim: Simulation, body: Body, technique: Technique) -> Gait:
        """Return the scripted gait."""
        from ..gaits.scripted_gait import ScriptedGait

        return ScriptedGait(sim, body, self.table, technique, sharing=self.sharing)
