"""Roles of a body's joints and actuators as indices: legs, trunk, left and right.

Gaits, actions and observations work with these arrays and know no order of joints of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..sim.errors import ConfigError
from .sides import SIDES, role_of, side_of


@dataclass(frozen=True)
class Roles:
    """Indices into a body's joints (in qpos order) and actuators (in their order).

    Attributes:
        joints: names of all joints. actuators: of all that drives it: muscles or motors.
        leg_joints: roles of a leg's joints, from the hip down. trunk_joints: of the trunk's.
        turning: roles of joints of the midline whose angle changes its sign where left and right
            change places: bending and rotation.
        joint_roles, joint_sides, actuator_roles, actuator_sides: of each joint and actuator;
            those that its name ends in where left out.
    """

    joints: tuple[str, ...]
    actuators: tuple[str, ...]
    leg_joints: tuple[str, ...]
    trunk_joints: tuple[str, ...] = ()
    turning: frozenset[str] = frozenset()
    joint_roles: tuple[str, ...] = ()
    joint_sides: tuple[str, ...] = ()
    actuator_roles: tuple[str, ...] = ()
    actuator_sides: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for part, names in (("joint", self.joints), ("actuator", self.actuators)):
            if not getattr(self, f"{part}_roles"):
                object.__setattr__(self, f"{part}_roles", tuple(map(role_of, names)))
                object.__setattr__(self, f"{part}_sides", tuple(map(side_of, names)))

    @cached_property
    def legs(self) -> np.ndarray:
        """Joints of the left and the right leg, (2, k)."""
        return self.pairs(self.leg_joints)

    @cached_property
    def trunk(self) -> np.ndarray:
        """Joints of the trunk, (t,)."""
        return self.middle(self.trunk_joints)

    @cached_property
    def mirror(self) -> np.ndarray:
        """Factor that each joint's angle takes where left and right change places, (joints,)."""
        return np.array([-1.0 if role in self.turning else 1.0 for role in self.joint_roles])

    @cached_property
    def actuator_pairs(self) -> np.ndarray:
        """Actuators of the left side and their counterparts on the right, (2, m)."""
        known = list(zip(self.actuator_roles, self.actuator_sides, strict=True))
        left = [role for role, side in known if side == SIDES[0]]
        rows = [[known.index((role, side)) for role in left] for side in SIDES]
        return np.array(rows, int).reshape(2, len(left))

    @cached_property
    def middle_actuators(self) -> np.ndarray:
        """Actuators that have no side, (k,)."""
        return np.flatnonzero(np.array(self.actuator_sides, str) == "")

    def has(self, *roles: str) -> bool:
        """Whether the body has joints of all these roles."""
        return set(self.joint_roles).issuperset(roles)

    def of(self, roles: Sequence[str]) -> tuple[str, ...]:
        """Return those of `roles` that the body has joints of."""
        return tuple(role for role in roles if self.has(role))

    def pairs(self, roles: Sequence[str]) -> np.ndarray:
        """Return the left and the right joints of these roles, (2, roles).

        Raises:
            ConfigError: the body has no such joints.
        """
        return np.array([self._find(roles, side) for side in SIDES], int).reshape(2, len(roles))

    def middle(self, roles: Sequence[str]) -> np.ndarray:
        """Return the joints of the midline of these roles, (roles,).

        Raises:
            ConfigError: the body has no such joint.
        """
        return np.array(self._find(roles, ""), int)

    def _find(self, roles: Sequence[str], side: str) -> list[int]:
        known = list(zip(self.joint_roles, self.joint_sides, strict=True))
        missing = [
            f"{role}_{side}" if side else role for role in roles if (role, side) not in known
        ]
        if missing:
            raise ConfigError(f"the body has no joint {' and no joint '.join(missing)}")
        return [known.index((role, side)) for role in roles]

    def by_stance(self, legs: Sequence[str], trunk: Sequence[str]) -> np.ndarray:
        """Return joints of stance leg, swing leg and trunk by the foot that stands, (2, joints)."""
        (left, right), middle = self.pairs(legs), self.middle(trunk)
        return np.array([[*left, *right, *middle], [*right, *left, *middle]])

    @cached_property
    def actuators_by_stance(self) -> np.ndarray:
        """Actuators of stance side, swing side and midline by the foot that stands, (2, all)."""
        (left, right), middle = self.actuator_pairs, self.middle_actuators
        return np.array([[*left, *right, *middle], [*right, *left, *middle]])

    @cached_property
    def actuators_by_stance_names(self) -> tuple[str, ...]:
        """Names of the columns of `actuators_by_stance`: `stance_soleus`, `lumbar_flexion`."""
        paired = [self.actuator_roles[int(i)] for i in self.actuator_pairs[0]]
        both = [f"{part}_{role}" for part in ("stance", "swing") for role in paired]
        return (*both, *(self.actuator_roles[int(i)] for i in self.middle_actuators))
