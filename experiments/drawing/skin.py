"""Body surfaces packed for the replay player."""

from __future__ import annotations

import mujoco
import numpy as np

from ...models.walker import Walker
from .body_shapes import BodyShape, body_shapes
from .geom_pieces import geom_pieces
from .packing import encode, rounded
from .scene_parts import SkinPiece

_STEP_M = 5e-5  # int16 step of corners in their body's frame: reaches 1.6 m


def skin_of(model: mujoco.MjModel, person: Walker) -> list[tuple[int, BodyShape]]:
    """Return the pieces of a walker's look with the number of the body that each is fixed to.

    A model with the parts of `human` looks like a person, any other like its own geoms.
    """
    pieces = body_shapes(person.length_scale, person.mass_scale)
    bodies = [mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_BODY, piece.body) for piece in pieces]
    if min(bodies) < 0:
        return geom_pieces(model)
    return list(zip(bodies, pieces, strict=True))


def drawn_skin(model: mujoco.MjModel, person: Walker) -> list[SkinPiece]:
    """Return the pieces as the player reads them: body, colour, corners, triangles."""
    return [
        {
            "body": body,
            "colour": rounded(np.array(piece.colour), 3),
            "step": _STEP_M,
            "points": encode(np.round(piece.vertices / _STEP_M), "<i2"),
            "faces": encode(piece.faces, "<u2"),
        }
        for body, piece in skin_of(model, person)
    ]
