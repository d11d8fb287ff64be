"""The parts of an MjSpec with their types: `mujoco.MjSpec` keeps this protocol."""

from __future__ import annotations

from typing import Protocol

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
    def compiler(self) -> mujoco.MjsCompiler:
        """How it is compiled."""
        ...

    def joint(self, name: str, /) -> mujoco.MjsJoint | None:
        """Return the joint of this name, None if there is none."""
        ...


def body_names(spec: SpecParts) -> list[str]:
    """Return the names of all bodies but the world."""
    return [body.name for body in spec.bodies[1:]]


def actuator_names(spec: SpecParts) -> tuple[str, ...]:
    """Return the names of all actuators, in the order of `ctrl`."""
    return tuple(actuator.name for actuator in spec.actuators)
