"""The ground of each trial of a batch: heights, friction, contacts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import mujoco
import numpy as np

from .belt_bed import BeltBed
from .height_grid import HeightGrid, lay_grid
from .softness import FRICTION_HARDER, MORE_ITERATIONS, Softness, softness, use_elliptic_cones
from .strips import Strips, kerbs, obstacles, patches
from .surface import EVERY, Surface

RIGID_SOLREF = (0.01, 1.0)
_BELT = (1.6, 0.6)  # m
_COLOUR = [0.86, 0.87, 0.85, 1.0]
_COLOUR_RAISED = [0.70, 0.68, 0.64, 1.0]
_COLOUR_PATCH = [0.62, 0.78, 0.90, 1.0]

OwnModel = Callable[[mujoco.MjModel, int], None]
"""Writes into a copy of the model what simulation i alone has."""


@dataclass(frozen=True)
class Ground:
    """The ground of n trials on one surface.

    Attributes:
        surface: what it is. plane: slopes along world x and y, apart from unevenness.
        grid: heights of uneven ground. raised: kerbs or obstacles. slippery: patches.
        belt: the bed of a treadmill, where there is one. bar_x: of the bar before it [m].
    """

    surface: Surface
    plane: tuple[float, float] = (0.0, 0.0)
    grid: HeightGrid | None = None
    raised: Strips | None = None
    slippery: Strips | None = None
    belt: BeltBed | None = None
    bar_x: float | None = None

    def height(self, xy: np.ndarray, trials: np.ndarray | slice = EVERY) -> np.ndarray:
        """Height (n, k) [m] of the ground at world points (n, k, 2) [m], as feet touch it.

        `trials` are those that the points belong to, all in turn where it is not given.
        """
        if self.belt is not None:
            return self.belt.height(xy, trials)
        if self.grid is not None:
            return self.grid.height(xy, trials)
        level = self.plane[0] * xy[..., 0] + self.plane[1] * xy[..., 1]
        if self.raised is not None:
            level = level + np.where(self.raised.hold(xy[..., 0], trials), self.raised.height, 0.0)
        return level

    @cached_property
    def is_level(self) -> bool:
        """Whether its height is 0 everywhere."""
        return self.belt is self.grid is self.raised is None and not any(self.plane)

    @property
    def trials(self) -> int | None:
        """Number of trials with ground of their own; None where all share the same."""
        if self.belt is not None:
            return len(self.belt.slope)
        if self.grid is not None:
            return len(self.grid.share)
        for strips in (self.raised, self.slippery):
            if strips is not None:
                return len(strips.start)
        return None

    def lay_anew(self, other: Ground, trials: np.ndarray) -> None:
        """Replace the ground of `trials` by that of `other`, on the same surface."""
        if self.grid is not None and other.grid is not None:
            self.grid.share[trials] = other.grid.share
        for strips, others in ((self.raised, other.raised), (self.slippery, other.slippery)):
            if strips is not None and others is not None:
                strips.start[trials] = others.start

    def friction(self, xy: np.ndarray) -> np.ndarray:
        """Friction coefficient (n, k) at world points (n, k, 2) [m]."""
        usual = np.full(xy.shape[:-1], self.surface.friction)
        if self.slippery is None:
            return usual
        return np.where(self.slippery.hold(xy[..., 0]), self.surface.patch_friction or 0.0, usual)

    def softness(self, mass_kg: float, time_step: float) -> Softness | None:
        """Contact parameters of soft ground under a walker of this mass; None on rigid ground."""
        soft = self.surface
        if not soft.indentation_m:
            return None
        return softness(soft.indentation_m, soft.damping_ratio, mass_kg, time_step)

    def add_to(self, spec: mujoco.MjSpec) -> None:
        """Put the ground into `spec` as geom `ground` and, where there are any, raised boxes."""
        if self.surface.indentation_m:
            iterations = MORE_ITERATIONS * spec.option.iterations
            use_elliptic_cones(spec, FRICTION_HARDER, iterations)
        if self.belt is not None:
            self.belt.add_to(spec, self.surface.friction, self.bar_x)
            return
        ground = spec.worldbody.add_geom(
            name="ground",
            type=mujoco.mjtGeom.mjGEOM_PLANE,
            size=[100.0, 100.0, 0.1],
            contype=0,
            conaffinity=1,
            priority=1,
        )
        ground.friction[:] = [self.surface.friction, 0.005, 0.0001]
        ground.solref[:] = RIGID_SOLREF
        ground.rgba[:] = _COLOUR
        if self.grid is not None:
            self.grid.add_to(spec, ground)
        elif any(self.plane):
            up = np.array([-self.plane[0], -self.plane[1], 1.0])
            mujoco.mju_quatZ2Vec(ground.quat, up / np.linalg.norm(up))
        if self.raised is not None:
            self.raised.add_to(spec, "raised", _COLOUR_RAISED, solid=True)
        if self.slippery is not None and self.grid is None and not any(self.plane):
            self.slippery.add_to(spec, "patch", _COLOUR_PATCH, solid=False)

    def finish(self, model: mujoco.MjModel) -> None:
        """Write into the compiled model what MjSpec cannot express."""
        if self.grid is not None:
            self.grid.write(model, 0)
        model.flg_surfacevel = self.belt is not None  # MuJoCo looks at surfacevel only then

    @property
    def own_model(self) -> OwnModel | None:
        """Function that writes trial i's ground into its model; None where all share the same."""
        moved = [strips for strips in (self.raised, self.slippery) if strips is not None]
        return self._write if self.grid is not None or moved else None

    def _write(self, model: mujoco.MjModel, trial: int) -> None:
        if self.grid is not None:
            self.grid.write(model, trial)
        for strips, name in ((self.raised, "raised"), (self.slippery, "patch")):
            if (
                strips is not None
                and mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_BODY, f"{name}_0") >= 0
            ):
                strips.write(model, trial, name)


def lay_ground(
    surface: Surface,
    travel_sign: float,
    reach_m: float,
    generators: Sequence[np.random.Generator],
    belt: tuple[float, float] | None = None,
    bar_x: float | None = None,
) -> Ground:
    """Return the ground of one trial a generator: all chance in it comes from there.

    The walker starts at the origin, where the ground is at height 0 and, but for slopes, level.

    Args:
        surface: what the ground is like.
        travel_sign: +1 where the walker goes to +x, -1 to -x: what `slope` is uphill of.
        reach_m: how far it must reach in that direction.
        belt: length and width of a treadmill's belt [m]. bar_x: of the bar before it [m].

    Raises:
        ConfigError: the ground would be too long.
    """
    if surface.belt:
        length, width = belt or _BELT
        bed = BeltBed(length, width, np.zeros(len(generators)))
        return Ground(surface, belt=bed, bar_x=bar_x)
    plane = (surface.slope * travel_sign, surface.cross_slope)
    rngs = list(generators)
    grid = lay_grid(surface, travel_sign, reach_m, rngs, plane) if surface.is_grid else None
    raised = slippery = None
    if surface.kerb_height_m:
        raised = kerbs(surface, travel_sign, reach_m, rngs)
    elif surface.obstacle_height_m:
        raised = obstacles(surface, travel_sign, reach_m, rngs)
    if surface.patch_friction is not None:
        slippery = patches(surface, travel_sign, reach_m, rngs)
    return Ground(surface, plane, grid, raised, slippery)
