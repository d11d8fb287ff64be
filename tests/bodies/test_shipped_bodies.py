"""Bodies beside `human` walk and fall: what their card says of the scripted law."""

from __future__ import annotations

import numpy as np
import pytest

import retrowalk as rw


@pytest.mark.parametrize(
    ("body", "direction"),
    [("human-planar", "backward"), ("human-planar", "forward"), ("human-torque", "backward")],
)
def test_it_walks_until_it_is_pushed_over(body, direction):
    push = {"kind": "push", "push_towards": "along-travel", "at_s": 4.0, "impulse_n_s": 250.0}
    recording = rw.simulate(
        body=body, direction=direction, trials=1, duration_s=7.0, speed_m_per_s=0.8, seed=5,
        threads=1, hazards=[push],
    )  # fmt: skip
    onset, fell = (
        float(recording[name].values.item()) for name in ("hazard_onset_s", "time_to_fall_s")
    )
    assert 4.0 <= onset < 5.5
    assert onset < fell < 7.0
    way = recording["com_position_m"].sel(axis="x").isel(trial=0)
    walked = way.sel(time=onset, method="nearest") - way.sel(time=1.0, method="nearest")
    speed = float(walked) / (onset - 1.0) * float(recording["travel_sign"].values[0])
    assert 0.3 < speed < 1.1
    assert np.isfinite(recording["joint_moment_n_m"].sel(time=slice(0, onset))).all()
