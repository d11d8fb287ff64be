"""Gait-cycle curves that a run keeps: of each trial, averaged over both legs."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import xarray as xr

_KEPT: dict[str, Literal["channel", "group"]] = {
    "joint_angle_rad": "channel",
    "joint_moment_n_m": "channel",
    "activation": "group",
    "tension_n": "group",
}


def gait_curves(recording: xr.Dataset) -> xr.Dataset:
    """Return each trial's mean curves: joints `(trial, joint, phase)`, muscles by group.

    A curve is the mean of the two legs, each cut by its own foot's strides from contact to contact;
    joints are named without side. NaN where a trial has no complete steady stride.
    """
    from xarray import Dataset

    from ...sim.measures import waveforms

    curves: dict[str, xr.DataArray] = {}
    for variable, by in _KEPT.items():
        if variable not in recording:  # a body without muscles
            continue
        both = waveforms(recording, variable, by=by)["mean"]
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Mean of empty slice")
            mean = both.mean("foot", skipna=True, keep_attrs=True)
        curves[variable] = mean.rename(channel="group" if by == "group" else "joint")
    return Dataset(curves)
