"""Gait source of user-defined classes, named `module:Class`."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from ..gaits.gait_files import gait_table
from ..gaits.parameters import GaitTable
from ..task.technique import Technique
from .source import GaitSource

if TYPE_CHECKING:
    from ...models.body import Body
    from ...sim.physics.simulation import Simulation
    from ..gaits.protocol import Gait

_CLASS = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")


class UserSource(GaitSource):
    """A gait made by a user's class; it starts as the scripted gait does."""

    pattern = r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$"
    rehearsed = True

    @classmethod
    def accepts(cls, policy: str) -> bool:
        """Whether `policy` is written as `module:Class`."""
        return _CLASS.fullmatch(policy) is not None

    @classmethod
    def distrust(cls, policy: str) -> str:
        """Importing the class runs its module."""
        return f"'{policy}' is code of its own; add --trust to the command to let a config run it"

    @cached_property
    def table(self) -> GaitTable:
        """Tuned parameters of the scripted gait, from whose start the class goes on."""
        return gait_table(self.direction, self.walker.name, self.body)

    @property
    def digest(self) -> str:
        """sha256 of the class's name and its file."""
        from .user_code import user_class_digest

        return user_class_digest(self.policy)

    @property
    def speed_range(self) -> tuple[float, float]:
        """Slowest and fastest speed that the scripted gait was tuned for [m/s]."""
        return float(self.table.speeds[0]), float(self.table.speeds[-1])

    def start_speed(self, commanded: float) -> float:
        """The slowest tuned speed, at most `commanded` [m/s]."""
        return min(self.speed_range[0], commanded)

    def check(self, technique: Technique) -> None:
        """Refuse a class that cannot be imported; what it does is seen in the rehearsal."""
        from .user_code import user_class

        user_class(self.policy)

    def make(self, sim: Simulation, body: Body, technique: Technique) -> Gait:
        """Return the gait that the class makes."""
        from .user_code import user_class
        from .user_gait import UserGait

        make = user_class(self.policy)
        return UserGait(self.policy, make, sim, body, self.walker, self.table, technique)
