"""Two small bodies that only the tests have, found as those that ship are: by their files."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrowalk.models import bodies
from retrowalk.models.body import build_body

HERE = Path(__file__).parent


@pytest.fixture(scope="module", autouse=True)
def bodies_of_tests():
    """Let `stick-planar` and `stick-torque` be bodies."""
    patch = pytest.MonkeyPatch()
    patch.syspath_prepend(str(HERE))
    patch.setattr(bodies, "__path__", [*bodies.__path__, str(HERE / "bodies_of_tests")])
    yield
    patch.undo()
    build_body.cache_clear()
