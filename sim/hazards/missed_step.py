"""A missed step: the ground is lower where one foot lands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np

from ..fields import Range
from .event import Event, foot_geoms
from .hazard import Hazard
from .stride_phase import StridePhase
from .waiting_body import ON_GROUND, WaitingBody, add_box

if TYPE_CHECKING:  # MuJoCo is slow to import, and configs are read without it
    import mujoco

    from ..physics.anatomy import Anatomy
    from ..physics.simulation import Simulation

_HOLE_HALF_SIZE_M = (0.6, 0.4, 0.05)
_IN_HOLE = 2  # contact bit of the floors of holes


@dataclass(frozen=True)
class MissedStep(Hazard):
    """The ground is lower than it was where one foot lands: a hole, or a step down unseen."""

    kind: ClassVar[str] = "missed-step"
    severity: ClassVar[str] = "hole_depth_m"
    on_belt: ClassVar[bool | None] = False
    needs: ClassVar[str] = "a treadmill's belt has no holes"

    hole_depth_m: Annotated[float, Range(0.005, 0.3)] = 0.05
    """How much lower the floor of the hole is than the ground [m]."""

    @property
    def towards(self) -> str:
        """Where the foot goes."""
        return "down"

    @classmethod
    def words(cls, magnitude: float) -> str:
        """Return what happens and how severe it is."""
        return f"missed step, {100 * magnitude:g} cm down"

    def prepare(self, spec: mujoco.MjSpec, anatomy: Anatomy, part: str) -> None:
        """Add the floor of the hole, which only the feet can touch."""
        add_box(spec, part, list(_HOLE_HALF_SIZE_M), _IN_HOLE, [0.35, 0.33, 0.31, 1.0])
        for name in (name for side in anatomy.region_geoms for name in side):
            spec.geom(name).contype = ON_GROUND | _IN_HOLE

    def event(self, sim: Simulation, part: str, *how: Any) -> MissedStepEvent:
        """Return its course in the simulations of `sim`."""
        return MissedStepEvent(sim, self, part, *how)


class MissedStepEvent(Event[MissedStep]):
    """One foot goes through the ground to a floor below it, until it is lifted out again."""

    def __init__(self, sim: Simulation, hazard: MissedStep, name: str, *how: Any) -> None:
        super().__init__(sim, hazard, *how)
        self._geoms = foot_geoms(sim)
        self._radius = sim.model.geom_size[self._geoms, 0]
        self._floor = WaitingBody(sim, name)
        self._stepped = np.zeros(sim.n, bool)

    def is_moment(self, sim: Simulation, stride: StridePhase) -> np.ndarray:
        """In mid swing."""
        swung = stride.of_swing(sim.time)[self.rows, self.foot]
        return (swung >= 0.4) & (swung < 0.8)

    def start(self, sim: Simulation, rows: np.ndarray) -> None:
        """Put the floor where the foot will land, and let the foot pass through the ground."""
        place = sim.geom_position[rows[:, None], self._geoms[self.foot[rows]]].mean(1)
        place[:, 0] += 0.2 * self.sign
        place[:, 2] = sim.ground_height(place[:, None, :2], rows)[:, 0]
        place[:, 2] -= self.hazard.hole_depth_m
        self.place_m[rows] = place
        self._floor.put(rows, place - [0.0, 0.0, _HOLE_HALF_SIZE_M[2]])
        self._stepped[rows] = False
        self._let(sim, rows, _IN_HOLE)

    def act(
        self,
        sim: Simulation,
        stride: StridePhase,
        rows: np.ndarray,
        elapsed_s: np.ndarray,
        duration_s: float,
    ) -> np.ndarray:
        """Wait until the foot has stepped in and come out again."""
        foot = self.foot[rows]
        self._stepped[rows] |= stride.landed[rows, foot]
        place = sim.geom_position[rows[:, None], self._geoms[foot]]
        ground = sim.ground_height(place[..., :2], rows)
        above = (place[..., 2] - self._radius[foot] > ground).all(1)
        return self._stepped[rows] & above & ~stride.down[rows, foot]

    def stop(self, sim: Simulation, rows: np.ndarray) -> None:
        """Close the hole."""
        self._floor.park(rows)
        self._let(sim, rows, ON_GROUND | _IN_HOLE)

    def _let(self, sim: Simulation, rows: np.ndarray, bits: int) -> None:
        for foot in (0, 1):
            chosen = rows[self.foot[rows] == foot]
            if chosen.size:
                sim.fields.set("geom_contype", chosen, bits, self._geoms[foot])
