"""Hazards do to the physics what they say, when they say, and are refused where they cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from flat_ground import add_flat_ground
from hypothesis import given, settings, strategies as st

from retrowalk.models.body import build_body
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.fields import ranges
from retrowalk.sim.hazards.event import ACTIVE, OVER, WAITING, foot_geoms
from retrowalk.sim.hazards.hazard import Hazard, kinds
from retrowalk.sim.hazards.hazard_effect import HazardEffect, prepare
from retrowalk.sim.hazards.missed_step import MissedStep
from retrowalk.sim.hazards.presets import PRESETS, build_hazard
from retrowalk.sim.hazards.push import Push
from retrowalk.sim.hazards.slip import Slip
from retrowalk.sim.hazards.stride_phase import StridePhase
from retrowalk.sim.hazards.trip import BAR_HALF_DEPTH_M, Trip
from retrowalk.sim.physics.simulation import Simulation

STEP_S = 0.005


class Stride(StridePhase):
    """A stride whose phase the test sets."""

    def __init__(self, n: int, stride: float = 0.5, swing: float = 0.5, landed: bool = False):
        self._is = stride, swing
        self.down, self.landed = np.zeros((n, 2), bool), np.full((n, 2), landed)

    def reset(self, ids):
        pass

    def update(self, sim):
        pass

    def of_stride(self, time):
        return np.full((len(time), 2), self._is[0])

    def of_swing(self, time):
        return np.full((len(time), 2), self._is[1])

    def standing(self, sim):
        return np.zeros(sim.n, bool)


def hazardous(
    hazard: Hazard,
    n: int = 2,
    travel_sign: float = 1.0,
    height: float = 3.0,
    shoes: float = 1.0,
):
    """Return n bodies without weight at a height of the pelvis, and the hazard on them."""
    body = build_body()
    spec, anatomy = body.spec(), body.anatomy
    add_flat_ground(spec)
    prepare(spec, anatomy, [hazard])
    sim = Simulation(spec, anatomy, n, shoe_friction=shoes)
    sim.fields.set("opt.gravity", None, [0.0, 0.0, 0.0])
    sim.qpos[:, 2] = height
    sim.forward()
    rngs = [np.random.default_rng(i) for i in range(n)]
    effect = HazardEffect(sim, [hazard], travel_sign, 0.0, rngs)
    sim.effects.append(effect)
    return sim, effect


def run(sim: Simulation, seconds: float) -> None:
    for _ in range(round(seconds / STEP_S)):
        sim.step(round(STEP_S / sim.time_step))


@pytest.mark.parametrize("profile", ["square", "half-sine"])
@pytest.mark.parametrize("lasts", [0.005, 0.1, 0.1234])
@pytest.mark.parametrize(
    ("body", "impulse"), [("pelvis", 10.0), ("torso", 10.0), ("forearm_l", 2.0)]
)
def test_an_impulse_changes_the_momentum_by_as_much(profile, lasts, body, impulse):
    push = Push(
        at_s=0.02,
        impulse_n_s=impulse,
        lasts_s=lasts,
        push_profile=profile,
        pushed_body=body,
        push_towards="along-travel",
        at_phase=0.5,
    )
    for sign in (1.0, -1.0):
        sim, effect = hazardous(push, travel_sign=sign)
        effect._stride = Stride(2)
        run(sim, 0.3)
        change = sim.mass * sim.com_velocity
        np.testing.assert_allclose(change[:, 0], impulse * sign, rtol=0.01)
        np.testing.assert_allclose(change[:, 1:], 0.0, atol=0.01 * impulse)
        assert (effect.events[0].state == OVER).all()
        np.testing.assert_allclose(effect.events[0].onset_s, 0.02)


def test_left_and_right_are_the_walkers_own_and_either_side_is_drawn():
    for towards, signs in (("left", {1}), ("right", {-1}), ("either-side", {1, -1})):
        push = Push(at_s=0.0, push_towards=towards, at_phase=0.5)
        sim, effect = hazardous(push, n=16, travel_sign=-1.0)
        effect._stride = Stride(16)
        run(sim, 0.15)
        assert set(np.sign(np.round(sim.com_velocity[:, 1], 3))) == signs
        np.testing.assert_allclose(np.abs(sim.mass * sim.com_velocity[:, 1]), 15.0, rtol=0.01)


@pytest.mark.parametrize("shoes", [1.0, 0.5])
def test_a_slip_takes_friction_from_one_foot_and_gives_it_back(shoes: float):
    slip = Slip(at_s=0.02, lasts_s=0.1, foot="right", slip_friction=0.03)
    sim, effect = hazardous(slip, shoes=shoes)
    effect._stride = Stride(2, landed=True)
    left, right = foot_geoms(sim)
    before = sim.fields.get("geom_friction")
    run(sim, 0.06)
    during = sim.fields.get("geom_friction")
    np.testing.assert_allclose(during[:, right, 0], 0.03 * shoes)
    np.testing.assert_array_equal(during[:, left], before[:, left])
    run(sim, 0.2)
    np.testing.assert_array_equal(sim.fields.get("geom_friction"), before)
    np.testing.assert_array_equal(sim.foot_friction_scale, 1.0)


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize(("bar_at", "height"), [("ground", 0.96), ("foot", 0.96), ("foot", 1.2)])
def test_a_trip_stops_the_foot_at_the_bar(sign, bar_at, height):
    trip = Trip(at_s=0.0, foot="left", bar_height_m=0.08, bar_at=bar_at, lasts_s=0.3)
    reach = []
    for stopped in (True, False):
        sim, effect = hazardous(trip if stopped else replace(trip, at_s=99.0), 1, sign, height)
        effect._stride = Stride(1)
        geoms = foot_geoms(sim)[0]
        radius = sim.model.geom_size[geoms, 0]
        start = (sign * sim.geom_position[0, geoms, 0] + radius).max()
        for _ in range(50):
            sim.external_force[:, sim.feet[0], 0] = 60.0 * sign
            sim.step(2)
        reach.append((sign * sim.geom_position[0, geoms, 0] + radius).max() - start)
        if stopped:
            low = (sim.geom_position[0, geoms, 2] - radius).min()
            foot = effect.events[0].place_m[0, 2]
            assert foot < low < foot + 0.08  # it did not go over the bar, nor under it
            if bar_at == "ground":
                assert foot == 0.0
    assert reach[0] < 0.03 < BAR_HALF_DEPTH_M + 0.03 < 0.1 < reach[1]
    run(sim, 0.3)
    assert sim.bind("mocap_pos")[0, 0, 2] < -1.0


def test_a_bar_lower_than_the_foot_never_comes():
    sim, effect = hazardous(Trip(at_s=0.0, bar_height_m=0.05), 1, 1.0, 1.1)
    effect._stride = Stride(1)
    run(sim, 0.2)
    assert effect.events[0].state[0] == WAITING
    assert np.isnan(effect.events[0].onset_s[0])


def test_a_missed_step_lets_one_foot_through_to_the_floor_and_closes():
    hole = MissedStep(at_s=0.0, foot="left", hole_depth_m=0.06)
    sim, effect = hazardous(hole, 2, 1.0, 0.97)
    effect._stride = Stride(2)
    sim.fields.set("opt.gravity", None, [0.0, 0.0, -9.81])
    geoms = foot_geoms(sim)
    lowest = np.zeros((2, 2))
    for _ in range(80):
        sim.step(2)
        for foot in (0, 1):
            low = sim.geom_position[:, geoms[foot], 2] - sim.model.geom_size[geoms[foot], 0]
            lowest[:, foot] = np.minimum(lowest[:, foot], low.min(1))
    np.testing.assert_allclose(lowest[:, 0], -0.06, atol=0.015)
    assert (lowest[:, 1] > -0.015).all()
    assert (effect.events[0].state == ACTIVE).all()
    effect.reset(sim, np.arange(2))
    np.testing.assert_array_equal(sim.fields.get("geom_contype")[:, geoms.ravel()], 3)


def test_attention_lapses_and_comes_back():
    sim, effect = hazardous(build_hazard({"kind": "attention-lapse", "at_s": 0.05, "lasts_s": 0.1}))
    seen = []
    for _ in range(60):
        sim.step(2)
        seen.append(effect.attention[0])
    assert seen.count(0.0) == round(0.1 / STEP_S)
    assert seen[0] == seen[-1] == 1.0
    active, dims = sim.reports["hazard_active"][1], sim.reports["hazard_active"][0]
    assert dims == ("hazard",)
    assert active.shape == (2, 1)


def test_chance_is_the_trials_own_and_lies_in_the_window():
    body = build_body()
    times = []
    for chosen in ([0, 1, 2, 3], [2], [3, 2]):
        spec, anatomy = body.spec(), body.anatomy
        add_flat_ground(spec)
        sim = Simulation(spec, anatomy, len(chosen))
        rngs = [np.random.default_rng(i) for i in chosen]
        hazards = [Push(after_s=2.0, window_s=5.0), Slip()]
        effect = HazardEffect(sim, hazards, 1.0, 4.0, rngs)
        event = effect.events[0]
        assert ((event.from_s >= 6.0) & (event.from_s < 11.0)).all()
        i = chosen.index(2)
        second = effect.events[1]
        times.append((event.from_s[i], event.foot[i], event.drawn_phase[i], second.from_s[i]))
    assert times[0] == times[1] == times[2]
    assert len(set(times[0])) > 2


def test_stride_phase_follows_loads():
    sim, _ = hazardous(Push(), 1)
    stride = StridePhase(sim)
    stride.reset(np.arange(1))
    weight, period = sim.mass * 9.81, 1.2

    class Loaded:
        n = 1

        def __init__(self, time):
            self.time = np.array([time])
            phase = np.array([time % period, (time + 0.5 * period) % period]) / period
            self.vertical_load = np.where(phase < 0.6, 0.7 * weight, 0.0)[None]

    landings = []
    for time in np.arange(0.0, 4.8, STEP_S):
        loaded: Any = Loaded(time)
        stride.update(loaded)
        if stride.landed[0, 0]:
            landings.append(time)
        if time > 2.6:
            phase = stride.of_stride(loaded.time)[0, 0]
            assert phase == pytest.approx((time % period) / period, abs=0.01)
            swung = stride.of_swing(loaded.time)[0, 0]
            if stride.down[0, 0]:
                assert np.isnan(swung)
            else:
                assert swung == pytest.approx((time % period / period - 0.6) / 0.4, abs=0.02)
    np.testing.assert_allclose(np.diff(landings[1:]), period, atol=STEP_S)


@pytest.mark.parametrize("hazard", [Trip(), MissedStep()])
def test_what_waits_below_weighs_nothing_and_touches_nothing(hazard):
    sim, _ = hazardous(hazard, 1, 1.0, 0.94)
    sim.fields.set("opt.gravity", None, [0.0, 0.0, -9.81])
    plain, _ = hazardous(Push(), 1, 1.0, 0.94)
    plain.fields.set("opt.gravity", None, [0.0, 0.0, -9.81])
    assert sim.mass == plain.mass
    run(sim, 0.4)
    run(plain, 0.4)
    np.testing.assert_array_equal(sim.qpos, plain.qpos)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_build_and_have_a_magnitude(name):
    hazard = build_hazard(name)
    assert hazard.kind in kinds()
    assert np.isfinite(hazard.magnitude)
    assert build_hazard({"preset": name}) == hazard


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("puhs", "unknown hazard 'puhs'"),
        ("slipp", "did you mean 'slip'"),
        ({"preset": "slip", "kind": "slip"}, "one of the keys"),
        ({"impulse_n_s": 3}, "one of the keys"),
        ({"kind": "slide"}, "did you mean 'slip'"),
        ({"kind": "push", "impuls_n_s": 3}, "did you mean 'impulse_n_s'"),
        ({"kind": "push", "impulse_n_s": -3}, "from 0 to 300, is -3"),
        ({"kind": "push", "impulse_n_s": 0}, "above 0"),
        ({"kind": "push", "impulse_n_s": "hard"}, "must be a number"),
        ({"kind": "push", "impulse_n_s": None}, "must be a number"),
        ({"kind": "push", "push_towards": "up"}, "allowed: against-travel"),
        ({"kind": "push", "pushed_body": ""}, "must be a name"),
        ({"kind": "trip", "bar_height_m": 2.0}, "from 0.01 to 0.4"),
        ({"kind": "trip", "at_phase": None}, "at_phase must be a number"),
        ({"kind": "trip", "bar_at": "knee"}, "allowed: foot, ground"),
        ({"kind": "slip", "foot": "third"}, "allowed: either"),
        ({"kind": "belt-jerk", "speed_change_m_per_s": 0}, "must not be 0"),
        (3, "a name or a mapping"),
    ],
)
def test_nonsense_is_refused_with_what_is_allowed(entry, problem):
    with pytest.raises(ConfigError, match=problem):
        build_hazard(entry)


@settings(max_examples=60)
@given(st.sampled_from(sorted(kinds())), st.floats(allow_nan=True), st.data())
def test_a_number_is_kept_or_refused(kind, value, data):
    limits = ranges(kinds()[kind])
    name = data.draw(st.sampled_from(sorted(limits)))
    low, high = limits[name]
    inside = low <= value <= high and not (value == 0 and name == "impulse_n_s")
    inside = inside and not (value == 0 and name == "speed_change_m_per_s")
    if inside:
        assert getattr(build_hazard({"kind": kind, name: value}), name) == value
    else:
        with pytest.raises(ConfigError, match=name):
            build_hazard({"kind": kind, name: value})


def test_hazards_that_this_body_or_ground_cannot_have_are_refused():
    with pytest.raises(ConfigError, match="unknown pushed body 'tail'"):
        hazardous(Push(pushed_body="tail"))
    with pytest.raises(ConfigError, match="needs the belt of a treadmill"):
        hazardous(PRESETS["belt-jerk-faster"])
