"""What a walker wears: a load, a splint that locks a joint, springs about both joints of a role."""

from __future__ import annotations

import mujoco
import numpy as np

from ..sim.errors import ConfigError
from ..sim.physics.anatomy import Anatomy
from .roles import Roles
from .sides import SIDES
from .walker import Walker

_FEET = "feet"
_LOAD_RADIUS_M = 0.05
"""Of the ball of lead that a load's inertia is that of."""
_SPLINT_SOLREF = np.array([0.005, 1.0])


def wears(walker: Walker) -> bool:
    """Return whether the walker wears anything."""
    return bool(walker.load_kg or walker.exo_stiffness_n_m_per_rad or walker.splint != "none")


def dress(spec: mujoco.MjSpec, body: str, walker: Walker, anatomy: Anatomy, roles: Roles) -> None:
    """Put on the spec of the body of this name all that its walker wears.

    Raises:
        ConfigError: the body lacks a joint that is splinted or has springs.
    """

    def joint(key: str, role: str, side: str) -> str:
        if not roles.has(role):
            raise ConfigError(
                f"walker '{walker.name}': {key}: the body '{body}' has no joint {role}"
            )
        at = list(zip(roles.joint_roles, roles.joint_sides, strict=True)).index((role, side))
        return roles.joints[at]

    if walker.load_kg:
        _add_load(spec, anatomy, walker)
    if walker.splint != "none":
        side, role = walker.splint.split("-")
        locked = joint("splint", role, SIDES[side == "right"])
        lock = spec.add_equality(name="splint", name1=locked, objtype=mujoco.mjtObj.mjOBJ_JOINT)
        lock.type, lock.solref = mujoco.mjtEq.mjEQ_JOINT, _SPLINT_SOLREF
        lock.data[:] = 0.0
    if walker.exo_stiffness_n_m_per_rad:
        for side in SIDES:
            _add_spring(spec, joint("exo_joint", walker.exo_joint, side), walker)


def _add_load(spec: mujoco.MjSpec, anatomy: Anatomy, walker: Walker) -> None:
    """Fix the load to the centre of mass of the trunk or the pelvis, or half of it to each foot."""
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
