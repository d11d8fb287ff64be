"""The ground: what it looks like to the physics. Flat ground for now."""

from __future__ import annotations

import mujoco

from .errors import unknown_name

SURFACES = ("flat",)


def add_surface(spec: mujoco.MjSpec, name: str) -> None:
    """Add the ground `name` to `spec`, as geom `ground`, with which every contact geom collides.

    Raises:
        ConfigError: no such surface.
    """
    if name not in SURFACES:
        raise unknown_name("surface", name, SURFACES)
    ground = spec.worldbody.add_geom(
        name="ground",
        type=mujoco.mjtGeom.mjGEOM_PLANE,
        size=[100.0, 100.0, 0.1],
        contype=0,
        conaffinity=1,
    )
    ground.friction[:] = [0.9, 0.005, 0.0001]
    ground.solref[:] = [0.01, 1.0]
    ground.rgba[:] = [0.86, 0.87, 0.85, 1.0]
