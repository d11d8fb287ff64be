"""The ground by name or description, put under a body."""

from __future__ import annotations

from collections.abc import Sequence

import mujoco
import numpy as np

from ..errors import unknown_name
from .ground import Ground, lay_ground
from .presets import PRESETS
from .surface import Surface

_REACH = 30.0  # m of ground ahead of the start, where nobody says more


def surface(name: str) -> Surface:
    """Return the preset `name`.

    Raises:
        ConfigError: no such surface.
    """
    if name not in PRESETS:
        raise unknown_name("surface", name, PRESETS)
    return PRESETS[name].surface


def add_surface(
    spec: mujoco.MjSpec,
    kind: str | Surface,
    travel_sign: float = 1.0,
    reach_m: float = _REACH,
    generators: Sequence[np.random.Generator] | None = None,
) -> Ground:
    """Add ground to `spec`, as geom `ground`; give what is returned to `Simulation`.

    Args:
        kind: a preset's name, or a description.
        travel_sign: +1 where the walker goes to +x, -1 to -x. reach_m: of ground ahead.
        generators: of each trial's own ground; None: one fixed ground, for a batch of one.

    Raises:
        ConfigError: no such surface, or too much of it.
    """
    described = surface(kind) if isinstance(kind, str) else kind
    rngs = generators or [np.random.default_rng(0)]
    ground = lay_ground(described, travel_sign, reach_m, rngs)
    ground.add_to(spec)
    return ground
