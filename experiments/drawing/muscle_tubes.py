"""Muscles as tapered tubes along their paths: thin tendons, a belly as thick as the muscle is."""

from __future__ import annotations

import numpy as np

from ...models.body import Body
from ...sim.physics.muscle_pull import sites_of_path
from ...sim.physics.simulation import Simulation
from .loft import closed_tube

RINGS, SIDES = 16, 8
SPECIFIC_TENSION = 6.0e5  # N/m^2: force over cross-section, only for how thick a belly is drawn
_SLENDER = 0.38  # of the true radius: side by side, bellies of true size would hide each other
_THINNEST, _TENDON = 0.004, 0.0026  # m
_LEAST_BELLY = 0.4  # of the path: pennate bellies are longer than their fibres
_BULGE = (0.8, 1.3)  # least and most thickness of a belly at constant volume, over optimal length


class MuscleTubes:
    """The tubes of a body's muscles; all arrays are in actuator order.

    Attributes:
        names, groups, sides: of each muscle. faces: (f, 3) triangles of any one tube.
    """

    def __init__(self, sim: Simulation, body: Body) -> None:
        rows, model = body.muscles, sim.model
        self.names = tuple(row.name for row in rows)
        self.groups = tuple(row.group for row in rows)
        self.sides = tuple(row.side for row in rows)
        self.faces = closed_tube(RINGS, SIDES)
        paths = [sites_of_path(model, int(i)) for i in sim.actuators.muscles]
        longest = max(map(len, paths), default=0)
        padded = [path + path[-1:] * (longest - len(path)) for path in paths]
        self._sites = np.array(padded, int).reshape(len(paths), longest)
        fibre = np.array([row.optimal_fibre_length_m for row in rows])
        tendon = np.array([row.tendon_slack_length_m for row in rows])
        force = np.array([row.max_isometric_force_n for row in rows])
        radius = _SLENDER * np.sqrt(force / SPECIFIC_TENSION / np.pi)
        self._profile = (
            _profile(_LEAST_BELLY + (1.0 - _LEAST_BELLY) * fibre / (fibre + tendon))
            * np.maximum(radius, _THINNEST)[:, None]
        )
        angle = 2.0 * np.pi * np.arange(SIDES) / SIDES
        self._circle = np.cos(angle), np.sin(angle)

    def vertices(self, sites: np.ndarray, fibre_length: np.ndarray) -> np.ndarray:
        """Return the tubes' corners, (muscles, v, 3) float32 [m], world frame.

        Args:
            sites: (sites, 3) [m] of the model, world frame. fibre_length: (muscles,) over optimal.
        """
        if not len(self._sites):
            return np.zeros((0, 2, 3), np.float32)
        middle = _along(sites[self._sites])  # (m, RINGS, 3)
        tangent = _unit(np.gradient(middle, axis=1))
        across = np.where(np.abs(tangent[:, :1, 2:]) < 0.9, [0.0, 0.0, 1.0], [1.0, 0.0, 0.0])
        across = _unit(across - (across * tangent).sum(-1, keepdims=True) * tangent)
        beside = np.cross(tangent, across)
        bulge = np.clip(1.0 / np.sqrt(np.maximum(fibre_length, 0.1)), *_BULGE)
        radius = (_TENDON + self._profile * bulge[:, None])[..., None, None]
        cos, sin = (one[:, None] for one in self._circle)
        ring = middle[:, :, None] + radius * (cos * across[:, :, None] + sin * beside[:, :, None])
        ends = middle[:, [0, -1]]
        rows = len(self._sites)
        return np.concatenate([ring.reshape(rows, -1, 3), ends], axis=1).astype(np.float32)


def _along(path: np.ndarray) -> np.ndarray:
    """Return RINGS points evenly along paths (m, k, 3): (m, RINGS, 3)."""
    length = np.linalg.norm(np.diff(path, axis=1), axis=-1)
    upto = np.concatenate([np.zeros((len(path), 1)), np.cumsum(length, axis=1)], axis=1)
    wanted = upto[:, -1:] * np.linspace(0.0, 1.0, RINGS)
    piece = (wanted[:, :, None] >= upto[:, None, 1:-1]).sum(-1)  # (m, RINGS)
    rows = np.arange(len(path))[:, None]
    share = (wanted - upto[rows, piece]) / np.maximum(length[rows, piece], 1e-9)
    start = path[rows, piece]
    return start + np.clip(share, 0.0, 1.0)[..., None] * (path[rows, piece + 1] - start)


def _profile(belly: np.ndarray) -> np.ndarray:
    """Return the shape (m, RINGS) of bellies that take the share `belly` of the path, 0 to 1."""
    first = 0.35 * (1.0 - belly)[:, None]  # more tendon at the far end, as in the leg
    inside = (np.linspace(0.0, 1.0, RINGS) - first) / belly[:, None]
    return np.sin(np.pi * np.clip(inside, 0.0, 1.0)) ** 0.8


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
