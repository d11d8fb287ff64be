"""Bodies and grounds that the tests of `retrowalk.models` share."""

from __future__ import annotations

import mujoco
import pytest

from retrowalk.models.body import Body, build_body
from retrowalk.models.catalogue import BODIES

OF_MUSCLES = ("human", "human-2026b")
"""Whole humans in space whom muscles drive: what the tables of muscles and joints are held to."""


@pytest.fixture(scope="session", params=OF_MUSCLES)
def body(request: pytest.FixtureRequest) -> Body:
    """Each body of `OF_MUSCLES`."""
    return build_body(request.param)


@pytest.fixture(scope="session", params=sorted(BODIES))
def any_body(request: pytest.FixtureRequest) -> Body:
    """Every body of the catalogue."""
    return build_body(request.param)


@pytest.fixture(scope="session")
def model(body: Body) -> mujoco.MjModel:
    """The compiled body in empty space."""
    return body.spec().compile()


@pytest.fixture(scope="session")
def grounded(body: Body) -> mujoco.MjModel:
    """The compiled body above a level floor."""
    spec = body.spec()
    spec.worldbody.add_geom(
        name="ground",
        type=mujoco.mjtGeom.mjGEOM_PLANE,
        size=[20, 20, 0.1],
        contype=0,
        conaffinity=1,
        friction=[0.9, 0.005, 0.0001],
        solref=[0.01, 1],
    )
    return spec.compile()


@pytest.fixture
def data(model: mujoco.MjModel) -> mujoco.MjData:
    """The body in neutral standing, forward computed."""
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    return data
