"""Time reversal of gaits that are made by reversing one another."""

from __future__ import annotations

import numpy as np
import pytest
import synthetic
import xarray as xr
from synthetic import LEG_JOINTS, forward

from retrowalk.sim.measures import time_reversal
from retrowalk.sim.measures.cycle.time_reversal import (
    correlation,
    reversed_in_time,
)

NOT_SINE = {"joint_angle_rad": 1.0, "joint_moment_n_m": 30.0}


def shaped(walker, *, backwards: bool) -> xr.Dataset:
    """A recording whose angles and moments are no sines, run backwards in time or not."""
    data = synthetic.recording(walker)
    time = data["time"].values
    stride = 2 * walker.step_time
    for foot in (0, 1):
        phase = (time - walker.start - foot * walker.step_time) / stride
        if backwards:
            phase = walker.stance - phase  # begins at the other's foot off
        for j in range(len(LEG_JOINTS)):
            own = len(LEG_JOINTS) * foot + j
            for variable, size in NOT_SINE.items():
                wave = np.sin(2 * np.pi * phase + j) + 0.5 * np.cos(4 * np.pi * phase + 2 * j)
                shift = 0.3 if variable.endswith("n_m") else 0.0
                data[variable].values[0, :, own] = size * (wave + shift)
            rate = 2 * np.pi / stride * (-1 if backwards else 1)
            slope = np.cos(2 * np.pi * phase + j) - np.sin(4 * np.pi * phase + 2 * j)
            data["joint_velocity_rad_per_s"].values[0, :, own] = rate * slope
    return data


def test_a_gait_run_backwards_is_the_reversal():
    walker = forward()
    table = time_reversal(shaped(walker, backwards=True), shaped(walker, backwards=False))
    found = table.set_index(["joint", "quantity"])["correlation"]
    for joint in LEG_JOINTS:
        assert found[joint, "angle"] == pytest.approx(1.0, abs=0.01)
        assert found[joint, "moment"] == pytest.approx(1.0, abs=0.01)
        assert found[joint, "power"] == pytest.approx(-1.0, abs=0.01)
    assert table["stance"].unique() == pytest.approx([walker.stance], abs=1e-3)


def test_a_gait_is_not_its_own_reversal():
    data = shaped(forward(), backwards=False)
    found = time_reversal(data, data).set_index(["joint", "quantity"])["correlation"]
    assert found["knee", "angle"] < 0.9


def test_reversing_twice_gives_the_curve_back():
    phase = np.linspace(0, 1, 101)
    curve = np.sin(2 * np.pi * phase) + 0.3 * np.cos(6 * np.pi * phase)
    again = reversed_in_time(reversed_in_time(curve, 0.62), 0.62)
    assert again == pytest.approx(curve, abs=0.01)


def test_correlation_is_numpys_and_null_for_constants():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 50))
    assert correlation(a, b) == pytest.approx(np.corrcoef(a, b)[0, 1])
    assert np.isnan(correlation(np.ones(5), np.arange(5.0)))


def test_what_is_missing_is_null():
    backward, ahead = synthetic.recording(), synthetic.recording(forward())
    fallen = synthetic.recording(forward(), fall_at=1.0)
    assert time_reversal(backward, fallen)["correlation"].isna().all()
    bare = time_reversal(backward.drop_vars("joint_velocity_rad_per_s"), ahead)
    by = bare.set_index(["joint", "quantity"])["correlation"]
    assert np.isnan(by["knee", "power"])
    assert np.isfinite(by["knee", "angle"])
