"""The divergence exponent against systems whose exponent is known."""

from __future__ import annotations

import numpy as np
import pytest
import synthetic
from scipy.integrate import solve_ivp

from retrowalk.sim.measures import measure
from retrowalk.sim.measures.balance.local_divergence import (
    divergence_pairs,
    slope,
    slope_interval,
)


def divergence_curve(states: np.ndarray, exclude: int, horizon: int) -> np.ndarray:
    """Return the mean of the known logarithms, (horizon + 1,)."""
    logarithms = divergence_pairs(states, exclude, horizon)[1]
    known = [column[np.isfinite(column)] for column in logarithms.T]
    return np.array([column.mean() if len(column) else np.nan for column in known])


def test_logistic_map():
    """x -> 4 x (1 - x) has the exponent ln 2 a step (Rosenstein et al. 1993 find 0.69)."""
    x = np.empty(2000)
    x[0] = 0.3141
    for i in range(1, len(x)):
        x[i] = 4.0 * x[i - 1] * (1.0 - x[i - 1])
    curve = divergence_curve(np.stack([x[:-1], x[1:]], axis=1), exclude=10, horizon=6)
    assert slope(curve[:6], 1.0) == pytest.approx(np.log(2.0), rel=0.08)


def test_lorenz():
    """sigma 16, r 45.92, b 4: exponent 1.50 /s (Wolf et al. 1985, Rosenstein et al. 1993)."""

    def flow(_, s):
        return [16 * (s[1] - s[0]), s[0] * (45.92 - s[2]) - s[1], s[0] * s[1] - 4 * s[2]]

    step = 0.01
    time = np.arange(0, 50, step)
    slopes = []  # of several paths: one alone gives 1.3 to 1.6, as rounding has it
    for z in range(28, 34):
        path = solve_ivp(flow, (0, 50), [1.0, 1.0, z], t_eval=time, rtol=1e-9, atol=1e-9).y.T
        curve = divergence_curve(path[1000:], exclude=60, horizon=120)
        slopes.append(slope(curve[20:120], step))
    assert np.mean(slopes) == pytest.approx(1.50, rel=0.06)


def test_roessler():
    """a 0.15, b 0.20, c 10: exponent 0.090 /s (Wolf et al. 1985, Rosenstein et al. 1993)."""

    def flow(_, s):
        return [-s[1] - s[2], s[0] + 0.15 * s[1], 0.2 + s[2] * (s[0] - 10.0)]

    step, lag = 0.1, 8
    time = np.arange(0, 305, step)
    path = solve_ivp(flow, (0, 305), [1.0, 1.0, 0.0], t_eval=time, rtol=1e-9, atol=1e-9).y[0]
    x = path[1000:]
    states = np.stack([x[i * lag : i * lag + 2000] for i in range(3)], axis=1)
    curve = divergence_curve(states, exclude=120, horizon=300)
    assert slope(curve[60:300], step) == pytest.approx(0.090, rel=0.15)  # they are 4 to 10 % off


def test_the_interval_covers_the_exponent_of_many_runs():
    """Logistic map: ln 2 lies in the intervals of short orbits (which are wide here: all do)."""
    rng = np.random.default_rng(0)
    inside = 0
    for _ in range(60):
        x = np.empty(700)
        x[0] = rng.uniform(0.1, 0.9)
        for i in range(1, len(x)):
            x[i] = 4.0 * x[i - 1] * (1.0 - x[i - 1])
        pairs = divergence_pairs(np.stack([x[:-1], x[1:]], axis=1), exclude=10, horizon=3)
        middle, low, high = slope_interval(*pairs, block=30, step=1.0)
        assert low < middle < high
        inside += low < np.log(2.0) < high
    assert inside >= 54


def test_the_slope_is_the_mean_over_the_blocks():
    rng = np.random.default_rng(0)
    states = rng.standard_normal((600, 3)).cumsum(axis=0)
    index, logarithms = divergence_pairs(states, 10, 30)
    keep = index < 30 * (index.max() // 30)  # whole blocks
    whole, _, _ = slope_interval(index[keep], logarithms[keep], 30, 0.1)
    each = [slope(logarithms[index // 30 == b].mean(axis=0), 0.1) for b in range(index.max() // 30)]
    assert whole == pytest.approx(np.mean(each), rel=1e-9)


def test_few_blocks_have_no_interval():
    index, logarithms = np.arange(40), np.ones((40, 5)) * np.arange(5)
    whole, low, high = slope_interval(index, logarithms, 30, 1.0)
    assert whole == pytest.approx(1.0)
    assert np.isnan(low)
    assert np.isnan(high)


def test_the_curve_is_the_textbook_loop():
    rng = np.random.default_rng(0)
    states = rng.standard_normal((120, 3)).cumsum(axis=0)
    exclude, horizon = 7, 15
    count = len(states) - horizon
    sums = np.zeros(horizon + 1)
    for j in range(count):
        far = [i for i in range(count) if abs(i - j) > exclude]
        near = min(far, key=lambda i: float(np.linalg.norm(states[i] - states[j])))
        apart = [np.linalg.norm(states[j + i] - states[near + i]) for i in range(horizon + 1)]
        sums += np.log(apart)
    assert divergence_curve(states, exclude, horizon) == pytest.approx(sums / count, rel=1e-9)


def test_slope_of_a_line():
    assert slope(3.0 + 0.5 * np.arange(10), 0.25) == pytest.approx(2.0)
    assert np.isnan(slope(np.array([1.0, np.nan]), 1.0))


def test_constant_states_and_short_series_have_none():
    assert np.isnan(divergence_curve(np.ones((300, 2)), 10, 10)).all()
    assert np.isnan(divergence_curve(np.ones((15, 2)), 10, 10)).all()


def test_white_noise_in_the_velocity_does_not_grow():
    """Neighbours are as far apart at once as they will ever be: a small exponent."""
    found = measure(synthetic.recording(duration=40.0, noise=0.05))[0]["divergence_short"][0]
    assert 0.0 <= found < 0.6


def test_too_few_strides_have_none():
    found = measure(synthetic.recording(duration=10.0))[0]
    assert found["stride_count"][0] > 10
    assert np.isnan(found["divergence_short"][0])
