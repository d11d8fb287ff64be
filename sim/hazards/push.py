"""A push: a force on a body for a while."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np

from ..errors import ConfigError, unknown_name
from ..fields import Choice, Name, Range
from .event import TimedEvent
from .hazard import Lasting
from .moment import LASTS
from .stride_phase import StridePhase

if TYPE_CHECKING:  # MuJoCo is slow to import, and configs are read without it
    from ..physics.simulation import Simulation


_IN_PLANE = ("along-travel", "against-travel")


@dataclass(frozen=True)
class Push(Lasting):
    """A force on a body at its centre of mass, level, for a while."""

    kind: ClassVar[str] = "push"
    severity: ClassVar[str] = "impulse_n_s"

    impulse_n_s: Annotated[float, Range(0.0, 300.0, above=True)] = 15.0
    """Force times time [N.s]."""
    lasts_s: Annotated[float, LASTS] = 0.1
    """How long it lasts [s]."""
    push_towards: Annotated[
        str, Choice(("along-travel", "against-travel", "left", "right", "either-side"))
    ] = "either-side"
    """`either-side` is drawn."""
    push_profile: Annotated[str, Choice(("half-sine", "square"))] = "half-sine"
    """Force over time."""
    pushed_body: Annotated[str, Name()] = "pelvis"
    """A body of the model; `pelvis` and `torso` are those that other bodies call otherwise, too."""
    at_phase: Annotated[float | None, Range(0.0, 1.0)] = None
    """Share of the stride since the contact of `foot`; None is drawn."""

    @property
    def on_body(self) -> str:
        """The body that is pushed."""
        return self.pushed_body

    @property
    def towards(self) -> str:
        """Where the push goes."""
        return (
            "left or right, drawn"
            if self.push_towards == "either-side"
            else self.push_towards.replace("-", " ")
        )

    @classmethod
    def words(cls, magnitude: float) -> str:
        """Return what happens and how severe it is."""
        return f"push {magnitude:g} N·s"

    def refuse(self, bodies: Sequence[str], belt: bool, planar: bool = False) -> None:
        """Refuse an unknown body, and a sideways push of a planar one."""
        super().refuse(bodies, belt, planar)
        if planar and self.push_towards not in _IN_PLANE:
            raise ConfigError(
                f"hazard '{self.kind}': push_towards must be {' or '.join(_IN_PLANE)} for a body "
                f"that moves in one plane, is {self.push_towards}"
            )
        if self.pushed_body not in bodies:
            raise unknown_name("pushed body", self.pushed_body, bodies)

    def event(self, sim: Simulation, part: str, *how: Any) -> PushEvent:
        """Return its course in the simulations of `sim`."""
        return PushEvent(sim, self, *how)


class PushEvent(TimedEvent[Push]):
    """A force on a body; the impulse of each step is exact, whatever the step's length.

    Attributes:
        impulse_n_s: (n,) of each simulation, the hazard's unless set otherwise.
    """

    def __init__(self, sim: Simulation, hazard: Push, *how: Any) -> None:
        super().__init__(sim, hazard, *how)
        self._body = sim.model.body(sim.anatomy.body_of(sim.model, hazard.pushed_body)).id
        self.impulse_n_s = np.full(sim.n, float(hazard.impulse_n_s))

    def draw(self, ids: np.ndarray, chance: np.ndarray) -> None:
        """Draw the side as well, where either side is allowed."""
        super().draw(ids, chance)
        towards = {
            "along-travel": (self.sign, 0.0),
            "against-travel": (-self.sign, 0.0),
            "left": (0.0, 1.0),
            "right": (0.0, -1.0),
        }.get(self.hazard.push_towards)
        drawn = np.stack([np.zeros(len(ids)), self.drawn_side[ids]], -1)
        self.direction[ids, 2] = 0.0
        self.direction[ids, :2] = drawn if towards is None else towards

    def is_moment(self, sim: Simulation, stride: StridePhase) -> np.ndarray:
        """At the wanted share of the stride."""
        return self.phase_has_come(stride, sim, self.phase_of(self.hazard.at_phase))

    def _given(self, elapsed_s: np.ndarray) -> np.ndarray:
        """Share of the impulse given after `elapsed_s`."""
        share = np.clip(elapsed_s / self.hazard.lasts_s, 0.0, 1.0)
        if self.hazard.push_profile == "square":
            return share
        return 0.5 * (1.0 - np.cos(np.pi * share))

    def act(
        self,
        sim: Simulation,
        stride: StridePhase,
        rows: np.ndarray,
        elapsed_s: np.ndarray,
        duration_s: float,
    ) -> np.ndarray:
        """Push with the mean force of the coming step."""
        share = self._given(elapsed_s + duration_s) - self._given(elapsed_s)
        force = self.impulse_n_s[rows] * share / duration_s
        sim.external_force[rows, self._body, :2] += force[:, None] * self.direction[rows, :2]
        return super().act(sim, stride, rows, elapsed_s, duration_s)
