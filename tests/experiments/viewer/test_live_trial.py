"""The live walker walks as recorded trials do, and can be pushed, hurried and distracted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from retrowalk.experiments.drawing.muscle_tubes import RINGS, SIDES, MuscleTubes
from retrowalk.experiments.rollout.trials import rollout_cell
from retrowalk.experiments.study.plan import Cell, TrialSpec, trial_seeds
from retrowalk.experiments.viewer.balance_now import StanceFoot, balance_now
from retrowalk.experiments.viewer.hand_push import LASTS_S, HandPush
from retrowalk.experiments.viewer.live_trial import ARRIVED, FALLEN, WALKING, LiveTrial
from retrowalk.experiments.viewer.moment import KEPT_S, Past, moment_of
from retrowalk.experiments.viewer.opening import open_target
from retrowalk.sim.ground.surface import Surface

SEED = 7


@pytest.fixture
def cell() -> Cell:
    return replace(open_target(None).cells[0], duration_s=2.0)


def test_it_walks_as_the_first_trial_of_an_experiment(cell: Cell):
    recording = rollout_cell(cell, [TrialSpec(0, 0, trial_seeds(SEED, 1)[0])], 1)
    walk = LiveTrial(cell, SEED)
    walk.advance(0.5)
    np.testing.assert_array_equal(walk.sim.qpos[0], recording["qpos"].values[0, 99])
    assert walk.time_s == pytest.approx(0.5)


def test_time_that_makes_no_whole_step_is_kept(cell: Cell):
    walk = LiveTrial(cell, SEED)
    assert [walk.advance(0.004) for _ in range(5)] == [0, 1, 1, 1, 1]


def test_a_push_has_exactly_its_impulse(cell: Cell):
    walk = LiveTrial(cell, SEED)
    push, given = HandPush(), np.zeros(3)
    push.push(walk.sim, np.array([3.0, -20.0, 0.0]))
    step = walk.period_s
    for _ in range(round(2 * LASTS_S / step)):
        walk.sim.external_force[:] = 0.0
        push.act(walk.sim, step)
        given += step * walk.sim.external_force[0, walk.sim.root, :3]
        walk.sim.time[:] += step
    np.testing.assert_allclose(given, [3.0, -20.0, 0.0], atol=1e-9)


def test_pushes_go_where_they_are_asked(cell: Cell):
    walk = LiveTrial(cell, SEED)
    walk.push("ahead", 10.0)
    np.testing.assert_array_equal(walk.pushes.impulse_n_s, [-10.0, 0.0, 0.0])  # backward: to -x
    walk.push("left", 10.0)
    np.testing.assert_array_equal(walk.pushes.impulse_n_s, [0.0, 10.0, 0.0])


def test_a_shove_brings_the_walker_down_and_that_is_told(cell: Cell):
    walk = LiveTrial(cell, SEED)
    walk.advance(0.2)
    walk.push("left", 250.0)
    walk.advance(3.0)
    assert walk.state == FALLEN
    assert walk.told.startswith("The walker fell after ")
    walk.advance(3.0)
    assert not walk.goes_on
    at = walk.time_s
    walk.advance(1.0)
    assert walk.time_s == at
    assert np.isfinite(walk.sim.qpos).all()


def test_the_end_of_uneven_ground_is_told(cell: Cell):
    walk = LiveTrial(replace(cell, surface="x", ground=Surface(roughness_m=0.01)), SEED)
    walk.sim.qpos[0, 0] = walk.sign * (walk._reach() - 0.5)
    walk.step()
    assert walk.state == ARRIVED
    assert "end of the ground" in walk.told


def test_another_speed_is_approached_gently(cell: Cell):
    walk = LiveTrial(cell, SEED)
    assert walk.can_change_speed
    walk.ask_speed(0.6)
    walk.advance(0.4)
    assert walk._asked == pytest.approx(0.7)
    walk.advance(0.6)
    assert walk._asked == 0.6


def test_a_distracted_walker_walks_otherwise(cell: Cell):
    one, other = LiveTrial(cell, SEED), LiveTrial(cell, SEED)
    other.attend(0.2)
    for walk in (one, other):
        walk.advance(0.3)
        assert walk.state == WALKING
    assert not np.array_equal(one.sim.qpos, other.sim.qpos)


def test_what_was_done_can_be_done_again_bit_for_bit(cell: Cell):
    first = LiveTrial(cell, SEED)
    first.advance(0.1)
    first.push("left", 12.0)
    first.advance(0.05)
    first.ask_speed(0.7)
    first.advance(0.05)
    first.attend(0.5)
    first.advance(0.1)
    again = LiveTrial(cell, SEED, first.done)
    again.advance(first.time_s)
    assert again.time_s == first.time_s
    np.testing.assert_array_equal(again.sim.qpos, first.sim.qpos)
    assert again.done == first.done


def test_the_past_goes_back_as_far_as_it_says(cell: Cell):
    walk, past = LiveTrial(cell, SEED), Past()
    now = moment_of(walk, StanceFoot())
    for step in range(400):
        past.keep(replace(now, time_s=step / 30.0))
        past.keep(replace(now, time_s=step / 30.0))
    assert KEPT_S - 0.05 < past.reach_s <= KEPT_S
    last = past.ago(0.0).time_s
    for seconds in (0.0, 0.5, 3.21, 9.9):
        assert last - past.ago(seconds).time_s == pytest.approx(seconds, abs=1 / 30)
    assert past.ago(99.0).time_s == pytest.approx(last - past.reach_s)


def test_muscles_run_from_end_to_end_of_their_paths(cell: Cell):
    walk = LiveTrial(cell, SEED)
    walk.advance(0.1)
    sim, body = walk.sim, walk.batch.gait.body
    tubes = MuscleTubes(sim, body)
    corners = tubes.vertices(sim.site_position[0], sim.fibre_length[0])
    assert corners.shape == (len(body.muscles), RINGS * SIDES + 2, 3)
    for row, one in zip(body.muscles, corners, strict=True):
        for k, end in ((0, -2), (len(row.path) - 1, -1)):
            site = sim.model.site(f"{row.name}_{k}").id
            np.testing.assert_allclose(one[end], sim.site_position[0, site], atol=1e-6)
    rings = corners[:, :-2].reshape(-1, RINGS, SIDES, 3)
    thick = np.linalg.norm(rings - rings.mean(2, keepdims=True), axis=-1).mean(-1)
    assert (thick.max(1) > 1.5 * thick[:, [0, -1]].max(1)).all()  # a belly between tendons
    between = np.linalg.norm(np.diff(rings.mean(2), axis=1), axis=-1).sum(1)
    np.testing.assert_allclose(between, sim.path_length[0], rtol=0.03)


def test_balance_is_that_of_the_measures(cell: Cell):
    walk, stance = LiveTrial(cell, SEED), StanceFoot()
    inside = []
    for _ in range(200):
        walk.step()
        sim = walk.sim
        foot = stance.update(sim.vertical_load[0])
        balance = balance_now(sim, walk.sign, foot)
        np.testing.assert_allclose(balance.force, sim.ground_force[0].sum(1))
        if len(balance.support) < 3:
            continue
        ahead = (walk.sign * (balance.support[:, 0] - balance.xcom[0])).max()
        aside = (balance.outward * (balance.support[:, 1] - balance.xcom[1])).max()
        assert balance.margin_ap_m == pytest.approx(ahead)
        assert balance.margin_ml_m == pytest.approx(aside)
        inside.append(aside > 0)
    assert np.mean(inside) > 0.8  # a walker's extrapolated centre stays inside of the stance foot


def test_the_foot_that_landed_last_stands():
    stance = StanceFoot()
    loads = [(700, 0), (500, 200), (0, 700), (0, 700), (100, 600), (0, 0), (0, 700)]
    assert [stance.update(np.array(load, float)) for load in loads] == [0, 1, 1, 1, 0, 0, 1]
