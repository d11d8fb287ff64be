"""A trip: a bar stands in the way of the swinging foot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np

from ..fields import Choice, Range
from .event import TimedEvent, foot_geoms
from .hazard import Lasting
from .moment import LASTS
from .stride_phase import StridePhase
from .waiting_body import ON_GROUND, WaitingBody, add_box

if TYPE_CHECKING:  # MuJoCo is slow to import, and configs are read without it
    import mujoco

    from ..physics.anatomy import Anatomy
    from ..physics.simulation import Simulation

BAR_HALF_DEPTH_M, BAR_HALF_WIDTH_M = 0.03, 0.045
_GAP_M = 0.01  # between the foot and the bar that appears before it
_IN_THE_WAY_M = 0.01  # how much lower than the bar's top the foot must be


@dataclass(frozen=True)
class Trip(Lasting):
    """A bar stands in the way of the swinging foot."""

    kind: ClassVar[str] = "trip"
    severity: ClassVar[str] = "bar_height_m"

    bar_height_m: Annotated[float, Range(0.01, 0.4)] = 0.08
    """From the bar's lower to its upper edge [m]."""
    bar_at: Annotated[str, Choice(("ground", "foot"))] = "ground"
    """`ground`: it stands there, and comes once the foot is lower than it; `foot`: its middle is
    at the height of the foot's leading lower edge, so that every swinging foot meets it."""
    lasts_s: Annotated[float, LASTS] = 0.4
    """How long the bar stays [s]."""
    at_phase: Annotated[float, Range(0.0, 1.0)] = 0.4
    """Share of the swing of `foot` from which the bar may come."""

    @property
    def towards(self) -> str:
        """What the bar stops."""
        return "against the swinging foot"

    @classmethod
    def words(cls, magnitude: float) -> str:
        """Return what happens and how severe it is."""
        return f"trip over {100 * magnitude:g} cm"

    def prepare(self, spec: mujoco.MjSpec, anatomy: Anatomy, part: str) -> None:
        """Add the bar."""
        size = [BAR_HALF_DEPTH_M, BAR_HALF_WIDTH_M, 0.5 * self.bar_height_m]
        add_box(spec, part, size, ON_GROUND, [0.85, 0.45, 0.15, 1.0])

    def event(self, sim: Simulation, part: str, *how: Any) -> TripEvent:
        """Return its course in the simulations of `sim`."""
        return TripEvent(sim, self, part, *how)


class TripEvent(TimedEvent[Trip]):
    """A bar that appears right before the swinging foot and goes again."""

    def __init__(self, sim: Simulation, hazard: Trip, name: str, *how: Any) -> None:
        super().__init__(sim, hazard, *how)
        self._geoms = foot_geoms(sim)
        self._radius = sim.model.geom_size[self._geoms, 0]
        self._bar = WaitingBody(sim, name)

    def _foot(self, sim: Simulation) -> tuple[np.ndarray, np.ndarray]:
        """Place (n, 3) of the leading lower edge of `foot`, and the ground's height there (n,)."""
        place = sim.geom_position[self.rows[:, None], self._geoms[self.foot]]
        radius = self._radius[self.foot]
        lead = self.sign * place[..., 0] + radius
        first = lead.argmax(1)
        edge = place.mean(1)
        edge[:, 0] = self.sign * lead[self.rows, first]
        edge[:, 2] = (place[..., 2] - radius)[self.rows, first]
        return edge, sim.ground_height(edge[:, None, :2])[:, 0]

    def is_moment(self, sim: Simulation, stride: StridePhase) -> np.ndarray:
        """In the wanted part of the swing, once the foot is lower than a bar on the ground."""
        swung = stride.of_swing(sim.time)[self.rows, self.foot]
        if self.hazard.bar_at == "foot":
            return (swung >= self.hazard.at_phase) & (swung < 0.9)
        edge, ground = self._foot(sim)
        low = edge[:, 2] - ground < self.hazard.bar_height_m - _IN_THE_WAY_M
        return (swung >= self.hazard.at_phase) & (swung < 0.9) & low

    def start(self, sim: Simulation, rows: np.ndarray) -> None:
        """Put the bar up."""
        edge, ground = self._foot(sim)
        place = edge.copy()
        place[:, 0] += self.sign * (_GAP_M + BAR_HALF_DEPTH_M)
        half = 0.5 * self.hazard.bar_height_m
        at_foot = np.maximum(edge[:, 2] - half, ground)
        place[:, 2] = at_foot if self.hazard.bar_at == "foot" else ground
        self.place_m[rows] = place[rows]
        place[:, 2] += half
        self._bar.put(rows, place[rows])

    def stop(self, sim: Simulation, rows: np.ndarray) -> None:
        """Take the bar away."""
        self._bar.park(rows)
