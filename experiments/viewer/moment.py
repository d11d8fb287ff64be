"""What a picture shows of one walker at one moment, and the last ten seconds of that."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from ...sim.physics.simulation import Simulation
from .balance_now import Balance, StanceFoot, balance_now
from .live_trial import LiveTrial

KEPT_S = 10.0
"""How far one can rewind."""


@dataclass(frozen=True)
class Pose:
    """What is drawn of one body; positions in the world's frame.

    Attributes:
        root: (3,) [m]. travel_m: way of the belt.
        bodies, turns: (b, 3) [m] and quaternions (b, 4) of the body's parts. sites: (s, 3) [m].
        fibre_length: (m,) over optimal. activation: (m,).
    """

    root: np.ndarray
    travel_m: float
    bodies: np.ndarray
    turns: np.ndarray
    sites: np.ndarray
    fibre_length: np.ndarray
    activation: np.ndarray


@dataclass(frozen=True)
class Moment(Pose):
    """One walker at `time_s` since its start.

    Attributes:
        balance: forces and margins.
        pushed_at: (3,) [m] where the push by hand acts, None without one.
        push_n_s: (3,) [N.s] its impulse.
    """

    time_s: float
    distance_m: float
    speed_m_per_s: float
    balance: Balance
    pushed_at: np.ndarray | None
    push_n_s: np.ndarray


def pose_of(sim: Simulation) -> Pose:
    """Return the pose that the first walker of a simulation is in."""
    return Pose(
        sim.root_position[0].copy(),
        float(sim.ground_travel[0]),
        sim.body_position[0].copy(),
        sim.body_quaternion[0].copy(),
        sim.site_position[0].astype(np.float32),
        sim.fibre_length[0].astype(np.float32),
        sim.activation[0].astype(np.float32),
    )


def moment_of(walk: LiveTrial, stance: StanceFoot) -> Moment:
    """Return the moment that a walk is at."""
    sim = walk.sim
    return Moment(
        **vars(pose_of(sim)),
        time_s=walk.time_s,
        distance_m=walk.distance_m,
        speed_m_per_s=walk.speed_m_per_s,
        balance=balance_now(sim, walk.sign, stance.update(sim.vertical_load[0])),
        pushed_at=sim.body_com[0, sim.root].copy() if walk.pushes.shown(sim) else None,
        push_n_s=walk.pushes.impulse_n_s,
    )


class Past:
    """The moments of the last `KEPT_S`, the newest last."""

    def __init__(self) -> None:
        self._moments: list[Moment] = []

    @property
    def reach_s(self) -> float:
        """How far it goes back [s]."""
        return self._moments[-1].time_s - self._moments[0].time_s if self._moments else 0.0

    def keep(self, moment: Moment) -> None:
        """Add the newest moment; one of the same time takes the place of the last."""
        if self._moments and moment.time_s <= self._moments[-1].time_s:
            self._moments[-1] = moment
            return
        self._moments.append(moment)
        while self.reach_s > KEPT_S:
            self._moments.pop(0)

    def ago(self, seconds: float) -> Moment:
        """Return the moment so many seconds before the newest, or the first after that."""
        if seconds <= 0.0:
            return self._moments[-1]
        wanted = self._moments[-1].time_s - seconds
        return self._moments[bisect_left(self._moments, wanted, key=lambda one: one.time_s)]
