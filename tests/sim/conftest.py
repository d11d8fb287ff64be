"""Shared: a walker's simulation on flat ground, and small models with one joint."""

from __future__ import annotations

import pytest
from flat_ground import add_flat_ground

from retrowalk.models.body import build_body
from retrowalk.sim.physics.simulation import Simulation


def human(n: int, threads: int = 1) -> Simulation:
    """Return n simulations of the human on flat ground."""
    body = build_body()
    spec = body.spec()
    add_flat_ground(spec)
    return Simulation(spec, body.anatomy, n, threads)


@pytest.fixture
def make_human():
    """Factory of `human`."""
    return human
