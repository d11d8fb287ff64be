"""Body shapes: smooth surfaces fixed to the walker's bodies, for pictures only.

The physics knows nothing of them; joints, lengths and soles are where the model has them. The
proportions are drawn by eye over the reference body (a man of 1.75 m and 75 kg).

    for shape in body_shapes(walker.length_scale, walker.mass_scale):
        shape.body, shape.vertices, shape.faces, shape.colour
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from ...models.sides import SIDES, sided
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
    hips: list[Section] = [  # place, centre x, y, reach forward, back, half width
        (-0.085, -0.012, 0.0, 0.060, 0.070, 0.085),
        (-0.050, -0.010, 0.0, 0.085, 0.105, 0.145),
        (0.000, -0.008, 0.0, 0.098, 0.118, 0.174),
        (0.050, -0.006, 0.0, 0.100, 0.108, 0.170),
        (0.100, -0.004, 0.0, 0.096, 0.092, 0.152),
        (0.150, -0.004, 0.0, 0.090, 0.080, 0.140),
    ]
    surface = loft(hips, powers=(2.3, 2.3), caps=(0.03, 0.02), rings=14, sides=28)
    return [_piece("hips", "pelvis", surface, SHORTS)]


def _torso() -> list[BodyShape]:
    shirt: list[Section] = [
        (-0.060, 0.008, 0.0, 0.108, 0.114, 0.177),
        (-0.020, 0.009, 0.0, 0.103, 0.098, 0.163),
        (0.030, 0.011, 0.0, 0.098, 0.087, 0.150),
        (0.090, 0.012, 0.0, 0.099, 0.087, 0.149),
        (0.160, 0.014, 0.0, 0.107, 0.098, 0.159),
        (0.230, 0.012, 0.0, 0.111, 0.107, 0.173),
        (0.285, 0.006, 0.0, 0.101, 0.102, 0.187),
        (0.322, 0.001, 0.0, 0.084, 0.088, 0.193),
        (0.350, -0.003, 0.0, 0.069, 0.075, 0.172),
        (0.378, -0.007, 0.0, 0.059, 0.064, 0.118),
        (0.400, -0.009, 0.0, 0.055, 0.058, 0.074),
        (0.412, -0.009, 0.0, 0.054, 0.056, 0.061),
    ]
    surface = loft(shirt, powers=(2.4, 2.4), caps=(0.0, 0.004), rings=26, sides=28)
    return [_piece("shirt", "torso", surface, SHIRT)]


def _head() -> list[BodyShape]:
    neck: list[Section] = [
        (-0.050, -0.006, 0.0, 0.056, 0.056, 0.060),
        (0.000, -0.004, 0.0, 0.052, 0.052, 0.054),
        (0.060, 0.002, 0.0, 0.050, 0.052, 0.052),
        (0.110, 0.004, 0.0, 0.052, 0.056, 0.052),
    ]
    skull: list[Section] = [
        (0.052, 0.066, 0.0, 0.026, 0.034, 0.026),
        (0.066, 0.050, 0.0, 0.046, 0.048, 0.043),
        (0.090, 0.034, 0.0, 0.066, 0.064, 0.057),
        (0.120, 0.022, 0.0, 0.080, 0.086, 0.066),
        (0.150, 0.016, 0.0, 0.087, 0.098, 0.071),
        (0.180, 0.012, 0.0, 0.089, 0.102, 0.074),
        (0.210, 0.008, 0.0, 0.086, 0.098, 0.072),
        (0.235, 0.004, 0.0, 0.073, 0.083, 0.062),
        (0.254, 0.000, 0.0, 0.050, 0.058, 0.043),
    ]
    head = loft(skull, powers=(2.15, 2.1), caps=(0.006, 0.016), rings=22, sides=28)
    nose: list[Section] = [
        (0.124, 0.098, 0.0, 0.022, 0.012, 0.014),
        (0.138, 0.098, 0.0, 0.024, 0.012, 0.014),
        (0.165, 0.096, 0.0, 0.013, 0.012, 0.009),
        (0.182, 0.096, 0.0, 0.006, 0.012, 0.007),
    ]
    ear = ellipsoid((0.004, 0.074, 0.146), (0.018, 0.009, 0.029))
    return [
        _piece("neck", "head", loft(neck, rings=8), SKIN),
        _piece("face", "head", head, SKIN),
        _piece("nose", "head", loft(nose, caps=(0.005, 0.004), rings=8, sides=12), SKIN),
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
    thigh: list[Section] = [
        (-0.430, 0.003, 0.000, 0.055, 0.050, 0.052),
        (-0.395, 0.005, 0.000, 0.059, 0.052, 0.055),
        (-0.340, 0.007, 0.001, 0.063, 0.060, 0.059),
        (-0.250, 0.007, 0.003, 0.074, 0.072, 0.068),
        (-0.150, 0.004, 0.006, 0.084, 0.083, 0.079),
        (-0.070, 0.000, 0.006, 0.087, 0.088, 0.084),
        (0.000, -0.004, 0.003, 0.080, 0.086, 0.080),
    ]
    shorts: list[Section] = [
        (-0.262, 0.006, 0.004, 0.085, 0.083, 0.080),
        (-0.170, 0.004, 0.006, 0.090, 0.090, 0.086),
        (-0.080, 0.000, 0.006, 0.093, 0.096, 0.090),
        (0.000, -0.004, 0.002, 0.087, 0.096, 0.084),
    ]
    shank: list[Section] = [
        (-0.425, -0.004, 0.0, 0.032, 0.034, 0.031),
        (-0.380, -0.003, 0.0, 0.033, 0.035, 0.032),
        (-0.320, -0.003, 0.0, 0.037, 0.041, 0.036),
        (-0.240, -0.005, 0.0, 0.045, 0.053, 0.046),
        (-0.165, -0.006, 0.0, 0.050, 0.064, 0.054),
        (-0.110, -0.004, 0.0, 0.052, 0.063, 0.055),
        (-0.050, 0.002, 0.0, 0.054, 0.055, 0.053),
        (0.000, 0.003, 0.0, 0.055, 0.050, 0.053),
    ]
    return [
        _piece("thigh", "thigh", loft(thigh, caps=(0.045, 0.06), rings=16), SKIN),
        _piece("shorts", "thigh", loft(shorts, caps=(0.0, 0.05), rings=10), SHORTS),
        _piece("shank", "shank", loft(shank, caps=(0.02, 0.045), rings=18), SKIN),
    ]


def _foot() -> list[BodyShape]:
    """Return the left shoe; the toes bend in it. Soles are where the model's lowest points are."""
    upper = [  # place along x, bottom, top, centre y, half width
        (-0.070, -0.072, -0.028, 0.000, 0.024),
        (-0.052, -0.074, 0.000, 0.000, 0.034),
        (-0.020, -0.074, 0.016, 0.000, 0.037),
        (0.015, -0.074, 0.010, 0.000, 0.037),
        (0.050, -0.074, -0.014, 0.001, 0.038),
        (0.085, -0.074, -0.032, 0.002, 0.042),
        (0.120, -0.074, -0.041, 0.002, 0.046),
        (0.145, -0.074, -0.045, 0.001, 0.047),
    ]
    sole = [
        (-0.074, -0.079, -0.062, 0.000, 0.024),
        (-0.055, -0.080, -0.062, 0.000, 0.036),
        (0.000, -0.080, -0.063, 0.001, 0.038),
        (0.050, -0.080, -0.064, 0.003, 0.039),
        (0.100, -0.080, -0.065, 0.003, 0.047),
        (0.140, -0.080, -0.066, 0.001, 0.050),
    ]
    tip = [
        (-0.015, -0.014, 0.016, 0.001, 0.046),
        (0.010, -0.014, 0.013, 0.000, 0.046),
        (0.035, -0.014, 0.007, -0.003, 0.041),
        (0.055, -0.014, 0.000, -0.006, 0.030),
    ]
    tip_sole = [
        (-0.008, -0.020, -0.006, 0.001, 0.050),
        (0.015, -0.020, -0.006, 0.000, 0.049),
        (0.040, -0.020, -0.006, -0.004, 0.041),
        (0.058, -0.019, -0.006, -0.007, 0.028),
    ]
    return [
        _piece("shoe", "foot", _shoe(upper, (0.012, 0.010)), SHOE),
        _piece("sole", "foot", _shoe(sole, (0.010, 0.008)), SOLE),
        _piece("shoe_tip", "toes", _shoe(tip, (0.010, 0.012)), SHOE),
        _piece("sole_tip", "toes", _shoe(tip_sole, (0.006, 0.012)), SOLE),
    ]


def _shoe(
    outline: list[tuple[float, float, float, float, float]], caps: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Return a surface along the foot, flat below and round above."""
    sections: list[Section] = []
    for x, bottom, top, middle, half in outline:
        centre = bottom + 0.35 * (top - bottom)
        sections.append((x, centre, middle, top - centre, centre - bottom, half))
    return loft(sections, "x", powers=(2.2, 4.0), caps=caps, rings=14, sides=24)


def _arm() -> list[BodyShape]:
    upper: list[Section] = [
        (-0.326, 0.000, 0.000, 0.037, 0.036, 0.034),
        (-0.260, 0.001, 0.000, 0.040, 0.040, 0.037),
        (-0.160, 0.003, 0.001, 0.047, 0.044, 0.042),
        (-0.110, 0.002, 0.003, 0.049, 0.047, 0.045),
        (-0.070, 0.001, 0.000, 0.048, 0.048, 0.044),
    ]
    sleeve: list[Section] = [
        (-0.185, 0.002, 0.004, 0.054, 0.053, 0.050),
        (-0.120, 0.001, 0.004, 0.056, 0.055, 0.052),
        (-0.060, 0.000, -0.001, 0.058, 0.058, 0.051),
        (-0.020, -0.001, -0.010, 0.056, 0.057, 0.047),
    ]
    fore: list[Section] = [
        (-0.262, 0.000, 0.0, 0.025, 0.025, 0.021),
        (-0.200, 0.000, 0.0, 0.029, 0.029, 0.025),
        (-0.120, 0.001, 0.0, 0.038, 0.038, 0.034),
        (-0.060, 0.002, 0.0, 0.042, 0.041, 0.038),
        (0.000, 0.000, 0.0, 0.037, 0.036, 0.035),
    ]
    hand: list[Section] = [
        (-0.408, 0.008, -0.010, 0.022, 0.020, 0.010),
        (-0.375, 0.006, -0.006, 0.031, 0.028, 0.012),
        (-0.340, 0.003, -0.002, 0.038, 0.036, 0.015),
        (-0.300, 0.001, 0.000, 0.037, 0.033, 0.018),
        (-0.258, 0.000, 0.000, 0.026, 0.026, 0.020),
    ]
    thumb: list[Section] = [
        (-0.352, 0.047, -0.012, 0.010, 0.010, 0.010),
        (-0.325, 0.041, -0.009, 0.012, 0.012, 0.012),
        (-0.290, 0.026, -0.004, 0.013, 0.013, 0.013),
    ]
    return [
        _piece("upper_arm", "upper_arm", loft(upper, caps=(0.032, 0.03), rings=12, sides=16), SKIN),
        _piece("sleeve", "upper_arm", loft(sleeve, caps=(0.0, 0.048), rings=10), SHIRT),
        _piece("forearm", "forearm", loft(fore, caps=(0.01, 0.032), rings=14, sides=16), SKIN),
        _piece("hand", "forearm", loft(hand, caps=(0.012, 0.01), rings=12, sides=16), SKIN),
        _piece("thumb", "forearm", loft(thumb, caps=(0.009, 0.01), rings=6, sides=10), SKIN),
    ]
