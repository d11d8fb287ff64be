"""Bodies beside `human` stand, and walk by the scripted law until they are pushed over."""

from __future__ import annotations

import numpy as np
import pytest

import retrowalk as rw

BODIES = ("human-planar", "human-torque", "myolegs", "myolegs26")
WALKS = [
    *(("human-planar", "backward"), ("human-planar", "forward")),
    *(("human-torque", "backward"), ("human-torque", "forward")),
    *(("myolegs", "backward"), ("myolegs", "forward")),
    *(("myolegs26", "backward"), ("myolegs26", "forward")),
]
SPEEDS = {"myolegs26": 0.6}
SLOWEST = {"myolegs26": 0.1}  # m/s: its trials begin at 0.4 m/s backward, and fewer fall
PUSH = {"kind": "push", "push_towards": "along-travel", "at_s": 1.5, "impulse_n_s": 250.0}


def walks(body, **asked):
    """A single walk of a body whose package is there."""
    if body.startswith("myolegs"):
        pytest.importorskip("myo_sim")
    return rw.simulate(body=body, speed_m_per_s=SPEEDS.get(body, 0.8), trials=1, threads=1, **asked)


@pytest.mark.parametrize(("body", "direction"), WALKS)
def test_it_walks_until_it_is_pushed_over(body, direction):
    recording = walks(body, direction=direction, duration_s=3.5, seed=5, hazards=[PUSH])
    onset, fell = (
        float(recording[name].values.item()) for name in ("hazard_onset_s", "time_to_fall_s")
    )
    assert 1.5 <= onset < fell < 3.5
    way = recording["com_position_m"].sel(axis="x").isel(trial=0)
    walked = way.sel(time=onset, method="nearest") - way.sel(time=0.5, method="nearest")
    speed = float(walked) / (onset - 0.5) * float(recording["travel_sign"].values[0])
    assert SLOWEST.get(body, 0.3) < speed < 1.1
    assert np.isfinite(recording["joint_moment_n_m"].sel(time=slice(0, onset))).all()


@pytest.mark.parametrize("body", BODIES)
def test_it_stands(body):
    recording = walks(body, policy="standing:Stand", duration_s=1.0, seed=1, trust=True)
    height = recording["com_position_m"].sel(axis="z").isel(trial=0).values
    assert recording["time_to_fall_s"].isnull().all()
    assert height.min() > 0.95 * height[0]
