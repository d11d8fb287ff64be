"""The controllers that ship: each gait that was found by itself, how it was found, how it walks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from ...envs.policies.source import GaitSource, gait_source, policy_names
from ...envs.task.technique import DIRECTIONS
from ...models.catalogue import find_walker
from ...sim.errors import ConfigError


@dataclass(frozen=True)
class Controller:
    """One controller; `None` where nothing is known.

    Attributes:
        policy: as a config names it; of several of one name, the speed decides.
        kind: how it walks. slowest_m_per_s, fastest_m_per_s: it may be asked for.
        seed: of the search that found it. objective_sha256: of what was minimised.
        forward_gates: measures of forward walking in people that it holds, of 25.
        walked: how many of how many walkers stayed up, for how long.
    """

    name: str
    policy: str
    direction: str
    kind: str
    slowest_m_per_s: float
    fastest_m_per_s: float
    seed: int | None = None
    objective_sha256: str | None = None
    forward_gates: int | None = None
    walked: str | None = None

    @property
    def speeds(self) -> str:
        """Its range of speeds, to be read."""
        low, high = self.slowest_m_per_s, self.fastest_m_per_s
        return f"{low:g} m/s" if low == high else f"{low:g} to {high:g} m/s"


@cache
def controllers() -> tuple[Controller, ...]:
    """Return the controllers that ship, by direction and name."""
    walker, found = find_walker("young-adult"), list[Controller]()
    for policy in policy_names():
        for direction in DIRECTIONS:
            source = gait_source(policy, direction, "human", walker)
            if source.only_direction in (None, direction):
                found += _of(source)
    return tuple(sorted(found, key=lambda one: (one.direction, one.name)))


def _of(source: GaitSource) -> Iterator[Controller]:
    try:
        cards = source.cards
    except ConfigError:  # no gait of that direction
        return
    for name, card in cards.items():
        low, high = card["carries_m_per_s"]
        yield Controller(
            name,
            source.policy,
            source.direction,
            card["kind"],
            low,
            high,
            card.get("seed"),
            card.get("objective_sha256"),
            card.get("forward_gates"),
            _walked(card.get("walked")),
        )


def _walked(told: dict[str, Any] | None) -> str | None:
    if told is None:
        return None
    return "{up} of {of} for {for_s} s at {speed_m_per_s} m/s".format(**told)
