"""Finished chunks on the disk: folders that appear at once, so that a kill leaves whole ones.

They are read again soon and by us alone, so they are in formats that are quick to write: a table
of a few rows and hundreds of columns takes ten times as long as parquet.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import pandas as pd
import pyarrow as pa
import xarray as xr

from ..study.plan import Chunk
from .atomic import folder_atomic, remove_temporaries
from .tables import arrow_table

TRIALS, STRIDES = "trials.arrow", "strides.arrow"
_CURVES = "curves.npz"
_ABOUT = "about"
_ROUND = (
    *("trial", "cell", "valid", "fell"),
    *("time_to_fall_s", "hazard_onset_s", "hazard_magnitude"),
)
"""Columns that the next round of a battery is chosen by."""


@dataclass(frozen=True)
class Piece:
    """What one chunk gave: rows of trials and strides, and curves `(trial, channel, point)`."""

    trials: pd.DataFrame
    strides: pd.DataFrame
    waveforms: xr.Dataset


@dataclass(frozen=True)
class CurvePiece:
    """The curves of a piece.

    Attributes:
        trials: numbers, (n,). values: float32 by variable, (n, ...). about: by variable, its
            dimensions after the trial, and its attributes. coordinates: of those dimensions.
    """

    trials: np.ndarray
    values: dict[str, np.ndarray]
    about: dict[str, dict[str, Any]]
    coordinates: dict[str, np.ndarray]


@dataclass(frozen=True)
class PieceStore:
    """The pieces of one run, in `folder`."""

    folder: Path
    _known: dict[Path, pd.DataFrame] = field(default_factory=dict, compare=False, repr=False)

    def write(self, chunk: Chunk, piece: Piece) -> None:
        """Write a piece; it exists whole or not at all."""
        first, last = chunk.trials[0].trial, chunk.trials[-1].trial
        name = f"trials-{first:06d}-{last:06d}-of-{len(chunk.trials)}"
        self.folder.mkdir(parents=True, exist_ok=True)
        with folder_atomic(self.folder / name) as folder:
            _write_rows(folder / TRIALS, piece.trials)
            _write_rows(folder / STRIDES, piece.strides)
            write_curves(folder, piece.waveforms)

    def finished(self) -> frozenset[int]:
        """Return the trials that are done; remove what was left unfinished or was damaged since."""
        remove_temporaries(self.folder)
        done: set[int] = set()
        for folder in self.folders():
            try:
                trials = set(map(int, read_rows(folder / TRIALS)["trial"].to_numpy()))
                read_rows(folder / STRIDES)
                read_curves(folder)
            except (OSError, ValueError, KeyError, BadZipFile, pa.ArrowException):
                shutil.rmtree(folder)
                continue
            done |= trials
        return frozenset(done)

    def outcomes(self) -> pd.DataFrame:
        """Return what rounds are chosen by, of all finished trials, in their order.

        Each piece is read once.
        """
        folders = self.folders()
        for folder in folders:
            if folder not in self._known:
                table = read_rows(folder / TRIALS)
                names = [name for name in _ROUND if name in table.column_names]
                self._known[folder] = table.select(names).to_pandas()
        parts = [self._known[folder] for folder in folders]
        if not parts:
            return pd.DataFrame({"trial": [], "cell": []})
        rows = pd.concat(parts, ignore_index=True).drop_duplicates("trial")
        return rows.sort_values("trial", kind="stable", ignore_index=True)

    def remove(self) -> None:
        """Remove every piece, once they are merged."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def folders(self) -> list[Path]:
        """Return the pieces' folders, in order of their names."""
        return sorted(self.folder.glob("trials-*")) if self.folder.is_dir() else []


def read_rows(path: Path) -> pa.Table:
    """Read a piece's rows of trials or strides."""
    with pa.OSFile(str(path), "r") as file, pa.ipc.open_file(file) as reader:
        return reader.read_all()


def row_schema(path: Path) -> pa.Schema:
    """Return the columns of a piece's rows, without reading them."""
    with pa.memory_map(str(path)) as file, pa.ipc.open_file(file) as reader:
        return reader.schema


def read_curves(folder: Path) -> CurvePiece:
    """Read the curves of the piece in `folder`."""
    with np.load(folder / _CURVES, allow_pickle=False) as stored:
        about = json.loads(str(stored[_ABOUT]))
        return CurvePiece(
            stored["trial"],
            {name: stored[f"values {name}"] for name in about["variables"]},
            about["variables"],
            {name: stored[f"along {name}"] for name in about["dimensions"]},
        )


def read_curve_layout(folder: Path) -> CurvePiece:
    """Read what curves the piece in `folder` has, without their values."""
    with np.load(folder / _CURVES, allow_pickle=False) as stored:
        about = json.loads(str(stored[_ABOUT]))
        along = {name: stored[f"along {name}"] for name in about["dimensions"]}
        return CurvePiece(stored["trial"], {}, about["variables"], along)


def write_curves(folder: Path, curves: xr.Dataset) -> None:
    """Write curves `(trial, channel, point)` into the folder of a piece, as float32."""
    kept = {str(name): one for name, one in _kept(curves)}
    about = {
        name: {"dimensions": list(map(str, one.dims[1:])), "attributes": dict(one.attrs)}
        for name, one in kept.items()
    }
    along = dict.fromkeys(dim for one in about.values() for dim in one["dimensions"])
    arrays: dict[str, Any] = {f"along {dim}": curves[dim].values for dim in along}
    arrays |= {f"values {name}": one.values.astype(np.float32) for name, one in kept.items()}
    arrays["trial"] = curves["trial"].values.astype(np.int64)
    arrays[_ABOUT] = np.array(json.dumps({"variables": about, "dimensions": list(along)}))
    with (folder / _CURVES).open("wb") as file:
        np.savez(file, **arrays)


def _write_rows(path: Path, rows: pd.DataFrame) -> None:
    table = arrow_table(rows)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def _kept(curves: xr.Dataset) -> Iterator[tuple[Any, xr.DataArray]]:
    for name, one in curves.data_vars.items():
        if one.dtype.kind == "f" and one.dims[:1] == ("trial",):
            yield name, one
