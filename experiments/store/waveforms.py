"""Gait-cycle waveforms: kept per trial in pieces, averaged over the trials of each cell at the end.

For each variable that the measures give (`joint_angle_rad`, `activation`, ...), `waveforms.nc` has
`<variable>_mean` and `<variable>_sd` with the dimension `cell` in place of `trial`: mean and
standard deviation between the trials of a cell that have one, and `<variable>_trials`, how many
those are.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import h5netcdf
import numpy as np
import xarray as xr
from xarray.backends import H5NetCDFStore

from ...sim.physics.recorded_variables import VARIABLES, described
from ..study.plan import Cell
from .atomic import write_bytes
from .curve_store import Curves

MEAN, SD, COUNT = "_mean", "_sd", "_trials"


def write_netcdf(path: Path, dataset: xr.Dataset) -> None:
    """Write a dataset compressed, its variables as float32 (`qpos` keeps its precision)."""
    write_bytes(path, netcdf_content(dataset))


def read_netcdf(path: Path, wanted: Sequence[str] | None = None) -> xr.Dataset:
    """Return the dataset of a file, or its variables that are wanted; the file is closed again."""
    with xr.open_dataset(path, engine="h5netcdf") as stored:
        return (stored if wanted is None else stored[[v for v in wanted if v in stored]]).load()


def netcdf_content(dataset: xr.Dataset) -> memoryview:
    """Return the file of a dataset. HDF5 makes it in memory: it crashes where a disk is full."""
    encoding: dict[Hashable, dict[str, Any]] = {}
    for name, variable in dataset.variables.items():
        own = variable.to_numpy().dtype
        if own.kind == "f" and variable.ndim:
            keep = name in dataset.coords or name == "qpos"
            dtype = own if keep else np.dtype("float32")
            encoding[name] = {"zlib": True, "complevel": 4, "shuffle": True, "dtype": dtype}
    content = BytesIO()
    with h5netcdf.File(content, "w") as file:
        dataset.dump_to_store(H5NetCDFStore(file), encoding=encoding)
    return content.getbuffer()


def average(curves: Curves, cells: Sequence[Cell], cell_of_trial: dict[int, int]) -> xr.Dataset:
    """Return mean and spread over the trials of each cell.

    Args:
        curves: of all trials, NaN where a trial has none.
        cell_of_trial: index of the cell of each trial that counts; others are left out.
    """
    owner = np.array([cell_of_trial.get(int(trial), -1) for trial in curves.trials])
    found: dict[str, Any] = {}
    for name, about in curves.about.items():
        shape = (len(cells), *curves.shape(name))
        mean, sd, count = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, np.int32)
        for channel in range(shape[1]):
            values = curves.of(name, channel)
            for row, cell in enumerate(cells):
                own = values[owner == cell.index].astype(np.float64)
                mean[row, channel], sd[row, channel], count[row, channel] = _spread(own)
        dims = ("cell", *about["dimensions"])
        told = VARIABLES[name]
        for suffix, words, values in ((MEAN, "mean", mean), (SD, "standard deviation", sd)):
            told_here = {"units": told.units, "long_name": f"{words} over trials: {told.what}"}
            found[f"{name}{suffix}"] = dims, values, {**about["attributes"], **told_here}
        trials = {"units": "1", "long_name": f"trials that count: {told.what}"}
        found[f"{name}{COUNT}"] = "cell", count.reshape(len(cells), -1).max(axis=1), trials
    along = {dim: (dim, values) for dim, values in curves.coordinates.items()}
    averaged = xr.Dataset(
        found, coords={"cell": [cell.name for cell in cells], **along}
    ).assign_coords(
        direction=("cell", [cell.direction for cell in cells]),
        surface=("cell", [cell.surface for cell in cells]),
        commanded_speed_m_per_s=("cell", [cell.technique.speed_m_per_s for cell in cells]),
    )
    return described(averaged)


def _spread(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean, standard deviation and number over the first axis, where there are values."""
    present = ~np.isnan(values)
    count = present.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(present, values, 0.0).sum(axis=0) / np.where(count > 0, count, np.nan)
        square = np.where(present, (values - mean) ** 2, 0.0).sum(axis=0)
        sd = (square / np.where(count > 1, count - 1, np.nan)) ** 0.5
    return mean, sd, count
