"""Curves over the gait cycle: mean and spread of any recorded variable over the steady strides."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np

from ...errors import unknown_name
from ..base.strides import Strides, strides_of
from ..base.trial import FEET, Layout, Trial, trials_of
from ..muscles.muscle_load import group_members

if TYPE_CHECKING:
    import xarray as xr

POINTS = 101


def normalise(
    series: np.ndarray, time_s: np.ndarray, start_s: np.ndarray, end_s: np.ndarray, points: int
) -> np.ndarray:
    """Return `series` (n, channels) over each stride, linearly interpolated.

    Args:
        time_s: uniform, shape (n,).
        start_s, end_s: of the strides, shape (k,).

    Returns:
        shape (k, points, channels); the first point is the contact, the last the next contact.
    """
    phase = np.linspace(0.0, 1.0, points)
    moment = start_s[:, None] + phase * (end_s - start_s)[:, None]
    place = (moment - time_s[0]) / (time_s[1] - time_s[0])
    below = np.clip(np.floor(place).astype(int), 0, len(time_s) - 2)
    share = np.clip(place - below, 0.0, 1.0)[..., None]
    return series[below] * (1.0 - share) + series[below + 1] * share


def waveforms(
    recording: xr.Dataset,
    variable: str,
    *,
    by: Literal["channel", "group"] = "channel",
    points: int = POINTS,
) -> xr.Dataset:
    """Return the curves of `variable` over the gait cycle of each foot.

    Each leg's joints, muscles and forces are cut by the strides of its own foot, 0 being contact;
    the side is taken off their names (`knee`, `soleus`). What has no side (`lumbar_flexion`, the
    centre of mass) is given for the strides of both feet.

    Args:
        variable: a variable of the recording with dimensions trial, time.
        by: `group` sums a muscle variable in N over each muscle group, and averages any other,
            weighted by maximum isometric force.
        points: along the cycle.

    Returns:
        Dataset with `mean`, `sd` (over strides, ddof 1), dims (trial, foot, channel, phase), and
        `strides` (trial, foot), the number of strides. NaN where there are none.
    """
    from xarray import Dataset

    known = [str(n) for n, v in recording.variables.items() if {"trial", "time"} <= set(v.dims)]
    if variable not in known:
        raise unknown_name("recorded variable", variable, known)
    dims = tuple(d for d in recording[variable].dims if d not in ("trial", "time"))
    numbers: list[int] = []
    means: list[list[np.ndarray]] = []
    sds: list[list[np.ndarray]] = []
    counts: list[list[int]] = []
    names: list[str] = []
    for trial in trials_of(recording):
        strides = strides_of(trial)
        curves = [_of_foot(trial, strides, variable, dims, by, foot, points) for foot in (0, 1)]
        names = curves[0][0]
        numbers.append(trial.number)
        means.append([mean for _, mean, _, _ in curves])
        sds.append([sd for _, _, sd, _ in curves])
        counts.append([count for _, _, _, count in curves])
    axes = ("trial", "foot", "channel", "phase")
    shape = (len(numbers), 2, len(names), points)
    unit = recording[variable].attrs
    return Dataset(
        {
            "mean": (axes, np.reshape(means, shape), unit),
            "sd": (axes, np.reshape(sds, shape), unit),
            "strides": (("trial", "foot"), np.reshape(counts, shape[:2])),
        },
        coords={
            "trial": numbers,
            "foot": list(FEET),
            "channel": names,
            "phase": np.linspace(0.0, 1.0, points),
        },
        attrs={"variable": variable, "by": by},
    )


def _of_foot(
    trial: Trial,
    strides: Strides,
    variable: str,
    dims: tuple[object, ...],
    by: str,
    foot: int,
    points: int,
) -> tuple[list[str], np.ndarray, np.ndarray, int]:
    """Return channel names, mean and sd (channels, points), and the number of strides."""
    own = strides.foot == foot
    names, series = _channels(trial, variable, dims, foot)
    count = int(own.sum())
    if count:
        first, last = int(strides.start[own][0]) - 1, int(strides.end[own][-1]) + 2
        window = slice(max(first, 0), last)
        curves = normalise(
            series(window), trial.time_s[window], strides.start_s[own], strides.end_s[own], points
        )
    else:
        curves = np.empty((0, points, len(names)))
    if by == "group" and dims == ("muscle",):
        names, curves = _grouped(trial.layout, foot, curves, summed=variable.endswith("_n"))
    nothing = np.full((len(names), points), np.nan)
    mean = curves.mean(axis=0).T if count else nothing
    sd = curves.std(axis=0, ddof=1).T if count > 1 else nothing
    return names, mean, sd, count


def _channels(
    trial: Trial, variable: str, dims: tuple[object, ...], foot: int
) -> tuple[list[str], Callable[[slice], np.ndarray]]:
    """Return the channels' names for `foot`, and a function window -> series (n, channels)."""
    layout, array = trial.layout, trial[variable]
    if dims in (("muscle",), ("joint",)):
        chosen = layout.of_foot(str(dims[0]), foot)
        names = [layout.roles[str(dims[0])][i] for i in chosen]
        return names, lambda window: array[window][:, chosen]
    if dims[:1] == ("foot",):
        names = _labels(layout, dims[1:], array.shape[2:]) or [variable]
        return names, lambda window: array[window, foot].reshape(-1, len(names))
    names = _labels(layout, dims, array.shape[1:]) or [variable]
    return names, lambda window: array[window].reshape(-1, len(names))


def _labels(layout: Layout, dims: tuple[object, ...], shape: tuple[int, ...]) -> list[str]:
    """Return names such as `heel_z` for the channels along `dims`, empty for a single channel."""
    labels = [""]
    for dim, size in zip(dims, shape, strict=True):
        along = layout.names.get(str(dim), tuple(str(i) for i in range(size)))
        labels = [f"{label}_{name}".lstrip("_") for label in labels for name in along]
    return labels if dims else []


def _grouped(
    layout: Layout, foot: int, curves: np.ndarray, *, summed: bool
) -> tuple[list[str], np.ndarray]:
    """Return the groups' names and their curves (k, points, groups) from those of the muscles."""
    side = layout.muscle_side(foot)
    members = group_members(layout, side)
    if not members:
        return [], curves[..., :0]
    strength = layout.muscles["max_isometric_force_n"][side].astype(float)
    parts: list[np.ndarray] = []
    for index in members.values():
        weight = np.ones(len(index)) if summed else strength[index] / strength[index].sum()
        parts.append((curves[..., index] * weight).sum(axis=-1))
    return list(members), np.stack(parts, axis=-1)
