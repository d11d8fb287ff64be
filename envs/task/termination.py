"""Termination of a trial: the walker has fallen, or has stepped off the treadmill."""

from __future__ import annotations

import numpy as np

from ...sim.physics.body_state import BodyState

FALL_HEIGHT = 0.65  # share of the standing height of the pelvis
LOAD = 20.0  # N on a foot that stands


def has_fallen(sim: BodyState) -> np.ndarray:
    """True where a walker is down, (n,), or has left the belt of a treadmill.

    Down: the pelvis is low above the ground beneath it, or trunk, head, hand or knee is on the
    ground.
    """
    root, ground = sim.root_position, sim.ground
    pelvis = root[:, 2]
    if ground is not None and not ground.is_level:
        pelvis = pelvis - ground.height(root[:, None, :2])[:, 0]
    down = (pelvis < FALL_HEIGHT * sim.anatomy.standing_height_m) | sim.fall_contact
    return down if ground is None or ground.belt is None else down | has_left_belt(sim)


def has_left_belt(sim: BodyState) -> np.ndarray:
    """True where the pelvis or the ankle of a loaded foot is not over the belt, (n,).

    False everywhere over ground.
    """
    if sim.ground is None or sim.ground.belt is None:
        return np.zeros(sim.n, bool)
    ankles = sim.body_position[:, sim.feet, :2]
    stands = sim.vertical_load > LOAD
    off = ~sim.ground.belt.holds(ankles) & stands
    return np.asarray(off.any(1) | ~sim.ground.belt.holds(sim.root_position[:, None, :2])[:, 0])
