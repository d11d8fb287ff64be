"""Replays draw the balance that the measures measure."""

from __future__ import annotations

import numpy as np
import pytest
import synthetic
from hypothesis import given, strategies as st
from synthetic import Walker, forward

from retrowalk.experiments.drawing.balance import (
    STANDING,
    base_of_support,
    extrapolated_centre,
    hull,
    with_standing_foot,
)
from retrowalk.sim.measures import measure

WALKERS = {"backward": Walker(), "forward": forward(), "belt": Walker(belt=0.8)}


@pytest.mark.parametrize("name", WALKERS)
def test_drawn_margins_are_the_measured_ones(name: str):
    """At each contact, to what the body moves in one sample."""
    recording = synthetic.recording(WALKERS[name])
    _, strides = measure(recording)
    one = with_standing_foot(recording.isel(trial=0))
    frames = one.sizes["time"]
    ahead, base = extrapolated_centre(one, np.zeros(frames)), base_of_support(one)
    assert ahead is not None
    assert base is not None
    speed = WALKERS[name].speed
    tolerance = 1.5 * speed * float(one["time"][1] - one["time"][0])
    compared = 0
    for stride in strides.itertuples():
        sample = int(np.searchsorted(one["time"].values, float(stride.start_s) - 1e-9))  # type: ignore[arg-type]
        foot = 0 if stride.foot == "left" else 1
        if int(one[STANDING].values[sample]) != foot:
            sample += 1  # at the contact itself the load is no more than the threshold
        if int(one[STANDING].values[sample]) != foot:
            continue
        away = base[sample] - ahead[sample, :2]
        away = away[np.isfinite(away).all(axis=1)]
        outward = 1.0 if foot == 0 else -1.0
        along = (away[:, 0] * float(one["travel_sign"])).max()
        assert along == pytest.approx(float(stride.mos_ap_m), abs=tolerance)  # type: ignore[arg-type]
        sideways = (away[:, 1] * outward).max()
        assert sideways == pytest.approx(float(stride.mos_ml_m), abs=tolerance)  # type: ignore[arg-type]
        compared += 1
    assert compared > 10


@given(st.lists(st.tuples(*[st.floats(-1, 1, width=32)] * 2), min_size=3, max_size=12))
def test_every_point_lies_in_its_hull(points: list[tuple[float, float]]):
    corners = hull(np.array(points))
    assert {tuple(one) for one in corners} <= set(points)
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        edge, away = b - a, np.array(points) - a
        assert (edge[0] * away[:, 1] - edge[1] * away[:, 0] >= -1e-9).all()  # all to its left


def test_no_load_no_base():
    recording = synthetic.recording(Walker()).isel(trial=0)
    recording["ground_force_n"][:] = 0.0
    base = base_of_support(recording)
    assert base is not None
    assert np.isnan(base).all()
