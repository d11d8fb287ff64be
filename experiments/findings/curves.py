"""Values for the findings from kept recordings: gait-cycle curves, powers, foot roll-over.

Curves are the mean over the steady strides of a foot from contact to contact, then over both legs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import xarray as xr

from ...models.sides import pair
from ...sim.errors import RetrowalkError
from ...sim.measures import waveforms
from ...sim.measures.base.filters import low_pass
from ...sim.measures.base.strides import strides_of
from ...sim.measures.base.trial import Trial, trials_of
from ...sim.physics.contact import REGION_BEARS_N
from ..store.waveforms import read_netcdf

JOINTS = {"hip": "hip_flexion", "knee": "knee", "ankle": "ankle"}
AFTER_CONTACT = 0.1  # of the gait cycle
_NEEDED = (
    "com_position_m",
    "com_velocity_m_per_s",
    "ground_force_n",
    "foot_point_m",
    "joint_angle_rad",
    "joint_velocity_rad_per_s",
    "joint_moment_n_m",
    "pelvis_quaternion",
    "ground_velocity_m_per_s",
    "steady_from_s",
    "travel_sign",
    "duration_s",
    "valid",
    "fell",
    "time_to_fall_s",
)


@dataclass(frozen=True)
class GaitCurves:
    """One recorded trial; every curve has shape (points,), phase 0 to 1 from contact to contact.

    Attributes:
        stance: share of the gait cycle. angle_rad: by joint (`hip knee ankle`).
        thigh_rad: of the thigh to the vertical in the sagittal plane, forward positive.
        moment_n_m: net, by joint, low-passed.
        power_w: by joint, moment times angular velocity, generation positive, low-passed.
        vertical_n: ground force on the foot, low-passed.
        heel_last: share of stances in which the heel is the last part of the foot to bear load.
    """

    stance: float
    angle_rad: dict[str, np.ndarray]
    thigh_rad: np.ndarray | None
    moment_n_m: dict[str, np.ndarray]
    power_w: dict[str, np.ndarray]
    vertical_n: np.ndarray
    heel_last: float


def gait_curves_of(path: Path) -> GaitCurves | None:
    """Return the curves of a kept recording; None if it cannot be read or has no steady stride."""
    try:
        return gait_curves(read_netcdf(path, _NEEDED))
    except (OSError, ValueError, KeyError, RetrowalkError):
        return None


def peak_ratio(curves: GaitCurves) -> float:
    """Return first over second peak of the vertical force: the highest in each half of stance.

    NaN unless the curve has a peak in both.
    """
    from scipy.signal import find_peaks

    force = curves.vertical_n
    top, _ = find_peaks(force)
    phase = top / (len(force) - 1)
    early, late = (
        top[phase < curves.stance / 2],
        top[(phase >= curves.stance / 2) & (phase < curves.stance)],
    )
    if not len(early) or not len(late):
        return float("nan")
    return float(force[early].max() / force[late].max())


def after_contact(curve: np.ndarray) -> float:
    """Return the mean of a curve over the first tenth of the gait cycle."""
    phase = np.linspace(0.0, 1.0, len(curve))
    return float(curve[phase <= AFTER_CONTACT + 1e-9].mean())


def thigh_to_vertical(recording: xr.Dataset) -> np.ndarray | None:
    """Return the thighs' angles (trial, time, foot) [rad]: hip flexion minus the pelvis's pitch.

    Pitch is the angle of the pelvis's forward axis below the horizontal. Exact in the sagittal
    plane; hip adduction and rotation are left out.
    """
    if "pelvis_quaternion" not in recording or "joint_angle_rad" not in recording:
        return None
    names = [str(name) for name in recording["joint"].values]
    hips = pair("hip_flexion")
    if not set(hips) <= set(names):
        return None
    turn = recording["pelvis_quaternion"].transpose("trial", "time", "quaternion")
    w, x, y, z = np.moveaxis(turn.values.astype(float), -1, 0)
    down = 2.0 * (w * y - x * z)  # minus the z of the rotated x axis
    pitch = np.arcsin(np.clip(down, -1.0, 1.0))
    angle = recording["joint_angle_rad"].transpose("trial", "time", "joint").values
    return angle[..., [names.index(hip) for hip in hips]] - pitch[..., None]


def gait_curves(recording: xr.Dataset) -> GaitCurves | None:
    """Return the curves of a recording of one trial; None if it has no steady stride."""
    trial = next(iter(trials_of(recording)))
    strides = strides_of(trial)
    if not len(strides):
        return None
    # a short tail may be missing; the filter needs whole series
    recording = recording.isel(time=slice(0, trial.samples))
    filtered: dict[str, tuple[str, np.ndarray]] = {}
    force = recording["ground_force_n"].transpose("trial", "time", "foot", "region", "axis")
    vertical = force.values[..., 2].sum(axis=-1)
    filtered["vertical_n"] = ("foot", low_pass(vertical[0], trial.period_s)[None])
    moment, speed = (
        recording.get(name) for name in ("joint_moment_n_m", "joint_velocity_rad_per_s")
    )
    if moment is not None and speed is not None:
        power = (moment * speed).transpose("trial", "time", "joint").values
        filtered["power_w"] = ("joint", low_pass(power[0], trial.period_s)[None])
    if moment is not None:
        alone = moment.transpose("trial", "time", "joint").values[0]
        filtered["smooth_moment_n_m"] = ("joint", low_pass(alone, trial.period_s)[None])
    thigh = thigh_to_vertical(recording)
    if thigh is not None:
        filtered["thigh_rad"] = ("foot", thigh)
    series = recording.assign(
        {name: (("trial", "time", dim), values) for name, (dim, values) in filtered.items()}
    )
    return GaitCurves(
        stance=float(np.mean((strides.off_s - strides.start_s) / strides.time_s)),
        angle_rad=_by_joint(series, "joint_angle_rad"),
        thigh_rad=_single(series, "thigh_rad") if thigh is not None else None,
        moment_n_m=_by_joint(series, "smooth_moment_n_m") if moment is not None else {},
        power_w=_by_joint(series, "power_w") if "power_w" in series else {},
        vertical_n=_single(series, "vertical_n"),
        heel_last=_heel_last(trial),
    )


def mean_curves(
    recording: xr.Dataset, variable: str, by: Literal["channel", "group"] = "channel"
) -> xr.DataArray:
    """Return the mean of both legs (channel, phase); a leg without strides is left out."""
    found = waveforms(recording, variable, by=by)
    walked = (found["strides"] > 0).isel(trial=0).values
    return found["mean"].isel(trial=0, foot=np.flatnonzero(walked)).mean("foot")


def _by_joint(recording: xr.Dataset, variable: str) -> dict[str, np.ndarray]:
    curves = mean_curves(recording, variable)
    known = set(curves["channel"].values)
    return {
        name: curves.sel(channel=joint).values.astype(float)
        for name, joint in JOINTS.items()
        if joint in known
    }


def _single(recording: xr.Dataset, variable: str) -> np.ndarray:
    return mean_curves(recording, variable).isel(channel=0).values.astype(float)


def _heel_last(trial: Trial) -> float:
    """Return the share of steady stances in which the heel bears load (10 N) longest."""
    strides, heel = strides_of(trial), trial.layout.index("region", "heel")
    if heel is None:
        return float("nan")
    loaded = trial["ground_force_n"][..., 2] > REGION_BEARS_N  # (n, 2, regions)
    index = np.where(loaded, np.arange(len(loaded))[:, None, None], -1)
    latest = np.maximum.accumulate(index, axis=0)[strides.off - 1, strides.foot]  # (k, regions)
    fore = np.delete(latest, heel, axis=1).max(axis=1)
    return float((latest[:, heel] > fore).mean())
