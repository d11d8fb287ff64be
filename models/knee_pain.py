"""Knee pain: muscles that compress the knee cost more.

Knee load can be spared in two ways. Where static optimisation shares torques out, add
`walker.knee_pain * knee_linear_cost(body)` to the linear cost of activation, whose mean over
muscles is then 1 for effort and `knee_pain` for the knee: co-contraction and two-joint muscles
about the knee give way to others. Where a gait is tuned, add `walker.knee_pain` times the peak knee
contact force in body weights to the cost: postures and step lengths that load the knee less win.
"""

from __future__ import annotations

import numpy as np

from ..sim.physics.spec_parts import SpecParts
from .body import Body


def crosses_knee(body: Body) -> np.ndarray:
    """True where a muscle passes the knee, (muscles,): above it at one end, below at the other."""
    below = _below(body.spec(), body.anatomy.knee_bodies)
    ends = [[part in below for part, _ in row.path] for row in body.muscles]
    return np.array([any(path) and not all(path) for path in ends])


def _below(spec: SpecParts, knees: tuple[str, str]) -> set[str]:
    found = set(knees)
    for part in spec.bodies[1:]:  # parents come before what hangs on them
        if part.parent.name in found:
            found.add(part.name)
    return found


def knee_linear_cost(body: Body) -> np.ndarray:
    """Linear cost of activation for loading the knee, (muscles,): 0 for muscles not crossing it.

    Proportional to the maximum force, for a muscle along the shank presses the knee together with
    all of its tension; the mean over all muscles is 1.
    """
    force = np.array([row.max_isometric_force_n for row in body.muscles])
    linear_cost = np.where(crosses_knee(body), force, 0.0)
    return linear_cost / linear_cost.mean()
