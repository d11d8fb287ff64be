"""Step widths asked for: an offset that a network brings is taken away step by step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from retrowalk.envs.gaits.reference_gains import Gains
from retrowalk.envs.gaits.width_tracking import FARTHEST_M, WidthTracking


@dataclass
class Feet:
    """A state in which the left foot is so far to the left of the right one."""

    widths: np.ndarray
    feet = np.array([0, 1])

    @property
    def body_position(self) -> np.ndarray:
        places = np.zeros((len(self.widths), 2, 3))
        places[:, 0, 1] = self.widths
        return places


def walked(asks: bool, offset_m: float, steps: int) -> tuple[np.ndarray, Gains]:
    """Widths of two walkers' last step by a law whose feet come down so far inside of the plan."""
    gains = Gains.same(2, {"width": 0.1})
    tracking, ids = WidthTracking(gains, asks), np.arange(2)
    widths = gains["width"] - offset_m
    for _ in range(steps):
        tracking.stepped(Feet(widths), ids)  # type: ignore[arg-type]
        widths = gains["width"] - offset_m
    tracking.reset(np.array([1]))
    return widths, gains


@pytest.mark.parametrize("offset_m", [0.05, -0.03])
def test_feet_come_down_as_wide_as_asked_after_some_steps(offset_m):
    widths, gains = walked(True, offset_m, 30)
    np.testing.assert_allclose(widths, 0.1, atol=1e-3)
    np.testing.assert_allclose(gains["width"], [0.1 + offset_m, 0.1], atol=1e-3)  # one anew


def test_the_plan_stays_near_what_is_asked():
    _, gains = walked(True, 0.5, 100)
    assert gains["width"][0] == pytest.approx(0.1 + FARTHEST_M)


def test_where_no_width_is_asked_for_the_plan_stays():
    _, gains = walked(False, 0.05, 30)
    np.testing.assert_array_equal(gains["width"], 0.1)
