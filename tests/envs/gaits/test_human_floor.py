"""People's own walking is within this body's means: the floor under every gait's cost and load."""

from __future__ import annotations

import pytest
from human_floor import human_floor


def test_peoples_walking_is_cheap_and_light_for_the_body():
    floor = human_floor("human-2026b")
    assert floor.torque_error < 0.5
    assert floor.cost <= 4.1
    assert 2.0 <= floor.knee <= 3.5
    assert max(floor.largest.values()) <= 0.8


def test_without_passive_moments_it_is_dearer_and_heavier():
    """What the first body could not do, and what the second was made for."""
    assert human_floor("human").cost == pytest.approx(4.54, abs=0.1)
    assert human_floor("human").knee > 4.5
