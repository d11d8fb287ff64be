"""Quiet standing holds, walkers start from it and come to a stop in it, in both directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from retrowalk.envs.gaits.gait_files import gait_table
from retrowalk.envs.gaits.scripted_start_stop import StandingScriptedGait
from retrowalk.envs.gaits.standing import COP_BALL, COP_HEEL, StandingBalance
from retrowalk.envs.gaits.start_stop import SLOWEST
from retrowalk.envs.policies.source import gait_source
from retrowalk.envs.scene import Course, build_scene
from retrowalk.envs.task.ends import Ends
from retrowalk.envs.task.technique import Technique, travel_sign
from retrowalk.envs.task.termination import has_fallen
from retrowalk.models.body import build_body
from retrowalk.models.walker import Walker
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.measures.base.trial import STANDING, STARTING, STEADY, STOPPING
from retrowalk.sim.physics.simulation import Simulation

GRAVITY = 9.81
N = 3
STAND_S, WALK_S, END_S = 0.6, 4.0, 8.0


@dataclass
class Walked:
    """A start and a stop: arrays (samples, n, ...), and the feet of the gait that made them."""

    sim: Simulation
    sign: float
    phase: np.ndarray
    com: np.ndarray
    velocity: np.ndarray
    load: np.ndarray
    pressure: np.ndarray
    time: np.ndarray


def pressure(sim) -> np.ndarray:
    """Centre of pressure of both feet, (n, 2) [m]."""
    force = np.maximum(sim.ground_force[..., 2], 0.0)
    place = (sim.contact_position[..., :2] * force[..., None]).sum((1, 2))
    return place / np.maximum(force.sum((1, 2)), 1.0)[:, None]


def walk(direction: str, ends: Ends, seconds: float, n: int = N, push=None) -> Walked:
    body = build_body()
    sim = build_scene(body, Course(), [np.random.default_rng(0)] * n).sim
    table = gait_table(direction)
    technique = Technique(speed_m_per_s=float(table.speeds[0]))
    gait = StandingScriptedGait(sim, body, table, technique, ends)
    gait.reset(np.arange(n), [np.random.default_rng([7, i]) for i in range(n)])
    live = sim.reports["walking_phase"][1]
    kept: list[tuple[np.ndarray, ...]] = []
    for step in range(round(seconds / gait.control_period_s)):
        sim.ctrl[:] = gait.excite(sim)
        if push is not None:
            push(sim, step * gait.control_period_s)
        sim.step(2)
        now = (live, sim.com, sim.com_velocity, sim.vertical_load, pressure(sim))
        kept.append(tuple(np.array(value) for value in now))
    assert not has_fallen(sim).any()
    assert sim.valid.all()
    series = [np.array(values) for values in zip(*kept, strict=True)]
    time = gait.control_period_s * np.arange(1, len(kept) + 1)
    return Walked(sim, travel_sign(direction), *series, time=time)


@pytest.fixture(scope="module", params=["backward", "forward"])
def walked(request: pytest.FixtureRequest) -> Walked:
    ends = Ends("standing", STAND_S, stop_after_s=WALK_S)
    return walk(request.param, ends, END_S)


def first_off(walked: Walked, i: int) -> int:
    """Sample at which walker `i` first stands on one foot after it was told to go."""
    go = int(STAND_S / 0.005)
    return go + int(np.flatnonzero(walked.load[go:, i].min(1) < 20.0)[0])


def test_phases_follow_each_other(walked: Walked):
    for i in range(N):
        phase = walked.phase[:, i].astype(int)
        order = phase[np.flatnonzero(np.diff(phase, prepend=-1))].tolist()
        assert order[:4] == [STANDING, STARTING, STEADY, STOPPING]
        assert order[-1] == STANDING


def test_the_pressure_first_goes_to_the_swing_foot_and_against_travel(walked: Walked):
    go = int(STAND_S / 0.005)
    for i in range(N):
        off = first_off(walked, i)
        assert 0.2 < walked.time[off] - STAND_S < 1.0
        swing = int(walked.load[off, i].argmin())
        moved = walked.pressure[go:off, i] - walked.pressure[go - 1, i]
        to_swing = moved[:, 1] * (1.0 if swing == 0 else -1.0)
        against = -walked.sign * moved[:, 0]
        early = slice(0, (off - go) // 2)
        assert to_swing[early].max() > 0.01
        assert against[early].max() > 0.01
        assert to_swing[-1] < 0.0  # in the end it is under the foot that stays


def test_it_walks_at_its_speed_within_a_few_steps(walked: Walked):
    late = (walked.time > STAND_S + WALK_S - 1.2) & (walked.time < STAND_S + WALK_S)
    speed = walked.sign * walked.velocity[late, :, 0].mean(0)
    table = gait_table("backward" if walked.sign < 0 else "forward")
    np.testing.assert_allclose(speed, table.speeds[0], rtol=0.3)


def test_it_stops_within_three_seconds_and_stands_on_both_feet(walked: Walked):
    told = STAND_S + WALK_S
    for i in range(N):
        moving = np.flatnonzero(walked.phase[:, i] != STANDING)
        assert walked.time[moving[-1]] - told < 3.0
        assert abs(walked.com[-1, i, 0] - walked.com[int(told / 0.005), i, 0]) < 1.2
    end = walked.time > END_S - 0.1
    assert np.abs(walked.velocity[end][..., :2]).max() < 0.1
    weight = walked.sim.mass * GRAVITY
    np.testing.assert_allclose(walked.load[end].sum(2).mean(0), weight, rtol=0.03)
    assert (walked.load[end].mean(0) > 0.05 * weight).all()


def test_standing_holds_with_and_without_pushes():
    """10 N.s at the trunk, from behind and from a side, one walker undisturbed."""
    ways = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])

    def push(sim, time):
        if 2.0 <= time < 2.1:
            sim.external_force[:, sim.trunk, :2] = 100.0 * ways

    stood = walk("backward", Ends("standing", 3600.0), 8.0, len(ways), push)
    assert (stood.phase[:, 0] == STANDING).all()
    still = stood.com[stood.time > 2.0, 0]
    assert np.ptp(still, axis=0).max() < 0.02
    weight = stood.sim.mass * GRAVITY
    np.testing.assert_allclose(stood.load[-1].sum(1), weight, rtol=0.02)
    pushed = np.abs(stood.velocity[(stood.time > 2.05) & (stood.time < 2.3)]).max(0)
    assert pushed[1, 0] > 0.08
    assert pushed[2, 1] > 0.08
    assert np.abs(stood.velocity[-1]).max() < 0.03


def test_a_body_that_cannot_stand_is_refused_before_it_walks():
    source = gait_source(
        "scripted", "backward", "human-planar", Walker(), ends=Ends(start="standing")
    )
    with pytest.raises(ConfigError, match=r"'human-planar' lacks: hip_adduction"):
        source.check(Technique(speed_m_per_s=0.8))


def test_wanted_pressure_lies_under_the_feet():
    ankles = np.array([[[0.0, 0.1, 0.08], [0.2, -0.1, 0.08]]] * 4)
    wanted = np.array([[0.1, 0.0], [9.0, 0.0], [0.0, 9.0], [-9.0, -9.0]])
    both, left = np.full(4, -1), np.zeros(4, int)
    place, share, _ = StandingBalance._pressure(wanted, ankles, both)
    np.testing.assert_allclose(place[0], [0.1, 0.0], atol=1e-12)
    np.testing.assert_allclose(share[0], [0.5, 0.5])
    np.testing.assert_allclose(share.sum(1), 1.0)
    alone, share, _ = StandingBalance._pressure(wanted, ankles, left)
    np.testing.assert_allclose(share, [[1.0, 0.0]] * 4)
    assert (alone[:, 0] >= COP_HEEL - 1e-12).all()
    assert (alone[:, 0] <= COP_BALL + 1e-12).all()


def test_the_speed_asked_for_grows_to_the_command_and_falls_to_a_stop():
    body = build_body()
    sim = build_scene(body, Course(), [np.random.default_rng(0)]).sim
    table = gait_table("forward")
    ends = Ends("standing", 0.0, stop_after_s=1.0)
    gait = StandingScriptedGait(sim, body, table, Technique(speed_m_per_s=1.2), ends)
    law = gait._ends
    law._first_s[:], slowest = 0.0, float(table.speeds[0])
    asked = []
    for time in np.arange(0.0, 12.0, 0.1):
        law._time[:] = time
        asked.append(float(law.asked(np.array([1.2]))[0]))
    assert np.all(np.diff(asked) >= 0.0)
    assert asked[-1] == 1.2
    law._stop_s[:], law._asked_at_stop[:] = 12.0, 1.2
    falling = []
    for time in np.arange(12.0, 18.0, 0.1):
        law._time[:] = time
        falling.append(float(law.asked(np.array([1.2]))[0]))
    assert np.all(np.diff(falling) <= 1e-12)
    assert falling[-1] == pytest.approx(SLOWEST * slowest)
