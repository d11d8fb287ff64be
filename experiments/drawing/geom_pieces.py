"""The look of a body that has none of its own: the geoms that its model shows, also meshes."""

from __future__ import annotations

import mujoco
import numpy as np

from .body_shapes import BodyShape
from .loft import ellipsoid

LAST_SHOWN_GROUP = 2
"""Groups of geoms up to this one are what MuJoCo's own viewer shows."""
_GRAIN_M = 0.006  # corners of meshes nearer to each other than this become one
_UNIT = ellipsoid((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
_KINDS = mujoco.mjtGeom
_DRAWN = frozenset(
    {
        _KINDS.mjGEOM_SPHERE,
        _KINDS.mjGEOM_CAPSULE,
        _KINDS.mjGEOM_ELLIPSOID,
        _KINDS.mjGEOM_CYLINDER,
        _KINDS.mjGEOM_BOX,
        _KINDS.mjGEOM_MESH,
    }
)


def geom_pieces(model: mujoco.MjModel) -> list[tuple[int, BodyShape]]:
    """Return each shown geom of a body without ground, with the number of its body."""
    found: list[tuple[int, BodyShape]] = []
    for geom in range(model.ngeom):
        body = int(model.geom_bodyid[geom])
        shown = model.geom_group[geom] <= LAST_SHOWN_GROUP and model.geom_rgba[geom, 3] > 0.0
        kind = mujoco.mjtGeom(model.geom_type[geom])
        if body == 0 or not shown or kind not in _DRAWN:
            continue
        corners, faces = _mesh(model, geom) if kind == _KINDS.mjGEOM_MESH else _solid(model, geom)
        turn = np.zeros(9)
        mujoco.mju_quat2Mat(turn, model.geom_quat[geom])
        place = model.geom_pos[geom] + corners @ turn.reshape(3, 3).T
        red, green, blue, _ = map(float, _colour(model, geom))
        shape = BodyShape(
            f"{model.geom(geom).name or 'geom'} {geom}",
            model.body(body).name,
            place.astype(np.float32),
            faces,
            (red, green, blue),
        )
        found.append((body, shape))
    return found


def _colour(model: mujoco.MjModel, geom: int) -> np.ndarray:
    material = model.geom_matid[geom]
    return model.geom_rgba[geom] if material < 0 else model.mat_rgba[material]


def _mesh(model: mujoco.MjModel, geom: int) -> tuple[np.ndarray, np.ndarray]:
    """Return corners and triangles of a mesh, made coarser for pages."""
    mesh = model.geom_dataid[geom]
    vertices = model.mesh_vert[model.mesh_vertadr[mesh] :][: model.mesh_vertnum[mesh]]
    faces = model.mesh_face[model.mesh_faceadr[mesh] :][: model.mesh_facenum[mesh]]
    cells, cell_of = np.unique(
        np.floor(vertices / _GRAIN_M).astype(int), axis=0, return_inverse=True
    )
    cell_of = cell_of.ravel()
    count = np.bincount(cell_of, minlength=len(cells))
    corners = [np.bincount(cell_of, vertices[:, k], len(cells)) / count for k in range(3)]
    faces = cell_of[faces]
    whole = (faces != np.roll(faces, 1, axis=1)).all(1)
    return np.stack(corners, axis=1), np.unique(faces[whole], axis=0)


def _solid(model: mujoco.MjModel, geom: int) -> tuple[np.ndarray, np.ndarray]:
    """Return corners and triangles of a simple solid: a unit sphere drawn out to it."""
    ball, faces = _UNIT
    a, b, c = map(float, model.geom_size[geom])
    kind = mujoco.mjtGeom(model.geom_type[geom])
    if kind == _KINDS.mjGEOM_SPHERE:
        return ball * a, faces
    if kind == _KINDS.mjGEOM_ELLIPSOID:
        return ball * [a, b, c], faces
    if kind == _KINDS.mjGEOM_CAPSULE:
        return ball * a + np.sign(ball[:, 2:]).round() * [0.0, 0.0, b], faces
    if kind == _KINDS.mjGEOM_BOX:
        return ball / np.abs(ball).max(1, keepdims=True) * [a, b, c], faces
    wide = np.maximum(np.hypot(ball[:, 0], ball[:, 1]), np.abs(ball[:, 2]))
    return ball / wide[:, None] * [a, a, b], faces
