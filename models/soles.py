"""Compliant soles: heel pad and shoe under heel, ball and toes.

Under one body weight a heel or a forefoot gives 10 to 15 mm (barefoot heel pads 9 to 11 mm in
walking, De Clercq et al. 1994, J Biomech 27:1213; a shoe adds some; recalled), and grows stiffer
with depth. The contact is that of soft ground (`sim.ground.softness`), with friction
`FRICTION_HARDER` times as hard sideways as downwards: under the shear of a step a foot creeps by
some mm, as a shoe does. (MuJoCo's pyramidal cones are as soft sideways as downwards: a foot would
creep by 7 to 9 cm a stance.) On ground that is soft itself the ground's own softness counts and the
soles' does not.
"""

from __future__ import annotations

import mujoco
import numpy as np

from ..sim.ground.softness import GRAVITY, Softness, use_elliptic_cones
from .walker import Walker

DEPTH_M = {"heel": 0.013, "ball": 0.013, "toe": 0.011}
"""How far each part gives under its `LOAD`."""
LOAD = {"heel": 1.0, "ball": 1.0, "toe": 0.5}
"""In body weights; a part touches the ground in two points."""
POINTS = 2
DAMPING_RATIO = 0.5
"""Of a quarter of the body on one part."""
MOVING_MASS_KG = 2.0
FRICTION_HARDER = 10.0
ITERATIONS = 20  # with 10, a limp body that is dropped gains energy


def soften_soles(spec: mujoco.MjSpec, walker: Walker) -> None:
    """Make the body's soles compliant."""
    model = spec.compile()
    use_elliptic_cones(spec, FRICTION_HARDER, ITERATIONS)
    for side in "lr":
        for part, depth in DEPTH_M.items():
            name = f"{part}_{side}"
            force = LOAD[part] * walker.mass_kg * GRAVITY / POINTS
            damping = DAMPING_RATIO * 2.0 * np.sqrt(force / depth * walker.mass_kg / 4 / POINTS)
            contact = Softness(depth, force, damping, MOVING_MASS_KG)
            body = model.geom_bodyid[model.geom(name).id]
            solref, solimp = contact.solver(model.body_invweight0[body, :1])
            geom = spec.geom(name)
            geom.solref[:], geom.solimp[:] = solref[0], solimp[0]
