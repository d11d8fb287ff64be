"""What a painful knee makes of muscles: those that press the knee together cost more.

Knee load can be spared in two ways. Where static optimisation shares torques out, add
`walker.knee_pain * knee_linear_cost(body)` to the linear cost of activation, whose mean over
muscles is then 1 for effort and `knee_pain` for the knee: co-contraction and two-joint muscles
about the knee give way to others. Where a gait is tuned, add `walker.knee_pain` times the peak knee
contact force in body weights to the cost: postures and step lengths that load the knee less win.
"""

from __future__ import annotations

import numpy as np

from .body import Body


def crosses_knee(body: Body) -> np.ndarray:
    """True where a muscle passes the knee, (muscles,): above it at one end, below at the other."""
    return np.array([_above_and_below(row.path) for row in body.muscles])


def _above_and_below(path: tuple[tuple[str, object], ...]) -> bool:
    below = [name.rsplit("_", 1)[0] in ("shank", "foot", "toes") for name, _ in path]
    return any(below) and not all(below)


def knee_linear_cost(body: Body) -> np.ndarray:
    """Price of activation for loading the knee, (muscles,): 0 for muscles that do not cross it.

    Proportional to the maximum force, for a muscle along the shank presses the knee together with
    all of its tension; the mean over all muscles is 1.
    """
    force = np.array([row.max_isometric_force_n for row in body.muscles])
    linear_cost = np.where(crosses_knee(body), force, 0.0)
    return linear_cost / linear_cost.mean()
