"""What must not change a measure does not change it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import synthetic
from hypothesis import given, settings, strategies as st
from synthetic import Walker, forward

from retrowalk.sim.measures import COLUMNS, measure

SYNTHETIC_DIVERGENCE = "divergence_short"  # of a perfectly periodic walker: rounding alone
SAMPLE = (
    "least",
    "mean_edge",
    "outside",
    "cop_",
    "tric_share",
    "loading_rate",
)  # where one sample counts


def _compare(
    one: pd.DataFrame, two: pd.DataFrame, *, but: tuple[str, ...] = (), rel: float, abs_: float
):
    for name in COLUMNS:
        if name not in but and not name.startswith(SYNTHETIC_DIVERGENCE):
            assert two[name].to_numpy() == pytest.approx(
                one[name].to_numpy(), rel=rel, abs=abs_, nan_ok=True
            ), name


@pytest.fixture(params=[Walker(), forward()], ids=["backward", "forward"], scope="module")
def data(request: pytest.FixtureRequest):
    return synthetic.recording(request.param, noise=0.01, duration=12.0)


def test_mirror_image(data):
    _compare(measure(data)[0], measure(synthetic.mirror(data))[0], rel=1e-6, abs_=1e-6)


def test_mirror_image_keeps_divergence(data):
    one, two = measure(data)[0], measure(synthetic.mirror(data))[0]
    assert two["divergence_short"][0] == pytest.approx(one["divergence_short"][0], rel=1e-6)


@settings(max_examples=6)
@given(x=st.floats(-50, 50), y=st.floats(-50, 50))
def test_translation(data, x, y):
    moved = synthetic.turn(data, 0.0, (x, y))
    _compare(measure(data)[0], measure(moved)[0], rel=1e-4, abs_=1e-4)


@settings(max_examples=6)
@given(angle=st.floats(-0.5, 0.5))
def test_heading(data, angle):
    """Steps and margins follow the walker's own path; progress is along the commanded direction."""
    one, two = measure(data)[0], measure(synthetic.turn(data, angle))[0]
    progress = ("distance_m", "speed_m_per_s")
    costs = tuple(name for name in COLUMNS if name.endswith("cost_of_transport_j_per_kg_m"))
    _compare(one, two, but=(*progress, *costs), rel=1e-3, abs_=2e-4)
    for name in progress:
        assert two[name][0] == pytest.approx(one[name][0] * np.cos(angle), rel=1e-3)


def test_time_resampling():
    walker = Walker()
    fine, coarse = (
        measure(synthetic.recording(walker, period=p, ramp=0.01))[0] for p in (0.0025, 0.01)
    )
    peaks = tuple(n for n in COLUMNS if any(part in n for part in ("peak", "rom", *SAMPLE)))
    _compare(fine, coarse, but=peaks, rel=5e-3, abs_=2e-3)
    sharp = ("loading_rate_bw_per_s", "loading_rate_mean_bw_per_s")
    _compare(fine, coarse, but=sharp, rel=0.025, abs_=5e-3)


def test_treadmill_against_over_ground():
    for walker in (Walker(), forward()):
        ground = measure(synthetic.recording(walker))[0]
        belt = replace(walker, belt=-walker.sign * walker.speed)
        _compare(ground, measure(synthetic.recording(belt))[0], rel=1e-4, abs_=1e-4)


def test_a_trial_does_not_depend_on_its_companions():
    walkers = [Walker(speed=0.6 + 0.01 * i, step_length=0.4) for i in range(9)]
    data = synthetic.recording(walkers, noise=0.02)
    trials, strides = measure(data)
    for chosen in ([4], [0, 4, 8], list(range(4, 9))):
        some, of_some = measure(data.isel(trial=chosen))
        same = trials.iloc[chosen].reset_index(drop=True)
        pd.testing.assert_frame_equal(some, same, check_exact=True)
        expected = strides[strides["trial"].isin(chosen)].reset_index(drop=True)
        pd.testing.assert_frame_equal(of_some, expected, check_exact=True)


def test_layout_in_memory_and_precision_change_next_to_nothing():
    data = synthetic.recording(trials=2, noise=0.01)
    trials = measure(data)[0]
    swapped = measure(data.transpose("time", "trial", ...))[0]
    _compare(trials, swapped, rel=1e-6, abs_=1e-9)
    _compare(trials, measure(data.astype("float64"))[0], rel=1e-5, abs_=1e-7)


def test_what_comes_after_a_fall_does_not_count():
    data = synthetic.recording(fall_at=12.0, noise=0.01)
    short = data.isel(time=slice(0, 2402))
    pd.testing.assert_frame_equal(measure(data)[0], measure(short)[0], check_exact=True)


def test_seconds_before_steady_walking_do_not_count():
    data = synthetic.recording(steady_from=5.0)
    spoilt = data.copy(deep=True)
    early = spoilt["time"].values < 4.9
    for name in ("activation", "tension_n", "joint_angle_rad", "knee_contact_force_n"):
        spoilt[name].values[:, early] *= 3.0
    spoilt["foot_point_m"].values[:, early] += 1.0
    _compare(measure(data)[0], measure(spoilt)[0], rel=1e-6, abs_=1e-6)


def test_the_recording_is_not_changed():
    data = synthetic.recording()
    before = data.copy(deep=True)
    measure(data)
    assert data.identical(before)


def test_a_recording_read_back_from_netcdf_measures_the_same(tmp_path):
    import xarray as xr

    data = synthetic.recording(noise=0.01)
    data.to_netcdf(tmp_path / "r.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "r.nc", engine="h5netcdf") as stored:
        pd.testing.assert_frame_equal(measure(stored)[0], measure(data)[0], check_exact=True)
