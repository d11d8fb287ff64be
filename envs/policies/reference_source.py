"""Gait source of the reference gait: shipped gait cycles and gains, by direction."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

from ...sim.errors import ConfigError
from ..gaits.gait_files import YOUNG
from ..gaits.reference_files import ReferenceGains, reference_gains
from ..gaits.sharing import AHEAD, LINEAR_COST, OF_2026A, Sharing
from ..task.technique import Technique
from .source import GaitSource

if TYPE_CHECKING:
    from ...models.body import Body
    from ...sim.physics.simulation import Simulation
    from ..gaits.protocol import Gait
    from ..gaits.reference_cycle import CycleTable
    from ..gaits.residual_network import ResidualNetwork
    from .domain import Domain

REFERENCE, RESIDUAL = "reference", "reference-residual"
BODY = "human-2026b"


class ReferenceSource(GaitSource):
    """A law that follows a predicted cycle, at the speeds that its gains were found for."""

    shares = True

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """`reference`, and with a network that adds to its torques `reference-residual`."""
        return REFERENCE, RESIDUAL

    @cached_property
    def gains(self) -> ReferenceGains:
        """Gains over speed."""
        return reference_gains(self.direction)

    @cached_property
    def cycles(self) -> CycleTable:
        """Cycles over speed."""
        from ..gaits.reference_cycle import cycle_table

        return cycle_table(self.direction)

    @cached_property
    def networks(self) -> dict[float, ResidualNetwork]:
        """Networks by speed [m/s]; none for `reference`."""
        from ..gaits.residual_network import networks

        return networks(self.direction) if self.policy == RESIDUAL else {}

    @property
    def criterion(self) -> Sharing:
        """`AHEAD` where none is asked for."""
        return AHEAD if self.sharing == OF_2026A else self.sharing

    def linear_cost(self, speed: float) -> float:
        """The same at every speed."""
        return LINEAR_COST

    @property
    def digest(self) -> str:
        """sha256 of gains, cycles, criterion and networks."""
        made_of = self.gains.digest + repr(self.criterion)
        made_of += "".join(network.digest for network in self.networks.values())
        for cycle in self.cycles.cycles:
            for series in (cycle.angle_rad, cycle.moment_n_m, cycle.pelvis_rad_m):
                made_of += hashlib.sha256(series.tobytes()).hexdigest()
        return hashlib.sha256(made_of.encode()).hexdigest()

    @property
    def speed_range(self) -> tuple[float, float]:
        """Slowest and fastest speed with gains, and with a network where there is one [m/s]."""
        if self.networks:
            return min(self.networks), max(self.networks)
        return float(self.gains.speeds[0]), float(self.gains.speeds[-1])

    def made_for(self, speed_m_per_s: float) -> tuple[Domain, ...]:
        """Return the young adult's level floor, on which gains are searched."""
        from .domain import domain_of_names

        return (domain_of_names((BODY,), YOUNG, ("flat",)),)

    def start_speed(self, commanded: float) -> float:
        """The commanded speed [m/s]: trials start on the cycle."""
        return commanded

    def check(self, technique: Technique) -> None:
        """Refuse another body, a speed without gains, and techniques that the law does not know."""
        if self.body != BODY:
            raise ConfigError(
                f"policy '{self.policy}': is for the body '{BODY}', not '{self.body}'; "
                f"set body: {BODY}"
            )
        low, high = self.speed_range
        speed = technique.speed_m_per_s
        if not low - 1e-9 <= speed <= high + 1e-9:
            raise ConfigError(
                f"technique.speed_m_per_s: {speed} is outside the range of the reference "
                f"{self.direction} gait, {low} to {high} m/s"
            )
        if self.networks and min(abs(one - speed) for one in self.networks) > 1e-9:
            raise ConfigError(
                f"technique.speed_m_per_s: policy '{self.policy}' has networks for "
                f"{', '.join(map(str, sorted(self.networks)))} m/s alone, not for {speed}"
            )
        if technique != Technique(speed_m_per_s=speed):
            raise ConfigError(
                f"technique: policy '{self.policy}' can be asked for speed_m_per_s alone"
            )

    def make(self, sim: Simulation, body: Body, technique: Technique) -> Gait:
        """Return the reference gait."""
        from ..gaits.reference_gains import Gains
        from ..gaits.reference_gait import ReferenceGait

        speed = technique.speed_m_per_s
        gains = Gains.same(sim.n, self.gains.at(speed))
        cycle = self.cycles.cycle_at(speed)
        near = min(self.networks, key=lambda one: abs(one - speed), default=None)
        network = None if near is None else self.networks[near]
        return ReferenceGait(sim, body, cycle, gains, self.criterion, network=network)
