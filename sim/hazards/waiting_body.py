"""Mocap bodies, such as a trip's bar, parked below the ground until they are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import mujoco

    from ..physics.simulation import Simulation

PARKED_M = -20.0  # height at which they wait
ON_GROUND = 1  # contact bit of the ground


class WaitingBody:
    """A mocap body that waits below the ground."""

    def __init__(self, sim: Simulation, name: str) -> None:
        self._mocap = int(sim.model.body(name).mocapid[0])
        self._place = sim.mocap_position

    def put(self, rows: np.ndarray, place: np.ndarray) -> None:
        """Put it to `place` (rows, 3) [m] in simulations `rows`."""
        self._place[rows, self._mocap] = place

    def park(self, rows: np.ndarray) -> None:
        """Let it wait again."""
        self._place[rows, self._mocap] = [0.0, 0.0, PARKED_M]


def add_box(
    spec: mujoco.MjSpec, name: str, size: list[float], bits: int, colour: list[float]
) -> None:
    """Add a waiting box of half sizes `size` to `spec`, touched by geoms of these contact bits."""
    from mujoco import mjtGeom

    body = spec.worldbody.add_body(name=name, mocap=True, pos=[0.0, 0.0, PARKED_M])
    box = body.add_geom(
        name=name, type=mjtGeom.mjGEOM_BOX, size=size, contype=0, conaffinity=bits, mass=0.0
    )
    box.rgba[:] = colour
