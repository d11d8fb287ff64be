"""The player's ground is the trial's own: same heights, same patches, and feet stand on it."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
import xarray as xr

from retrowalk.experiments.drawing.bodies import compile_body
from retrowalk.experiments.drawing.ground_mesh import drawn_ground, laid_ground
from retrowalk.experiments.drawing.scene_parts import DrawnGround
from retrowalk.experiments.replay.scene import track
from retrowalk.experiments.rollout.ground import (
    ground_attributes,
    recorded_ground,
)
from retrowalk.experiments.rollout.trials import rollout_cell
from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.plan import make_plan
from retrowalk.sim.ground.presets import PRESETS

LENGTH_M = 9.0


def planned(surface: str, seconds: float = 20.0):
    given = {"name": "x", "surface": surface, "trials": 1, "duration_s": seconds, "seed": 2}
    config = ExperimentConfig.model_validate(given | {"technique": {"speed_m_per_s": 0.6}})
    plan = make_plan(config)
    return plan.cells[0], plan.trials(plan.cells[0])


def bare_recording(surface: str) -> xr.Dataset:
    """What a recording tells of its ground, and a straight way over it."""
    cell, trials = planned(surface)
    walked = xr.Dataset({"seed": trials[0].seed, "travel_sign": -1.0})
    return walked.assign_attrs(ground_attributes(cell))


def numbers(packed: str, kind: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed), kind).astype(float)


def drawn_height(drawn: DrawnGround, xy: np.ndarray) -> np.ndarray:
    """Height (k,) of what is drawn at points (k, 2), found as the player's script finds it."""
    if "mesh" not in drawn:
        level, slope, cross = drawn["plane"]
        return level + slope * xy[:, 0] + cross * xy[:, 1]
    mesh = drawn["mesh"]
    x, y = numbers(mesh["x"], "<f4"), numbers(mesh["y"], "<f4")
    high = mesh["step"] * numbers(mesh["height"], "<i2").reshape(len(x), len(y))
    i = (np.searchsorted(x, xy[:, 0], side="right") - 1).clip(0, len(x) - 2)
    j = (np.searchsorted(y, xy[:, 1], side="right") - 1).clip(0, len(y) - 2)
    u = (xy[:, 0] - x[i]) / (x[i + 1] - x[i])
    v = (xy[:, 1] - y[j]) / (y[j + 1] - y[j])
    first, last = high[i, j], high[i + 1, j + 1]
    lower = first + u * (high[i + 1, j] - first) + v * (last - high[i + 1, j])
    upper = first + v * (high[i, j + 1] - first) + u * (last - high[i, j + 1])
    return np.where(u >= v, lower, upper)


@pytest.mark.parametrize("surface", [name for name in PRESETS if name != "treadmill"])
def test_what_is_drawn_is_as_high_as_what_feet_touch(surface: str):
    recording = bare_recording(surface)
    ground = recorded_ground(recording)
    path = np.stack([-np.linspace(0, LENGTH_M, 50), np.zeros(50)], -1)
    drawn = drawn_ground(ground, recording, path)
    rng = np.random.default_rng(1)
    points = np.stack([rng.uniform(-LENGTH_M, 0.5, 4000), rng.uniform(-1.0, 1.0, 4000)], -1)
    if ground.raised is not None:  # off the 0.2 mm in which a vertical face is drawn
        ends = ground.raised.start[0][:, None] + [0.0, ground.raised.length]
        points = points[(np.abs(points[:, :1] - ends.ravel()) > 3e-4).all(1)]
    step = drawn.get("mesh", {}).get("step", 1e-6)
    want = ground.height(points[None])[0]
    np.testing.assert_allclose(drawn_height(drawn, points), want, atol=step + 2e-6)
    if ground.grid is not None or ground.raised is not None:
        assert np.ptp(want - drawn["plane"][1] * points[:, 0]) > 0.008
    assert len(json.dumps(drawn)) < 300_000


def test_a_long_walk_on_rough_ground_stays_small():
    recording = bare_recording("rough-4cm")
    path = np.stack([-np.linspace(0, 17, 50), np.full(50, 0.8)], -1)
    drawn = drawn_ground(recorded_ground(recording), recording, path)
    assert len(json.dumps(drawn)) < 300_000
    assert "mesh" in drawn
    assert numbers(drawn["mesh"]["y"], "<f4").max() > 1.8


def test_patches_are_where_friction_is_another():
    recording = bare_recording("ice-patch")
    ground = recorded_ground(recording)
    path = np.stack([-np.linspace(0, LENGTH_M, 50), np.zeros(50)], -1)
    drawn = drawn_ground(ground, recording, path)
    assert "patches" in drawn
    spans = np.array(drawn["patches"]["x"])
    x = np.linspace(-LENGTH_M, 0.0, 1001)
    inside = ((x[:, None] >= spans[:, 0]) & (x[:, None] <= spans[:, 1])).any(1)
    slippery = ground.friction(np.stack([x, 0 * x], -1)[None])[0] < 0.5
    assert slippery.any()
    assert (inside == slippery).mean() > 0.998  # but for rounding at the edges


@pytest.mark.parametrize("surface", ["rough-4cm", "treadmill"])
def test_the_feet_stand_on_what_is_drawn(surface: str):
    cell, trials = planned(surface, 3.0)
    recording = rollout_cell(cell, trials, 1).isel(trial=0)
    assert laid_ground(recording) is not None
    drawn: DrawnGround = track(recording, compile_body("human", "young-adult"))["ground"]
    if surface == "treadmill":
        assert "belt" in drawn
        belt = drawn["belt"]
        run = numbers(belt["travel"], "<f4")
        asked = recording.ground_velocity_m_per_s.values
        way = float((asked * np.gradient(recording.time.values)).sum())
        assert run[-1] - run[0] == pytest.approx(way, abs=0.03)
        assert way > 0.5
        top = next(s for s in belt["shapes"] if s["size"][1] == belt["width"] / 2)
        assert top["position"][2] + top["size"][2] == pytest.approx(0.0, abs=1e-6)
        assert len(belt["shapes"]) == 6  # belt, two decks, bar and its two posts
        drawn = {"plane": [0.0, 0.0, 0.0]}
    load = recording.ground_force_n.sel(axis="z").sum("region").values  # (time, foot)
    sole = recording.foot_point_m.values[:, :, :7]  # all but the ankle
    gaps = []
    for foot in (0, 1):
        points = sole[load[:, foot] > 200.0, foot]
        above = points[..., 2] - drawn_height(drawn, points[..., :2].reshape(-1, 2)).reshape(
            points.shape[:2]
        )
        gaps.append(above.min(1))
    lowest = np.concatenate(gaps)
    assert len(lowest) > 300
    assert np.abs(lowest).max() < 0.015
