"""A body of an MJCF and its map, scaled to a walker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import mujoco
import numpy as np

from ...sim.errors import ConfigError
from ...sim.physics.anatomy import POINTS, REGIONS, Anatomy
from ...sim.physics.spec_parts import SpecParts
from ..body import Body, finished_body
from ..motors import refuse_group_strength
from ..physiology import group_strength
from ..scaling import scale
from ..segment_lengths import refuse_own_lengths
from ..sides import SIDES, sided
from ..walker import Walker
from .actuators import make_motors_plain, muscle_rows
from .body_map import BodyMap
from .contact_parts import add_contact_parts
from .geom_extent import standing_height_m
from .joint_signs import POSITIVE, TURNING, set_positive
from .names import split_side
from .upright import make_upright

_LEG = ("hip_flexion", "hip_adduction", "hip_rotation", "knee", "ankle", "subtalar", "mtp")
_TRUNK = ("lumbar_flexion", "lumbar_bending", "lumbar_rotation")
TIME_STEP_S = 0.0025
FOLLOWING_KG = 1.0
"""Least inertia of a slide that follows a joint; about the joint, by at most 5 cm, it is little."""


@dataclass(frozen=True)
class Described:
    """An MJCF with its map, upright and on soles of ours: all but the size and the muscles.

    Attributes:
        spec: to be copied. parts: its map. anatomy: its parts.
        source: where it comes from.
    """

    spec: mujoco.MjSpec
    parts: BodyMap
    anatomy: Anatomy
    source: str


def describe(spec: mujoco.MjSpec, parts: BodyMap, source: str) -> Described:
    """Return what bodies of every size have in common; `spec` is changed.

    Raises:
        ConfigError: parts that it lacks, or that cannot be what the map says.
    """
    make_upright(spec, parts.root, _thighs(spec, parts), parts.forward)
    sides = dict(_of_sides(parts))
    _set_signs(spec, sides)
    falls = add_contact_parts(spec, parts)
    _hold_couplings(spec)
    spec.option.timestep = TIME_STEP_S
    spec.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    joints = _independent_joints(spec, parts.root)
    roles, of_side = zip(*(sides.get(joint, split_side(joint)) for joint in joints), strict=True)
    anatomy = Anatomy(
        root=parts.root,
        trunk=parts.trunk,
        joints=joints,
        joint_roles=roles,
        joint_sides=of_side,
        foot_bodies=parts.feet,
        region_geoms=_per_side(REGIONS),
        point_sites=_per_side(POINTS[:-1]),
        knee_bodies=parts.shanks,
        fall_geoms=falls,
        standing_height_m=0.0,
    )
    return Described(spec, parts, anatomy, source)


def mapped_body(name: str, walker: Walker, described: Described) -> Body:
    """Return the body of a walker's size and strength.

    Raises:
        ConfigError: actuators that are neither the map's muscles nor motors, or a walker with
            lengths of his or her own.
    """
    refuse_own_lengths(name, walker)
    spec, parts, anatomy = described.spec.copy(), described.parts, described.anatomy
    size, (length, mass) = _sized(spec, parts, walker)
    if parts.muscles:
        muscles = muscle_rows(spec, parts, walker, described.source)
    else:
        muscles = ()
        refuse_group_strength(name, walker)
        make_motors_plain(spec, length * mass * group_strength(walker, ""))
    return finished_body(
        name,
        walker,
        spec,
        anatomy,
        leg_joints=[role for role in _LEG if role in anatomy.joint_roles],
        trunk_joints=[role for role in _TRUNK if role in anatomy.joint_roles],
        turning=TURNING,
        muscles=muscles,
        size=size,
    )


def _per_side(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    left, right = (tuple(sided(name, side) for name in names) for side in SIDES)
    return left, right


def _thighs(spec: SpecParts, parts: BodyMap) -> tuple[str, str]:
    """Return the bodies that the shanks hang on, having seen that all that the map names is there.

    Raises:
        ConfigError: a name of the map is not in the MJCF.
    """
    bodies = {body.name for body in spec.bodies}
    pairs = (parts.shanks, parts.feet, parts.toes or ())
    named = [parts.root, parts.trunk, *([parts.head] if parts.head else []), *sum(pairs, ())]
    _refuse_unknown("body", [name for name in named if name not in bodies])
    joints = {joint.name for joint in spec.joints}
    _refuse_unknown("joint", [name for name, _ in _of_sides(parts) if name not in joints])
    muscles = {actuator.name for actuator in spec.actuators}
    asked = [name for names in parts.muscles.values() for name in names]
    _refuse_unknown("muscle", [name for name in asked if name not in muscles])
    left, right = (spec.body(name).parent.name for name in parts.shanks)
    return left, right


def _refuse_unknown(kind: str, names: list[str]) -> None:
    if names:
        raise ConfigError(f"the MJCF has no {kind} '{names[0]}' that the map names")


def _of_sides(parts: BodyMap) -> list[tuple[str, tuple[str, str]]]:
    """Return the joints of the map with their roles and sides."""
    found: list[tuple[str, tuple[str, str]]] = []
    for role, names in parts.joints.items():
        if isinstance(names, str):
            found.append((names, (role, "")))
        else:
            found += [(name, (role, side)) for name, side in zip(names, SIDES, strict=True)]
    return found


def _sized(
    spec: SpecParts, parts: BodyMap, walker: Walker
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Scale the spec to the walker; return its height and mass, and the scales of both."""
    mass = float(sum(body.mass for body in spec.bodies))
    if parts.height_m:
        height, length, heavier = (
            parts.height_m,
            walker.height_m / parts.height_m,
            walker.mass_kg / mass,
        )
    else:
        height, length, heavier = standing_height_m(spec), walker.length_scale, walker.mass_scale
    scale(spec, length, heavier)
    return (height * length, mass * heavier), (length, heavier)


def _set_signs(spec: SpecParts, sides: Mapping[str, tuple[str, str]]) -> None:
    for joint in spec.joints:
        role, side = sides.get(joint.name, ("", ""))
        if role in POSITIVE:
            set_positive(spec, joint, role, side)


def _couplings(spec: SpecParts) -> list[mujoco.MjsEquality]:
    kind = mujoco.mjtEq.mjEQ_JOINT
    return [one for one in spec.equalities if one.type == kind and one.active]


def _hold_couplings(spec: SpecParts) -> None:
    """Let joints follow others closely: MuJoCo yields by force over inertia times time^2.

    Points of a path that weigh a gram, held as the MJCF has them, give way by 10 cm to a muscle.
    """
    following = {coupling.name1 for coupling in _couplings(spec)}
    for coupling in _couplings(spec):
        coupling.solref = np.array([2.0 * TIME_STEP_S, 1.0])
    for joint in spec.joints:
        if joint.name in following and joint.type == mujoco.mjtJoint.mjJNT_SLIDE:
            joint.armature = max(joint.armature, FOLLOWING_KG)


def _independent_joints(spec: SpecParts, root: str) -> tuple[str, ...]:
    """Return the hinges, in the order of qpos, but those that place the root or follow others."""
    following = {coupling.name1 for coupling in _couplings(spec)}
    hinge = mujoco.mjtJoint.mjJNT_HINGE
    free = [j for j in spec.joints if j.type == hinge and j.name not in following]
    ordered = sorted(free, key=lambda joint: joint.id)
    return tuple(joint.name for joint in ordered if joint.parent.name != root)
