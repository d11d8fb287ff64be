"""The course of one hazard in n simulations: it waits, starts, acts and ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from .moment import Duration, Moment
from .stride_phase import StridePhase

if TYPE_CHECKING:
    from ..physics.simulation import Simulation

WAITING, ACTIVE, OVER = 0, 1, 2
_MOMENT = 0.2  # share of a stride or swing in which a moment may still be taken

Kind = TypeVar("Kind", bound=Moment)
Timed = TypeVar("Timed", bound=Duration)


class Event(Generic[Kind]):
    """A hazard's course in n simulations; subclasses implement what it does.

    Args:
        sim: the simulation. hazard: what happens. travel_sign: +1 to +x, -1 to -x.
        steady_from_s: when steady walking begins. chance: (n, 4) uniform numbers of the trials.

    Attributes:
        state: (n,) WAITING, ACTIVE or OVER. onset_s: (n,) when it began, NaN before.
        from_s: (n,) from when it waits for its moment. foot: (n,) 0 left, 1 right.
        place_m: (n, 3) where it put something: a bar's foot, the floor of a hole; NaN before, and
            for hazards that put nothing. direction: (n, 3) of a push, NaN for others.
    """

    def __init__(
        self,
        sim: Simulation,
        hazard: Kind,
        travel_sign: float,
        steady_from_s: float,
        chance: np.ndarray,
    ) -> None:
        self.hazard, self.sign = hazard, travel_sign
        self.rows = np.arange(sim.n)
        self._steady_from_s = steady_from_s
        self.from_s, self.drawn_phase = np.zeros((2, sim.n))
        self.foot, self.drawn_side = np.zeros((2, sim.n), int)
        self.state, self.onset_s = np.zeros(sim.n, int), np.full(sim.n, np.nan)
        self.place_m, self.direction = np.full((2, sim.n, 3), np.nan)
        self.draw(self.rows, chance)

    @property
    def attention(self) -> float:
        """The walker's remaining attention while the hazard acts."""
        return 1.0

    def draw(self, ids: np.ndarray, chance: np.ndarray) -> None:
        """Give simulations `ids` new random draws `chance`, (k, 4) uniform numbers."""
        hazard = self.hazard
        by_chance = self._steady_from_s + hazard.after_s + hazard.window_s * chance[:, 0]
        self.from_s[ids] = by_chance if hazard.at_s is None else float(hazard.at_s)
        self.foot[ids] = {"left": 0, "right": 1}.get(hazard.foot, chance[:, 1] < 0.5)
        self.drawn_phase[ids] = 0.95 * chance[:, 2]
        self.drawn_side[ids] = np.where(chance[:, 3] < 0.5, 1, -1)

    def reset(self, sim: Simulation, ids: np.ndarray) -> None:
        """Rearm the hazard in simulations `ids`, which have just been reset."""
        self.forget(sim, ids[self.state[ids] == ACTIVE])
        self.state[ids], self.onset_s[ids], self.place_m[ids] = WAITING, np.nan, np.nan

    def step(self, sim: Simulation, stride: StridePhase, duration_s: float) -> None:
        """Start the hazard where it is due, act where it is active, stop it where it is over."""
        due = (self.state == WAITING) & (sim.time >= self.from_s) & sim.valid
        begun = np.flatnonzero(due)
        if begun.size:
            begun = begun[self.is_moment(sim, stride)[begun]]
            self.state[begun], self.onset_s[begun] = ACTIVE, sim.time[begun]
            self.start(sim, begun)
        active = np.flatnonzero(self.state == ACTIVE)
        if active.size:
            elapsed = sim.time[active] - self.onset_s[active]
            over = self.act(sim, stride, active, elapsed, duration_s) | ~sim.valid[active]
            self.stop(sim, active[over])
            self.state[active[over]] = OVER

    def phase_of(self, asked: float | None) -> np.ndarray:
        """Requested share of the stride, (n,); each trial's own draw where None is requested."""
        return self.drawn_phase if asked is None else np.full(len(self.rows), asked)

    def phase_has_come(self, stride: StridePhase, sim: Simulation, wanted: np.ndarray) -> Any:
        """True where the stride of `foot` has just reached the share `wanted`, (n,).

        For who stands, any moment is as good.
        """
        phase = stride.of_stride(sim.time)[self.rows, self.foot]
        reached = (phase >= wanted) & (phase < wanted + _MOMENT)
        landed = stride.landed[self.rows, self.foot] & (wanted > 0.9)
        return reached | landed | stride.standing(sim)

    def is_moment(self, sim: Simulation, stride: StridePhase) -> np.ndarray:
        """True where it can begin now, (n,)."""
        return np.ones(sim.n, bool)

    def start(self, sim: Simulation, rows: np.ndarray) -> None:
        """Begin in simulations `rows`."""

    def act(
        self,
        sim: Simulation,
        stride: StridePhase,
        rows: np.ndarray,
        elapsed_s: np.ndarray,
        duration_s: float,
    ) -> np.ndarray:
        """Act in `rows` during the coming step; return where it is over then, (rows,)."""
        raise NotImplementedError

    def stop(self, sim: Simulation, rows: np.ndarray) -> None:
        """Undo in `rows` what lasts."""

    def forget(self, sim: Simulation, rows: np.ndarray) -> None:
        """Undo in `rows` what outlasts a reset of the simulation."""
        self.stop(sim, rows)


def foot_geoms(sim: Simulation) -> np.ndarray:
    """Ids of the geoms of each foot's regions, (2, regions)."""
    names: Sequence[Sequence[str]] = sim.anatomy.region_geoms
    return np.array([[sim.model.geom(name).id for name in side] for side in names])


class TimedEvent(Event[Timed]):
    """An event that is over when its hazard has lasted its time."""

    def act(
        self,
        sim: Simulation,
        stride: StridePhase,
        rows: np.ndarray,
        elapsed_s: np.ndarray,
        duration_s: float,
    ) -> np.ndarray:
        """Wait until it is over."""
        return elapsed_s >= self.hazard.lasts_s - 1e-9
