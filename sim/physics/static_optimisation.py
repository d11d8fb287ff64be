r"""Joint torques to muscle activations: batched, warm-started, exact static optimisation.

For each simulation, with `B = S A` (scaled torque per activation) and `b = S tau`,

    minimise  1/2 |B a - b|^2 + c . a + 1/2 r |a|^2   with  lo <= a <= hi.

The square shares load out among muscles; the linear cost (metabolic cost is nearly linear) keeps
muscles silent that would add little. With the residual as multiplier, `lam = b - B a`, the optimum
is `a = clip((B^T lam - c) / r, lo, hi)`, so that the only unknown is `lam`, with as many
entries as joints (7 a leg) and not as many as muscles. `F(lam) = lam + B a(lam) - b` is the
gradient of a strictly convex, piecewise quadratic function; a semismooth Newton method (Qi & Sun
1993, Math. Program. 58:353) solves it, most often in 1-4 steps from the last solution. Where a
step overshoots, it ends at the least of that function along it, which is found exactly: its slope
there is piecewise linear. A simulation that has converged is left alone, so a result depends on
that simulation only, never on what else is in the batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np


def solve_box_least_squares(
    matrix: np.ndarray,
    target: np.ndarray,
    regularisation: float | np.ndarray,
    lower: float | np.ndarray,
    upper: float | np.ndarray,
    multiplier: np.ndarray | None = None,
    linear_cost: float | np.ndarray = 0.0,
    tolerance: float = 1e-6,
    iterations: int = 30,
) -> tuple[np.ndarray, np.ndarray]:
    """Minimise 1/2 |B a - b|^2 + c . a + 1/2 r |a|^2 over lower <= a <= upper, m at once.

    Args:
        matrix: B, (m, d, k). target: b, (m, d).
        regularisation: r > 0, weight of |a|^2, scalar or (m, 1) or (m, k).
        lower, upper: bounds, same shapes.
        linear_cost: c >= 0, of activation, same shapes.
        multiplier: start value of the residual, (m, d), or None.
        tolerance: length of F at which a problem is solved.
        iterations: Newton steps at most; what is left then goes to scipy, one by one.

    Returns:
        a (m, k) and the residual b - B a (m, d), the next call's `multiplier`.
    """
    shape = matrix.shape[::2]
    given = (regularisation, lower, upper, linear_cost)
    regularisation, lower, upper, linear_cost = (
        np.broadcast_to(x, shape) if x.ndim and x.shape != shape else x
        for x in (np.asarray(x, dtype=matrix.dtype) for x in given)
    )
    root = np.sqrt(regularisation)  # muscles in units of 1 / root: their square then weighs 1
    scaled = matrix / (root[:, None, :] if root.ndim else root)
    if multiplier is None:  # as if no muscle were at a bound
        hessian = np.eye(matrix.shape[1]) + scaled @ scaled.transpose(0, 2, 1).copy()
        multiplier = np.linalg.solve(hessian, target[:, :, None])[:, :, 0]
    drive = np.vecmat(multiplier, scaled) - linear_cost / root
    found, left = _newton(
        scaled, target, drive, multiplier, (lower * root, upper * root), tolerance, iterations
    )
    a = np.minimum(np.maximum(found / root, lower), upper)
    for i in left:
        bounds = (np.broadcast_to(x, shape)[i] for x in (regularisation, lower, upper, linear_cost))
        a[i] = _solve_one(matrix[i], target[i], *bounds)
    return a, target - np.matvec(matrix, a)


def _newton(
    matrix: np.ndarray,
    target: np.ndarray,
    drive: np.ndarray,
    lam: np.ndarray,
    bounds: tuple[np.ndarray, np.ndarray],
    tolerance: float,
    iterations: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Solve the problems with r = 1, `drive` (m, k) that which the multiplier `lam` gives.

    Only problems that are not yet solved take part in a step. Returns a (m, k) and the indices of
    problems that are left unsolved.
    """
    lower, upper = bounds
    identity = np.eye(matrix.shape[1])
    a = np.minimum(np.maximum(drive, lower), upper)
    gradient = lam - target + np.matvec(matrix, a)
    solution, todo = a.copy(), np.arange(len(a))
    for _ in range(iterations):
        (keep,) = (np.vecdot(gradient, gradient) > tolerance**2).nonzero()
        if len(keep) < len(todo):
            solution[todo] = a
            todo, matrix, drive, a, gradient = _taken((todo, matrix, drive, a, gradient), keep)
            lower, upper = _taken((lower, upper), keep)
        if not len(todo):
            return solution, todo
        free = (drive == a).astype(matrix.dtype)
        step = _step(matrix, free, identity, gradient)
        fall = np.vecmat(step, matrix)
        moved = drive - fall
        after = np.minimum(np.maximum(moved, lower), upper)
        slope, square = -np.vecdot(gradient, step), np.vecdot(step, step)
        (far,) = (slope + square - np.vecdot(fall, after - a) > -0.5 * slope).nonzero()
        if len(far):
            ends = _taken((lower, upper), far)
            share = _least(drive[far], fall[far], ends, slope[far], square[far])[:, None]
            step[far] *= share
            moved[far] = drive[far] - share * fall[far]
            after = np.minimum(np.maximum(moved, lower), upper)
        gradient = gradient - step + np.matvec(matrix, after - a)
        drive, a = moved, after
    solution[todo] = a
    return solution, todo[np.vecdot(gradient, gradient) > tolerance**2]


def _step(
    matrix: np.ndarray, free: np.ndarray, identity: np.ndarray, gradient: np.ndarray
) -> np.ndarray:
    """Return what Newton takes away from the multipliers (m, joints); `free` muscles (m, k)."""
    hessian = (matrix * free[:, None, :]) @ matrix.transpose(0, 2, 1)
    hessian += identity
    return np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]


def _taken(arrays: Iterable[np.ndarray], rows: np.ndarray) -> list[np.ndarray]:
    """Return `rows` of each array, and what holds for all rows as it is."""
    return [array.take(rows, 0) if array.ndim else array for array in arrays]


def _least(
    drive: np.ndarray,
    fall: np.ndarray,
    bounds: Sequence[np.ndarray],
    slope: np.ndarray,
    square: np.ndarray,
) -> np.ndarray:
    """Share t (m,) of a step at which the function of the module's head is least along it.

    Its slope starts at `slope` < 0 and grows with t, by `square` and by fall^2 for each muscle
    while that is between its bounds. At the step's end it is above zero.
    """
    m, k = drive.shape
    lower, upper = bounds
    divisor = np.where(fall == 0.0, 1.0, fall)  # a muscle that does not move adds nothing
    first, second = (drive - lower) / divisor, (drive - upper) / divisor
    events, growth = np.zeros((m, 2 * k + 1)), np.empty((m, 2 * k + 1))
    np.minimum(first, second, out=events[:, 1 : k + 1])
    np.maximum(first, second, out=events[:, k + 1 :])
    np.minimum(np.maximum(events, 0.0, out=events), 1.0, out=events)
    growth[:, 0] = square
    np.negative(np.square(fall, out=growth[:, 1 : k + 1]), out=growth[:, k + 1 :])
    rows = np.arange(len(drive))
    order: np.ndarray = events.argsort(1) + (2 * k + 1) * rows[:, None]
    events, growth = events.take(order), growth.take(order).cumsum(1)
    at = np.empty_like(events)  # slope at each event
    at[:, 0] = slope
    np.multiply(growth[:, :-1], events[:, 1:] - events[:, :-1], out=at[:, 1:])
    at = at.cumsum(1)
    i = np.maximum((at < 0.0).sum(1) - 1, 0)
    return events[rows, i] - at[rows, i] / growth[rows, i]


def _solve_one(
    matrix: np.ndarray,
    target: np.ndarray,
    regularisation: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    linear_cost: np.ndarray,
) -> np.ndarray:
    """Solve one problem by scipy's bounded-variable least squares: slow, and never stuck."""
    from scipy.optimize import lsq_linear  # half a second to import, and hardly ever needed

    tall = np.vstack([matrix, np.diag(np.sqrt(regularisation))])
    right = np.concatenate([target, -linear_cost / np.sqrt(regularisation)])
    found = lsq_linear(tall, right, (lower, upper), method="bvls", tol=1e-13).x
    return np.clip(found, lower, upper)  # scipy may pass a bound by a rounding error


def _of_block(values: np.ndarray, muscles: np.ndarray) -> np.ndarray:
    """Values (n, all muscles) of a block's `muscles` (copies, k): (n * copies, k)."""
    return values.take(muscles, axis=1).reshape(-1, muscles.shape[1])


@dataclass(frozen=True)
class Block:
    """Muscles and joints that share no moment arm with the rest; `copies` of equal shape.

    Attributes:
        muscles: (copies, k) actuator indices. dofs: (copies, d) indices into the given torques.
    """

    muscles: np.ndarray
    dofs: np.ndarray


def find_blocks(coupled: np.ndarray) -> tuple[Block, ...]:
    """Split muscles into independent blocks by which joints they cross.

    Args:
        coupled: (muscles, dofs) bool, True where a muscle has a moment arm.

    Returns:
        Blocks, those of equal shape (left and right leg) together. Joints without muscles are left
        out.
    """
    left = list(range(len(coupled)))
    by_shape: dict[tuple[int, int], list[tuple[np.ndarray, np.ndarray]]] = {}
    while left:
        members = np.arange(len(coupled)) == left[0]
        joints = np.zeros(coupled.shape[1], bool)
        while (found := coupled[members].any(0)).sum() > joints.sum():
            joints = found
            members |= coupled[:, joints].any(1)
        members, joints = np.flatnonzero(members), np.flatnonzero(joints)
        left = [muscle for muscle in left if muscle not in members]
        if joints.size:
            by_shape.setdefault((members.size, joints.size), []).append((members, joints))
    return tuple(
        Block(np.stack([m for m, _ in group]), np.stack([d for _, d in group]))
        for group in by_shape.values()
    )


class StaticOptimiser:
    """Shares joint torques out to muscles, for n simulations, remembering the last solution.

    Args:
        coupled: (muscles, dofs) bool; see `find_blocks`.
        torque_scale: (dofs,) [N.m], the torque error that counts as 1.
        n: simulations. regularisation: weight of squared activation. lower: least activation.

    Attributes:
        blocks, regularisation, lower: as above. scale, arms: of each block, (copies, d) 1 over
            the torque scale, and (copies, d, k) places of moment arms in a row of (muscles, dofs).
    """

    def __init__(
        self,
        coupled: np.ndarray,
        torque_scale: np.ndarray,
        n: int,
        regularisation: float = 0.1,
        lower: float = 0.001,
    ) -> None:
        self.blocks = find_blocks(coupled)
        self.regularisation, self.lower = regularisation, lower
        scale = 1.0 / np.asarray(torque_scale, float)
        self.scale = [scale[b.dofs] for b in self.blocks]
        columns = np.arange(coupled.size).reshape(coupled.shape)
        self.arms = [columns[b.muscles[:, None, :], b.dofs[:, :, None]] for b in self.blocks]
        self._residual = [np.zeros((n, *b.dofs.shape)) for b in self.blocks]

    def reset(self, ids: np.ndarray) -> None:
        """Forget the last solution of simulations `ids`."""
        for residual in self._residual:
            residual[ids] = 0.0

    def activations(
        self,
        moment_arm: np.ndarray,
        capacity: np.ndarray,
        torque: np.ndarray,
        linear_cost: np.ndarray,
        regularisation: np.ndarray | None = None,
        lower: np.ndarray | None = None,
        upper: np.ndarray | None = None,
    ) -> np.ndarray:
        """Activations (n, muscles) whose active torques come nearest to `torque`.

        Args:
            moment_arm: (n, muscles, dofs) [m], torque per newton of tension.
            capacity: (n, muscles) [N] active tension at full activation.
            torque: (n, dofs) [N.m], less what passive tension gives.
            linear_cost: (n, muscles), of activation.
            regularisation: (n, muscles), weight of squared activation; None: the optimiser's own.
            lower, upper: (n, muscles) bounds; None for the optimiser's own least, and 1.

        A muscle without a moment arm gets the least activation.
        """
        n = len(torque)
        out = np.full_like(capacity, self.lower)
        arms = moment_arm.reshape(n, -1)
        parts = zip(self.blocks, self.arms, self.scale, self._residual, strict=True)
        for block, columns, scale, residual in parts:
            (copies, k), d = block.muscles.shape, block.dofs.shape[1]
            matrix = arms.take(columns, axis=1)  # (n, copies, d, k)
            matrix *= capacity.take(block.muscles, axis=1)[:, :, None, :]
            matrix *= scale[:, :, None]
            target = (torque.take(block.dofs, axis=1) * scale).reshape(n * copies, d)
            of_block = partial(_of_block, muscles=block.muscles)
            a, rest = solve_box_least_squares(
                matrix.reshape(n * copies, d, k),
                target,
                self.regularisation if regularisation is None else of_block(regularisation),
                self.lower if lower is None else of_block(lower),
                1.0 if upper is None else of_block(upper),
                residual.reshape(n * copies, d),
                of_block(linear_cost),
            )
            residual[:] = rest.reshape(residual.shape)
            out[:, block.muscles] = a.reshape(n, copies, k)
        return out
