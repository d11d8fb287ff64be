"""All hazards of a batch: prepared in the model, scheduled at random, applied, recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..physics.anatomy import FEET, Anatomy
from .event import ACTIVE, Event
from .hazard import Hazard
from .stride_phase import StridePhase

if TYPE_CHECKING:
    import mujoco

    from ..physics.simulation import Simulation

REPORT = "hazard_active"
_CHANCES = 4  # numbers that a trial draws for each hazard


def prepare(spec: mujoco.MjSpec, anatomy: Anatomy, hazards: Sequence[Hazard]) -> None:
    """Put into `spec` the bars and floors that `hazards` need, before it is compiled."""
    for i, hazard in enumerate(hazards):
        hazard.prepare(spec, anatomy, _part(i))


def refuse_impossible(
    hazards: Sequence[Hazard], bodies: Sequence[str], belt: bool, planar: bool = False
) -> None:
    """Refuse hazards that cannot happen to this walker or on this ground.

    `planar`: the walker moves in the plane x-z alone.

    Raises:
        ConfigError: naming the hazard and what is allowed.
    """
    for hazard in hazards:
        hazard.refuse(bodies, belt, planar)


class HazardEffect:
    """Applies hazards in the simulations of a batch, at random times of each trial's own.

    Args:
        sim: the simulation, whose spec was `prepare`d for the same hazards.
        hazards: what happens. travel_sign: +1 where walkers go to +x, -1 to -x.
        steady_from_s: when steady walking begins.
        generators: of each simulation; all chance in its hazards comes from there.

    Attributes:
        attention: (n,) that lapses leave, 1 where there is none.

    Raises:
        ConfigError: a hazard that this body or ground cannot have.
    """

    def __init__(
        self,
        sim: Simulation,
        hazards: Sequence[Hazard],
        travel_sign: float,
        steady_from_s: float,
        generators: Sequence[np.random.Generator],
    ) -> None:
        bodies = sim.anatomy.bodies(sim.model.body(i).name for i in range(1, sim.model.nbody))
        belt = getattr(sim.ground, "belt", None) is not None
        refuse_impossible(hazards, bodies, belt, sim.root_pose.planar)
        chance = _chance(len(hazards), generators)
        self.events: list[Event[Any]] = [
            hazard.event(sim, _part(i), travel_sign, steady_from_s, chance[:, i])
            for i, hazard in enumerate(hazards)
        ]
        pushed = [hazard.on_body for hazard in hazards]
        self._on_bodies = [name and sim.anatomy.body_of(sim.model, name) for name in pushed]
        self._stride = StridePhase(sim)
        self._stride.reset(np.arange(sim.n))
        self.attention = np.ones(sim.n)
        self._active = np.zeros((sim.n, len(self.events)))
        sim.reports[REPORT] = (("hazard",), self._active)

    def draw(self, ids: np.ndarray, generators: Sequence[np.random.Generator]) -> None:
        """Draw moments, feet and sides of simulations `ids` anew, each by its own generator."""
        chance = _chance(len(self.events), generators)
        for i, event in enumerate(self.events):
            event.draw(ids, chance[:, i])

    def reset(self, sim: Simulation, ids: np.ndarray) -> None:
        """Rearm all hazards in simulations `ids`."""
        self._stride.reset(ids)
        for event in self.events:
            event.reset(sim, ids)
        self.attention[ids], self._active[ids] = 1.0, 0.0

    def act(self, sim: Simulation, duration_s: float) -> None:
        """Act during the coming step."""
        self._stride.update(sim)
        self.attention[:] = 1.0
        for i, event in enumerate(self.events):
            event.step(sim, self._stride, duration_s)
            acting = event.state == ACTIVE
            self._active[:, i] = acting
            if event.hazard.takes_attention:
                left = np.where(acting, event.attention, 1.0)
                np.minimum(self.attention, left, out=self.attention)

    def trial_values(self) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
        """Per-trial variables of a recording by name: (dims, values)."""
        feet = np.array(FEET)
        return {
            "hazard_kind": (("hazard",), np.array([e.hazard.kind for e in self.events])),
            "hazard_magnitude": (("hazard",), np.array([e.hazard.magnitude for e in self.events])),
            "hazard_onset_s": (
                ("trial", "hazard"),
                np.stack([e.onset_s for e in self.events], -1),
            ),
            "hazard_foot": (
                ("trial", "hazard"),
                np.stack([feet[e.foot] for e in self.events], -1),
            ),
            "hazard_body": (("hazard",), np.array(self._on_bodies)),
            "hazard_place_m": (
                ("trial", "hazard", "axis"),
                np.stack([e.place_m for e in self.events], 1),
            ),
            "hazard_direction": (
                ("trial", "hazard", "axis"),
                np.stack([e.direction for e in self.events], 1),
            ),
        }


def _chance(hazards: int, generators: Sequence[np.random.Generator]) -> np.ndarray:
    return np.array([rng.random((hazards, _CHANCES)) for rng in generators])


def _part(index: int) -> str:
    return f"hazard_{index}"
