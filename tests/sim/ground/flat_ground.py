"""Flat ground under a body that a test has made."""

from __future__ import annotations

import mujoco
import numpy as np

from retrowalk.sim.ground.ground import lay_ground
from retrowalk.sim.ground.presets import surface


def add_flat_ground(spec: mujoco.MjSpec) -> None:
    """Add it to `spec`, 30 m of it ahead."""
    lay_ground(surface("flat"), 1.0, 30.0, [np.random.default_rng(0)]).add_to(spec)
