"""A coming fall is not steady walking: what its last strides are like changes no measure."""

from __future__ import annotations

import numpy as np
import pytest
import synthetic

from retrowalk.sim.measures import COLUMNS, measure, waveforms
from retrowalk.sim.measures.base.trial import BEFORE_FALL_S

FALL_S = 15.0
TOLD = {"distance_m", "strides_before_fall_count"}  # of the whole trial, up to the fall


def fallen(*, wild: bool):
    """A walk that ends in a fall; wild: from `BEFORE_FALL_S` before it nothing is as it was."""
    data = synthetic.recording(fall_at=FALL_S)
    if wild:
        time = data["time"].values
        last = (time > FALL_S - BEFORE_FALL_S + 0.1) & (time < FALL_S)  # 0.1: the filters' reach
        for name in ("activation", "tension_n", "joint_angle_rad", "com_velocity_m_per_s"):
            data[name].values[:, last] *= 3.0
        data["com_position_m"].values[:, last, 2] -= 0.3
    return data


def test_strides_end_before_the_fall_begins():
    trials, strides = measure(fallen(wild=False))
    whole = measure(synthetic.recording(duration=FALL_S))[1]
    assert strides["end_s"].max() <= FALL_S - BEFORE_FALL_S
    kept = whole["end_s"] <= FALL_S - BEFORE_FALL_S
    assert 4 < len(strides) == kept.sum() < len(whole)
    assert trials["stride_count"][0] == len(strides)
    assert trials["strides_before_fall_count"][0] == len(whole) - len(strides)
    assert trials["steady_time_s"][0] == pytest.approx(FALL_S - BEFORE_FALL_S - 2.0, abs=0.01)


def test_the_last_seconds_before_a_fall_move_no_measure():
    calm, wild = (measure(fallen(wild=one))[0].iloc[0] for one in (False, True))
    assert calm["speed_m_per_s"] == pytest.approx(0.8, rel=1e-4)
    for name in COLUMNS:
        if name not in TOLD:
            assert wild[name] == pytest.approx(calm[name], rel=1e-4, abs=1e-6, nan_ok=True), name


def test_nor_a_curve_of_the_gait_cycle():
    calm, wild = (waveforms(fallen(wild=one), "activation") for one in (False, True))
    np.testing.assert_allclose(wild["mean"], calm["mean"], rtol=1e-6)
    assert (wild["strides"].values == calm["strides"].values).all()


def test_a_fall_soon_after_steady_walking_began_leaves_none():
    trial = measure(synthetic.recording(fall_at=2.0 + BEFORE_FALL_S))[0].iloc[0]
    assert trial["missing_reason"] == "fell so soon that no stride was steady"
    assert trial["strides_before_fall_count"] > 4
    assert trial["steady_time_s"] == 0.0
    assert np.isnan(trial["speed_m_per_s"])
    assert np.isnan(trial["metabolic_power_w_per_kg"])
