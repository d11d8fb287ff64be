"""Body shapes: smooth surfaces fixed to the walker's bodies, for pictures only.

The physics knows nothing of them; joints, lengths and soles are where the model has them. The
proportions are drawn by eye over the reference body (a man of 1.75 m and 75 kg).

    for shape in body_shapes(walker.length_scale, walker.mass_scale):
        shape.body, shape.vertices, shape.faces, shape.colour
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from ...models.sides import SIDES, sided
from ...sim.data_files import beside, read_rows
from .loft import Section, ellipsoid, loft

Colour = tuple[float, float, float]

SKIN: Colour = (0.80, 0.60, 0.48)
SHIRT: Colour = (0.20, 0.44, 0.58)
SHORTS: Colour = (0.17, 0.20, 0.27)
HAIR: Colour = (0.20, 0.14, 0.11)
SHOE: Colour = (0.30, 0.33, 0.38)
SOLE: Colour = (0.93, 0.92, 0.89)

_GIRTH = (0.8, 1.35)  # least and most width that is drawn, over the reference body's
_NO_GIRTH = ("foot", "toes", "head")  # these grow with height alone
_HAIR_DEPTH = 0.007  # m


@dataclass(frozen=True)
class BodyShape:
    """One piece of a body's look.

    Attributes:
        name: of the piece, unique. body: that it is fixed to.
        vertices: (v, 3) float32 [m] in the body's frame. faces: (f, 3) outward triangles.
        colour: red, green, blue, 0 to 1.
    """

    name: str
    body: str
    vertices: np.ndarray
    faces: np.ndarray
    colour: Colour


def body_shapes(length_scale: float = 1.0, mass_scale: float = 1.0) -> tuple[BodyShape, ...]:
    """Return all pieces of a person.

    Args:
        length_scale, mass_scale: height and mass over the reference body's (`Walker` has both):
            lengths grow with height, widths with what mass a body of that height has to spare.
    """
    girth = float(np.clip(np.sqrt(mass_scale / length_scale**3), *_GIRTH))
    sized: list[BodyShape] = []
    for shape in _reference_shapes():
        wide = 1.0 if shape.body.split("_")[0] in _NO_GIRTH else girth
        by = length_scale * np.array([wide, wide, 1.0])
        sized.append(replace(shape, vertices=(shape.vertices * by).astype(np.float32)))
    return tuple(sized)


@cache
def _reference_shapes() -> tuple[BodyShape, ...]:
    middle = (*_pelvis(), *_torso(), *_head())
    left = (*_leg(), *_foot(), *_arm())
    return (*middle, *(_of_side(shape, SIDES[0]) for shape in left), *map(_mirrored, left))


def _of_side(shape: BodyShape, side: str) -> BodyShape:
    return replace(shape, name=sided(shape.name, side), body=sided(shape.body, side))


def _mirrored(shape: BodyShape) -> BodyShape:
    """Return the right side's piece for one of the left."""
    vertices = shape.vertices * np.array([1.0, -1.0, 1.0])
    return replace(_of_side(shape, SIDES[1]), vertices=vertices, faces=shape.faces[:, ::-1])


def _piece(
    name: str, body: str, surface: tuple[np.ndarray, np.ndarray], colour: Colour
) -> BodyShape:
    return BodyShape(name, body, *surface, colour)


def _pelvis() -> list[BodyShape]:
    surface = _loft("hips", powers=(2.3, 2.3), caps=(0.03, 0.02), rings=12, sides=24)
    return [_piece("hips", "pelvis", surface, SHORTS)]


def _torso() -> list[BodyShape]:
    surface = _loft("shirt", powers=(2.4, 2.4), caps=(0.0, 0.004), rings=18, sides=24)
    return [_piece("shirt", "torso", surface, SHIRT)]


def _head() -> list[BodyShape]:
    head = _loft("skull", powers=(2.15, 2.1), caps=(0.006, 0.016), rings=20, sides=28)
    ear = ellipsoid((0.004, 0.074, 0.146), (0.018, 0.009, 0.029))
    return [
        _piece("neck", "head", _loft("neck", rings=8), SKIN),
        _piece("face", "head", head, SKIN),
        _piece("nose", "head", _loft("nose", caps=(0.005, 0.004), rings=8, sides=12), SKIN),
        _piece(sided("ear", SIDES[0]), "head", ear, SKIN),
        _piece(sided("ear", SIDES[1]), "head", (ear[0] * [1, -1, 1], ear[1][:, ::-1]), SKIN),
        _piece("hair", "head", _hair(*head), HAIR),
    ]


def _hair(vertices: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the head's surface, raised above the hairline and sunk below it."""
    hairline = 0.158 + 0.52 * vertices[:, 0]
    above = np.clip((vertices[:, 2] - hairline) / 0.012, -1.0, 1.0)
    from_middle = vertices - [0.005, 0.0, 0.165]
    outward = from_middle / np.linalg.norm(from_middle, axis=1, keepdims=True)
    return vertices + _HAIR_DEPTH * above[:, None] * outward, faces


def _leg() -> list[BodyShape]:
    return [
        _piece("thigh", "thigh", _loft("thigh", caps=(0.045, 0.06), rings=12), SKIN),
        _piece("shorts", "thigh", _loft("shorts", caps=(0.0, 0.05), rings=10), SHORTS),
        _piece("shank", "shank", _loft("shank", caps=(0.02, 0.045), rings=14), SKIN),
    ]


def _foot() -> list[BodyShape]:
    """Return the left shoe; the toes bend in it. Soles are where the model's lowest points are."""
    return [
        _piece("shoe", "foot", _shoe("upper", (0.012, 0.010)), SHOE),
        _piece("sole", "foot", _shoe("sole", (0.010, 0.008)), SOLE),
        _piece("shoe_tip", "toes", _shoe("tip", (0.010, 0.012)), SHOE),
        _piece("sole_tip", "toes", _shoe("tip_sole", (0.006, 0.012)), SOLE),
    ]


def _loft(piece: str, **how: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the surface through the sections of a piece in `body_sections.csv`."""
    return loft(_rows("body_sections.csv", piece), **how)


def _shoe(piece: str, caps: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Return the surface of a piece in `shoe_outlines.csv`: flat below and round above."""
    sections: list[Section] = []
    for x, bottom, top, middle, half in _rows("shoe_outlines.csv", piece):
        centre = bottom + 0.35 * (top - bottom)
        sections.append((x, centre, middle, top - centre, centre - bottom, half))
    return loft(sections, "x", powers=(2.2, 4.0), caps=caps, rings=8, sides=16)


def _rows(table: str, piece: str) -> list[Any]:
    return [
        [float(number) for key, number in row.items() if key != "piece"]
        for row in read_rows(beside(__name__, table))
        if row["piece"] == piece
    ]


def _arm() -> list[BodyShape]:
    return [
        _piece(
            "upper_arm", "upper_arm", _loft("upper", caps=(0.032, 0.03), rings=10, sides=16), SKIN
        ),
        _piece("sleeve", "upper_arm", _loft("sleeve", caps=(0.0, 0.048), rings=10), SHIRT),
        _piece("forearm", "forearm", _loft("fore", caps=(0.01, 0.032), rings=10, sides=16), SKIN),
        _piece("hand", "forearm", _loft("hand", caps=(0.012, 0.01), rings=10, sides=16), SKIN),
        _piece("thumb", "forearm", _loft("thumb", caps=(0.009, 0.01), rings=6, sides=10), SKIN),
    ]
