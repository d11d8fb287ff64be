"""Is backward walking forward walking run backwards in time? Winter, Pluck & Yang (1989)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..base.definition import PLACEHOLDERS
from ..base.filters import low_pass
from ..base.strides import strides_of
from ..base.trial import trials_of
from .waveforms import waveforms

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

JOINTS = PLACEHOLDERS["<joint>"]
QUANTITIES = {
    "angle": "joint_angle_rad",
    "moment": "joint_moment_n_m",
    "power": "joint_power_w",
}


def reversed_in_time(curve: np.ndarray, stance: float) -> np.ndarray:
    """Return a gait's curve reversed in time, starting at contact.

    Run backwards, a gait begins its stance where it ended it: r(p) = f(s - p), s the share of
    stance, so that the contact of the reversed gait (the foot off of the gait) is at phase 0.
    """
    phase = np.linspace(0.0, 1.0, len(curve))
    return np.interp((stance - phase) % 1.0, phase, curve)


def correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Return Pearson's correlation of two curves; NaN if one is constant or has a gap."""
    a, b = first - first.mean(), second - second.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > 0 else float("nan")


def with_joint_power(recording: xr.Dataset) -> xr.Dataset:
    """Return the recording with `joint_power_w`, moment times angular velocity, low-passed.

    Both are filtered at 20 Hz up to the fall; what cannot be filtered is NaN. Without moments or
    velocities the recording is returned as it is.
    """
    parts = ("joint_moment_n_m", "joint_velocity_rad_per_s")
    if any(name not in recording for name in parts):
        return recording
    moment, speed = (recording[name].transpose("trial", "time", "joint") for name in parts)
    power = np.full(moment.shape, np.nan)
    for i, trial in enumerate(trials_of(recording)):
        until = trial.samples
        whole = moment.values[i, :until].astype(float) * speed.values[i, :until]
        if until:
            power[i, :until] = low_pass(whole, trial.period_s)
    return recording.assign(joint_power_w=(moment.dims, power, {"unit": "W"}))


def time_reversal(backward: xr.Dataset, forward: xr.Dataset) -> pd.DataFrame:
    """Compare backward walking with forward walking run backwards in time.

    Curves are means over the trials, and over the legs, of the means over steady strides.

    Args:
        backward, forward: recordings of either direction.

    Returns:
        One row a joint and quantity: `joint`, `quantity` (angle, moment, power), `correlation` of
        the backward curve with the reversed forward one (NaN without strides), and `stance`, the
        forward share of stance that the reversal is shifted by. Where people reverse, angles and
        moments correlate near 1 and powers, whose sign turns with time, near -1.

        Winter, Pluck & Yang 1989, J Mot Behav 21:291.
    """
    from pandas import DataFrame

    stance = stance_share(forward)
    first, second = (mean_curves(recording) for recording in (backward, forward))
    rows = [
        {
            "joint": joint,
            "quantity": quantity,
            "correlation": (
                correlation(one, reversed_in_time(other, stance))
                if (one := first.get((joint, quantity))) is not None
                and (other := second.get((joint, quantity))) is not None
                else float("nan")
            ),
            "stance": stance,
        }
        for joint in JOINTS
        for quantity in QUANTITIES
    ]
    return DataFrame(rows)


def stance_share(recording: xr.Dataset) -> float:
    """Return the mean stance of all steady strides as a share of the stride, NaN without one."""
    shares = [
        (strides.off_s - strides.start_s) / strides.time_s
        for strides in map(strides_of, trials_of(recording))
    ]
    every = np.concatenate([np.empty(0), *shares])
    return float(every.mean()) if len(every) else float("nan")


def mean_curves(recording: xr.Dataset) -> dict[tuple[str, str], np.ndarray]:
    """Return the mean curve (points,) by joint and quantity, where available."""
    recording = with_joint_power(recording)
    curves: dict[tuple[str, str], np.ndarray] = {}
    for quantity, variable in QUANTITIES.items():
        if variable not in recording:
            continue
        mean = waveforms(recording, variable)["mean"]
        channels = mean["channel"].values.tolist()
        for joint in JOINTS:
            if joint not in channels:
                continue
            each = mean[{"channel": channels.index(joint)}].values.reshape(-1, mean.sizes["phase"])
            walked = each[np.isfinite(each).all(axis=1)]
            if len(walked):
                curves[joint, quantity] = walked.mean(axis=0)
    return curves
