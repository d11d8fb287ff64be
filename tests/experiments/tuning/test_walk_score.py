"""Score of walkers: what each price takes off or is worth."""

from __future__ import annotations

import numpy as np
import pytest
from reference_walks import start

from retrowalk.envs.gaits.residual_network import HELD
from retrowalk.experiments.tuning.metabolic_power import MetabolicPower
from retrowalk.experiments.tuning.residual_learning import LEAST_REWARD, WORTH
from retrowalk.experiments.tuning.walk_score import EVERY, PAID_S, Prices, WalkScore


def test_walking_loses_its_metabolic_cost_of_a_metre_times_the_price():
    sim, gait = start(2)
    plain, priced = (WalkScore(sim, gait, Prices(cost=cost)) for cost in (0.0, 0.3))
    spent = np.zeros(2)
    for _ in range(4 * EVERY):
        sim.ctrl[:] = gait.excite(sim)
        sim.step(round(gait.control_period_s / sim.time_step))
        plain.note()
        priced.note()
        spent += gait.control_period_s * MetabolicPower(gait.body).of(sim)
    off = (plain.total - priced.total) * gait.cycle.speed_m_per_s / 0.3  # near the speed asked for
    np.testing.assert_allclose(off, spent, rtol=0.3)  # J/kg, from every fourth sample


@pytest.mark.parametrize(("off_n_m_per_kg", "share"), [(0.0, 1.0), (0.3, np.exp(-1.0)), (3.0, 0.0)])
def test_joint_moments_near_the_cycle_are_worth_their_price(off_n_m_per_kg: float, share: float):
    sim, gait = start(2)
    plain, priced = (WalkScore(sim, gait, Prices(moments=price)) for price in (0.0, 2.0))
    wanted = gait.tables.of_legs(gait.tables.moment, gait.clock.shown)
    gait.torque[:, :14] = (wanted + off_n_m_per_kg * sim.mass).reshape(2, -1)
    for _ in range(EVERY):
        plain.note()
        priced.note()
    most = 2.0 * EVERY * gait.control_period_s  # of who is upright
    gained = priced.total - plain.total
    assert (gained <= share * most + 1e-9).all()
    np.testing.assert_allclose(gained, share * most, rtol=0.3, atol=1e-9)


def test_whole_steps_lose_what_they_take_beside_the_cycles_time():
    sim, gait = start(2)
    plain, priced = (WalkScore(sim, gait, Prices(timing=price)) for price in (0.0, 2.0))
    step_s = 0.5 * gait.tables.stride_s
    for took in (0.1, 0.9 * step_s, step_s):  # the first began before the walk
        gait.clock.since[:] = took - gait.control_period_s
        for score in (plain, priced):
            score.note()
        gait.clock.steps[0] += 1
        gait.clock.since[0] = 0.0
        for score in (plain, priced):
            score.note()
    np.testing.assert_allclose(plain.total - priced.total, [2.0 * 0.1, 0.0], atol=1e-9)


def test_whole_steps_lose_what_their_width_is_off_the_plan_early_in_the_next_step():
    """At once it would be cut off by the least reward: 2 cm would cost as much as 10."""
    sim, gait = start(2)
    plain, priced = (WalkScore(sim, gait, Prices(width=price)) for price in (0.0, 2.0))
    feet, planned = sim.body_position[:, sim.feet], gait.gains["width"]
    off = abs(feet[0, 0, 1] - feet[0, 1, 1] - planned[0])  # left is +y
    assert off > 0.001
    for score in (plain, priced):
        score.note()
    gait.clock.steps[0] += 1  # the first began before the walk
    for score in (plain, priced):
        score.note()
    gait.clock.steps[0] += 1
    worst, lost = 0.0, np.zeros(2)
    gait.clock.since[:] = 0.0
    for _ in range(round(2.0 * PAID_S / gait.control_period_s)):
        for score in (plain, priced):
            score.note()
        gait.clock.since += gait.control_period_s
        worst = max(worst, np.max(plain.total - priced.total - lost))
        lost = plain.total - priced.total
    np.testing.assert_allclose(lost, [2.0 * off / 0.1, 0.0], rtol=0.1, atol=1e-9)
    held_s = HELD * gait.control_period_s
    assert WORTH * worst / off * 0.09 / held_s < -LEAST_REWARD  # even 9 cm off


def test_torques_lose_their_mean_squared_rate_times_the_price():
    sim, gait = start(2)
    plain, priced = (WalkScore(sim, gait, Prices(torque_rate=price)) for price in (0.0, 0.5))
    dt = EVERY * gait.control_period_s
    gait.torque[:] = 0.0
    for first in range(3 * EVERY):
        if first % EVERY == EVERY - 1:
            gait.torque[0] += 2.0 * sim.mass * dt  # N.m: a rate of 2 N.m/kg/s
        if first == 2 * EVERY:
            priced.reset(np.array([1]))  # begins anew elsewhere: no rate
            plain.reset(np.array([1]))
            gait.torque[1] += 100.0
        plain.note()
        priced.note()
    lost = plain.total - priced.total
    np.testing.assert_allclose(lost, [2 * dt * 0.5 * 2.0**2, 0.0], atol=1e-9)  # the first has none
