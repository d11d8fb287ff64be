"""Curves over the gait cycle."""

from __future__ import annotations

import numpy as np
import pytest
import synthetic
from synthetic import activation_level

from retrowalk.sim.errors import ConfigError
from retrowalk.sim.measures import measure, waveforms

PHASE = np.linspace(0, 1, 101)


@pytest.fixture(scope="module")
def data():
    return synthetic.recording(trials=2)


def test_each_leg_is_cut_by_its_own_contacts(data):
    curves = waveforms(data, "joint_angle_rad")
    assert curves["mean"].dims == ("trial", "foot", "channel", "phase")
    for foot in ("left", "right"):
        knee = curves["mean"].sel(channel="knee", foot=foot).values
        assert knee == pytest.approx(
            np.tile(0.6 + 0.5 * np.sin(2 * np.pi * PHASE), (2, 1)), abs=1e-3
        )
    assert float(curves["sd"].max()) < 1e-3
    assert "lumbar_flexion" in curves["channel"].values


def test_the_number_of_strides_is_that_of_the_table(data):
    strides = measure(data)[1].groupby(["trial", "foot"]).size()
    counts = waveforms(data, "activation")["strides"]
    assert counts.sel(trial=0, foot="left") == strides[0, "left"]
    assert counts.sel(trial=1, foot="right") == strides[1, "right"]


def test_groups_are_averaged_by_strength_or_summed(data):
    activation = waveforms(data, "activation", by="group")["mean"]
    tension = waveforms(data, "tension_n", by="group")["mean"]
    # gluteus maximus: muscles 0 and 1 of a side, 500 and 800 N
    force = 500 * activation_level(0) + 800 * activation_level(1)
    swing = 1 + 0.5 * np.sin(2 * np.pi * PHASE)
    own = {"channel": "gluteus_maximus", "trial": 0, "foot": "right"}
    assert activation.sel(own).values == pytest.approx(force / 1300 * swing, rel=2e-3)
    assert tension.sel(own).values == pytest.approx(force * swing, rel=2e-3)


def test_sd_is_that_of_the_strides():
    walker = synthetic.Walker()
    data = synthetic.recording(walker, duration=60.0)
    offsets = np.random.default_rng(5).normal(0.0, 0.1, 200)
    number = np.floor((data["time"].values - walker.start) / (2 * walker.step_time)).astype(int)
    data["joint_angle_rad"].values[0] += offsets[number][:, None]
    curve = waveforms(data, "joint_angle_rad").sel(channel="hip_flexion", foot="left", trial=0)
    count = int(curve["strides"])
    first = round((2.0 - walker.start) / (2 * walker.step_time) + 0.5)
    expected = offsets[first : first + count].std(ddof=1)
    assert curve["sd"].values[50] == pytest.approx(expected, rel=1e-3)


def test_any_variable_of_time_has_curves(data):
    force = waveforms(data, "ground_force_n")
    assert list(force["channel"].values)[:3] == ["heel_x", "heel_y", "heel_z"]
    centre = waveforms(data, "com_position_m", points=11)
    assert centre["mean"].shape == (2, 2, 3, 11)
    belt = waveforms(data, "ground_velocity_m_per_s")
    assert list(belt["channel"].values) == ["ground_velocity_m_per_s"]


def test_an_unknown_variable_is_refused(data):
    with pytest.raises(ConfigError, match="did you mean 'activation'"):
        waveforms(data, "activatoin")
