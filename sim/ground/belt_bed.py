"""A treadmill's bed: a belt of finite size above the floor that can tilt."""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np

from .surface import EVERY

_THICKNESS = 0.1  # m
_FLOOR = 0.25  # m below the belt
_BELT, _DECK, _FLOOR_COLOUR = [0.25, 0.26, 0.28, 1], [0.55, 0.56, 0.58, 1], [0.86, 0.87, 0.85, 1]


@dataclass(frozen=True)
class BeltBed:
    """The belts of n trials, centred on the origin, about which they tilt.

    Attributes:
        length: along world x [m]. width: across [m].
        slope: (n,) rise along world x, of the way along it; written by the belt's drive.
    """

    length: float
    width: float
    slope: np.ndarray

    def height(self, xy: np.ndarray, trials: np.ndarray | slice = EVERY) -> np.ndarray:
        """Height (n, k) [m] of the belt's plane at points (n, k, 2) [m]."""
        return self.slope[trials, None] * xy[..., 0]

    def holds(self, xy: np.ndarray) -> np.ndarray:
        """True where points (n, k, 2) [m] are over the belt, (n, k)."""
        along = np.abs(xy[..., 0]) <= 0.5 * self.length / np.sqrt(1 + self.slope[:, None] ** 2)
        return along & (np.abs(xy[..., 1]) <= 0.5 * self.width)

    def add_to(self, spec: mujoco.MjSpec, friction: float, bar_x: float | None) -> None:
        """Add belt (geom `ground`, mocap body `belt`), the floor, decks and bar to look at."""
        half = 0.5 * _THICKNESS
        belt = spec.worldbody.add_body(name="belt", mocap=True)
        box = belt.add_geom(
            name="ground",
            type=mujoco.mjtGeom.mjGEOM_BOX,
            size=[0.5 * self.length, 0.5 * self.width, half],
            pos=[0.0, 0.0, -half],
        )
        floor = spec.worldbody.add_geom(
            name="floor",
            type=mujoco.mjtGeom.mjGEOM_PLANE,
            size=[100.0, 100.0, 0.1],
            pos=[0.0, 0.0, -_FLOOR],
        )
        floor.rgba[:], box.rgba[:] = _FLOOR_COLOUR, _BELT
        for geom in (box, floor):
            geom.contype, geom.conaffinity, geom.priority, geom.mass = 0, 1, 1, 0.0
            geom.friction[:] = [friction, 0.005, 0.0001]
            geom.solref[:] = [0.01, 1.0]
        edge = 0.5 * self.width + 0.06
        for side in (-1, 1):
            _see(belt, [0.5 * self.length, 0.06, half], [0, side * edge, -half - 0.005])
        if bar_x is not None:
            bar = belt.add_geom(
                type=mujoco.mjtGeom.mjGEOM_CAPSULE,
                size=[0.02, 0, 0],
                fromto=[bar_x, -edge, 1.0, bar_x, edge, 1.0],
            )
            _only_to_see(bar)
            for side in (-1, 1):
                _see(belt, [0.02, 0.02, 0.5], [bar_x, side * edge, 0.5])

    def tilt(self) -> np.ndarray:
        """Quaternion (n, 4) of the belts."""
        half = -0.5 * np.arctan(self.slope)
        zero = np.zeros_like(half)
        return np.stack([np.cos(half), zero, np.sin(half), zero], -1)


def _see(body: mujoco.MjsBody, size: list[float], pos: list[float]) -> None:
    geom = body.add_geom(type=mujoco.mjtGeom.mjGEOM_BOX, size=size, pos=pos)
    _only_to_see(geom)


def _only_to_see(geom: mujoco.MjsGeom) -> None:
    geom.contype = geom.conaffinity = 0
    geom.mass = 0.0
    geom.rgba[:] = _DECK
