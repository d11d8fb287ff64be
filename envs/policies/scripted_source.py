"""Gait source of the scripted gait: shipped tuned parameters, by direction and walker."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...models.catalogue import YOUNG
from ...sim.errors import ConfigError
from ..gaits.gait_files import (
    HUMAN,
    ScriptedGaitFile,
    gait_table,
    gaits_of_other_bodies,
    shipped_gaits,
)
from ..gaits.parameters import GaitTable
from ..gaits.sharing import OF_2026A
from ..gaits.technique_limits import check_technique_limits
from ..task.technique import Technique
from .source import GaitSource

if TYPE_CHECKING:
    from ...models.body import Body
    from ...sim.physics.simulation import Simulation
    from ..gaits.protocol import Gait
    from .domain import Domain

SCRIPTED = "scripted"


class ScriptedSource(GaitSource):
    """The scripted gait, at the speeds that it was tuned for."""

    kind = "scripted law"
    shares = stands = stops = True
    set_points = ("trunk_lean_rad", "toe_first_fraction", "heel_first_fraction")

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """`scripted`."""
        return (SCRIPTED,)

    @property
    def _gaits(self) -> list[ScriptedGaitFile]:
        return shipped_gaits(self.direction, self.walker.name, self.body)

    @cached_property
    def table(self) -> GaitTable:
        """Tuned parameters over speed."""
        return gait_table(self.direction, self.walker.name, self.body)

    @property
    def home_body(self) -> str:
        """The body that its gaits were tuned on."""
        return self._gaits[0].get("body", HUMAN)

    @property
    def digest(self) -> str:
        """sha256 of the tuned parameters, and of a sharing that is not theirs."""
        made_of = self.table.speeds.tobytes() + self.table.values.tobytes()
        if self.sharing != OF_2026A:
            made_of += repr(self.sharing).encode()
        return hashlib.sha256(made_of).hexdigest()

    @property
    def speed_range(self) -> tuple[float, float]:
        """Slowest and fastest tuned speed [m/s]."""
        return float(self.table.speeds[0]), float(self.table.speeds[-1])

    @property
    def cards(self) -> dict[str, dict[str, Any]]:
        """Card of the gaits of `human`, and of each that another body has."""
        return super().cards | dict(map(_card, gaits_of_other_bodies(self.direction)))

    def made_for(self, speed_m_per_s: float) -> tuple[Domain, ...]:
        """Return what the tuned gaits at this speed, or next to it, were tuned with."""
        from .domain import domain_of_names

        found: list[Domain] = []
        for gait in _beside(self._gaits, speed_m_per_s):
            tuning: dict[str, Any] = gait.get("made_by", {}).get("config") or {}
            walker, grounds = tuning.get("walker", YOUNG), tuning.get("surfaces", ["flat"])
            found.append(domain_of_names((gait.get("body", HUMAN),), walker, grounds))
        return tuple(found)

    def start_speed(self, commanded: float) -> float:
        """The slowest tuned speed [m/s], from which the gait ramps up."""
        return self.speed_range[0]

    def check(self, technique: Technique) -> None:
        """Refuse a technique outside what the gait was tuned for, and a body that cannot stand."""
        self.table.check(technique.speed_m_per_s)
        check_technique_limits(self.direction, technique)
        if self.ends.stands:
            self._check_stands()

    def _check_stands(self) -> None:
        from ...models.body import build_body
        from ..gaits.leg_control import lacking

        if lacks := lacking(build_body(self.body, self.walker).roles):
            raise ConfigError(
                f"start, stop: standing needs joints that the body '{self.body}' lacks: "
                f"{', '.join(lacks)}"
            )

    def make(self, sim: Simulation, body: Body, technique: Technique) -> Gait:
        """Return the scripted gait."""
        from ..gaits.scripted_gait import ScriptedGait
        from ..gaits.scripted_start_stop import StandingScriptedGait

        if self.ends.stands:
            return StandingScriptedGait(
                sim, body, self.table, technique, self.ends, sharing=self.sharing
            )
        return ScriptedGait(sim, body, self.table, technique, sharing=self.sharing)


def _card(gait: ScriptedGaitFile) -> tuple[str, dict[str, Any]]:
    speed, body = gait["speed_m_per_s"], gait.get("body", HUMAN)
    return f"{SCRIPTED}-{gait['direction']}-{speed}-{body}", {
        "kind": ScriptedSource.kind,
        "body": body,
        "carries_m_per_s": (speed, speed),
        "seed": gait.get("made_by", {}).get("config", {}).get("seed"),
        "walked": gait.get("walked"),
    }


def _beside(gaits: list[ScriptedGaitFile], speed_m_per_s: float) -> list[ScriptedGaitFile]:
    """Return the gait of a speed, or the two that it lies between; the last beyond the ends."""
    speeds = [gait["speed_m_per_s"] for gait in gaits]
    below = [i for i, speed in enumerate(speeds) if speed <= speed_m_per_s + 1e-9]
    above = [i for i, speed in enumerate(speeds) if speed >= speed_m_per_s - 1e-9]
    return [gaits[i] for i in dict.fromkeys((*below[-1:], *above[:1]))]
