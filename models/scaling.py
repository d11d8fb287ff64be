"""A skeleton of the reference man scaled to a walker."""

from __future__ import annotations

import numpy as np

from ..sim.physics.spec_parts import SpecParts
from .walker import Walker


def scale_skeleton(spec: SpecParts, walker: Walker) -> None:
    """Scale lengths by height, masses by mass, inertias and passive joints accordingly."""
    length, mass = walker.length_scale, walker.mass_scale
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
