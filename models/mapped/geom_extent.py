"""How far a geom reaches along the axes of the world."""

from __future__ import annotations

import mujoco
import numpy as np

from ...sim.physics.spec_parts import SpecParts

_KINDS = mujoco.mjtGeom
_ROUND_ENDS = (_KINDS.mjGEOM_SPHERE, _KINDS.mjGEOM_CAPSULE)


def extent(model: mujoco.MjModel, data: mujoco.MjData, geom: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the largest coordinates (3,) of a geom [m]; of a plane its origin's."""
    place, turn = data.geom_xpos[geom], data.geom_xmat[geom].reshape(3, 3)
    kind, size = mujoco.mjtGeom(model.geom_type[geom]), model.geom_size[geom]
    if kind == _KINDS.mjGEOM_MESH:
        mesh = model.geom_dataid[geom]
        first = model.mesh_vertadr[mesh]
        vertices = model.mesh_vert[first : first + model.mesh_vertnum[mesh]]
        corners = place + vertices @ turn.T
        return corners.min(0), corners.max(0)
    if kind in _ROUND_ENDS:
        axis = size[1] if kind == _KINDS.mjGEOM_CAPSULE else 0.0
        half = np.abs(turn[:, 2]) * axis + size[0]
    elif kind == _KINDS.mjGEOM_ELLIPSOID:
        half = np.linalg.norm(turn * size, axis=1)
    elif kind == _KINDS.mjGEOM_CYLINDER:
        half = np.abs(turn[:, 2]) * size[1] + size[0] * np.sqrt(
            np.maximum(1.0 - turn[:, 2] ** 2, 0)
        )
    else:
        half = np.abs(turn) @ np.where(kind == _KINDS.mjGEOM_BOX, size, 0.0)
    return place - half, place + half


def standing_height_m(spec: SpecParts) -> float:
    """Return how high a body without ground stands at angles of 0, from its lowest geom [m]."""
    model = spec.compile()
    data = mujoco.MjData(model)
    mujoco.mj_kinematics(model, data)
    ends = np.array([extent(model, data, geom) for geom in range(model.ngeom)])[:, :, 2]
    return float(ends[:, 1].max() - ends[:, 0].min())
