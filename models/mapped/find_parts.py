"""What of an MJCF is what: legs, feet, trunk, joints and muscles, found by shape and by name.

Legs are the two chains that reach lowest. A leg's joints are told by the direction of their axes in
straight standing and their order from the hip down; which leg is the left one by the direction
that the feet point in; muscles by their names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import mujoco
import numpy as np

from ..sides import SIDES
from .geom_extent import extent
from .muscle_names import group_of
from .names import split_side

_ALONG = 0.8  # least share of an axis along one of the body's directions
_LEVEL_M = 0.02
_LEAST_HINGES = 2
_FLEXIONS = ("hip_flexion", "knee", "ankle", "mtp")
_HINGE, _FREE = mujoco.mjtJoint.mjJNT_HINGE, mujoco.mjtJoint.mjJNT_FREE
_SLIDE = mujoco.mjtJoint.mjJNT_SLIDE


@dataclass
class Found:
    """What was found of a body, and what was not.

    Attributes:
        parts: fields of `BodyMap`. lacks: what it cannot walk without, a sentence each.
    """

    parts: dict[str, Any] = field(default_factory=dict[str, Any])
    lacks: list[str] = field(default_factory=list[str])


def find_parts(model: mujoco.MjModel) -> Found:
    """Return what the parts of a compiled MJCF are."""
    return _Search(model).found


class _Search:
    def __init__(self, model: mujoco.MjModel) -> None:
        self._model, self._data = model, mujoco.MjData(model)
        mujoco.mj_kinematics(model, self._data)
        mujoco.mj_comPos(model, self._data)
        self.found = Found()
        coupled = model.eq_type == mujoco.mjtEq.mjEQ_JOINT
        self._following = set(model.eq_obj1id[coupled].tolist())
        root = self._root()
        if root is None:
            self.found.lacks.append(
                "no body has a free joint, or slides along x and z and a hinge about y: there is "
                "no root"
            )
            return
        self.found.parts["root"] = self._name(root)
        legs = self._legs(root)
        if legs is None:
            self.found.lacks.append(
                "there are no two legs: two chains of hinges, as many in each, that reach the floor"
            )
            return
        self._name_legs(legs)
        self._name_trunk(root, legs)
        self._name_muscles()

    def _name(self, body: int) -> str:
        return self._model.body(body).name

    def _root(self) -> int | None:
        model = self._model
        for joint in range(model.njnt):
            if model.jnt_type[joint] == _FREE:
                return int(model.jnt_bodyid[joint])
        slides = model.jnt_bodyid[model.jnt_type == _SLIDE].tolist()
        return next((body for body in slides if slides.count(body) == 2), None)

    def _chain(self, root: int, body: int) -> list[int]:
        """Return the bodies from beyond the root down to `body`."""
        chain: list[int] = []
        while body != root and body != 0:
            chain.append(body)
            body = int(self._model.body_parentid[body])
        return chain[::-1]

    def _hinges(self, bodies: Sequence[int]) -> list[int]:
        model = self._model
        return [
            j
            for body in bodies
            for j in range(
                model.body_jntadr[body], model.body_jntadr[body] + model.body_jntnum[body]
            )
            if model.jnt_type[j] == _HINGE and j not in self._following
        ]

    def _lowest(self, body: int) -> float:
        geoms = np.flatnonzero(self._model.geom_bodyid == body).tolist()
        ends = [extent(self._model, self._data, g)[0][2] for g in geoms]
        return float(min([*ends, self._data.xpos[body, 2]]))

    def _legs(self, root: int) -> tuple[list[int], list[int]] | None:
        """Return the bodies of two legs, each from hip to toe: the lowest two that are alike."""
        model = self._model
        leaves = set(range(1, model.nbody)) - set(model.body_parentid.tolist())
        chains = [self._chain(root, leaf) for leaf in sorted(leaves, key=self._lowest)]
        for i, whole in enumerate(chains):
            for other in chains[i + 1 :]:
                legs = [b for b in whole if b not in other], [b for b in other if b not in whole]
                joints = [len(self._hinges(leg)) for leg in legs]
                level = abs(self._lowest(whole[-1]) - self._lowest(other[-1])) < _LEVEL_M
                if level and joints[0] == joints[1] >= _LEAST_HINGES:
                    return legs
        return None

    def _name_legs(self, legs: tuple[list[int], list[int]]) -> None:
        place = self._data.xpos
        apart = place[legs[0][-1], :2] - place[legs[1][-1], :2]
        axes = np.abs(self._data.xaxis[self._hinges((*legs[0], *legs[1]))])
        across = int(np.argmax(axes[:, :2].sum(0)))  # most of a leg's hinges turn about it
        ahead = 1 - across
        toward = self._pointing(legs, ahead)
        # left is where y is when x is forward
        left_is = np.sign(toward) * (1.0 if ahead == 0 else -1.0)
        named = tuple(split_side(self._name(leg[-1]))[1] for leg in legs)
        other_way = named[0] == SIDES[1] or named[1] == SIDES[0]
        if other_way if abs(apart[across]) < _LEVEL_M else apart[across] * left_is < 0:
            legs = legs[1], legs[0]
        self.found.parts["forward"] = f"{'+' if toward > 0 else '-'}{'xy'[ahead]}"
        self._axes = np.zeros((3, 3))
        self._axes[0, ahead], self._axes[1, across], self._axes[2, 2] = toward, left_is, 1.0
        roles = [self._leg_roles(leg) for leg in legs]
        left, right = roles
        joints = {
            role: (self._model.joint(left[role]).name, self._model.joint(right[role]).name)
            for role in left
            if role in right
        }
        self.found.parts["joints"] = joints
        for role, part in (("knee", "shanks"), ("ankle", "feet"), ("mtp", "toes")):
            if role in joints:
                bodies = [self._name(int(self._model.jnt_bodyid[one[role]])) for one in roles]
                self.found.parts[part] = (bodies[0], bodies[1])
            elif role != "mtp":
                self.found.lacks.append(
                    f"the legs have no {role}: of hinges across the body from the hip down the "
                    f"{'second' if role == 'knee' else 'third'}"
                )

    def _pointing(self, legs: tuple[list[int], list[int]], ahead: int) -> float:
        """Return the sign of the direction in which the feet reach further from the shank's end."""
        reach = 0.0
        for leg in legs:
            for body in leg[-2:]:
                geoms = np.flatnonzero(self._model.geom_bodyid == body).tolist()
                for geom in geoms:
                    low, high = extent(self._model, self._data, geom)
                    reach += low[ahead] + high[ahead] - 2.0 * self._data.xpos[leg[0], ahead]
        return 1.0 if reach >= 0.0 else -1.0

    def _leg_roles(self, leg: Sequence[int]) -> dict[str, int]:
        """Return the hinges of a leg by role, told by their axes."""
        roles: dict[str, int] = {}
        flexions = 0
        for joint in self._hinges(leg):
            along = np.abs(self._axes @ self._data.xaxis[joint])
            if along[1] == along.max():
                if flexions < len(_FLEXIONS):
                    roles[_FLEXIONS[flexions]] = joint
                flexions += 1
            elif flexions <= 1 and along.max() >= _ALONG:
                roles.setdefault(
                    "hip_adduction" if along[0] == along.max() else "hip_rotation", joint
                )
            elif flexions >= 3:
                roles.setdefault("subtalar", joint)
        return roles

    def _name_trunk(self, root: int, legs: tuple[list[int], list[int]]) -> None:
        """Take the heaviest body that hangs on the root and is of no leg; else the root."""
        model, of_legs = self._model, {body for leg in legs for body in leg}
        rest = [
            body
            for body in range(1, model.nbody)
            if root in self._up(body) and not of_legs & set(self._up(body))
        ]
        trunk = max(rest, key=lambda body: model.body_mass[body], default=root)
        if model.body_mass[trunk] < 0.1 * model.body_mass.sum():
            trunk = root
        self.found.parts["trunk"] = self._name(trunk)
        names = ("lumbar_bending", "lumbar_flexion", "lumbar_rotation")
        for joint in self._hinges(self._chain(root, trunk)):
            axis = int(np.argmax(np.abs(self._axes @ self._data.xaxis[joint])))
            self.found.parts["joints"].setdefault(names[axis], model.joint(joint).name)
        top = max([trunk, *rest], key=self._highest)
        if top != trunk:
            self.found.parts["head"] = self._name(top)

    def _up(self, body: int) -> list[int]:
        chain = [body]
        while chain[-1] != 0:
            chain.append(int(self._model.body_parentid[chain[-1]]))
        return chain

    def _highest(self, body: int) -> float:
        geoms = np.flatnonzero(self._model.geom_bodyid == body).tolist()
        ends = [extent(self._model, self._data, g)[1][2] for g in geoms]
        return float(max([*ends, self._data.xpos[body, 2]]))

    def _name_muscles(self) -> None:
        model = self._model
        is_muscle = model.actuator_gaintype == mujoco.mjtGain.mjGAIN_MUSCLE
        names = [model.actuator(int(i)).name for i in np.flatnonzero(is_muscle)]
        if not len(is_muscle):
            self.found.lacks.append("nothing drives it: it has neither muscles nor motors")
        if names and not is_muscle.all():
            self.found.lacks.append("it has muscles and motors: a body has the one or the other")
        groups: dict[str, tuple[str, ...]] = {}
        for name in names:
            group = group_of(split_side(name)[0])
            if group is None:
                self.found.lacks.append(f"muscle '{name}' is of no group that its name tells")
            else:
                groups[group] = (*groups.get(group, ()), name)
        if groups:
            self.found.parts["muscles"] = groups
