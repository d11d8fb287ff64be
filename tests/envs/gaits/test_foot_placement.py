"""Foot placement against the linear inverted pendulum, solved by integrating it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from retrowalk.envs.gaits.foot_placement import GRAVITY, plan_step
from retrowalk.envs.gaits.parameters import guess

HEIGHT = 1.0  # of the centre of mass above the ground; the ankle is at 0.08


def parameters(**changes: float) -> dict[str, np.ndarray]:
    p = guess("backward") | {
        "cop_start": 0.0,
        "cop_travel": 0.0,
        "offset_gain_x": 1.0,
        "offset_x": 0.0,
        "offset_gain_y": 1.0,
        "offset_y": 0.0,
        "drift_gain": 0.0,
        "least_width": 0.0,
    }
    return {name: np.array([value]) for name, value in (p | changes).items()}


def plan(p, com, velocity, time=0.0, speed=-0.5, ankle=(0.0, 0.0), side=1.0):
    return plan_step(
        p,
        np.array([speed]),
        np.array([[*com, HEIGHT]]).T,
        np.array([[*velocity, 0.0]]).T,
        np.array([[*ankle, 0.08]]).T,
        np.array([side]),
        np.array([time]),
        np.array([0.0]),
    )


@given(x=st.floats(-0.1, 0.1), vx=st.floats(-0.8, 0.8), travel=st.floats(-0.1, 0.1))
def test_the_predicted_landing_is_the_pendulums(x, vx, travel):
    p = parameters(step_time=0.5, cop_travel=travel)
    target = plan(p, (x, 0.0), (vx, 0.0)).target[0, 0]
    # integrate the pendulum over a centre of pressure that moves linearly
    w2, steps = GRAVITY / HEIGHT, 20000
    dt, pos, vel = 0.5 / steps, x, vx
    for i in range(steps):
        cop = travel * (i + 0.5) / steps
        vel += dt * w2 * (pos - cop)
        pos += dt * vel
    w0 = np.sqrt(w2)
    offset = -0.5 * 0.5 / (np.exp(w0 * 0.5) - 1.0)
    expected = np.clip(pos + vel / w0 - offset, x - 0.6, x + 0.6)
    assert target == pytest.approx(expected, abs=2e-4)


def test_constant_offset_walks_at_the_planned_speed():
    # iterate whole steps of the pendulum: the step length tends to speed x step time (Hof 2008)
    p = parameters(step_time=0.5)
    w0 = np.sqrt(GRAVITY / HEIGHT)
    ankle, x, v = 0.0, 0.02, -0.2
    lengths = []
    for _ in range(30):
        landing = plan(p, (x, 0.0), (v, 0.0), ankle=(ankle, 0.0)).target[0, 0]
        c, s = np.cosh(0.5 * w0), np.sinh(0.5 * w0)
        x, v = ankle + (x - ankle) * c + v / w0 * s, (x - ankle) * w0 * s + v * c
        lengths.append(landing - ankle)
        ankle = landing
    assert lengths[-1] == pytest.approx(-0.5 * 0.5, abs=1e-3)


def test_one_walker_in_floats_is_the_walker_among_many():
    rng = np.random.default_rng(0)
    p = {name: rng.normal(np.full(5, value), 0.1) for name, value in guess("backward").items()}
    speed, time, drift = rng.normal(size=5), rng.uniform(0.0, 0.7, 5), rng.normal(size=5)
    com, velocity, ankle = rng.normal(size=(3, 3, 5))
    side = np.array([1.0, -1.0, 1.0, -1.0, 1.0])
    many = plan_step(p, speed, com, velocity, ankle, side, time, drift)
    for i in range(5):
        own = {name: float(values[i]) for name, values in p.items()}
        places = (one[:, i].tolist() for one in (com, velocity, ankle))
        numbers = (float(one[i]) for one in (side, time, drift))
        one = plan_step(own, float(speed[i]), *places, *numbers)
        assert all(type(value) is float for value in one)
        assert one == tuple(values[i] for values in many)


def test_left_and_right_steps_mirror():
    p = parameters()
    left = plan(p, (0.0, 0.05), (-0.4, 0.1), side=1.0)
    right = plan(p, (0.0, -0.05), (-0.4, -0.1), side=-1.0)
    np.testing.assert_allclose(left.target * [1, -1], right.target)
    np.testing.assert_allclose(left.deviation_y, right.deviation_y)


def test_the_foot_keeps_its_least_distance():
    p = parameters(least_width=0.12)
    target = plan(p, (0.0, -0.2), (0.0, -0.5), side=1.0).target[0, 1]
    assert target == pytest.approx(0.12)
