"""What the joints and muscles of a body are, as indices: its legs, its trunk, left and right.

Gaits, actions and observations work with these arrays and know no order of joints of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..sim.errors import ConfigError
from .sides import SIDES, role_of, side_of, sided


@dataclass(frozen=True)
class Roles:
    """Indices into a body's joints (in qpos order) and muscles (in actuator order).

    Attributes:
        joints: names of all joints. muscles: names of all muscles.
        leg_joints: roles of a leg's joints, from the hip down. trunk_joints: of the trunk's.
        turning: roles of joints of the midline whose angle changes its sign where left and right
            change places: bending and rotation.
    """

    joints: tuple[str, ...]
    muscles: tuple[str, ...]
    leg_joints: tuple[str, ...]
    trunk_joints: tuple[str, ...] = ()
    turning: frozenset[str] = frozenset()

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
        return np.array([-1.0 if name in self.turning else 1.0 for name in self.joints])

    @cached_property
    def muscle_pairs(self) -> np.ndarray:
        """Muscles of the left side and those of the right that answer them, (2, m)."""
        left = [name for name in self.muscles if side_of(name) == SIDES[0]]
        names = [[sided(role_of(name), side) for name in left] for side in SIDES]
        return np.array([[self.muscles.index(name) for name in row] for row in names], int)

    @cached_property
    def muscle_roles(self) -> tuple[str, ...]:
        """Names of `muscle_pairs` without side, (m,)."""
        return tuple(role_of(self.muscles[int(i)]) for i in self.muscle_pairs[0])

    def has(self, *roles: str) -> bool:
        """Whether the body has joints of all these roles."""
        return {role_of(name) for name in self.joints}.issuperset(roles)

    def pairs(self, roles: Sequence[str]) -> np.ndarray:
        """Return the left and the right joints of these roles, (2, roles).

        Raises:
            ConfigError: the body has no such joints.
        """
        return np.array([self.middle([sided(role, side) for role in roles]) for side in SIDES], int)

    def middle(self, names: Sequence[str]) -> np.ndarray:
        """Return the joints of these names, (names,).

        Raises:
            ConfigError: the body has no such joint.
        """
        missing = [name for name in names if name not in self.joints]
        if missing:
            raise ConfigError(f"the body has no joint {' and no joint '.join(missing)}")
        return np.array([self.joints.index(name) for name in names], int)

    def by_stance(self, legs: Sequence[str], trunk: Sequence[str]) -> np.ndarray:
        """Return joints of stance leg, swing leg and trunk by the foot that stands, (2, joints)."""
        (left, right), middle = self.pairs(legs), self.middle(trunk)
        return np.array([[*left, *right, *middle], [*right, *left, *middle]])

    @cached_property
    def muscles_by_stance(self) -> np.ndarray:
        """Muscles of stance and swing side by the foot that stands, (2, muscles with a side)."""
        left, right = self.muscle_pairs
        return np.array([[*left, *right], [*right, *left]])
