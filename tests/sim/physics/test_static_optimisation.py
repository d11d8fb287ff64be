"""The batched solver against scipy's, its blocks, and its independence of the rest of the batch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, strategies as st
from scipy.optimize import lsq_linear

from retrowalk.sim.physics import static_optimisation
from retrowalk.sim.physics.static_optimisation import (
    StaticOptimiser,
    find_blocks,
    solve_box_least_squares,
)


def problems(seed: int, m: int, d: int = 7, k: int = 21) -> tuple[np.ndarray, np.ndarray]:
    """Random problems, many with muscles at both bounds."""
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(m, d, k)) * (rng.random((m, d, k)) < 0.4)
    matrix *= rng.uniform(0.2, 4.0, (1, 1, k))
    return matrix, 1.5 * rng.normal(size=(m, d))


@example(seed=665, regularisation=0.02)  # a step that only roughly shortened would go in circles
@example(seed=1975, regularisation=0.02)
@given(seed=st.integers(0, 2**32 - 1), regularisation=st.sampled_from([0.02, 0.1, 1.0]))
def test_equals_scipys_solution(seed, regularisation):
    matrix, target = problems(seed, 4)
    a, residual = solve_box_least_squares(matrix, target, regularisation, 0.001, 1.0)
    for i, solution in enumerate(a):
        tall = np.vstack([matrix[i], np.sqrt(regularisation) * np.eye(matrix.shape[2])])
        right = np.r_[target[i], np.zeros(matrix.shape[2])]
        exact = lsq_linear(tall, right, (0.001, 1.0), method="bvls", tol=1e-13)
        ours = 0.5 * np.sum((tall @ solution - right) ** 2)
        assert ours <= exact.cost + 1e-4 * (1.0 + exact.cost)
        np.testing.assert_allclose(
            residual[i], target[i] - matrix[i] @ exact.x, atol=1e-4 * (1 + np.abs(target[i]).max())
        )
        assert solution.min() >= 0.001
        assert solution.max() <= 1.0


@given(seed=st.integers(0, 2**32 - 1))
def test_the_linear_cost_is_a_linear_term(seed):
    # completing the square: c . a + r/2 |a|^2 = r/2 |a + c / r|^2 - const
    matrix, target = problems(seed, 3)
    linear_cost = np.random.default_rng(seed).uniform(0.0, 0.1, (3, matrix.shape[2]))
    a, _ = solve_box_least_squares(matrix, target, 0.1, 0.001, 1.0, linear_cost=linear_cost)
    for i, solution in enumerate(a):
        tall = np.vstack([matrix[i], np.sqrt(0.1) * np.eye(matrix.shape[2])])
        right = np.r_[target[i], -linear_cost[i] / np.sqrt(0.1)]
        exact = lsq_linear(tall, right, (0.001, 1.0), method="bvls", tol=1e-13)
        np.testing.assert_allclose(solution, exact.x, atol=1e-5)


def test_a_warm_start_changes_nothing_but_the_work():
    matrix, target = problems(1, 32)
    cold, _ = solve_box_least_squares(matrix, target, 0.1, 0.001, 1.0)
    start = np.random.default_rng(2).normal(size=target.shape)
    warm, _ = solve_box_least_squares(matrix, target, 0.1, 0.001, 1.0, start)
    np.testing.assert_allclose(warm, cold, atol=1e-6)


def test_what_newton_leaves_goes_to_scipy():
    matrix, target = problems(4, 8)
    exact, rest = solve_box_least_squares(matrix, target, 0.02, 0.001, 1.0)
    a, residual = solve_box_least_squares(matrix, target, 0.02, 0.001, 1.0, iterations=1)
    np.testing.assert_allclose(a, exact, atol=1e-6)
    np.testing.assert_allclose(residual, rest, atol=1e-6)


def test_newton_alone_solves_thousands(monkeypatch):
    def refuse(*args):
        raise AssertionError("a problem was left to scipy")

    monkeypatch.setattr(static_optimisation, "_solve_one", refuse)
    for seed, regularisation in [(665, 0.02), (1975, 0.02), (1, 0.02), (2, 0.1), (3, 1.0)]:
        matrix, target = problems(seed, 1000)
        solve_box_least_squares(matrix, 3.0 * target, regularisation, 0.001, 1.0)


@pytest.mark.parametrize("shape", [(5, 1), (5, 21)])
def test_weights_and_bounds_may_differ(shape):
    matrix, target = problems(6, 5)
    rng = np.random.default_rng(6)
    regularisation, linear_cost = rng.uniform(0.02, 1.0, shape), rng.uniform(0.0, 0.1, shape)
    lower, upper = rng.uniform(0.0, 0.2, shape), rng.uniform(0.5, 1.0, shape)
    a, _ = solve_box_least_squares(
        matrix, target, regularisation, lower, upper, linear_cost=linear_cost
    )
    for i in range(5):
        given = (regularisation, lower, upper, linear_cost)
        weight, low, high, cost = (np.ascontiguousarray(np.broadcast_to(x[i], 21)) for x in given)
        tall = np.vstack([matrix[i], np.diag(np.sqrt(weight))])
        right = np.r_[target[i], -cost / np.sqrt(weight)]
        exact = lsq_linear(tall, right, (low, high), method="bvls", tol=1e-13)
        np.testing.assert_allclose(a[i], exact.x, atol=1e-5)


@pytest.mark.parametrize("size", [1, 3, 8])
def test_a_problem_does_not_depend_on_its_batch(size):
    matrix, target = problems(3, 24)
    together, rest = solve_box_least_squares(matrix, target, 0.1, 0.001, 1.0)
    for first in range(0, 24, size):
        part = slice(first, first + size)
        alone, left = solve_box_least_squares(matrix[part], target[part], 0.1, 0.001, 1.0)
        np.testing.assert_array_equal(alone, together[part])
        np.testing.assert_array_equal(left, rest[part])


def test_blocks_are_the_connected_parts():
    coupled = np.zeros((5, 5), bool)
    coupled[0, [0, 1]] = coupled[1, 1] = True  # muscles 0, 1 on joints 0, 1
    coupled[2, [2, 3]] = coupled[3, 3] = True  # muscles 2, 3 on joints 2, 3
    coupled[4, 4] = True
    blocks = find_blocks(coupled)
    assert sorted(b.muscles.shape for b in blocks) == [(1, 1), (2, 2)]
    pair = next(b for b in blocks if b.muscles.shape == (2, 2))
    np.testing.assert_array_equal(pair.muscles, [[0, 1], [2, 3]])
    np.testing.assert_array_equal(pair.dofs, [[0, 1], [2, 3]])


def test_blocks_together_solve_the_whole_problem():
    rng = np.random.default_rng(5)
    coupled = np.zeros((10, 5), bool)
    coupled[:4, :2] = coupled[4:8, 2:4] = coupled[8:, 4:] = True
    arm = rng.normal(size=(6, 10, 5)) * coupled
    capacity = rng.uniform(1.0, 3.0, (6, 10))
    torque, scale = rng.normal(size=(6, 5)), rng.uniform(0.5, 2.0, 5)
    linear_cost = rng.uniform(0.0, 0.05, (6, 10))
    a = StaticOptimiser(coupled, scale, 6, regularisation=0.1).activations(
        arm, capacity, torque, linear_cost
    )
    whole = (arm * capacity[:, :, None] / scale).transpose(0, 2, 1)
    exact, _ = solve_box_least_squares(
        np.ascontiguousarray(whole), torque / scale, 0.1, 0.001, 1.0, linear_cost=linear_cost
    )
    np.testing.assert_allclose(a, exact, atol=1e-6)
