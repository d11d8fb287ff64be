"""The same curves of a model's run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from ...sim.errors import ConfigError
from ...sim.measures import waveforms
from ..store.run import Run
from .channels import ACTIVITY, ANGLE, FORCE, GRAVITY, MOMENT
from .cycles import Curves, Key
from .fields import OwnData

SAME_SPEED = 0.05  # m/s
_AXES = {"z": "vertical", "x": "ahead"}


def model_curves(run: Run, data: OwnData) -> Curves:
    """Return the curves of the kept recordings that walk as the data do, over steady strides.

    Raises:
        ConfigError: not one condition of the run walks so, or no recording has a steady stride.
    """
    cells = [
        cell
        for cell in run.plan.cells
        if cell.direction == data.direction
        and abs(cell.technique.speed_m_per_s - data.speed_m_per_s) <= SAME_SPEED
    ]
    asked = f"walking {data.direction} at {data.speed_m_per_s:g} m/s"
    if len(cells) != 1:
        names = ", ".join(cell.name for cell in cells) or "none"
        raise ConfigError(f"{run.path}: needs one condition of {asked}, has {names}")
    own = run.rows(cells[0])["trial"].tolist()
    kept = [number for number in run.recordings if number in own]
    found: dict[Key, list[np.ndarray]] = {}
    strides: dict[Key, int] = {}
    for number in kept:
        for key, curve, count in _of_trial(run.recording(number)):
            found.setdefault(key, []).append(curve)
            strides[key] = strides.get(key, 0) + count
    if not found:
        raise ConfigError(f"{run.path}: no kept recording of {asked} has steady strides")
    spread = {
        key: np.std(curves, axis=0, ddof=1) if len(curves) > 2 else np.full_like(curves[0], np.nan)
        for key, curves in found.items()
    }
    return Curves({key: np.mean(own, axis=0) for key, own in found.items()}, spread, strides)


def _of_trial(recording: xr.Dataset) -> Iterator[tuple[Key, np.ndarray, int]]:
    mass = float(recording.attrs["body_mass_kg"])
    whole = recording.assign(foot_force_n=recording["ground_force_n"].sum("region"))
    yield from _curves(whole, "joint_angle_rad", ANGLE, 1.0)
    yield from _curves(whole, "joint_moment_n_m", MOMENT, 1.0 / mass)
    for (_, axis), curve, count in _curves(whole, "foot_force_n", FORCE, 1.0 / (mass * GRAVITY)):
        if axis in _AXES:
            yield (FORCE, _AXES[axis]), curve, count
    if "activation" in whole:
        groups = list(_curves(whole, "activation", ACTIVITY, 1.0, "group"))
        known = {key for key, _, _ in groups}
        muscles = _curves(whole, "activation", ACTIVITY, 1.0)
        for key, curve, count in (*groups, *(one for one in muscles if one[0] not in known)):
            if curve.mean() > 0:
                yield key, curve / curve.mean(), count


def _curves(
    recording: xr.Dataset, variable: str, quantity: str, scale: float, by: str = "channel"
) -> Iterator[tuple[Key, np.ndarray, int]]:
    """Yield the mean curve of each channel over both legs, and its strides."""
    if variable not in recording:
        return
    found = waveforms(recording, variable, by=by)  # type: ignore[arg-type]
    count = int(found["strides"].sum())
    if not count:
        return
    walked = (found["strides"] > 0).isel(trial=0).values
    mean = found["mean"].isel(trial=0, foot=np.flatnonzero(walked)).mean("foot")
    curves = np.asarray(mean.transpose("channel", "phase").values, float)
    for name, curve in zip(map(str, mean["channel"].values), curves, strict=True):
        yield (quantity, name), scale * curve, count
