"""A walker's own lengths of thighs, shanks, feet and muscle fibres, beside what the height gives.

Longer legs leave less for the trunk: the standing height stays. A segment is stretched along its
own axis with all that hangs on it, its mass spread over the new length. Fibres and tendons of a
muscle grow with its path, taken with all joints at 0.

A tendon has no length of its own to choose: it is rigid, so that a per cent of the Achilles
tendon's length would shift the calf's fibres by a tenth of theirs. In people, fibres of whatever
length work at the same share of it (soleus: Rubenson et al. 2012, J Exp Biol 215:3539, abstract).
So the tendon gets what fibres of the walker's own length leave, and with all joints at 0 these are
as much stretched as the reference man's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import mujoco
import numpy as np

from ..sim.errors import ConfigError
from ..sim.physics.spec_parts import SpecParts
from .muscle_table import MuscleRow, PathPoint
from .sides import pair, role_of
from .walker import Walker

SEGMENTS = ("thigh_length", "shank_length", "foot_length")
LENGTHS = (*SEGMENTS, "fibre_length")
"""Fields of a walker; 1: as the height gives."""
_ROOT, _TORSO, _HEAD = "pelvis", "torso", "head"
_AS_IS = np.ones(3)


@dataclass(frozen=True)
class Stretch:
    """What a walker's own lengths change, of a skeleton already scaled to the height.

    Attributes:
        factors: on the lengths along x, y and z of bodies, by name without side; of others 1.
        before, after: where bodies are with all joints at 0 [m], by name.
        fibre_length: factor on the lengths of fibres beside their share of the path.
    """

    factors: Mapping[str, np.ndarray]
    before: Mapping[str, np.ndarray]
    after: Mapping[str, np.ndarray]
    fibre_length: float

    def muscle(self, row: MuscleRow) -> MuscleRow:
        """Return a muscle on the stretched skeleton: its path, fibres and tendon."""
        path = tuple((body, self._moved(body, point)) for body, point in row.path)
        length = _length(path, self.after)
        ratio = length / _length(row.path, self.before)
        fibres = length - ratio * row.tendon_slack_length_m  # with all joints at 0
        return replace(
            row,
            path=path,
            optimal_fibre_length_m=row.optimal_fibre_length_m * ratio * self.fibre_length,
            tendon_slack_length_m=length - self.fibre_length * fibres,
        )

    def _moved(self, body: str, point: Iterable[float]) -> tuple[float, float, float]:
        x, y, z = np.asarray(point) * self.factors.get(role_of(body), _AS_IS)
        return float(x), float(y), float(z)


def is_as_tall(walker: Walker) -> bool:
    """Return whether the height alone sets the walker's lengths."""
    return all(getattr(walker, name) == 1.0 for name in LENGTHS)


def refuse_own_lengths(body: str, walker: Walker) -> None:
    """Refuse a walker with lengths of his or her own.

    Raises:
        ConfigError: naming the first such field.
    """
    for name in LENGTHS:
        if (value := getattr(walker, name)) != 1.0:
            raise ConfigError(
                f"walker '{walker.name}': {name} must be 1 with the body '{body}', is {value:g}; "
                "'human', 'human-2026b', 'human-planar' and 'human-torque' take it"
            )


def stretch_segments(spec: mujoco.MjSpec, walker: Walker) -> Stretch:
    """Give a scaled human skeleton the walker's own lengths, in place."""
    before = _places(spec)
    longer, factors = _factors(spec, walker)
    _stretch(spec, factors)
    spec.body(_ROOT).pos[2] += longer
    return Stretch(factors, before, _places(spec), walker.fibre_length)


def _stretch(spec: SpecParts, factors: Mapping[str, np.ndarray]) -> None:
    """Stretch bodies, and place what hangs on them."""

    def of(part: mujoco.MjsBody) -> np.ndarray:
        return factors.get(role_of(part.name), _AS_IS)

    for body in spec.bodies[1:]:  # behind the world
        body.pos = np.asarray(body.pos) * of(body.parent)
        _stretch_mass(body, of(body))
    for geom in spec.geoms:
        geom.pos = np.asarray(geom.pos) * of(geom.parent)
        geom.fromto = np.asarray(geom.fromto) * np.tile(of(geom.parent), 2)  # NaN if not given
        if geom.type == mujoco.mjtGeom.mjGEOM_ELLIPSOID:
            geom.size = np.asarray(geom.size) * of(geom.parent)
    for site in spec.sites:
        site.pos = np.asarray(site.pos) * of(site.parent)


def _factors(spec: mujoco.MjSpec, walker: Walker) -> tuple[float, dict[str, np.ndarray]]:
    """Return by how much the legs are longer [m], and the factors by body without its side."""
    shank, foot = (spec.body(pair(role)[0]) for role in ("shank", "foot"))
    longer = -shank.pos[2] * (walker.thigh_length - 1.0)
    longer -= foot.pos[2] * (walker.shank_length - 1.0)
    along = {
        "thigh": walker.thigh_length,
        "shank": walker.shank_length,
        _TORSO: 1.0 - longer / spec.body(_HEAD).pos[2],
    }
    feet = np.array([walker.foot_length, 1.0, 1.0])
    return float(longer), {
        **{role: np.array([1.0, 1.0, factor]) for role, factor in along.items()},
        "foot": feet,
        "toes": feet,
    }


def _stretch_mass(body: mujoco.MjsBody, factors: np.ndarray) -> None:
    """Spread a body's mass over its new lengths; its axes are those of its inertia."""
    body.ipos = np.asarray(body.ipos) * factors
    inertia = np.asarray(body.inertia)
    squares = (inertia.sum() / 2.0 - inertia) * factors**2  # mass times mean squares along axes
    body.inertia = squares.sum() - squares


def _places(spec: SpecParts) -> dict[str, np.ndarray]:
    """Return where bodies are with all joints at 0 [m]; none of the skeleton's is turned."""
    world, *bodies = spec.bodies
    places = {world.name: np.zeros(3)}
    for body in bodies:
        places[body.name] = places[body.parent.name] + body.pos
    return places


def _length(path: Iterable[PathPoint], places: Mapping[str, np.ndarray]) -> float:
    """Return the length of a path with all joints at 0 [m]."""
    points = np.array([places[body] + point for body, point in path])
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())
