"""The swing foot's course: from lift-off over the clearance to where it should land."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from retrowalk.envs.gaits.swing_trajectory import LANDED_AT, SwingTrajectory

P = {
    "step_time": np.array([0.5]),
    "double_support": np.array([0.1]),
    "reach_share": np.array([0.9]),
    "pitch_mid": np.array([-0.1]),
    "pitch_contact": np.array([0.2]),
}
FLAT = np.zeros(1)


def course(air: float, landing: float = 0.12, climb: float = 0.0):
    """Foot and pitch at a share of the swing, lifted at (0, 0, 0.09) with the toes 0.4 rad down."""
    path = SwingTrajectory(1)
    path.lift_off(np.array([0]), np.array([[0.0, 0.0, 0.09]]), np.array([-0.4]))
    t = np.array([0.1 + 0.4 * air])
    target = np.array([[-0.5, 0.1]])
    foot, pitch = path.foot(P, t, target, np.array([landing]), np.array([0.06]), np.array([climb]))
    return foot[0], pitch[0]


def test_starts_where_the_foot_left_the_ground():
    foot, pitch = course(0.0)
    np.testing.assert_allclose(foot, [0.0, 0.0, 0.09])
    assert pitch == pytest.approx(-0.4)


@given(landing=st.floats(-0.1, 0.3))
def test_comes_down_at_the_landing_height_over_the_target(landing):
    foot, pitch = course(LANDED_AT, landing)
    np.testing.assert_allclose(foot, [-0.5, 0.1, landing], atol=1e-12)
    assert pitch == pytest.approx(0.2)


def test_passes_half_way_with_the_whole_clearance():
    assert course(LANDED_AT / 2)[0][2] == pytest.approx(0.5 * (0.09 + 0.12) + 0.06)


def test_feels_for_ground_that_is_not_there():
    assert course(1.4)[0][2] < 0.12 - 0.01


@given(climb=st.floats(-0.2, 0.2))
def test_lands_with_the_pitch_of_the_slope(climb):
    assert course(1.0, climb=climb)[1] == pytest.approx(0.2 + climb)
