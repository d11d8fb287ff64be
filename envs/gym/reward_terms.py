"""Terms of the reward: small functions of a walk's last policy step, (n,) each.

What a term is worth is its weight in the task (`task.REWARDS` are the defaults). The same functions
serve arrays and tensors of a device (`tensor_task`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..gaits.geometry import (
    arc_tangent,
    clip_any,
    exponential,
    mean_square,
    scalar_if_single,
    unstack,
)
from ..task.termination import LOAD
from .batch_task import BatchTask

Reward = Any  # (n,), or a number of a single walker
WIDEST = 0.13  # m between the ankles, sideways, that costs nothing
SPEED_TOLERANCE = 0.3  # of the commanded speed: half-width of the reward for it


def alive(walk: BatchTask) -> Reward:
    """1 for each policy step that the walker does not end by falling."""
    return 1.0 - fall(walk)


def speed(walk: BatchTask) -> Reward:
    """Near 1 at the commanded speed; exp(-((v - v*) / (0.3 v*))^2), v averaged over a stride.

    Standing earns exp(-11), next to nothing, at any command.
    """
    asked = walk.gait.asked
    off = (scalar_if_single(walk.mean_speed) - asked) / (SPEED_TOLERANCE * asked)
    return exponential(-(off * off))


def upright(walk: BatchTask) -> Reward:
    """Near 1 with the trunk upright and facing ahead: exp(-8 tilt^2 - 2 yaw^2)."""
    trunk = unstack(walk.sim.body_matrix[:, walk.sim.trunk])
    ahead, side, yaw = trunk[6], trunk[7], arc_tangent(trunk[3], trunk[0])
    return exponential(-8.0 * (ahead * ahead + side * side) - 2.0 * (yaw * yaw))


def effort(walk: BatchTask) -> Reward:
    """Mean squared activation of the muscles, or share of the motors' largest torques."""
    return scalar_if_single(walk.squared_exertion)


def action(walk: BatchTask) -> Reward:
    """Mean squared action."""
    return scalar_if_single(mean_square(walk.action))


def action_change(walk: BatchTask) -> Reward:
    """Mean squared change of the action since the policy step before."""
    return scalar_if_single(mean_square(walk.action - walk.action_before))


def fall(walk: BatchTask) -> Reward:
    """1 where the walker has fallen."""
    return 1.0 * scalar_if_single(walk.fallen)


def wide(walk: BatchTask) -> Reward:
    """Excess of the step's width over 13 cm, in units of 10 cm and squared, while both feet stand.

    Level walking has a width of 10 to 13 cm (Owings & Grabiner 2004, J Biomech 37:935, recalled);
    what learns with noise on its actions otherwise keeps its feet far apart.
    """
    stance, swing = walk.ankles
    excess = clip_any((abs(swing[:, 1] - stance[:, 1]) - WIDEST) / 0.1, 0.0, 2.0)
    stands = (walk.state.vertical_load > LOAD).all(1)
    return excess**2 * stands


TERMS: dict[str, Callable[[BatchTask], Reward]] = {
    term.__name__: term
    for term in (alive, speed, upright, effort, action, action_change, fall, wide)
}


def earned(walk: BatchTask) -> dict[str, Reward]:
    """Return the weighted terms of the last policy step's reward; their sum is the reward."""
    weights = walk.task.rewards.items()
    found = {name: weight * TERMS[name](walk) for name, weight in weights if weight}
    if not all(walk.sim.valid.tolist()):  # what has blown up may be no number
        found = {name: np.nan_to_num(value) for name, value in found.items()}
    return found


def earned_rows(walk: BatchTask) -> dict[str, np.ndarray]:
    """Return the same as arrays, (n,) each."""
    return {name: np.atleast_1d(value) for name, value in earned(walk).items()}
