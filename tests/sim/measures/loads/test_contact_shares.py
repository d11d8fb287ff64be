"""Joint forces told apart: parts that are known, and parts that add up."""

from __future__ import annotations

import numpy as np
import pytest
import synthetic

from retrowalk.sim.measures import measure
from retrowalk.sim.measures.base.per_stride import stride_peak

WEIGHT = 75.0 * 9.81
PARTS = ("muscles", "rest")


def test_parts_of_steady_forces():
    trial = measure(synthetic.recording())[0].iloc[0]
    stride_s = 2 * synthetic.Walker().step_time
    shares = dict(zip(PARTS, (synthetic.MUSCLE_SHARE, 1 - synthetic.MUSCLE_SHARE), strict=True))
    for part, share in shares.items():
        for joint, level in synthetic.COMPRESSION.items():
            force = trial[f"{joint}_contact_force_{part}_bw"]
            assert force == pytest.approx(share * level, rel=1e-4)
            impulse = trial[f"{joint}_contact_impulse_{part}_bw_s"]
            assert impulse == pytest.approx(share * level * stride_s, rel=1e-4)
        for when in ("peak", "mean"):
            assert trial[f"lumbar_compression_{when}_{part}_bw"] == pytest.approx(
                share * 1.2, rel=1e-4
            )


def test_parts_are_those_of_the_peak_and_along_the_force():
    """Hip force from (300, 0, -400) to twice that at the peak; the muscles pull straight down."""
    data = synthetic.recording()
    time = data["time"].values
    swell = 1.5 + 0.5 * np.sin(2 * np.pi * time / (2 * synthetic.Walker().step_time))
    force, muscles = (data[f"hip_contact_force{x}_n"].values for x in ("", "_muscles"))
    force[:] = swell[:, None, None] * [300.0, 0.0, -400.0]
    muscles[:] = (2.0 - swell)[:, None, None] * [0.0, 0.0, -250.0]
    trial = measure(data)[0].iloc[0]
    assert trial["hip_contact_force_peak_bw"] == pytest.approx(1000.0 / WEIGHT, rel=1e-4)
    assert trial["hip_contact_force_muscles_bw"] == pytest.approx(0.0, abs=2e-3)
    assert trial["hip_contact_force_rest_bw"] == pytest.approx(1000.0 / WEIGHT, rel=2e-3)
    seconds = 2 * synthetic.Walker().step_time
    along = 0.8 * 250.0 * 0.5 * seconds / WEIGHT  # 4/5 of the pull lies along the force
    assert trial["hip_contact_impulse_muscles_bw_s"] == pytest.approx(along, rel=2e-3)


def test_parts_add_up_to_the_columns_of_the_whole():
    trials, strides = measure(synthetic.recording(noise=0.02))
    for table in (trials, strides):
        for joint in synthetic.COMPRESSION:
            for whole, part in (
                (f"{joint}_contact_force_peak_bw", f"{joint}_contact_force_{{}}_bw"),
                (f"{joint}_contact_impulse_bw_s", f"{joint}_contact_impulse_{{}}_bw_s"),
            ):
                total = sum(table[part.format(name)].to_numpy() for name in PARTS)
                assert total == pytest.approx(table[whole].to_numpy(), rel=1e-9)
        for when in ("peak", "mean"):
            parts = (f"lumbar_compression_{when}_{name}_bw" for name in PARTS)
            total = sum(table[part].to_numpy() for part in parts)
            whole = table[f"lumbar_compression_{when}_bw"]
            assert total == pytest.approx(whole.to_numpy(), rel=1e-9)


def test_without_the_muscles_part_the_whole_is_still_measured():
    trial = measure(synthetic.recording().drop_vars("knee_contact_force_muscles_n"))[0].iloc[0]
    assert np.isnan(trial["knee_contact_force_muscles_bw"])
    assert np.isnan(trial["knee_contact_force_rest_bw"])
    assert trial["knee_contact_force_peak_bw"] == pytest.approx(2.0, rel=1e-4)


def test_value_at_a_peak():
    series = np.array([0.0, 2.0, 5.0, 1.0, 7.0, 7.0, 3.0, np.nan, 1.0, 0.0])
    other = np.arange(10.0)
    start, end = np.array([0, 3, 6]), np.array([3, 6, 9])
    assert stride_peak(series, other, start, end) == pytest.approx([2.0, 4.0, np.nan], nan_ok=True)
    assert stride_peak(series, other, start[:0], end[:0]).shape == (0,)
