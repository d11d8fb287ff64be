"""Spatiotemporal measures, margins of stability and foot contact of walkers that are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import synthetic
from synthetic import Walker, forward

from retrowalk.sim.measures import measure

WALKERS = {
    "backward": Walker(),
    "forward": forward(),
    "slow": Walker(speed=0.5, step_length=0.35, stance=0.7, reach=0.15),
    "wide": Walker(step_width=0.25),
    "crossed": Walker(step_width=-0.04),
    "backward belt": replace(Walker(), belt=0.8),
    "forward belt": replace(forward(), belt=-1.1),
    "uneven sampling": Walker(speed=0.83, step_length=0.437, start=0.2317),
}


@pytest.fixture(params=WALKERS, scope="module")
def case(request: pytest.FixtureRequest):
    walker = WALKERS[request.param]
    trials, strides = measure(synthetic.recording(walker))
    return walker, trials.iloc[0], strides


def test_speed_and_distance_are_over_the_ground(case):
    walker, trial, _ = case
    assert trial["speed_m_per_s"] == pytest.approx(walker.speed, rel=1e-5)
    assert trial["distance_m"] == pytest.approx(walker.speed * 19.995, rel=1e-5)


def test_steps_and_strides(case):
    walker, trial, _ = case
    assert trial["cadence_steps_per_min"] == pytest.approx(60 / walker.step_time, rel=1e-5)
    assert trial["step_time_s"] == pytest.approx(walker.step_time, rel=1e-5)
    assert trial["step_length_m"] == pytest.approx(walker.step_length, abs=1e-5)
    assert trial["stride_length_m"] == pytest.approx(2 * walker.step_length, abs=1e-5)
    assert trial["step_width_m"] == pytest.approx(walker.step_width, abs=1e-5)
    assert trial["stance_fraction"] == pytest.approx(walker.stance, abs=1e-5)


def test_double_support_is_what_stance_leaves_over_half_a_stride(case):
    walker, trial, _ = case
    both = walker.stance - 0.5
    assert trial["double_support_fraction"] == pytest.approx(2 * both, abs=1e-5)
    assert trial["landing_support_s"] == pytest.approx(both * 2 * walker.step_time, abs=1e-5)


def test_a_regular_walker_has_no_variability_and_no_asymmetry(case):
    _, trial, _ = case
    names = ["stride_time_cv", "step_width_sd_m", "step_length_sd_m", "mos_ap_sd_m"]
    names += ["step_time_sd_s", "mos_ml_sd_m", "mos_ap_least_sd_m", "mos_ml_least_sd_m"]
    names += ["step_length_asymmetry", "step_time_asymmetry", "stance_asymmetry"]
    for name in names:
        tolerance = 5e-3 if "least" in name else 2e-4  # a sample's way
        assert trial[name] == pytest.approx(0.0, abs=tolerance), name


def test_margins_of_stability(case):
    walker, trial, _ = case
    assert trial["mos_ap_m"] == pytest.approx(walker.mos_ap, abs=1e-3)
    assert trial["mos_ml_m"] == pytest.approx(walker.mos_ml, abs=1e-3)
    assert trial["mos_ap_outline_m"] == pytest.approx(walker.mos_ap_outline, abs=1e-3)
    assert trial["mos_ml_outline_m"] == pytest.approx(walker.mos_ml_outline, abs=1e-3)
    ankle = walker.sign * synthetic.POINTS["ankle"][0]
    xcom = walker.speed / walker.omega - walker.reach - ankle
    assert trial["xcom_ap_m"] == pytest.approx(xcom, abs=1e-3)
    assert trial["xcom_ml_m"] == pytest.approx(walker.inside, abs=1e-3)


def test_which_part_lands_first(case):
    walker, trial, _ = case
    assert trial["toe_first_fraction"] == float(walker.toe_first)
    assert trial["heel_first_fraction"] == float(not walker.toe_first)


def test_a_foot_that_stands_does_not_slip(case):
    _, trial, _ = case
    assert trial["foot_slip_max_m"] < 1e-4


def test_every_step_belongs_to_one_stride(case):
    walker, _, strides = case
    assert strides["start_s"].is_monotonic_increasing
    assert np.diff(strides["start_s"]) == pytest.approx(walker.step_time, abs=1e-6)
    assert set(strides["foot"]) == {"left", "right"}
    assert (strides["start_s"] >= 2.0).all()


def test_slip_is_the_path_of_the_loaded_foot_over_the_ground():
    walker = replace(forward(), slip=0.03, belt=-0.5)
    trial = measure(synthetic.recording(walker))[0].iloc[0]
    assert trial["foot_slip_m"] == pytest.approx(0.03, rel=0.02)


def test_a_faster_centre_of_mass_is_less_stable_in_either_direction():
    for walker in (Walker(), forward()):
        margins = [
            measure(synthetic.recording(replace(walker, speed=v)))[0].iloc[0]["mos_ap_m"]
            for v in (walker.speed, walker.speed + 0.2)
        ]
        assert margins[1] < margins[0]


def test_a_limp_shows_as_asymmetry_not_as_variability():
    data = synthetic.recording()
    right = data["foot_point_m"].values[:, :, 1]
    right[..., 0] -= 0.05  # the right foot lands 5 cm further along travel, backward
    trial = measure(data)[0].iloc[0]
    assert trial["step_length_asymmetry"] == pytest.approx(0.10 / 0.44, rel=1e-3)
    assert trial["step_length_sd_m"] == pytest.approx(0.0, abs=1e-5)
    assert trial["step_length_m"] == pytest.approx(0.44, abs=1e-4)


def test_walking_the_wrong_way_is_negative():
    data = synthetic.recording(Walker())
    data["travel_sign"].values[:] = 1
    trial = measure(data)[0].iloc[0]
    assert trial["speed_m_per_s"] == pytest.approx(-0.8, rel=1e-5)
    assert trial["step_length_m"] == pytest.approx(-0.44, rel=1e-4)
    assert np.isnan(trial["cost_of_transport_j_per_kg_m"])


def test_trunk_lean_is_positive_to_the_walkers_front():
    for walker in (Walker(), forward()):
        trial = measure(synthetic.recording(walker))[0].iloc[0]
        assert trial["trunk_lean_rad"] == pytest.approx(0.1, abs=1e-5)
        assert trial["trunk_tilt_max_rad"] == pytest.approx(0.1, abs=1e-4)


def test_variability_of_random_steps():
    rng = np.random.default_rng(3)
    data = synthetic.recording(duration=120.0)
    points, time = data["foot_point_m"].values, data["time"].values
    step = Walker().step_time
    for foot, outward in ((0, 1.0), (1, -1.0)):  # each stance somewhere else, sideways
        number = np.floor((time - 0.23 - foot * step) / (2 * step) + 0.19).astype(int)
        shift = 0.02 * rng.standard_normal(number.max() + 2)
        points[0, :, foot, :, 1] += outward * shift[number][:, None]
    trial = measure(data)[0].iloc[0]
    assert trial["step_width_sd_m"] == pytest.approx(0.02 * np.sqrt(2), rel=0.15)
    assert trial["mos_ml_sd_m"] == pytest.approx(0.02, rel=0.15)
    assert trial["step_width_m"] == pytest.approx(0.12, abs=0.006)
