"""Walks on every surface of the catalogue, and the ground that recordings lay again."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from retrowalk.envs.task.technique import Technique
from retrowalk.envs.task.termination import has_fallen
from retrowalk.experiments.rollout.ground import (
    check_ground,
    recorded_ground,
    surface_of,
)
from retrowalk.experiments.rollout.trial_batch import TrialBatch
from retrowalk.experiments.rollout.trials import rollout_cell
from retrowalk.experiments.study.load import check_config
from retrowalk.experiments.study.plan import Cell, TrialSpec, make_plan, trial_seeds
from retrowalk.models.walker import Walker
from retrowalk.models.yaml_source import parse_yaml
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.ground.presets import PRESETS
from retrowalk.sim.ground.surface import Surface
from retrowalk.sim.measures import measure

SPEED = {"backward": 0.6, "forward": 0.8}


def cell_on(name: str, duration_s: float, direction: str = "backward", **more) -> Cell:
    """Return a cell on the surface `name`."""
    technique = Technique(speed_m_per_s=SPEED[direction])
    return Cell(
        0,
        "x",
        (),
        direction,
        "human",
        Walker(),
        name,
        "scripted",
        technique,
        "",
        duration_s,
        **more,
    )


def trials(n: int) -> list[TrialSpec]:
    """Return n trials."""
    return [TrialSpec(i, i, seed) for i, seed in enumerate(trial_seeds(4321, n))]


@pytest.mark.parametrize("direction", SPEED)
@pytest.mark.parametrize("name", PRESETS)
def test_two_seconds_on_every_surface_without_a_warning(name, direction):
    cell = cell_on(name, 2.0, direction)
    batch = TrialBatch(cell, trials(3))
    sim, gait = batch.sim, batch.gait
    substeps = round(gait.control_period_s / sim.time_step)
    start = sim.points[..., 2] - sim.ground_height(sim.points[..., :2].reshape(3, -1, 2)).reshape(
        3, 2, -1
    )
    np.testing.assert_allclose(start[:, :, :-1].min((1, 2)), 0.0, atol=1e-6)
    deepest, fallen = 0.0, np.zeros(3, bool)
    for _ in range(round(2.0 / gait.control_period_s)):
        sim.ctrl[:] = gait.excite(sim)
        sim.step(substeps)
        fallen |= sim.valid & has_fallen(sim)
        points = sim.points[:, :, :-1].reshape(3, -1, 3)
        up = sim.qpos[:, 2] - sim.ground_height(sim.qpos[:, None, :2])[:, 0] > 0.7
        below = sim.ground_height(points[..., :2]) - points[..., 2]
        if sim.ground is not None and sim.ground.raised is None and up.any():
            deepest = max(deepest, below[up].max())
    assert (sim.valid | fallen).all()  # what breaks after a fall is of no account: rollout
    assert not sim._batch.warnings[:, :, 1].any()
    surface = surface_of(cell)
    assert deepest < (3 * surface.indentation_m if surface.indentation_m else 0.015)


def test_a_trial_has_the_same_ground_and_walk_in_any_batch():
    cell = cell_on("trail", 2.0)
    both = rollout_cell(cell, trials(3), 1)
    alone = rollout_cell(cell, trials(3)[2:], 1)
    np.testing.assert_array_equal(both["qpos"].values[2], alone["qpos"].values[0])


@pytest.mark.parametrize("name", ["rough-2cm", "kerbs-10cm", "incline-5pct", "treadmill"])
def test_recorded_ground_is_what_was_walked_on(name):
    cell = cell_on(name, 1.5)
    sim = TrialBatch(cell, trials(2)).sim
    recording = rollout_cell(cell, trials(2), 1)
    again = recorded_ground(recording)
    xy = np.random.default_rng(0).uniform([-4, -0.2], [0.5, 0.2], (2, 500, 2))
    np.testing.assert_array_equal(again.height(xy), sim.ground_height(xy))


def test_walking_on_a_belt_equals_walking_over_ground():
    """The same gait and seeds: speed, step length, cadence and double support within 5 %."""
    columns = ["speed_m_per_s", "step_length_m", "cadence_steps_per_min", "stance_fraction"]
    means = {}
    for name in ("flat", "treadmill"):
        recording = rollout_cell(cell_on(name, 10.0), trials(4), 1)
        rows, _ = measure(recording)
        up = ~recording["fell"].values
        assert up.sum() >= 3
        means[name] = rows.loc[up, columns].mean()
        if name == "treadmill":
            assert np.abs(recording["com_position_m"].values[up, -1, 0]).max() < 0.8
    np.testing.assert_allclose(means["treadmill"], means["flat"], rtol=0.05)


def test_leaving_the_belt_is_told_from_falling():
    """A gait at 0.6 m/s on a belt that stands leaves it at the front, upright."""
    config = """
name: standing-belt
technique: {speed_m_per_s: 0.6}
surface: treadmill
treadmill: {front_bar: false, workout: [{at_s: 0, speed_m_per_s: 0}]}
duration_s: 5
"""
    (cell,) = make_plan(check_config(parse_yaml(config, "standing.yaml"))).cells
    recording = rollout_cell(cell, trials(2), 1)
    assert recording["fell"].values.all()
    assert recording["left_belt"].values.all()
    assert (recording["time_to_fall_s"].values < 3.0).all()


def test_factors_change_the_surface():
    config = """
name: rough
technique: {speed_m_per_s: 0.6}
surface: {slope: 0.02}
factors: {roughness_m: [0.0, 0.03], friction: [0.9, 0.3]}
"""
    cells = make_plan(check_config(parse_yaml(config, "rough.yaml"))).cells
    assert [surface_of(cell).roughness_m for cell in cells] == [0.0, 0.0, 0.03, 0.03]
    assert {surface_of(cell).slope for cell in cells} == {0.02}
    assert {cell.surface for cell in cells} == {"flat (changed)"}


def test_ground_that_nobody_can_walk_on_is_refused_before_it_is_laid():
    small = Walker(name="small", height_m=1.45)
    cell = cell_on("obstacles-5cm", 2.0, ground=Surface(obstacle_height_m=0.39))
    with pytest.raises(ConfigError, match="obstacle_height_m"):
        check_ground(replace(cell, walker=small))
    with pytest.raises(ConfigError, match="m at most"):
        check_ground(cell_on("rough-1cm", 3600.0))


def test_a_height_field_costs_less_than_twice_flat_ground():
    """Processor time of the backend alone, in turns: the same walkers, states and controls."""
    grounds = ("flat", "rough-2cm", "cobbles-3cm")
    batches = [TrialBatch(cell_on(name, 3.0), trials(8)) for name in grounds]
    spent = np.empty((300, len(grounds)))
    for row in spent:
        for ground, batch in enumerate(batches):
            batch.sim.ctrl[:] = batch.gait.excite(batch.sim)
            before = time.thread_time()
            batch.sim._batch.step(2)
            row[ground] = time.thread_time() - before
    costs = dict(zip(grounds, np.median(spent, axis=0), strict=True))
    assert max(costs["rough-2cm"], costs["cobbles-3cm"]) < 2.0 * costs["flat"]


@pytest.mark.parametrize("name", PRESETS)
def test_every_surface_is_in_the_documents_with_a_picture(name, root):
    page = (root / "docs" / "world" / "surfaces.md").read_text("utf-8")
    assert f"images/surfaces/{name}.png" in page
    assert PRESETS[name].description in page
    assert (root / "docs" / "images" / "surfaces" / f"{name}.png").stat().st_size > 10_000
