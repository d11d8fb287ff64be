"""Stumbles and recovery steps that were put into a walker on purpose."""

from __future__ import annotations

import numpy as np
import pytest
import synthetic
from synthetic import Walker

from retrowalk.sim.measures import measure
from retrowalk.sim.measures.balance.near_falls import compensating

WALKER = Walker()
STRIDE_S = 2 * WALKER.step_time


def long_walk(duration: float = 40.0, **options):
    return synthetic.recording(WALKER, duration=duration, **options)


def during(data, first_s: float, last_s: float) -> np.ndarray:
    time = data["time"].values
    return (time >= first_s) & (time < last_s)


def tilt_and_sink(data, first_s: float, last_s: float) -> None:
    """Lower the centre of mass by 6 cm and pitch the trunk to 0.5 rad in between."""
    now = during(data, first_s, last_s)
    data["com_position_m"].values[0, now, 2] -= 0.06
    turn = np.array([np.cos(0.25), 0.0, np.sin(0.25), 0.0])
    data["trunk_quaternion"].values[0, now] = turn


def test_a_regular_walker_does_not_stumble():
    trial = measure(long_walk())[0].iloc[0]
    assert trial["stumble_count"] == 0
    assert trial["stumbling_stride_fraction"] == 0
    assert trial["recovery_steps"] == 0


@pytest.mark.parametrize("at", [(15.0,), (12.0, 25.0), (10.0, 18.0, 30.0)])
def test_stumbles_are_counted(at: tuple[float, ...]):
    data = long_walk()
    for moment in at:
        tilt_and_sink(data, moment, moment + 0.3)
    assert measure(data)[0]["stumble_count"][0] == len(at)


def test_one_compensation_is_no_stumble():
    data = long_walk()
    data["com_position_m"].values[0, during(data, 15.0, 15.3), 2] -= 0.06
    assert measure(data)[0]["stumble_count"][0] == 0


def test_what_is_not_recovered_from_is_no_stumble():
    data = long_walk()
    tilt_and_sink(data, 39.0, 40.0)
    trial = measure(data)[0].iloc[0]
    assert trial["stumble_count"] == 0
    assert trial["stumbling_stride_fraction"] > 0


def test_few_strides_tell_of_no_stumbles():
    assert np.isnan(measure(synthetic.recording(duration=8.0))[0]["stumble_count"][0])


def test_noise_alone_makes_few_compensations():
    """Departures of over four robust standard deviations in two quantities at once are rare."""
    rng = np.random.default_rng(0)
    count = 20_000
    scale = {"step_length_m": 0.05, "step_time_s": 0.05, "lowering_m": 0.02, "tilt_rad": 0.1}
    series = {name: rng.normal(0, sd, count) for name, sd in scale.items()}
    assert compensating(series, np.arange(count) % 2).mean() < 1e-3


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_recovery_steps_after_a_hazard(steps: int):
    """The first `steps` contacts after the hazard land 8 cm further out than before."""
    data = long_walk()
    hazard = WALKER.start + 20.3 * WALKER.step_time
    data["hazard_onset_s"].values[:] = hazard
    touches = WALKER.start + WALKER.step_time * np.arange(21, 21 + steps)
    for number, touch in enumerate(touches, start=21):
        foot = number % 2
        out = 1.0 if foot == 0 else -1.0
        now = during(data, touch - 0.1, touch + 0.25 * STRIDE_S)
        data["foot_point_m"].values[0, now, foot, :, 1] += out * 0.08
    assert measure(data)[0]["recovery_steps"][0] == steps


def test_recovery_needs_a_hazard_a_before_and_an_end():
    data = long_walk()
    assert np.isnan(measure(data.drop_vars("hazard_onset_s"))[0]["recovery_steps"][0])
    data["hazard_onset_s"].values[:] = np.nan
    assert np.isnan(measure(data)[0]["recovery_steps"][0])
    data["hazard_onset_s"].values[:] = 4.0  # too few contacts before
    assert np.isnan(measure(data)[0]["recovery_steps"][0])
    fallen = synthetic.recording(WALKER, duration=40.0, fall_at=30.0)
    assert np.isnan(measure(fallen)[0]["recovery_steps"][0])
    never = long_walk()
    never["hazard_onset_s"].values[:] = 20.0
    after = never["time"].values >= 20.0
    never["foot_point_m"].values[0, after, 0, :, 1] += 0.2
    assert np.isnan(measure(never)[0]["recovery_steps"][0])


def test_several_hazards_count_from_the_first():
    data = long_walk()
    times = np.array([[np.nan, 15.0, 25.0]])
    many = data.drop_vars("hazard_onset_s").assign(hazard_onset_s=(("trial", "hazard"), times))
    assert measure(many)[0]["recovery_steps"][0] == 0
