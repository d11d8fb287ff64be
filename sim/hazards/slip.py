"""A slip: the ground is slippery under one foot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np

from ..fields import Range
from .event import TimedEvent, foot_geoms
from .hazard import Lasting
from .moment import LASTS
from .stride_phase import StridePhase

if TYPE_CHECKING:  # MuJoCo is slow to import, and configs are read without it
    from ..physics.simulation import Simulation


@dataclass(frozen=True)
class Slip(Lasting):
    """The ground under one foot turns slippery when that foot lands."""

    kind: ClassVar[str] = "slip"
    severity: ClassVar[str] = "slip_friction"

    slip_friction: Annotated[float, Range(0.001, 1.5)] = 0.05
    """Friction coefficient under that foot."""
    lasts_s: Annotated[float, LASTS] = 0.4
    """How long it lasts [s]."""

    @property
    def towards(self) -> str:
        """Where the foot slips."""
        return "wherever the foot slides"

    @classmethod
    def words(cls, magnitude: float) -> str:
        """Return what happens and how severe it is."""
        return f"slip, friction {magnitude:g}"

    def event(self, sim: Simulation, part: str, *how: Any) -> SlipEvent:
        """Return its course in the simulations of `sim`."""
        return SlipEvent(sim, self, *how)


class SlipEvent(TimedEvent[Slip]):
    """Reduced friction under one foot from its contact on."""

    def __init__(self, sim: Simulation, hazard: Slip, *how: Any) -> None:
        super().__init__(sim, hazard, *how)
        usual = sim.model.geom_friction[foot_geoms(sim), 0]
        self._share = hazard.slip_friction * sim.shoe_friction / usual  # (2, regions)

    def is_moment(self, sim: Simulation, stride: StridePhase) -> np.ndarray:
        """When the foot lands."""
        return stride.landed[self.rows, self.foot]

    def start(self, sim: Simulation, rows: np.ndarray) -> None:
        """Take the friction away."""
        sim.foot_friction_scale[rows, self.foot[rows]] *= self._share[self.foot[rows]]

    def stop(self, sim: Simulation, rows: np.ndarray) -> None:
        """Give the friction back."""
        sim.foot_friction_scale[rows, self.foot[rows]] /= self._share[self.foot[rows]]

    def forget(self, sim: Simulation, rows: np.ndarray) -> None:
        """Nothing: a reset gives friction back."""
