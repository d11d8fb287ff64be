"""Units of a body's own size, in which people of any size walk alike.

Bodies of one shape move alike at the same Froude number: lengths go with the leg, times with its
square root, speeds too, forces with weight, torques with both (Hof 1996, Gait Posture 4:222;
Alexander and Jayes 1983, J Zool 201:135). A law that was found on the reference body sees others in
these units and gives its torques in them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...models.walker import REFERENCE_HEIGHT_M, REFERENCE_MASS_KG, Walker
from ...sim.physics.body_state import BodyState


@dataclass(frozen=True)
class BodyUnits:
    """How many of the reference body's units one of this body's is.

    Attributes:
        length: of the legs. mass: of the body, without what it carries.
    """

    length: float = 1.0
    mass: float = 1.0

    @classmethod
    def of(cls, walker: Walker) -> BodyUnits:
        """Return a walker's units: of the reference body, thigh and shank are as long."""
        legs = 0.5 * (walker.thigh_length + walker.shank_length)
        tall = walker.height_m / REFERENCE_HEIGHT_M
        return cls(tall * legs, walker.mass_kg / REFERENCE_MASS_KG)

    @property
    def time(self) -> float:
        """Of durations."""
        return float(np.sqrt(self.length))

    @property
    def speed(self) -> float:
        """Of speeds: gravity is the same for all."""
        return self.time

    @property
    def torque(self) -> float:
        """Of torques."""
        return self.mass * self.length

    def seen(self, state: BodyState) -> BodyState | InUnits:
        """Return `state` in these units; itself where they are the reference body's."""
        return state if self == REFERENCE else InUnits(state, self)


REFERENCE = BodyUnits()


class InUnits:
    """What a law sees of a state, in the units of its bodies; names are those of `BodyState`."""

    def __init__(self, state: BodyState, units: BodyUnits) -> None:
        self.n, self.root, self.trunk, self.feet = state.n, state.root, state.trunk, state.feet
        self.qpos, self.qvel = state.qpos, state.qvel * units.time
        self.body_position = state.body_position / units.length
        self.body_matrix = state.body_matrix
        self.ground_velocity = state.ground_velocity / units.speed
        self.ground_travel = state.ground_travel / units.length
        self.com = state.com / units.length
        self.com_velocity = state.com_velocity / units.speed
        self.root_position = state.root_position / units.length
        self.root_spin = state.root_spin * units.time
        self.vertical_load = state.vertical_load / units.mass


SeenState = BodyState | InUnits
"""What a law sees that works in units of the reference body."""
