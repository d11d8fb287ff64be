"""What a trial cannot give is null, with a reason, and never a warning."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
import synthetic
from synthetic import Walker

from retrowalk.sim.errors import ConfigError
from retrowalk.sim.measures import COLUMNS, measure, waveforms
from retrowalk.sim.measures.gait import start_stop

COUNTS = {"stride_count", "strides_before_fall_count", "steady_time_s"}
OF_STANDING = {measure.name for measure in start_stop.MEASURES}  # needs phases of a trial
ALWAYS = {"distance_m", "speed_m_per_s"} | COUNTS


@pytest.fixture(autouse=True)
def _warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def _nothing_but(trial, given: set[str]):
    """Only the measures `given` have numbers; when the hazard came is known in any case."""
    for name in COLUMNS:
        assert np.isfinite(trial[name]) == (name in given | {"hazard_onset_s"}), name


def test_a_whole_trial_gives_everything():
    trial = measure(synthetic.recording())[0].iloc[0]
    _nothing_but(trial, set(COLUMNS) - OF_STANDING)
    assert pd.isna(trial["missing_reason"])


def test_an_invalid_trial_gives_nothing():
    data = synthetic.recording()
    data["valid"].values[:] = False
    trials, strides = measure(data)
    _nothing_but(trials.iloc[0], set())
    assert trials["missing_reason"][0] == "the simulation became unstable"
    assert strides.empty


def test_an_early_fall():
    trials, strides = measure(synthetic.recording(fall_at=1.0))
    trial = trials.iloc[0]
    _nothing_but(trial, {"distance_m"} | COUNTS)
    assert (trial["fell"], trial["time_to_fall_s"], trial["duration_s"]) == (True, 1.0, 1.0)
    assert trial["missing_reason"] == "fell before steady walking began"
    assert strides.empty
    assert "step_width_m" in strides


@pytest.mark.parametrize("fall_at", [0.0, 0.004])
def test_a_fall_at_once(fall_at: float):
    trial = measure(synthetic.recording(fall_at=fall_at))[0].iloc[0]
    assert trial["stride_count"] == 0
    assert np.isnan(trial["step_length_m"])


def test_a_trial_that_is_nan_throughout():
    data = synthetic.recording(duration=3.0)
    for name in data.data_vars:
        data[name].values[:] = np.nan
    _nothing_but(measure(data)[0].iloc[0], COUNTS)


def test_no_complete_stride():
    trial = measure(synthetic.recording(duration=2.8))[0].iloc[0]
    _nothing_but(trial, ALWAYS)
    assert trial["missing_reason"] == "no complete stride in the steady window"


def test_one_stride_has_means_but_no_variability():
    trials, strides = measure(synthetic.recording(duration=3.65))
    trial = trials.iloc[0]
    assert len(strides) == 1
    assert trial["stride_length_m"] == pytest.approx(0.88, abs=1e-4)
    for name in ("stride_time_cv", "step_width_sd_m", "mos_ml_sd_m", "divergence_short"):
        assert np.isnan(trial[name]), name


def test_standing_still():
    data = synthetic.recording()
    for name in data.data_vars:
        data[name].values[:] = data[name].values[:, :1]
    trial = measure(data)[0].iloc[0]
    _nothing_but(trial, ALWAYS)
    assert trial["speed_m_per_s"] == 0.0
    assert trial["missing_reason"] == "no complete stride in the steady window"


def test_one_foot_that_never_lands():
    data = synthetic.recording()
    data["ground_force_n"].values[:, :, 1] = 0.0
    trials, strides = measure(data)
    assert set(strides["foot"]) == {"left"}
    assert np.isnan(trials["step_length_m"][0])
    assert np.isnan(trials["step_length_asymmetry"][0])
    assert trials["stride_length_m"][0] == pytest.approx(0.88, abs=1e-4)
    assert trials["double_support_fraction"][0] == 0.0


def test_stepping_on_the_spot_has_no_path_but_a_width():
    trial = measure(synthetic.recording(Walker(speed=1e-3, step_length=0.5e-3)))[0].iloc[0]
    assert trial["step_width_m"] == pytest.approx(0.12, abs=1e-4)
    assert np.isnan(trial["cost_of_transport_j_per_kg_m"])


@pytest.mark.parametrize(
    ("lost", "null"),
    [
        ("knee_contact_force_n", "knee_contact_force_peak_bw"),
        ("trunk_quaternion", "trunk_lean_rad"),
        ("fibre_velocity_per_s", "metabolic_power_w_per_kg"),
        ("activation", "activation_soleus"),
        ("tension_n", "impulse_n_s_vasti"),
        ("joint_angle_rad", "knee_rom_rad"),
        ("joint_moment_n_m", "lumbar_moment_peak_n_m"),
    ],
)
def test_a_variable_that_was_not_recorded(lost: str, null: str):
    trial = measure(synthetic.recording().drop_vars(lost))[0].iloc[0]
    assert np.isnan(trial[null])
    assert trial["step_length_m"] == pytest.approx(0.44, abs=1e-4)


def test_a_gap_ends_what_is_measured():
    data = synthetic.recording()
    data["com_position_m"].values[:, 2000:2010] = np.nan
    trials, strides = measure(data)
    assert strides["end_s"].max() < 10.0
    assert trials["speed_m_per_s"][0] == pytest.approx(0.8, rel=1e-4)


def test_a_recording_without_a_vital_variable_is_refused():
    with pytest.raises(ConfigError, match="ground_force_n"):
        measure(synthetic.recording().drop_vars("ground_force_n"))


def test_waveforms_of_a_fall_are_nan():
    data = synthetic.recording(fall_at=1.0)
    curves = waveforms(data, "activation", by="group")
    assert curves["strides"].values.tolist() == [[0, 0]]
    assert np.isnan(curves["mean"]).all()


def test_column_types_do_not_depend_on_the_trials():
    whole, fallen = (
        synthetic.recording(duration=6.0),
        synthetic.recording(duration=6.0, fall_at=1.0),
    )
    for one, two in zip(measure(whole), measure(fallen), strict=True):
        assert one.dtypes.equals(two.dtypes)


def test_no_trials():
    trials, strides = measure(synthetic.recording().isel(trial=[]))
    assert trials.empty
    assert strides.empty
    assert set(COLUMNS) <= set(trials)
