"""Friction under each region of each foot, at the place where it stands.

The geoms of the feet have MuJoCo's contact priority over any ground, so that what is written to
them counts, whatever they touch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import mujoco
import numpy as np

from .model_fields import ModelFields

if TYPE_CHECKING:
    from ..ground.ground import Ground

PRIORITY = 2  # of the feet's contacts, above the ground's
_LEAST = 1e-5  # friction coefficient, MuJoCo's least


class OnFeet(Protocol):
    """What it takes of a `Simulation`."""

    n: int
    fields: ModelFields
    foot_friction_scale: np.ndarray
    geom_position: np.ndarray


class Footing:
    """An effect that keeps the feet's friction up to date: the ground's times what hazards ask.

    Args:
        ground: that the feet walk on; None: the feet's own friction counts.
        model: of the feet; what holds everywhere is written to it.
        geoms: ids of the feet's regions, (2, 3). mass_kg: of the walker.
        shoes: factor of the walker's shoes on the friction of any ground.
    """

    def __init__(
        self,
        ground: Ground | None,
        model: mujoco.MjModel,
        geoms: np.ndarray,
        mass_kg: float,
        shoes: float = 1.0,
    ) -> None:
        self._ground, self._geoms, self._shoes = ground, geoms.ravel(), shoes
        if ground is not None:
            model.geom_friction[self._geoms, 0] = ground.surface.friction
            soft = ground.softness(mass_kg, model.opt.timestep)
            if soft is not None:
                weight = model.body_invweight0[model.geom_bodyid[self._geoms], 0]
                solref, solimp = soft.solver(weight)
                model.geom_solref[self._geoms], model.geom_solimp[self._geoms] = solref, solimp
        model.geom_friction[self._geoms, 0] *= shoes
        self._usual = model.geom_friction[self._geoms].copy()  # (6, 3)
        self._written: np.ndarray | None = None
        self._patches = ground is not None and ground.slippery is not None
        self._scale = b""  # of what is written

    def reset(self, sim: OnFeet, ids: np.ndarray) -> None:
        """Restore the initial friction of simulations `ids`."""
        if self._written is None:
            return
        usual = self._usual[:, 0]
        changed = ids[(self._written[ids] != usual).any(1)]
        if changed.size:
            sim.fields.set("geom_friction", changed, self._usual, self._geoms)
            self._written[changed], self._scale = usual, b""

    def act(self, sim: OnFeet, duration_s: float) -> None:
        """Write friction where it has changed."""
        scale = sim.foot_friction_scale.tobytes()
        if scale == self._scale and not self._patches:
            return
        self._scale = scale
        usual = np.broadcast_to(self._usual[:, 0], (sim.n, len(self._geoms)))
        if self._written is None:
            self._written = usual.copy()
        here = usual
        if self._ground is not None and self._patches:
            here = self._shoes * self._ground.friction(sim.geom_position[:, self._geoms, :2])
        wanted = np.maximum(here * sim.foot_friction_scale.reshape(sim.n, -1), _LEAST)
        changed = np.flatnonzero((wanted != self._written).any(1))
        if not changed.size:
            return
        friction = np.repeat(self._usual[None], len(changed), 0)
        friction[..., 0] = wanted[changed]
        sim.fields.set("geom_friction", changed, friction, self._geoms)
        self._written[changed] = wanted[changed]
