"""Stride phase of each walker, from the loads on the feet alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..physics.contact import PHASE_DOWN_SHARE, PHASE_UP_SHARE

if TYPE_CHECKING:
    from ..physics.simulation import Simulation

LEAST_S = 0.1  # a stance or a swing lasts no shorter
STANDS_AFTER_S = 2.0  # both feet down for longer: no stride is under way
UP_SHARE = 0.65  # of the standing height: lower is down


class StridePhase:
    """Contacts of both feet of n walkers; call `update` once each control step.

    Attributes:
        down: (n, 2) whether a foot carries load. landed: (n, 2) whether it just came down.
    """

    def __init__(self, sim: Simulation) -> None:
        weight = sim.mass * 9.81
        self._down_load, self._up_load = PHASE_DOWN_SHARE * weight, PHASE_UP_SHARE * weight
        self.down, self.landed = np.zeros((sim.n, 2), bool), np.zeros((sim.n, 2), bool)
        self._changed = np.zeros((sim.n, 2))
        self._contact, self._lift, self._stride, self._swing = np.full((4, sim.n, 2), np.nan)

    def reset(self, ids: np.ndarray) -> None:
        """Forget the strides of simulations `ids`."""
        self.down[ids] = self.landed[ids] = False
        self._changed[ids] = -np.inf
        for times in (self._contact, self._lift, self._stride, self._swing):
            times[ids] = np.nan

    def update(self, sim: Simulation) -> None:
        """Update from the present loads."""
        load, now = sim.vertical_load, sim.time[:, None]
        settled = now - self._changed > LEAST_S
        landed = ~self.down & (load > self._down_load) & settled
        lifted = self.down & (load < self._up_load) & settled
        self._stride = np.where(landed, now - self._contact, self._stride)
        self._swing = np.where(landed, now - self._lift, self._swing)
        self._contact = np.where(landed, now, self._contact)
        self._lift = np.where(lifted, now, self._lift)
        self._changed = np.where(landed | lifted, now, self._changed)
        self.down, self.landed = (self.down | landed) & ~lifted, landed

    def of_stride(self, time: np.ndarray) -> np.ndarray:
        """Time since each foot's contact over its last stride time, (n, 2); NaN where unknown."""
        return (time[:, None] - self._contact) / self._stride

    def standing(self, sim: Simulation) -> np.ndarray:
        """True where a walker is up, and both its feet have long been down, (n,)."""
        down = self.down & (sim.time[:, None] - self._contact > STANDS_AFTER_S)
        still = down[:, 0] & down[:, 1]
        if not still.any():
            return still
        place = sim.root_position
        height = place[:, 2] - sim.ground_height(place[:, None, :2])[:, 0]
        up = height > UP_SHARE * sim.anatomy.standing_height_m
        return still & up & ~sim.fall_contact

    def of_swing(self, time: np.ndarray) -> np.ndarray:
        """Time since each foot's lift over its last swing, (n, 2); NaN for a foot that is down."""
        return np.where(self.down, np.nan, (time[:, None] - self._lift) / self._swing)
