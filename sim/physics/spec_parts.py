"""The parts of an MjSpec with their types: `mujoco.MjSpec` keeps this protocol."""

from __future__ import annotations

from typing import Any, Protocol

import mujoco


class SpecParts(Protocol):
    """What is read of a body's description part by part."""

    @property
    def bodies(self) -> list[mujoco.MjsBody]:
        """All bodies, the world first."""
        ...

    @property
    def joints(self) -> list[mujoco.MjsJoint]:
        """All joints, body by body."""
        ...

    @property
    def geoms(self) -> list[mujoco.MjsGeom]:
        """All geoms, body by body."""
        ...

    @property
    def sites(self) -> list[mujoco.MjsSite]:
        """All sites, body by body."""
        ...

    @property
    def actuators(self) -> list[mujoco.MjsActuator]:
        """All actuators, in the order of `ctrl`."""
        ...

    @property
    def meshes(self) -> list[mujoco.MjsMesh]:
        """All meshes."""
        ...

    @property
    def frames(self) -> list[mujoco.MjsFrame]:
        """All frames that parts are placed in."""
        ...

    @property
    def cameras(self) -> list[mujoco.MjsCamera]:
        """All cameras."""
        ...

    @property
    def lights(self) -> list[mujoco.MjsLight]:
        """All lights."""
        ...

    @property
    def keys(self) -> list[mujoco.MjsKey]:
        """All keyframes."""
        ...

    @property
    def pairs(self) -> list[mujoco.MjsPair]:
        """All pairs of geoms that are told to touch."""
        ...

    @property
    def excludes(self) -> list[mujoco.MjsExclude]:
        """All pairs of bodies that may not touch."""
        ...

    @property
    def equalities(self) -> list[mujoco.MjsEquality]:
        """All equality constraints."""
        ...

    @property
    def compiler(self) -> mujoco.MjsCompiler:
        """How it is compiled."""
        ...

    def joint(self, name: str, /) -> mujoco.MjsJoint | None:
        """Return the joint of this name, None if there is none."""
        ...

    def body(self, name: str, /) -> mujoco.MjsBody:
        """Return the body of this name."""
        ...

    def delete(self, part: Any, /) -> None:
        """Take a part away."""
        ...

    def compile(self) -> mujoco.MjModel:
        """Return the model; parts then know their numbers in it."""
        ...


def body_names(spec: SpecParts) -> list[str]:
    """Return the names of all bodies but the world."""
    return [body.name for body in spec.bodies[1:]]


def actuator_names(spec: SpecParts) -> tuple[str, ...]:
    """Return the names of all actuators, in the order of `ctrl`."""
    return tuple(actuator.name for actuator in spec.actuators)
