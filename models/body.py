"""A body: an editable MjSpec without ground, with anatomy, roles and actuation.

A body is one module of `models.bodies`, whose `build` returns it for a walker.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

import mujoco
import numpy as np

from ..sim.errors import ConfigError, unknown_name
from ..sim.measures.base.needs import BodyParts
from ..sim.physics.actuators import actuator_kinds
from ..sim.physics.anatomy import Anatomy
from ..sim.physics.muscle_pull import paths_are_straight
from ..sim.physics.root_pose import root_pose
from .catalogue import BODIES, module_of
from .muscle_table import MuscleRow
from .numerics import apply, split
from .roles import Roles
from .walker import Walker
from .worn import dress, wears

Actuation = Literal["muscles", "torques"]


@dataclass(frozen=True)
class Body:
    """A body without ground, driven by muscles or by torques; SI units of the scaled body."""

    name: str
    walker: Walker
    muscles: tuple[MuscleRow, ...]
    """In actuator order: left leg, right leg, trunk left, trunk right; none of a torque body."""
    mass_kg: float
    height_m: float
    thigh_length_m: float
    """Hip centre to knee axis."""
    shank_length_m: float
    """Knee axis to ankle axis."""
    ankle_height_m: float
    """Ankle axis to sole, foot flat."""
    hip_half_width_m: float
    """Midline to hip centre."""
    standing_height_m: float
    """Pelvis origin above the ground in neutral standing (all joints 0)."""
    digest: str
    """sha256 of the compiled model's XML."""
    anatomy: Anatomy
    """Where a simulation finds its parts."""
    roles: Roles
    """What its joints and actuators are, as indices."""
    actuators: tuple[str, ...]
    """Names of what drives it, in the order of excitations."""
    actuation: Actuation
    """What an excitation is: that of a muscle, 0 to 1, or a torque about a joint [N.m]."""
    excitation_range: tuple[tuple[float, float], ...]
    """Least and largest excitation of each actuator; beyond it it is cut off."""
    planar: bool
    """Whether it moves in the plane x-z alone."""
    straight_paths: bool
    """Whether no muscle's path bends around a surface."""
    _spec: mujoco.MjSpec = field(repr=False, compare=False)

    @property
    def parts(self) -> BodyParts:
        """The body's parts that measures may need."""
        return BodyParts(
            muscles=bool(self.muscles),
            straight_paths=self.straight_paths,
            sideways=not self.planar,
            joints=frozenset(self.roles.joint_roles),
            groups=frozenset(row.group for row in self.muscles),
        )

    def spec(self) -> mujoco.MjSpec:
        """Return a fresh copy of the body's MjSpec: no ground, free to edit."""
        return self._spec.copy()

    def __reduce__(self) -> tuple[Callable[..., Body], tuple[str, Walker]]:
        """Pickle as name and walker; the copy is built anew."""
        return build_body, (self.name, self.walker)


@lru_cache(maxsize=32)
def build_body(name: str = "human", walker: Walker | None = None) -> Body:
    """Return the body of this name, scaled to the walker (a young adult by default).

    A name may end in `@` and one of `numerics.VARIANTS`: the same body with other numerics.

    Raises:
      ConfigError: unknown body or numerics, or a muscle table that cannot be read.
    """
    base, numerics = split(name)
    if base not in BODIES:
        raise unknown_name("body", base, BODIES)
    body = importlib.import_module(module_of(base)).build(base, walker or Walker())
    if numerics is None and not wears(body.walker):
        return body
    spec = body.spec()
    dress(spec, base, body.walker, body.anatomy, body.roles)
    if numerics is not None:
        apply(numerics, spec, tuple(geom for foot in body.anatomy.region_geoms for geom in foot))
    spec.compile()
    digest = hashlib.sha256(spec.to_xml().encode()).hexdigest()
    return replace(body, name=name, digest=digest, _spec=spec)


def finished_body(
    name: str,
    walker: Walker,
    spec: mujoco.MjSpec,
    anatomy: Anatomy,
    *,
    leg_joints: Sequence[str],
    trunk_joints: Sequence[str] = (),
    turning: Sequence[str] = (),
    muscles: Sequence[MuscleRow] = (),
    size: tuple[float, float] | None = None,
) -> Body:
    """Return the body of a finished spec; its lengths are measured on the model.

    Args:
        spec: scaled to the walker, with all that drives it, no ground.
        anatomy: its parts; the standing height is filled in.
        leg_joints, trunk_joints, turning: as in `Roles`.
        muscles: in actuator order; of a body that motors on its joints drive, none.
        size: its height [m] and mass [kg] where they are not the walker's.

    Raises:
        ConfigError: neither all of its actuators are muscles of the table, nor all motors.
        SimulationError: its root is placed by neither a free joint nor the three of a plane.
    """
    model = spec.compile()
    shank, foot = spec.body(anatomy.knee_bodies[0]), spec.body(anatomy.foot_bodies[0])
    knee, ankle = shank.pos, foot.pos
    ankle_height = -_height_in(foot, spec.site(anatomy.point_sites[0][0]))
    height, mass = size or (walker.height_m, walker.mass_kg)
    standing = float(ankle_height - knee[2] - ankle[2])
    actuators = tuple(model.actuator(i).name for i in range(model.nu))
    _check_actuators(name, model, actuators, muscles)
    return Body(
        name=name,
        walker=walker,
        muscles=tuple(muscles),
        mass_kg=mass,
        height_m=height,
        thigh_length_m=float(-knee[2]),
        shank_length_m=float(-ankle[2]),
        ankle_height_m=float(ankle_height),
        hip_half_width_m=float(shank.parent.pos[1]),
        standing_height_m=standing,
        digest=hashlib.sha256(spec.to_xml().encode()).hexdigest(),
        anatomy=replace(anatomy, standing_height_m=standing),
        roles=Roles(
            anatomy.joints,
            actuators,
            tuple(leg_joints),
            tuple(trunk_joints),
            frozenset(turning),
            anatomy.joint_roles,
            anatomy.joint_sides,
            *_actuator_roles(model, anatomy, muscles),
        ),
        actuators=actuators,
        actuation="muscles" if muscles else "torques",
        excitation_range=tuple((float(low), float(high)) for low, high in model.actuator_ctrlrange),
        planar=root_pose(model, anatomy.root).planar,
        straight_paths=all(paths_are_straight(model)),
        _spec=spec,
    )


def _height_in(body: mujoco.MjsBody, site: mujoco.MjsSite) -> float:
    """Return the height of a site in the frame of a body that it hangs on, all joints at 0."""
    height, part = site.pos[2], site.parent
    while part.name != body.name:
        height, part = height + part.pos[2], part.parent
    return float(height)


def _actuator_roles(
    model: mujoco.MjModel, anatomy: Anatomy, muscles: Sequence[MuscleRow]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return roles and sides of the actuators: a motor's are those of its joint."""
    if muscles:
        return tuple(row.role for row in muscles), tuple(row.side for row in muscles)
    joints = [model.joint(int(i)).name for i in model.actuator_trnid[:, 0]]
    at = [anatomy.joints.index(name) for name in joints]
    return tuple(anatomy.joint_roles[i] for i in at), tuple(anatomy.joint_sides[i] for i in at)


def _check_actuators(
    name: str, model: mujoco.MjModel, actuators: tuple[str, ...], muscles: Sequence[MuscleRow]
) -> None:
    """Refuse a body whose actuators differ from its declaration."""
    if muscles and tuple(row.name for row in muscles) != actuators:
        raise ConfigError(
            f"body '{name}': its actuators must be its muscles, in the same order; they are "
            f"{', '.join(actuators)}"
        )
    kinds = actuator_kinds(model)
    mixed = kinds.motors if muscles else kinds.muscles
    if len(mixed):
        raise ConfigError(
            f"body '{name}': actuator '{actuators[mixed[0]]}' is "
            f"{'no muscle' if muscles else 'a muscle'}; a body has muscles or motors, not both"
        )
    unlimited = np.flatnonzero(model.actuator_ctrllimited == 0)
    if len(unlimited):
        raise ConfigError(
            f"body '{name}': actuator '{actuators[unlimited[0]]}' must have a limit (ctrlrange)"
        )
