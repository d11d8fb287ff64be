"""Roles of the legs and the slope that is felt."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from retrowalk.envs.gaits.stance_state import StanceState

P = {"step_time": np.array([0.5, 0.5]), "double_support": np.array([0.1, 0.1])}


def test_lands_on_load_late_in_the_step_or_when_the_step_runs_out():
    roles = StanceState(2)
    roles.reset(np.arange(2), np.zeros(2))
    roles.time_in_step[:] = 0.2
    assert roles.landed(P, np.array([500.0, 0.0])).size == 0  # too early to be a landing
    roles.time_in_step[:] = 0.45
    assert list(roles.landed(P, np.array([50.0, 10.0]))) == [0]
    roles.time_in_step[:] = 0.63
    assert list(roles.landed(P, np.array([0.0, 0.0]))) == [0, 1]


def test_changing_legs_starts_a_new_step_of_those_only():
    roles = StanceState(2)
    roles.reset(np.arange(2), np.zeros(2))
    roles.time_in_step[:] = 0.5
    roles.lifted[:] = True
    roles.change(np.array([1]))
    assert list(roles.stance) == [0, 1]
    assert list(roles.side) == [-1, 1]
    assert list(roles.time_in_step) == [0.5, 0.0]
    assert list(roles.lifted) == [True, False]
    assert list(roles.leaving(P)) == []


@given(slope=st.floats(-0.2, 0.2), step=st.sampled_from([-0.5, -0.3, 0.3, 0.6]))
def test_feels_a_constant_slope_within_ten_steps(slope, step):
    roles = StanceState(1)
    roles.reset(np.array([0]), np.zeros(1))
    x = 0.0
    for _ in range(12):
        roles.feel_ground(np.array([0]), np.array([[x, slope * x]]))
        roles.change(np.array([0]))
        x += step
    assert roles.slope[0] == pytest.approx(slope, abs=0.03 * abs(slope) + 1e-9)


def test_feet_side_by_side_tell_nothing():
    roles = StanceState(1)
    roles.reset(np.array([0]), np.zeros(1))
    for x in (0.0, 0.05, 0.0):
        roles.feel_ground(np.array([0]), np.array([[x, x]]))
        roles.change(np.array([0]))
    assert roles.slope[0] == 0.0
