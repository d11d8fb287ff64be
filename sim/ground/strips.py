"""Strips across the path at intervals: raised pavements, bars, slippery patches."""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np

from .surface import EVERY, Surface

CLEAR = 1.2  # m around the start without any
HALF_WIDTH = 5.0  # m to either side
_DEPTH = 0.5  # m that a raised box goes down


@dataclass(frozen=True)
class Strips:
    """Strips of equal length across the path of n trials.

    Attributes:
        start: (n, strips) least x of each [m]. length: along x [m]. height: of their tops [m].
    """

    start: np.ndarray
    length: float
    height: float

    def hold(self, x: np.ndarray, trials: np.ndarray | slice = EVERY) -> np.ndarray:
        """True where x, (n, k) [m], is on a strip, (n, k)."""
        after = x[:, :, None] - self.start[trials, None, :]
        return np.asarray(((after >= 0.0) & (after <= self.length)).any(-1))

    def add_to(self, spec: mujoco.MjSpec, name: str, rgba: list[float], solid: bool) -> None:
        """Add them where trial 0 has them, each a body of its own, so that it can be moved."""
        for i, start in enumerate(self.start[0]):
            x = start + 0.5 * self.length
            body = spec.worldbody.add_body(name=f"{name}_{i}", pos=[x, 0.0, self.height])
            half = 0.5 * (_DEPTH if solid else 0.002)
            box = body.add_geom(
                name=f"{name}_{i}",
                type=mujoco.mjtGeom.mjGEOM_BOX,
                size=[0.5 * self.length, HALF_WIDTH, half],
                pos=[0.0, 0.0, -half if solid else 0.0],
                contype=0,
                conaffinity=int(solid),
                priority=1,
                mass=0.0,
            )
            box.rgba[:] = rgba

    def write(self, model: mujoco.MjModel, trial: int, name: str) -> None:
        """Put them where `trial` has them."""
        for i, start in enumerate(self.start[trial]):
            model.body_pos[model.body(f"{name}_{i}").id, 0] = start + 0.5 * self.length


def kerbs(
    surface: Surface, sign: float, reach_m: float, generators: list[np.random.Generator]
) -> Strips:
    """Return raised pavements: a step up, a step down, ...; the first anywhere in a spacing."""
    spacing = surface.kerb_spacing_m
    count = max(1, int(np.ceil(reach_m / (2 * spacing))))
    first = np.array([[CLEAR + spacing * rng.random()] for rng in generators])
    near = first + 2 * spacing * np.arange(count)
    return Strips(_along_x(near, spacing, sign), spacing, surface.kerb_height_m)


def obstacles(
    surface: Surface, sign: float, reach_m: float, generators: list[np.random.Generator]
) -> Strips:
    """Return bars, each moved from its place by up to a quarter of the spacing."""
    spacing = surface.obstacle_spacing_m
    count = max(1, int(np.ceil(reach_m / spacing)))
    moved = np.array([rng.random(count) - 0.5 for rng in generators])
    near = CLEAR + spacing * (0.25 + np.arange(count) + 0.5 * moved)
    length = surface.obstacle_length_m
    return Strips(_along_x(near, length, sign), length, surface.obstacle_height_m)


def patches(
    surface: Surface, sign: float, reach_m: float, generators: list[np.random.Generator]
) -> Strips:
    """Return patches at even spacing, the first anywhere in a spacing."""
    spacing = surface.patch_spacing_m
    count = max(1, int(np.ceil(reach_m / spacing)))
    first = np.array([[CLEAR + spacing * rng.random()] for rng in generators])
    near = first + spacing * np.arange(count)
    return Strips(_along_x(near, surface.patch_length_m, sign), surface.patch_length_m, 0.0)


def _along_x(near: np.ndarray, length: float, sign: float) -> np.ndarray:
    """Return the least x of strips that begin `near` m along travel."""
    return near if sign > 0 else -near - length
