"""Bodies with other numerics, such as `human@half-step`, to test how results depend on them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import mujoco
import numpy as np

from ..sim.errors import unknown_name

SEPARATOR = "@"


@dataclass(frozen=True)
class Numerics:
    """Factors on the numerics of a body.

    Attributes:
        time_step: on the physics time step. iterations: on the solver's, of the line search too.
        contact_stiffness: on that of the soles; their damping ratio stays.
    """

    time_step: float = 1.0
    iterations: int = 1
    contact_stiffness: float = 1.0


VARIANTS = {
    "half-step": Numerics(time_step=0.5),
    "double-iterations": Numerics(iterations=2),
    "half-stiffness": Numerics(contact_stiffness=0.5),
    "double-stiffness": Numerics(contact_stiffness=2.0),
}
"""What numerical verification changes, one at a time."""

WORDS = {
    "half-step": "half the time step",
    "double-iterations": "twice the solver's iterations",
    "half-stiffness": "contact half as stiff",
    "double-stiffness": "contact twice as stiff",
}
"""What each variant is, for people."""


def split(name: str) -> tuple[str, Numerics | None]:
    """Return the body's name and its numerics, None for its own.

    Raises:
        ConfigError: no variant is called so.
    """
    body, _, variant = name.partition(SEPARATOR)
    if not variant:
        return body, None
    if variant not in VARIANTS:
        raise unknown_name("numerics", variant, VARIANTS)
    return body, VARIANTS[variant]


def apply(numerics: Numerics, spec: mujoco.MjSpec, soles: tuple[str, ...]) -> None:
    """Change the numerics of `spec`; `soles` are the names of the geoms that walk."""
    spec.option.timestep *= numerics.time_step
    spec.option.iterations *= numerics.iterations
    spec.option.ls_iterations *= numerics.iterations
    stiffer = math.sqrt(numerics.contact_stiffness)
    for name in soles:
        geom = spec.geom(name)
        first, second = np.asarray(geom.solref)
        if first > 0:  # time constant and damping ratio: stiffness goes with 1 / time constant^2
            geom.solref[:] = [first / stiffer, second]
        else:  # stiffness and damping, negative
            geom.solref[:] = [first * numerics.contact_stiffness, second * stiffer]
