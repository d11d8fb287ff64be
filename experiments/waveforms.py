"""Gait-cycle waveforms: kept per trial in pieces, averaged over the trials of each cell at the end.

For each variable that the measures give (`joint_angle_rad`, `activation`, ...), `waveforms.nc` has
`<variable>_mean` and `<variable>_sd` with the dimension `cell` in place of `trial`: mean and
standard deviation between the trials of a cell that have one, and `<variable>_trials`, how many
those are.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from .plan import Cell
from .storage import write_atomic

MEAN, SD, COUNT = "_mean", "_sd", "_trials"


def write_netcdf(path: Path, dataset: xr.Dataset) -> None:
    """Write a dataset compressed, its variables as float32 (`qpos` keeps its precision)."""
    encoding = {}
    for name, variable in dataset.variables.items():
        if variable.dtype.kind == "f" and variable.ndim:
            keep = name in dataset.coords or name == "qpos"
            dtype = variable.dtype if keep else np.dtype("float32")
            encoding[name] = {"zlib": True, "complevel": 4, "shuffle": True, "dtype": dtype}
    write_atomic(
        path,
        lambda temporary: dataset.to_netcdf(temporary, engine="h5netcdf", encoding=encoding),
    )


def read_netcdf(path: Path) -> xr.Dataset:
    """Read a dataset whole and close its file."""
    with xr.open_dataset(path, engine="h5netcdf") as dataset:
        return dataset.load()


def average(trials: xr.Dataset, cells: Sequence[Cell], cell_of_trial: dict[int, int]) -> xr.Dataset:
    """Return mean and spread over the trials of each cell.

    Args:
        trials: variables `(trial, ...)`, NaN where a trial has no waveform.
        cell_of_trial: index of the cell of each trial that counts; others are left out.
    """
    ordered = trials.sortby("trial")
    owner = np.array([cell_of_trial.get(int(trial), -1) for trial in ordered["trial"].values])
    found: dict[str, list[xr.DataArray]] = {}
    for cell in cells:
        own = ordered.isel(trial=np.flatnonzero(owner == cell.index))
        for name, values in own.data_vars.items():
            if values.dtype.kind != "f" or "trial" not in values.dims:
                continue
            present = values.notnull()
            enough = present.sum("trial")
            values = values.astype(np.float64)
            mean = values.sum("trial", skipna=True) / enough.where(enough > 0)
            square = ((values - mean) ** 2).sum("trial", skipna=True)
            sd = (square / (enough - 1).where(enough > 1)) ** 0.5
            attributes = values.attrs
            found.setdefault(f"{name}{MEAN}", []).append(mean.assign_attrs(attributes))
            found.setdefault(f"{name}{SD}", []).append(sd.assign_attrs(attributes))
            other = [dim for dim in enough.dims if dim != "trial"]
            found.setdefault(f"{name}{COUNT}", []).append(enough.max(other).astype(np.int32))
    names = xr.IndexVariable("cell", [cell.name for cell in cells])
    merged = xr.Dataset({name: xr.concat(parts, dim=names) for name, parts in found.items()})
    return merged.drop_vars(
        [name for name in merged.coords if name not in merged.dims], errors="ignore"
    ).assign_coords(
        direction=("cell", [cell.direction for cell in cells]),
        surface=("cell", [cell.surface for cell in cells]),
        commanded_speed_m_per_s=("cell", [cell.technique.speed_m_per_s for cell in cells]),
    )
