"""When a trial is over: the walker has fallen."""

from __future__ import annotations

import numpy as np

from ..sim.simulation import Simulation

FALL_HEIGHT = 0.65  # share of the standing height of the pelvis


def has_fallen(sim: Simulation) -> np.ndarray:
    """True where a walker is down, (n,): pelvis low, or trunk, head, hand or knee on the ground."""
    low = sim.qpos[:, 2] < FALL_HEIGHT * sim.anatomy.standing_height_m
    return low | sim.fall_contact
