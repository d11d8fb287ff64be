"""Repeated random pushes for learning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ...sim.errors import ConfigError
from ...sim.fields import Pair, Range, check
from ...sim.physics.simulation import Simulation


@dataclass(frozen=True)
class Pushes:
    """How walkers are pushed: at the pelvis, level, in any direction that they can move in.

    Raises:
        ConfigError: a field that is not what it may be.
    """

    velocity_change_m_per_s: Annotated[tuple[float, float], Pair(0.0, 100.0)] = (0.05, 0.4)
    """Impulse, as the change of the body's velocity that it makes."""
    every_s: Annotated[tuple[float, float], Pair(0.0, 1e6)] = (2.0, 4.0)
    """Time between two."""
    lasts_s: Annotated[float, Range(0.0, 3600.0, above=True)] = 0.1
    """Of a push (half a sine)."""

    def __post_init__(self) -> None:
        check(self, "pushes.")
        if not self.every_s[1] > self.lasts_s:
            raise ConfigError(f"pushes.lasts_s: {self.lasts_s} is not a time between two pushes")


class RandomPushes:
    """An effect that pushes the walkers of a simulation.

    Args:
        sim: the simulation. pushes: how. generators: of each simulation.

    Attributes:
        largest: (n,) [m/s] most that each is pushed now; may be changed at any time.
        given: (n,) pushes so far since the reset.
    """

    def __init__(
        self, sim: Simulation, pushes: Pushes, generators: Sequence[np.random.Generator]
    ) -> None:
        self._pushes, self._sources = pushes, list(generators)
        self._rngs = list(generators)
        self.largest = np.full(sim.n, pushes.velocity_change_m_per_s[1])
        self.given = np.zeros(sim.n, int)
        self._start = np.full(sim.n, np.inf)
        self._impulse = np.zeros((sim.n, 2))

    def reset(self, sim: Simulation, ids: np.ndarray) -> None:
        """Draw the first push of simulations `ids`; it may come early in the first interval.

        Each episode has a generator of its own: how many pushes the last one had does not count.
        """
        self.given[ids], latest = 0, self._pushes.every_s[1]
        for i in map(int, ids):
            (self._rngs[i],) = self._sources[i].spawn(1)
            self._draw(sim, i, 0.0, self._rngs[i].uniform(min(0.5, latest), latest))

    def reseed(self, ids: np.ndarray, generators: Sequence[np.random.Generator]) -> None:
        """Replace the random generators of simulations `ids` from their next reset on."""
        for i, generator in zip(ids, generators, strict=True):
            self._sources[i] = generator

    def _draw(self, sim: Simulation, i: int, now: float, wait: float) -> None:
        least = self._pushes.velocity_change_m_per_s[0]
        most = float(self.largest[i])
        size = self._rngs[i].uniform(min(least, most), most)
        angle = self._rngs[i].uniform(0.0, 2.0 * np.pi)
        self._start[i] = now + wait
        way = np.array([np.cos(angle), np.sin(angle)])
        if sim.root_pose.planar:
            way = np.array([np.sign(way[0]), 0.0])
        self._impulse[i] = size * sim.mass * way

    def act(self, sim: Simulation, duration_s: float) -> None:
        """Push with the mean force of the coming step."""
        elapsed = sim.time - self._start
        lasts = self._pushes.lasts_s
        rows = np.flatnonzero((elapsed + duration_s > 0.0) & (elapsed < lasts))
        if rows.size:
            share = _given(elapsed[rows] + duration_s, lasts) - _given(elapsed[rows], lasts)
            force = self._impulse[rows] * (share / duration_s)[:, None]
            sim.external_force[rows, sim.root, :2] += force
        for i in np.flatnonzero(elapsed >= lasts):
            self.given[i] += 1
            self._draw(sim, int(i), sim.time[i], self._rngs[i].uniform(*self._pushes.every_s))


def _given(elapsed_s: np.ndarray, lasts_s: float) -> np.ndarray:
    """Share of a push's impulse given after `elapsed_s`."""
    return 0.5 * (1.0 - np.cos(np.pi * np.clip(elapsed_s / lasts_s, 0.0, 1.0)))
