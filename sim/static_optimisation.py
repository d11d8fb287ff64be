r"""Joint torques to muscle activations: batched, warm-started, exact static optimisation.

For each simulation, with `B = S A` (scaled torque per activation) and `b = S tau`,

    minimise  1/2 |B a - b|^2 + price . a + 1/2 reg |a|^2   with  lo <= a <= hi.

The square shares load out among muscles; the price (linear, as metabolic cost nearly is) keeps
muscles silent that would add little. With the residual as multiplier, `lam = b - B a`, the optimum
is `a = clip((B^T lam - price) / reg, lo, hi)`, so that the only unknown is `lam`, with as many
entries as joints (7 a leg) and not as many as muscles. `F(lam) = lam + B a(lam) - b` is the
gradient of a strictly convex, piecewise quadratic function; a semismooth Newton method (Qi & Sun
1993, Math. Program. 58:353) with a line search solves it, most often in 2-5 steps from the last
solution. A simulation that has converged is left alone, so a result depends on that simulation
only, never on what else is in the batch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import lsq_linear
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components


def solve_box_least_squares(
    matrix: np.ndarray,
    target: np.ndarray,
    reg: float | np.ndarray,
    lower: float | np.ndarray,
    upper: float | np.ndarray,
    multiplier: np.ndarray | None = None,
    price: float | np.ndarray = 0.0,
    tolerance: float = 1e-6,
    iterations: int = 30,
) -> tuple[np.ndarray, np.ndarray]:
    """Minimise 1/2 |B a - b|^2 + price . a + 1/2 reg |a|^2 over lower <= a <= upper, m at once.

    Args:
        matrix: B, (m, d, k). target: b, (m, d).
        reg: weight of |a|^2 > 0, scalar or (m, 1) or (m, k). lower, upper: bounds, same shapes.
        price: of activation, >= 0, same shapes.
        multiplier: start value of the residual, (m, d), or None.
        tolerance: largest entry of F at which a problem is solved.
        iterations: Newton steps at most; what is left then goes to scipy, one by one.

    Returns:
        a (m, k) and the residual b - B a (m, d), the next call's `multiplier`.
    """
    transposed = matrix.transpose(0, 2, 1)
    identity = np.eye(matrix.shape[1])
    reg, lower, upper, price = (
        np.asarray(x, dtype=matrix.dtype) for x in (reg, lower, upper, price)
    )
    if multiplier is None:  # as if no muscle were at a bound
        weighted = matrix / (np.broadcast_to(reg, matrix.shape[::2])[:, None, :])
        lam = np.linalg.solve(identity + weighted @ transposed, target[:, :, None])[:, :, 0]
    else:
        lam = multiplier.copy()
    drive = ((transposed @ lam[:, :, None])[:, :, 0] - price) / reg
    a = np.clip(drive, lower, upper)
    gradient = lam + (matrix @ a[:, :, None])[:, :, 0] - target
    todo = np.flatnonzero(np.abs(gradient).max(1) > tolerance)
    for _ in range(iterations):
        if not todo.size:
            break
        sub = matrix[todo]
        free = (drive[todo] == a[todo]).astype(matrix.dtype)
        weight = free / (np.broadcast_to(reg, a.shape)[todo] if reg.ndim else reg)
        hessian = identity + (sub * weight[:, None, :]) @ sub.transpose(0, 2, 1)
        step = -np.linalg.solve(hessian, gradient[todo][:, :, None])[:, :, 0]
        _advance(lam, step, drive, a, gradient, matrix, target, (reg, lower, upper, price), todo)
        todo = todo[np.abs(gradient[todo]).max(1) > tolerance]
    bounds = [np.broadcast_to(x, a.shape) for x in (reg, lower, upper, price)]
    for i in todo:  # about one cold start in a thousand
        a[i] = _solve_one(matrix[i], target[i], *(x[i] for x in bounds))
    return a, target - (matrix @ a[:, :, None])[:, :, 0]


def _solve_one(matrix, target, reg, lower, upper, price) -> np.ndarray:
    """Solve one problem by scipy's bounded-variable least squares: slow, and never stuck."""
    tall = np.vstack([matrix, np.diag(np.sqrt(reg))])
    right = np.concatenate([target, -price / np.sqrt(reg)])
    found = lsq_linear(tall, right, (lower, upper), method="bvls", tol=1e-13).x
    return np.clip(found, lower, upper)  # scipy may pass a bound by a rounding error


def _advance(lam, step, drive, a, gradient, matrix, target, bounds, todo) -> None:
    """Take the Newton step of the problems `todo`, shortened where it overshoots.

    The function of the module's head is convex along the step, its slope there starts at -slope0
    and never falls. A step after which it exceeds slope0 / 2 is bracketed and bisected until the
    slope lies within half of slope0 around zero.
    """
    left, start, move = todo, lam[todo], step
    slope0 = -(gradient[todo] * step).sum(1)  # > 0
    scale, low, high = np.ones(len(todo)), np.zeros(len(todo)), np.ones(len(todo))
    for trial in range(20):
        reg, lower, upper, price = (
            np.broadcast_to(x, a.shape)[left] if x.ndim else x for x in bounds
        )
        sub = matrix[left]
        lam[left] = start + scale[:, None] * move
        drive[left] = ((sub.transpose(0, 2, 1) @ lam[left][:, :, None])[:, :, 0] - price) / reg
        a[left] = np.clip(drive[left], lower, upper)
        gradient[left] = lam[left] + (sub @ a[left][:, :, None])[:, :, 0] - target[left]
        slope = (gradient[left] * move).sum(1)
        bad = (slope > 0.5 * slope0) | ((slope < -0.5 * slope0) & (trial > 0))
        if not bad.any():
            return
        over = slope > 0
        high, low = np.where(over, scale, high)[bad], np.where(over, low, scale)[bad]
        left, start, move, slope0 = left[bad], start[bad], move[bad], slope0[bad]
        scale = 0.5 * (low + high)


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
    muscles, dofs = coupled.shape
    graph = csr_array(
        np.block(
            [
                [np.zeros((muscles, muscles), bool), coupled],
                [coupled.T, np.zeros((dofs, dofs), bool)],
            ]
        )
    )
    count, label = connected_components(graph, directed=False)
    by_shape: dict[tuple[int, int], list[tuple[np.ndarray, np.ndarray]]] = {}
    for i in range(count):
        members = np.flatnonzero(label[:muscles] == i)
        joints = np.flatnonzero(label[muscles:] == i)
        if members.size and joints.size:
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
        n: simulations. reg: weight of squared activation. lower: least activation.
    """

    def __init__(
        self,
        coupled: np.ndarray,
        torque_scale: np.ndarray,
        n: int,
        reg: float = 0.1,
        lower: float = 0.001,
    ) -> None:
        self.blocks = find_blocks(coupled)
        self.scale = 1.0 / np.asarray(torque_scale, float)
        self.reg, self.lower = reg, lower
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
        price: np.ndarray,
    ) -> np.ndarray:
        """Activations (n, muscles) whose active torques come nearest to `torque`.

        Args:
            moment_arm: (n, muscles, dofs) [m], torque per newton of tension.
            capacity: (n, muscles) [N] active tension at full activation.
            torque: (n, dofs) [N.m], less what passive tension gives.
            price: (n, muscles), linear price of activation.
        """
        n = len(torque)
        out = np.empty_like(capacity)
        for block, residual in zip(self.blocks, self._residual, strict=True):
            copies, k = block.muscles.shape
            d = block.dofs.shape[1]
            scale = self.scale[block.dofs]  # (copies, d)
            arm = moment_arm[:, block.muscles[:, :, None], block.dofs[:, None, :]]
            arm = arm * capacity[:, block.muscles][..., None] * scale[:, None, :]
            matrix = np.ascontiguousarray(arm.transpose(0, 1, 3, 2)).reshape(n * copies, d, k)
            target = (torque[:, block.dofs] * scale).reshape(n * copies, d)
            start = residual.reshape(n * copies, d)
            cost = price[:, block.muscles].reshape(n * copies, k)
            a, rest = solve_box_least_squares(
                matrix, target, self.reg, self.lower, 1.0, start, cost
            )
            residual[:] = rest.reshape(residual.shape)
            out[:, block.muscles] = a.reshape(n, copies, k)
        return out
