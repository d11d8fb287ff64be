"""What a walker wears: a load, a splint that locks a joint, springs about both joints of a role."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import mujoco
import numpy as np

from ..sim.errors import ConfigError
from .sides import SIDES
from .walker import Walker

if TYPE_CHECKING:
    from .body import Body

_FEET = "feet"
_LOAD_RADIUS_M = 0.05
"""Of the ball of lead that a load's inertia is that of."""
_SPLINT_SOLREF = np.array([0.005, 1.0])


def wears(walker: Walker) -> bool:
    """Return whether the walker wears anything."""
    return bool(walker.load_kg or walker.exo_stiffness_n_m_per_rad or walker.splint != "none")


def dressed(body: Body) -> Body:
    """Return the body with all that its walker wears.

    Raises:
        ConfigError: the body lacks a joint that is splinted or has springs.
    """
    walker, spec = body.walker, body.spec()
    if walker.load_kg:
        _add_load(spec, body, walker)
    if walker.splint != "none":
        side, role = walker.splint.split("-")
        joint = _joint(body, role, SIDES[side == "right"], "splint")
        lock = spec.add_equality(name="splint", name1=joint, objtype=mujoco.mjtObj.mjOBJ_JOINT)
        lock.type, lock.solref = mujoco.mjtEq.mjEQ_JOINT, _SPLINT_SOLREF
        lock.data[:] = 0.0
    if walker.exo_stiffness_n_m_per_rad:
        for side in SIDES:
            _add_spring(spec, _joint(body, walker.exo_joint, side, "exo_joint"), walker)
    spec.compile()
    digest = hashlib.sha256(spec.to_xml().encode()).hexdigest()
    return replace(body, digest=digest, _spec=spec)


def _joint(body: Body, role: str, side: str, field: str) -> str:
    roles = body.roles
    if not roles.has(role):
        raise ConfigError(
            f"walker '{body.walker.name}': {field}: the body '{body.name}' has no joint {role}"
        )
    at = list(zip(roles.joint_roles, roles.joint_sides, strict=True)).index((role, side))
    return roles.joints[at]


def _add_load(spec: mujoco.MjSpec, body: Body, walker: Walker) -> None:
    """Fix the load to the centre of mass of the trunk or the pelvis, or half of it to each foot."""
    anatomy = body.anatomy
    where = {"trunk": (anatomy.trunk,), "pelvis": (anatomy.root,), _FEET: anatomy.foot_bodies}
    bodies = where[walker.load_on]
    for name in bodies:
        part, mass = spec.body(name), walker.load_kg / len(bodies)
        load = part.add_body(name=f"load_{name}", pos=part.ipos.tolist(), mass=mass)
        load.ipos, load.inertia = np.zeros(3), np.full(3, 0.4 * mass * _LOAD_RADIUS_M**2)
        load.explicitinertial = True


def _add_spring(spec: mujoco.MjSpec, joint: str, walker: Walker) -> None:
    tendon = spec.add_tendon(name=f"exo_{joint}")
    tendon.wrap_joint(joint, 1.0)
    tendon.stiffness = np.array([walker.exo_stiffness_n_m_per_rad, 0.0, 0.0])
    tendon.springlength = np.full(2, walker.exo_rest_rad)
    tendon.group = 5
