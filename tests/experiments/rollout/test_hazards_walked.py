"""Every kind of hazard met by the scripted gait, from config to recording; walkers too."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from retrowalk.envs.task.technique import Technique
from retrowalk.experiments.rollout.trials import check_cell, rollout_cell
from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.hazards import build_hazards, hazard_factors
from retrowalk.experiments.study.plan import Cell, make_plan
from retrowalk.models.walker import WALKERS, Walker
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.fields import declared
from retrowalk.sim.ground.surface import Surface
from retrowalk.sim.hazards.presets import PRESETS
from retrowalk.sim.treadmill.treadmill import Treadmill

N = 4


def planned(seconds: float = 3.0, **config: Any) -> tuple[Cell, tuple]:
    """Return the first cell of a config, and its trials."""
    given = {
        "name": "a",
        "technique": {"speed_m_per_s": 0.6},
        "trials": N,
        "duration_s": seconds,
        "seed": 5,
    }
    plan = make_plan(ExperimentConfig.model_validate(given | config))
    return plan.cells[0], plan.trials(plan.cells[0])


@pytest.mark.parametrize("name", PRESETS)
def test_every_hazard_happens_once_and_is_recorded(name):
    surface = "treadmill" if name.startswith("belt") else "flat"
    seconds = 6.0 if PRESETS[name].kind == "trip" else 3.0  # a foot may swing over a low bar
    cell, trials = planned(seconds, hazards=[{"preset": name, "at_s": 1.5}], surface=surface)
    check_cell(cell)
    recording = rollout_cell(cell, trials, 1)
    assert recording.valid.all()
    onset = recording.hazard_onset_s.values[:, 0]
    stood = ~(recording.time_to_fall_s.values < 1.5)
    assert stood.any()
    assert (onset[stood & np.isfinite(onset)] >= 1.5).all()
    assert np.isfinite(onset[stood]).all()
    active = recording.hazard_active.values[..., 0]
    for i in np.flatnonzero(stood):
        first = recording.time.values[np.argmax(active[i] > 0)]
        assert first == pytest.approx(onset[i] + 0.005, abs=1e-6)
    assert recording.hazard_kind.values[0] == PRESETS[name].kind
    assert recording.hazard_magnitude.values[0] == PRESETS[name].magnitude
    put, pushed = recording.hazard_place_m.values[:, 0], recording.hazard_direction.values[:, 0]
    came, kind = np.isfinite(onset), PRESETS[name].kind
    if kind in ("trip", "missed-step"):
        before = np.searchsorted(recording.time.values, onset) - 1  # of those who still stand
        pelvis = recording.pelvis_position_m.values[np.arange(N), before]
        assert np.abs(put[came, 0] - pelvis[came, 0]).max() < 1.0
        if name == "trip-at-foot":
            assert ((put[came, 2] >= 0.0) & (put[came, 2] < 0.2)).all()
        else:
            top = 0.0 if kind == "trip" else -PRESETS[name].magnitude
            np.testing.assert_allclose(put[came, 2], top, atol=1e-6)
    else:
        assert np.isnan(put).all()
    assert (np.isfinite(pushed).all(1) == (kind == "push")).all()
    if kind == "push":
        np.testing.assert_allclose(np.linalg.norm(pushed, axis=1), 1.0)


@pytest.mark.parametrize(
    ("direction", "speed"),
    [("backward", 0.6), ("backward", 1.0), ("forward", 0.8), ("forward", 1.2)],
)
def test_a_bar_at_the_foot_stops_every_gait_at_its_first_swing(direction, speed):
    """Each foot that should swing in the next stride is held back against its undisturbed swing."""
    trip = {"preset": "trip-at-foot", "at_s": 1.0}
    walk = {"direction": direction, "technique": {"speed_m_per_s": speed}, "seconds": 2.4}
    cell, trials = planned(hazards=[trip], **walk)
    tripped, calm = rollout_cell(cell, trials, 1), rollout_cell(planned(**walk)[0], trials, 1)
    onset = tripped.hazard_onset_s.values[:, 0]
    assert ((onset >= 1.0) & (onset < 1.0 + 1.3)).all()  # a stride, and what had begun before
    sign = -1.0 if direction == "backward" else 1.0
    for i in range(N):
        after = int(np.searchsorted(tripped.time.values, onset[i] + 0.1))
        foot = ["left", "right"].index(str(tripped.hazard_foot.values[i, 0]))
        ankles = [r.foot_point_m.values[i, after, foot, -1, 0] for r in (tripped, calm)]
        assert sign * (ankles[1] - ankles[0]) > 0.02


def test_hazards_do_not_depend_on_threads_and_leave_what_was_before_alone():
    cell, trials = planned(seconds=2.5, hazards=[{"preset": "push-sideways", "at_s": 1.0}])
    one, two = (rollout_cell(cell, trials, threads) for threads in (1, 2))
    np.testing.assert_array_equal(one.qpos.values, two.qpos.values)
    np.testing.assert_array_equal(one.hazard_onset_s.values, two.hazard_onset_s.values)
    plain, _ = planned(seconds=2.5)
    without = rollout_cell(plain, trials, 1)
    before = one.time.values <= float(one.hazard_onset_s.min()) - 0.005
    np.testing.assert_array_equal(without.qpos.values[:, before], one.qpos.values[:, before])
    assert np.abs(without.qpos.values[:, -1] - one.qpos.values[:, -1]).max() > 1e-3


def test_a_push_moves_the_body_by_its_impulse():
    push = {
        "kind": "push",
        "at_s": 1.5,
        "impulse_n_s": 20.0,
        "push_towards": "left",
        "lasts_s": 0.05,
    }
    cell, trials = planned(seconds=3.0, hazards=[push])
    plain, _ = planned(seconds=3.0)
    pushed, calm = rollout_cell(cell, trials, 1), rollout_cell(plain, trials, 1)
    moved = (pushed.com_velocity_m_per_s - calm.com_velocity_m_per_s).values
    for i in range(N):
        at = int(np.searchsorted(pushed.time.values, pushed.hazard_onset_s.values[i, 0] + 0.05))
        change = moved[i, at, 1] * 75.0
        assert change == pytest.approx(20.0, rel=0.25)  # feet on the ground hold against it


@pytest.mark.parametrize("name", WALKERS)
def test_every_walker_starts_to_walk(name):
    cell, trials = planned(seconds=1.5, walker=name)
    recording = rollout_cell(cell, trials, 1)
    assert recording.valid.all()
    assert (recording.duration_s.values > 0.6).all()
    again = rollout_cell(cell, trials[:2], 2)
    np.testing.assert_array_equal(again.qpos.values, recording.qpos.values[:2])


def test_levels_set_hazards_and_their_fields():
    config = ExperimentConfig.model_validate(
        {
            "name": "a",
            "technique": "slow",
            "factors": {"hazard": ["none", "push-left", "slip"], "after_s": [1.0, 2.0]},
        }
    )
    assert ExperimentConfig.model_validate(config.resolved()) == config
    cells = make_plan(config).cells
    assert [len(cell.hazards) for cell in cells] == [0, 0, 1, 1, 1, 1]
    assert [cell.hazards[0].after_s for cell in cells[2:]] == [1.0, 2.0, 1.0, 2.0]
    with pytest.raises(ConfigError, match="belongs to none of the hazards"):
        build_hazards(["slip"], {"impulse_n_s": 3.0})


def test_hazards_that_the_ground_cannot_have_are_refused_before_anything_runs():
    refused: list[tuple[dict[str, Any], str]] = [
        ({"hazards": ["belt-jerk-faster"]}, "needs the belt"),
        ({"hazards": ["missed-step"], "surface": "treadmill"}, "has no holes"),
        ({"hazards": [{"kind": "push", "pushed_body": "tail"}]}, "unknown pushed body 'tail'"),
    ]
    for config, problem in refused:
        with pytest.raises(ConfigError, match=problem):
            check_cell(planned(**config)[0])


def test_factors_of_hazards_are_nobody_elses():
    owners = {f.name for kind in (Surface, Treadmill) for f in fields(kind)}
    assert not set(hazard_factors()) & (owners | set(declared(Technique)) | set(declared(Walker)))


@pytest.mark.parametrize("surface", ["rough-2cm", "obstacles-5cm"])
def test_a_hole_that_some_trials_meet_before_others(surface):
    hazards = [{"preset": "missed-step", "after_s": 0.0, "window_s": 1.0}]
    cell, trials = planned(seconds=8.0, hazards=hazards, surface=surface)
    recording = rollout_cell(cell, trials, 1)
    assert recording.sizes["trial"] == N
