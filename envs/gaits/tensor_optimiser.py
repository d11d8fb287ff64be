"""Static optimisation for tensors on a device: `StaticOptimiser` in a fixed number of steps.

The problem, the multiplier and Newton's step with its exact search along the line are those of
`static_optimisation`. On the host who has converged is left alone and what has not after 30 steps
goes to scipy; here all take `STEPS` steps, for to ask who is done would be to wait for the device.
From the last control period's solution one to four are enough; a problem that is solved stays so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...sim.physics.static_optimisation import StaticOptimiser
from .tensor_state import TensorState

STEPS = 8  # of Newton's method


class TensorOptimiser:
    """Shares joint torques out to muscles, for n simulations, remembering the last solution.

    Args:
        optimiser: of the same body on the host. state: of the simulations.
    """

    def __init__(self, optimiser: StaticOptimiser, state: TensorState) -> None:
        import torch

        self._regularisation, self._lower = optimiser.regularisation, optimiser.lower
        self._blocks = [
            tuple(state.tensor(part) for part in (block.muscles, block.dofs, columns, scale))
            for block, columns, scale in zip(
                optimiser.blocks, optimiser.arms, optimiser.scale, strict=True
            )
        ]
        shapes = [(state.n, *block.dofs.shape) for block in optimiser.blocks]
        self._residual = [torch.zeros(shape, device=state.device) for shape in shapes]

    def begin(self, mask: Any) -> None:
        """Forget the last solution of simulations where `mask` (n,)."""
        for residual in self._residual:
            residual.masked_fill_(mask[:, None, None], 0.0)

    def activations(self, moment_arm: Any, capacity: Any, torque: Any, linear_cost: Any) -> Any:
        """Activations (n, muscles); arguments as of `StaticOptimiser.activations`."""
        n, out = len(torque), capacity.new_full(capacity.shape, self._lower)
        arms = moment_arm.reshape(n, -1)
        for (muscles, dofs, columns, scale), residual in zip(
            self._blocks, self._residual, strict=True
        ):
            matrix = arms[:, columns] * capacity[:, muscles][:, :, None, :] * scale[:, :, None]
            target = torque[:, dofs] * scale
            cost = linear_cost[:, muscles]
            problem = [part.flatten(0, 1) for part in (matrix, target, cost, residual)]
            a, rest = solve(problem, self._regularisation, self._lower)
            residual.copy_(rest.view(residual.shape))
            out[:, muscles.flatten()] = a.view(n, -1)
        return out


def solve(problem: Sequence[Any], regularisation: float, lower: float) -> tuple[Any, Any]:
    """Minimise 1/2 |B a - b|^2 + c . a + 1/2 r |a|^2 over lower <= a <= 1, m at once.

    Args:
        problem: B (m, d, k), b (m, d), c (m, k) and the start value of the residual (m, d).
        regularisation: r. lower: least activation.

    Returns:
        a (m, k) and the residual b - B a (m, d).
    """
    import torch

    linalg: Any = torch.linalg
    matrix, target, linear_cost, lam = problem
    root = regularisation**0.5  # muscles in units of 1 / root: their square then weighs 1
    scaled, least, most = matrix / root, lower * root, root
    identity = torch.eye(matrix.shape[1], dtype=matrix.dtype, device=matrix.device)
    drive = _times(lam, scaled) - linear_cost / root
    for _ in range(STEPS):
        a = drive.clamp(least, most)
        gradient = lam - target + (scaled @ a[:, :, None])[:, :, 0]
        free = (drive == a).to(matrix.dtype)
        hessian = (scaled * free[:, None, :]) @ scaled.transpose(1, 2) + identity
        factor = linalg.cholesky_ex(hessian).L
        step = torch.cholesky_solve(gradient[:, :, None], factor)[:, :, 0]
        fall = _times(step, scaled)
        share = _share(drive, fall, a, (least, most), -(gradient * step).sum(1), (step**2).sum(1))
        lam, drive = lam - share * step, drive - share * fall
    a = (drive.clamp(least, most) / root).clamp(lower, 1.0)
    return a, target - (matrix @ a[:, :, None])[:, :, 0]


def _times(rows: Any, matrix: Any) -> Any:
    """Rows (m, d) times matrices (m, d, k): (m, k)."""
    return (rows[:, None, :] @ matrix)[:, 0]


def _share(
    drive: Any, fall: Any, a: Any, bounds: tuple[float, float], slope: Any, square: Any
) -> Any:
    """Share (m, 1) of a step to be taken: all of it, or where that overshoots the least on the way.

    As `static_optimisation` has it: the slope along the step starts at `slope` < 0 and grows with
    it, by `square` and by fall^2 for each muscle while that is between its bounds.
    """
    import torch

    after = (drive - fall).clamp(*bounds)
    far = slope + square - (fall * (after - a)).sum(1) > -0.5 * slope
    divisor = torch.where(fall == 0.0, 1.0, fall)  # a muscle that does not move adds nothing
    first, second = (drive - bounds[0]) / divisor, (drive - bounds[1]) / divisor
    events = torch.cat([first.minimum(second), first.maximum(second)], 1).clamp(0.0, 1.0)
    events = torch.nn.functional.pad(events, (1, 0))
    growth = torch.cat([square[:, None], fall * fall, -fall * fall], 1)
    events, order = events.sort(1)
    growth = growth.gather(1, order).cumsum(1)
    way = growth[:, :-1] * (events[:, 1:] - events[:, :-1])
    at = torch.cat([slope[:, None], way], 1).cumsum(1)  # slope at each event
    i = ((at < 0.0).sum(1, keepdim=True) - 1).clamp(min=0)
    least = events.gather(1, i) - at.gather(1, i) / growth.gather(1, i)
    return torch.where(far[:, None], least, 1.0)
