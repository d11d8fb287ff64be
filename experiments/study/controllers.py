"""The controllers that ship: who they are, which gaits they have, how those were found and walk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import inf
from typing import Any

from ...envs.policies.source import GaitSource, gait_source, policy_names
from ...envs.task.technique import DIRECTIONS
from ...models.catalogue import find_walker
from ...sim.errors import ConfigError, unknown_name

GATES, GATES_ASKED = 25, 17
"""Measures of forward walking in people, and how many of them a forward gait must hold."""
NEAR_M_PER_S = 0.1 + 1e-9
"""Farthest from a speed that gates were counted at, where they still tell of a walk."""


@dataclass(frozen=True)
class ControllerGait:
    """One gait of a controller; `None` where nothing is known.

    Attributes:
        policy: as a config names it; of several of one name, the speed decides.
        body: that it walks. kind: how it walks.
        slowest_m_per_s, fastest_m_per_s: it may be asked for.
        seed: of the search that found it. objective_sha256: of what was minimised.
        forward_gates: measures of forward walking in people that it holds, of 25, by speed.
        walked: how many of how many walkers stayed up, for how long, at each speed.
    """

    name: str
    policy: str
    direction: str
    body: str
    kind: str
    slowest_m_per_s: float
    fastest_m_per_s: float
    seed: int | None = None
    objective_sha256: str | None = None
    forward_gates: Mapping[float, int] | None = None
    walked: str | None = None

    @property
    def gates(self) -> str:
        """Its gates, to be read."""
        held = self.forward_gates or {}
        return ", ".join(f"{count} at {speed:g} m/s" for speed, count in sorted(held.items()))

    @property
    def speeds(self) -> str:
        """Its range of speeds, to be read."""
        low, high = self.slowest_m_per_s, self.fastest_m_per_s
        return f"{low:g} m/s" if low == high else f"{low:g} to {high:g} m/s"


@dataclass(frozen=True)
class Controller:
    """A way of walking: a body, and the gaits that drive it.

    Attributes:
        begun_from: the policy whose gait its own went on from; None: it was found by itself.
    """

    name: str
    body: str
    gaits: tuple[ControllerGait, ...]
    begun_from: str | None = None

    @property
    def independent(self) -> bool:
        """Whether it was found by itself, and did not go on from another's gait."""
        return self.begun_from is None

    @property
    def policies(self) -> tuple[str, ...]:
        """Names of its policies."""
        return tuple(dict.fromkeys(gait.policy for gait in self.gaits))

    def policy(self, direction: str) -> str:
        """Return the policy that walks in a direction.

        Raises:
            ConfigError: none does.
        """
        for gait in self.gaits:
            if gait.direction == direction:
                return gait.policy
        raise ConfigError(f"controller '{self.name}' has no {direction} gait")

    def forward_gates(self, speed_m_per_s: float) -> int | None:
        """Return how many of the 25 gates its forward gait holds; None if unknown.

        They are those of the speed nearest to the one asked for, within `NEAR_M_PER_S` of it.
        """
        held = {
            speed: count
            for gait in self.gaits
            if gait.direction == "forward"
            for speed, count in (gait.forward_gates or {}).items()
        }
        nearest = min(held, key=lambda speed: abs(speed - speed_m_per_s), default=inf)
        return held[nearest] if abs(nearest - speed_m_per_s) <= NEAR_M_PER_S else None


@cache
def controllers() -> tuple[Controller, ...]:
    """Return the controllers that ship, by name."""
    walker, sources = find_walker("young-adult"), dict[str, list[GaitSource]]()
    for policy in policy_names():
        for direction in DIRECTIONS:
            source = gait_source(policy, direction, "human", walker)
            if source.only_direction in (None, direction):
                sources.setdefault(source.controller, []).append(source)
    return tuple(_controller(name, sources[name]) for name in sorted(sources))


def find_controller(name: str) -> Controller:
    """Return the controller of a name.

    Raises:
        ConfigError: there is none.
    """
    known = {one.name: one for one in controllers()}
    if name not in known:
        raise unknown_name("controller", name, known)
    return known[name]


def went_on_from(policy: str) -> Controller:
    """Return the controller whose gait the training of a policy's gait went on from.

    Raises:
        ConfigError: it went on from none's, or from one that no longer ships.
    """
    names = [one.name for one in controllers() if policy in one.policies]
    found = [first for name in names for first in ancestors(name)[:1]]
    if not found:
        raise ConfigError(f"training: '{policy}' did not go on from a gait that ships")
    return find_controller(found[0])


def ancestors(name: str) -> tuple[str, ...]:
    """Return the controllers that the one of a name goes on from, the nearest first."""
    found = list[str]()
    before = find_controller(name).begun_from
    while before is not None:
        one = next((one for one in controllers() if before in (one.name, *one.policies)), None)
        if one is None or one.name in (name, *found):
            break  # it no longer ships
        found.append(one.name)
        before = one.begun_from
    return tuple(found)


def _controller(name: str, sources: list[GaitSource]) -> Controller:
    gaits = tuple(gait for source in sources for gait in _gaits(source))
    begun_from = next((one.begun_from for one in sources if one.begun_from), None)
    return Controller(name, sources[0].home_body, gaits, begun_from)


def _gaits(source: GaitSource) -> Iterator[ControllerGait]:
    try:
        cards = source.cards
    except ConfigError:  # no gait of that direction
        return
    for name, card in cards.items():
        low, high = card["carries_m_per_s"]
        yield ControllerGait(
            name,
            source.policy,
            source.direction,
            card.get("body", source.home_body),
            card["kind"],
            low,
            high,
            card.get("seed"),
            card.get("objective_sha256"),
            card.get("forward_gates"),
            _walked(card.get("walked")),
        )


def _walked(told: list[dict[str, Any]] | None) -> str | None:
    if not told:
        return None
    shown = "{up} of {of} for {for_s} s at {speed_m_per_s} m/s"
    return "; ".join(shown.format(**one) for one in told)
