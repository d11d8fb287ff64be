"""A lapse of attention: the walker is distracted for a while."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from ..fields import Range
from .event import TimedEvent
from .hazard import Lasting
from .moment import LASTS

if TYPE_CHECKING:  # MuJoCo is slow to import, and configs are read without it
    from ..physics.simulation import Simulation


@dataclass(frozen=True)
class AttentionLapse(Lasting):
    """The walker's attention is elsewhere for a while."""

    kind: ClassVar[str] = "attention-lapse"
    severity: ClassVar[str] = "attention_left"
    takes_attention: ClassVar[bool] = True

    attention_left: Annotated[float, Range(0.0, 1.0)] = 0.0
    """Of full attention."""
    lasts_s: Annotated[float, LASTS] = 2.0
    """How long it lasts [s]."""

    @classmethod
    def words(cls, magnitude: float) -> str:
        """Return what happens and how severe it is."""
        return f"attention at {100 * magnitude:g} %"

    def event(self, sim: Simulation, part: str, *how: Any) -> LapseEvent:
        """Return its course in the simulations of `sim`."""
        return LapseEvent(sim, self, *how)


class LapseEvent(TimedEvent[AttentionLapse]):
    """Attention falls for a while; senses read `HazardEffect.attention`."""

    @property
    def attention(self) -> float:
        """What is left."""
        return self.hazard.attention_left
