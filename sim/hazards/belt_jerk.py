"""A belt jerk: the belt of a treadmill changes speed and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np

from ..errors import ConfigError
from ..fields import Range
from .event import Event
from .hazard import Hazard
from .moment import LASTS
from .stride_phase import StridePhase

if TYPE_CHECKING:  # MuJoCo is slow to import, and configs are read without it
    from ..physics.simulation import Simulation


@dataclass(frozen=True)
class BeltJerk(Hazard):
    """The belt of a treadmill changes speed for a while."""

    kind: ClassVar[str] = "belt-jerk"
    severity: ClassVar[str] = "speed_change_m_per_s"
    on_belt: ClassVar[bool | None] = True
    needs: ClassVar[str] = "needs the belt of a treadmill as surface"

    speed_change_m_per_s: Annotated[float, Range(-3.0, 3.0)] = 0.4
    """Added to the belt's speed [m/s]; negative slows it."""
    belt_change_m_per_s2: Annotated[float, Range(0.1, 50.0)] = 6.0
    """How fast it changes [m/s^2]."""
    lasts_s: Annotated[float, LASTS] = 0.4
    """From the start of the change to the start of the way back [s]."""
    at_phase: Annotated[float | None, Range(0.0, 1.0)] = 0.0
    """Share of the stride since the contact of `foot`; None is drawn."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.speed_change_m_per_s == 0:
            raise ConfigError("hazard 'belt-jerk': speed_change_m_per_s must not be 0")

    @property
    def towards(self) -> str:
        """What the belt does."""
        return "the belt faster" if self.speed_change_m_per_s > 0 else "the belt slower"

    @classmethod
    def words(cls, magnitude: float) -> str:
        """Return what happens and how severe it is."""
        return f"belt {magnitude:+g} m/s".replace("-", "−")

    def event(self, sim: Simulation, part: str, *how: Any) -> BeltJerkEvent:
        """Return its course in the simulations of `sim`."""
        return BeltJerkEvent(sim, self, *how)


class BeltJerkEvent(Event[BeltJerk]):
    """A change of the belt's speed and back, at a steady acceleration."""

    def __init__(self, sim: Simulation, hazard: BeltJerk, *how: Any) -> None:
        super().__init__(sim, hazard, *how)
        self._added = np.zeros(sim.n)

    def is_moment(self, sim: Simulation, stride: StridePhase) -> np.ndarray:
        """At the wanted share of the stride."""
        return self.phase_has_come(stride, sim, self.phase_of(self.hazard.at_phase))

    def act(
        self,
        sim: Simulation,
        stride: StridePhase,
        rows: np.ndarray,
        elapsed_s: np.ndarray,
        duration_s: float,
    ) -> np.ndarray:
        """Set what is added to the belt's speed at the end of the coming step."""
        hazard, then = self.hazard, elapsed_s + duration_s
        ramp = abs(hazard.speed_change_m_per_s) / hazard.belt_change_m_per_s2
        share = np.clip(np.minimum(then / ramp, (hazard.lasts_s + ramp - then) / ramp), 0.0, 1.0)
        self._add(sim, rows, hazard.speed_change_m_per_s * share)
        return elapsed_s >= hazard.lasts_s + ramp

    def stop(self, sim: Simulation, rows: np.ndarray) -> None:
        """Take the change back."""
        self._add(sim, rows, np.zeros(len(rows)))

    def forget(self, sim: Simulation, rows: np.ndarray) -> None:
        """The belt has its own speed again after a reset."""
        self._added[rows] = 0.0

    def _add(self, sim: Simulation, rows: np.ndarray, added: np.ndarray) -> None:
        sim.belt_speed_offset[rows] += added - self._added[rows]
        self._added[rows] = added
