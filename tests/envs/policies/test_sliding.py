"""What a walker feels of its feet's sliding."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from retrowalk.envs.gaits.gait_files import gait_table
from retrowalk.envs.gym.batch_task import BatchTask
from retrowalk.envs.policies.sliding import STRIDE_S, Sliding
from retrowalk.envs.task.task import Task

PERIOD_S = 0.02


def feet(x: float, belt: float = 0.0) -> Any:
    """Two walkers' feet: heel, toe, ankle; the left heel lowest, all load on it; at `x` [m]."""
    points = np.zeros((2, 2, 3, 3))
    points[..., 0] = x
    points[:, 0, 1, 0] = 7.0 * x  # the left toe, which is up in the air
    height = np.array([[0.0, 0.1], [0.2, 0.2]])
    points[:, :, :2, 2] = height
    return SimpleNamespace(
        points=points,
        ground_travel=np.full(2, belt),
        sole_height=points[:, :, :2, 2],
        vertical_load=np.array([[700.0, 0.0]] * 2),
    )


def test_the_lowest_point_tells_how_fast_a_foot_slides():
    sliding = Sliding(2, PERIOD_S)
    sliding.rest(feet(0.0), np.arange(2))
    sliding.note(feet(0.01))
    assert np.allclose(sliding.velocity[:, 0], [0.5, 0.0])
    assert np.allclose(sliding.lately, 0.5 * PERIOD_S / STRIDE_S)
    sliding.rest(feet(0.01), np.array([1]))
    assert np.allclose(sliding.lately, [0.5 * PERIOD_S / STRIDE_S, 0.0])


def test_a_foot_that_rides_on_a_belt_does_not_slide():
    sliding = Sliding(2, PERIOD_S)
    sliding.rest(feet(0.0), np.arange(2))
    sliding.note(feet(0.01, belt=0.01))
    assert np.allclose(sliding.velocity[:, 0], 0.0)


def test_on_ice_more_slip_is_felt_than_on_a_dry_floor():
    table, felt = gait_table("backward"), []
    for friction in (0.9, 0.1):
        task = Task(slip=True, surfaces=({"friction": friction},))  # pyright: ignore[reportArgumentType]
        walk = BatchTask(task, task.surfaces[0], table, [0, 1, 2, 3])
        walk.reset(np.arange(4))
        for _ in range(30):
            walk.step(np.zeros((4, len(walk.actions.names))))
        felt.append(walk.observe()[:, _column(walk)].mean())
    assert felt[0] < 0.05
    assert felt[1] > 2.0 * felt[0]


def _column(walk: BatchTask) -> int:
    names = [f"{name}.{c}" for name, term in walk.terms.items() for c in term.columns]
    return names.index("slip.lately")
