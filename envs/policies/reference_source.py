"""Gait source of the reference gait: shipped gait cycles and gains, by direction."""

from __future__ import annotations

import hashlib
import math
from dataclasses import fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...models.catalogue import YOUNG
from ...sim.errors import ConfigError
from ..gaits.body_units import BodyUnits
from ..gaits.reference_files import ReferenceGains, reference_gains
from ..gaits.residual_files import ShippedNetwork, networks, shipped_networks
from ..gaits.sharing import AHEAD, LINEAR_COST, OF_2026A, Sharing
from ..task.ends import STANDING
from ..task.technique import LOOKS, Technique
from .source import GaitSource

if TYPE_CHECKING:
    from ...models.body import Body
    from ...sim.physics.simulation import Simulation
    from ..gaits.protocol import Gait
    from ..gaits.reference_cycle import CycleTable
    from ..gaits.reference_start_stop import Followed
    from .domain import Domain

REFERENCE = "reference"
BODY = "human-2026b"
OBEYS = ("speed_m_per_s", *LOOKS)
STEPS, WIDTH = ("step_length_m", "cadence_steps_per_min"), "step_width_m"
"""What those may be asked for whose networks were measured with other steps, or widths."""
SAME = 1e-9  # m/s
SLOWER = {"forward": (0.6, 0.7, 0.8), "backward": (0.5, 0.8)}
FROM_FAST = {"forward": (0.6, 0.8, 1.0), "backward": (0.5, 0.8, 1.0)}
"""Speeds [m/s] through which walkers come from standing and to a stop, up to 1 m/s and beyond."""


class ReferenceSource(GaitSource):
    """A law that follows a predicted cycle, at the speeds that its gains were found for."""

    kind = "law on a predicted cycle"
    shares = stands = stops = True

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """`reference`, and those with a network that adds to its torques."""
        return REFERENCE, *dict.fromkeys(one.card["policy"] for one in shipped_networks())

    @classmethod
    def able(cls, ability: str, direction: str) -> tuple[str, ...]:
        """Of starts, those whose networks were measured to start in `direction`."""
        if ability != "stands":
            return super().able(ability, direction)
        own = (one for one in shipped_networks() if one.card["direction"] == direction)
        return tuple(dict.fromkeys(one.card["policy"] for one in own if one.starts_at_m_per_s))

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
    def networks(self) -> list[ShippedNetwork]:
        """Networks of this direction; none for `reference`."""
        return [] if self.policy == REFERENCE else networks(self.policy, self.direction)

    @cached_property
    def units(self) -> BodyUnits:
        """Of the walker's body: cycles, gains and networks are in the reference body's."""
        return BodyUnits.of(self.walker)

    def network_for(self, asked_m_per_s: float) -> ShippedNetwork | None:
        """Return the network that carries a speed, of several the one learned nearest.

        Of those learned equally near the one that carries most speeds.
        """
        speed = asked_m_per_s / self.units.speed
        carrying = [
            one
            for one in self.networks
            if one.carries_m_per_s[0] - SAME <= speed <= one.carries_m_per_s[1] + SAME
        ]

        def off(one: ShippedNetwork) -> tuple[float, float]:
            low, high = one.carries_m_per_s
            nearest = min(abs(learned - speed) for learned in one.speeds_m_per_s)
            return round(nearest, 9), low - high

        return min(carrying, key=off, default=None)

    @property
    def home_body(self) -> str:
        """The body of its cycles."""
        return BODY

    @property
    def begun_from(self) -> str | None:
        """The policy whose networks its own were begun from; None where they are its first."""
        own = (one.card for one in shipped_networks() if one.card["policy"] == self.policy)
        return next((card["begun_from"] for card in own if "begun_from" in card), None)

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
        for one in self.networks:
            made_of += one.network.digest + repr(sorted(one.gains.items()))
        for cycle in self.cycles.cycles:
            for series in (cycle.angle_rad, cycle.moment_n_m, cycle.pelvis_rad_m):
                made_of += hashlib.sha256(series.tobytes()).hexdigest()
        return hashlib.sha256(made_of.encode()).hexdigest()

    @property
    def speed_range(self) -> tuple[float, float]:
        """Slowest and fastest speed with gains; with networks, that they carry [m/s]."""
        carried = [one.carries_m_per_s for one in self.networks]
        if not carried:
            carried = [(float(self.gains.speeds[0]), float(self.gains.speeds[-1]))]
        return self._walked(min(low for low, _ in carried), max(high for _, high in carried))

    def _walked(self, low: float, high: float) -> tuple[float, float]:
        """Range of speeds that the walker walks [m/s], of a range in the reference body's units."""
        return _up(self.units.speed * low), _down(self.units.speed * high)

    @property
    def cards(self) -> dict[str, dict[str, Any]]:
        """Cards of its networks; without any, of the gait file whose gains it has."""
        if self.networks:
            kind = {"kind": f"{self.kind}, network"}
            return {one.name: {**kind, **one.card} for one in self.networks}
        ((name, card),) = super().cards.items()
        return {name: {**self.gains.card, **card}}

    def made_for(self, speed_m_per_s: float) -> tuple[Domain, ...]:
        """Return who learned the network on what; without one the young adult on a level floor."""
        from .domain import domain_of_names, joined

        carrying = self.network_for(speed_m_per_s)
        if carrying is None:
            return (domain_of_names((BODY,), YOUNG, ("flat",)),)
        learned = [domain_of_names((BODY,), one, carrying.surfaces) for one in carrying.people]
        return (joined(learned),)

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
        if not low - SAME <= speed <= high + SAME:
            raise ConfigError(
                f"technique.speed_m_per_s: {speed} is outside the range of the reference "
                f"{self.direction} gait, {low} to {high} m/s"
            )
        if self.networks and self.network_for(speed) is None:
            ranges = (self._walked(*one.carries_m_per_s) for one in self.networks)
            carried = ", ".join("{} to {}".format(*one) for one in ranges)
            raise ConfigError(
                f"technique.speed_m_per_s: policy '{self.policy}' has networks for {carried} m/s "
                f"alone, not for {speed}"
            )
        if self.ends.start == STANDING:
            self._check_start(speed)
        self._check_technique(technique)

    def _check_technique(self, technique: Technique) -> None:
        more = self._steps(technique) + self._widths(technique)
        obeyed = OBEYS[:1] if self.ends.stands else OBEYS + more
        for one in fields(technique):
            if one.name not in obeyed and getattr(technique, one.name) != one.default:
                alone = " from standing or to a stop" if self.ends.stands else ""
                raise ConfigError(
                    f"technique.{one.name}: policy '{self.policy}' can be asked for "
                    f"{', '.join(obeyed)} alone{alone}"
                )

    def _steps(self, technique: Technique) -> tuple[str, ...]:
        """Fields that ask for other steps, where the network may be asked for them.

        Raises:
            ConfigError: they are longer or shorter than it was measured with.
        """
        speed = technique.speed_m_per_s
        carrying = self.network_for(speed)
        shares = None if carrying is None else carrying.step_shares
        if shares is None:
            return ()
        if technique.step_time_s is not None:
            cycles, length = self.cycles.cycles, self.units.length
            own = self.cycles.cycle_at(speed / self.units.speed).step_length_m
            low = _up(length * max(shares[0] * own, cycles[0].step_length_m))
            high = _down(length * min(shares[1] * own, cycles[-1].step_length_m))
            asked = technique.step_time_s * speed
            if not low - SAME <= asked <= high + SAME:
                cadence = [round(60.0 * speed / one, 1) for one in (high, low)]
                raise ConfigError(
                    f"technique: steps of {asked:.3g} m at {speed} m/s are outside the {low} to "
                    f"{high} m of policy '{self.policy}' ({cadence[0]} to {cadence[1]} steps/min)"
                )
        return STEPS

    def _widths(self, technique: Technique) -> tuple[str, ...]:
        """The field that asks for another width, where the network may be asked for one.

        Raises:
            ConfigError: it is wider or narrower than it was measured with.
        """
        carrying = self.network_for(technique.speed_m_per_s)
        known = None if carrying is None else carrying.widths_m
        if known is None:
            return ()
        low, high = (self.units.length * one for one in known)
        asked = technique.step_width_m
        if asked is not None and not low - SAME <= asked <= high + SAME:
            raise ConfigError(
                f"technique.{WIDTH}: {asked} is outside the {_up(low)} to {_down(high)} m of "
                f"policy '{self.policy}'"
            )
        return (WIDTH,)

    def _check_start(self, speed: float) -> None:
        starts = [at for one in self.networks for at in one.starts_at_m_per_s]
        low, high = self._walked(min(starts), max(starts)) if starts else (math.inf, -math.inf)
        if not low - SAME <= speed <= high + SAME:
            told = f"other than at {low} to {high} m/s" if starts else "at any speed"
            raise ConfigError(
                f"start: policy '{self.policy}' does not start from standing {self.direction} "
                f"{told}"
            )

    def make(self, sim: Simulation, body: Body, technique: Technique) -> Gait:
        """Return the reference gait."""
        from ..gaits.reference_start_stop import FIRST_UP_TO, StandingReferenceGait

        speed = technique.speed_m_per_s / self.units.speed
        followed = self._followed(speed, sim.n)
        if technique.step_width_m is not None:
            gains = followed.gains.but(width=technique.step_width_m / self.units.length)
            followed = replace(followed, gains=gains)
        if technique.step_time_s is not None:
            steps = technique.step_time_s * technique.speed_m_per_s / self.units.length
            followed = replace(followed, cycle=self.cycles.with_steps(steps, speed))
        if not self.ends.stands:
            return followed.law(sim, body, self.criterion, technique)
        through = (SLOWER if speed <= FIRST_UP_TO + SAME else FROM_FAST)[self.direction]
        slower_ones = [at for at in through if at < speed - SAME]
        known = [at for at in slower_ones if self.network_for(at * self.units.speed)]
        slower = [self._followed(at, sim.n) for at in known]
        return StandingReferenceGait(sim, body, followed, self.ends, self.criterion, slower)

    def _followed(self, speed: float, n: int) -> Followed:
        """What is followed at a speed in the reference body's units [m/s]."""
        from ..gaits.reference_gains import Gains
        from ..gaits.reference_start_stop import Followed

        carrying = self.network_for(speed * self.units.speed)
        gains = Gains.same(n, carrying.gains if carrying else self.gains.at(speed))
        cycle = self.cycles.cycle_at(speed)
        if carrying is None:
            return Followed(cycle, gains, None)
        return Followed(cycle, gains, carrying.network, carrying.corrects_speed)


def _up(value: float) -> float:
    """Return the next number of three digits that is not below `value`, but for its last bits."""
    return math.ceil(round(1e3 * value, 6)) / 1e3


def _down(value: float) -> float:
    return math.floor(round(1e3 * value, 6)) / 1e3
