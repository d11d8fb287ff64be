"""What of a mapped body touches the ground: soles of three regions, and what a fall brings down.

Whatever contacts the MJCF had are taken away. Each foot gets three capsules across it, as the feet
of `human` have them, over the length and width of the foot that was there; both feet alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np

from ...sim.physics.anatomy import POINTS, REGIONS
from ...sim.physics.spec_parts import SpecParts
from ..sides import SIDES, sided
from .body_map import BodyMap
from .geom_extent import extent

FRICTION = (0.9, 0.005, 0.0001)
SOLREF = (0.01, 1.0)
HEEL_M, BALL_M, TOE_M = 0.030, 0.020, 0.016
"""Radii of the capsules."""
BALL_AT = 0.72
"""Of the foot's length from behind, where no joint of the toes tells."""
TOE_JOINT_AHEAD_M = 0.010
"""Of the ball."""
WIDTHS = (0.25, 0.42, 0.37)
"""Half widths of heel, ball and toes to their edges, of the foot's width."""
FALL_RADII_M = {"pelvis": 0.10, "torso": 0.11, "head": 0.09, "knee": 0.05}


@dataclass(frozen=True)
class Foot:
    """A left foot in straight standing, relative to its ankle, right feet being its mirror image.

    Attributes:
        back, front: along x. bottom: along z. middle, width: along y [m].
    """

    back: float
    front: float
    bottom: float
    middle: float
    width: float


def add_contact_parts(spec: SpecParts, parts: BodyMap) -> tuple[str, ...]:
    """Give an upright spec its soles, points of the feet and parts that fall; return the latter."""
    model = spec.compile()
    data = mujoco.MjData(model)
    mujoco.mj_kinematics(model, data)
    foot = _foot(model, data, parts)
    head = _top(model, data, parts.head) if parts.head else None
    for geom in spec.geoms:
        geom.contype = geom.conaffinity = 0
    for part in (*spec.pairs, *spec.excludes):
        spec.delete(part)
    at = {body.name: data.xpos[body.id] for body in spec.bodies}
    for i, side in enumerate(SIDES):
        _add_sole(spec, foot, parts, i, side, at)
    falls = [("pelvis", parts.root, [0.0, 0.0, 0.05]), ("torso", parts.trunk, None)]
    if parts.head is not None and head is not None:
        falls.append(("head", parts.head, [0.0, 0.0, head - FALL_RADII_M["head"]]))
    names: list[str] = []
    for name, body, place in falls:
        centre = spec.body(body).ipos if place is None else place
        names.append(f"{name}_contact")
        _add_contact(spec, body, names[-1], centre, FALL_RADII_M[name])
    for shank, side in zip(parts.shanks, SIDES, strict=True):
        names.append(sided("knee", side))
        _add_contact(spec, shank, names[-1], [0.01, 0.0, 0.0], FALL_RADII_M["knee"])
    return tuple(names)


def _foot(model: mujoco.MjModel, data: mujoco.MjData, parts: BodyMap) -> Foot:
    """Measure the left foot by what touches the ground; by all that it shows where nothing does."""
    ankle = model.body(parts.feet[0]).id
    geoms = [g for g in range(model.ngeom) if _hangs_on(model, model.geom_bodyid[g], ankle)]
    touching = [g for g in geoms if model.geom_contype[g] or model.geom_conaffinity[g]]
    low, high = np.array([extent(model, data, g) for g in touching or geoms]).transpose(1, 2, 0)
    low, high = low.min(1) - data.xpos[ankle], high.max(1) - data.xpos[ankle]
    return Foot(low[0], high[0], low[2], 0.5 * (low[1] + high[1]), high[1] - low[1])


def _hangs_on(model: mujoco.MjModel, body: int, on: int) -> bool:
    while body > on:
        body = int(model.body_parentid[body])
    return body == on


def _top(model: mujoco.MjModel, data: mujoco.MjData, head: str) -> float:
    """Return how high above its origin the head ends."""
    body = model.body(head).id
    own = [extent(model, data, g)[1][2] for g in np.flatnonzero(model.geom_bodyid == body).tolist()]
    return max(own, default=data.xpos[body, 2]) - data.xpos[body, 2]


def _add_sole(
    spec: SpecParts, foot: Foot, parts: BodyMap, i: int, side: str, at: dict[str, np.ndarray]
) -> None:
    out = 1.0 if side == SIDES[0] else -1.0
    ankle = at[parts.feet[i]]
    toes = parts.feet[i] if parts.toes is None else parts.toes[i]
    ball = foot.back + BALL_AT * (foot.front - foot.back)
    if parts.toes is not None:
        ball = float(at[parts.toes[i]][0] - ankle[0]) - TOE_JOINT_AHEAD_M
    hind = parts.feet[i] if parts.toes is None else spec.body(toes).parent.name
    regions = (
        (REGIONS[0], hind, foot.back + HEEL_M, HEEL_M),
        (REGIONS[1], hind, ball, BALL_M),
        (REGIONS[2], toes, foot.front - 1.5 * TOE_M, TOE_M),
    )
    for (region, body, x, radius), share in zip(regions, WIDTHS, strict=True):
        half = share * foot.width
        centre = ankle + np.array([x, out * foot.middle, foot.bottom]) - at[body]
        lift, inward = np.array([0.0, 0.0, radius]), np.array([0.0, -out * half, 0.0])
        _add_contact(
            spec,
            body,
            sided(region, side),
            None,
            radius,
            fromto=[*(centre + lift + inward), *(centre + lift - inward)],
        )
        edges = {f"{region}_medial": centre + inward, f"{region}_lateral": centre - inward}
        for point, place in (edges | {region: centre}).items():
            if point in POINTS:
                spec.body(body).add_site(name=sided(point, side), pos=place.tolist(), group=4)


def _add_contact(
    spec: SpecParts,
    body: str,
    name: str,
    centre: object,
    radius: float,
    fromto: list[float] | None = None,
) -> None:
    geom = spec.body(body).add_geom(name=name, size=[radius, 0, 0], group=3)
    geom.type = mujoco.mjtGeom.mjGEOM_CAPSULE if fromto else mujoco.mjtGeom.mjGEOM_SPHERE
    if fromto:
        geom.fromto = np.array(fromto)
    else:
        geom.pos = np.array(centre)
    geom.contype, geom.conaffinity, geom.condim, geom.mass = 1, 0, 3, 0.0
    geom.friction, geom.solref = np.array(FRICTION), np.array(SOLREF)
    geom.rgba = np.array([0.2, 0.7, 0.3, 0.4], np.float32)
