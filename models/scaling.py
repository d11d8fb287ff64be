"""A skeleton scaled to a walker."""

from __future__ import annotations

import mujoco
import numpy as np

from ..sim.physics.spec_parts import SpecParts
from .walker import Walker


def scale_skeleton(spec: SpecParts, walker: Walker) -> None:
    """Scale the reference man: lengths by height, masses by mass, the rest accordingly."""
    scale(spec, walker.length_scale, walker.mass_scale)


def scale(spec: SpecParts, length: float, mass: float) -> None:
    """Scale lengths and masses, inertias and passive joints accordingly, in place."""
    if length == mass == 1:
        return
    for body in spec.bodies:
        body.pos = np.asarray(body.pos) * length
        body.ipos = np.asarray(body.ipos) * length
        body.mass *= mass
        body.inertia = np.asarray(body.inertia) * mass * length**2
    for geom in spec.geoms:
        geom.pos = np.asarray(geom.pos) * length
        geom.size = np.asarray(geom.size) * length
        geom.fromto = np.asarray(geom.fromto) * length  # NaN where it was not given
    for site in spec.sites:
        site.pos = np.asarray(site.pos) * length
    for joint in spec.joints:
        joint.pos = np.asarray(joint.pos) * length
        joint.stiffness = np.asarray(joint.stiffness) * mass * length
        joint.damping = np.asarray(joint.damping) * mass * length
    for actuator in spec.actuators:
        if actuator.trntype == mujoco.mjtTrn.mjTRN_TENDON:
            actuator.lengthrange = np.asarray(actuator.lengthrange) * length
    for mesh in spec.meshes:
        mesh.scale = np.asarray(mesh.scale) * length
    _scale_slides(spec, length)


def _scale_slides(spec: SpecParts, length: float) -> None:
    """Scale how far slides go, and those couplings of joints that move them."""
    slides = {joint.name for joint in spec.joints if joint.type == mujoco.mjtJoint.mjJNT_SLIDE}
    for joint in spec.joints:
        if joint.name in slides:
            joint.range = np.asarray(joint.range) * length
    for coupling in spec.equalities:
        if coupling.type == mujoco.mjtEq.mjEQ_JOINT and coupling.name1 in slides:
            data = np.array(coupling.data)
            data[:5] *= length
            coupling.data = data
