"""Pieces: results of finished chunks, in folders that appear atomically.

Each carries the digest of its run and the checksums of its files and recordings.

They are read again soon and by us alone, so they are in formats that are quick to write: a table
of a few rows and hundreds of columns takes ten times as long as parquet.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import xarray as xr

from ...sim.errors import ConfigError, SimulationError
from ...sim.shortage import raise_shortage
from ..study.plan import Chunk
from .atomic import folder_atomic, make_folder, remove_temporaries, sink
from .integrity import checksum, file_checksum
from .sealed import read_sealed, write_sealed
from .tables import arrow_table

TRIALS, STRIDES = "trials.arrow", "strides.arrow"
_CURVES = "curves.npz"
_PIECE = "piece.json"
_ABOUT = "about"
_ROUND = (
    *("trial", "cell", "valid", "fell"),
    *("time_to_fall_s", "hazard_onset_s", "hazard_magnitude"),
)
"""Columns that the next round of a battery is chosen by."""


class DamagedPieceError(SimulationError):
    """A piece is not what its worker wrote."""


@dataclass(frozen=True)
class Piece:
    """What one chunk gave: rows of trials and strides, and curves `(trial, channel, point)`.

    Attributes:
        recordings: checksums of the recordings that were kept, by name.
    """

    trials: pd.DataFrame
    strides: pd.DataFrame
    waveforms: xr.Dataset
    recordings: Mapping[str, str] = field(default_factory=dict[str, str])


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
    """The pieces of one run, in `folder`.

    Attributes:
        run: the run's digest. recordings: folder of the recordings.
    """

    folder: Path
    run: str
    recordings: Path
    _known: dict[Path, pd.DataFrame] = field(
        default_factory=dict[Path, pd.DataFrame], compare=False, repr=False
    )

    def write(self, chunk: Chunk, piece: Piece) -> None:
        """Write a piece; it exists whole or not at all."""
        first, last = chunk.trials[0].trial, chunk.trials[-1].trial
        name = f"trials-{first:06d}-{last:06d}-of-{len(chunk.trials)}"
        make_folder(self.folder)
        with folder_atomic(self.folder / name) as folder:
            _write_rows(folder / TRIALS, piece.trials)
            _write_rows(folder / STRIDES, piece.strides)
            write_curves(folder, piece.waveforms)
            about = {
                "run": self.run,
                "trials": [spec.trial for spec in chunk.trials],
                "files": {path.name: file_checksum(path) for path in sorted(folder.iterdir())},
                "recordings": dict(piece.recordings),
            }
            write_sealed(folder / _PIECE, about)

    def finished(self) -> tuple[frozenset[int], tuple[str, ...]]:
        """Return the trials that are done, and the names of pieces that were damaged.

        What was left unfinished or was damaged since is removed.

        Raises:
            ConfigError: a piece is of another run.
        """
        remove_temporaries(self.folder)
        done: set[int] = set()
        damaged: list[str] = []
        for folder in self.folders():
            try:
                done |= self._trials(folder)
            except DamagedPieceError:
                damaged.append(folder.name)
                shutil.rmtree(folder)
        return frozenset(done), tuple(damaged)

    def _trials(self, folder: Path) -> set[int]:
        """Return the trials of a piece that is known to be whole, its recordings too."""
        about = _about(folder)
        if about["run"] != self.run:
            raise ConfigError(
                f"{folder}: is of another run; move it away, then go on with --resume"
            )
        for name in (TRIALS, STRIDES, _CURVES):
            _content(folder / name)
        for name, wrote in about["recordings"].items():
            if file_checksum(self.recordings / name) != wrote:
                raise DamagedPieceError(f"{name}: damaged")
        return set(about["trials"])

    def kept_recordings(self) -> dict[str, str]:
        """Return the checksums of the recordings of all pieces, by name."""
        return {
            name: wrote
            for folder in self.folders()
            for name, wrote in _about(folder)["recordings"].items()
        }

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
    """Read a piece's rows of trials or strides.

    Raises:
        DamagedPieceError: they are not what was written.
    """
    with pa.ipc.open_file(pa.py_buffer(_content(path))) as reader:
        return reader.read_all()


def row_schema(path: Path) -> pa.Schema:
    """Return the columns of a piece's rows, without reading them."""
    try:
        with pa.memory_map(str(path)) as file, pa.ipc.open_file(file) as reader:
            return reader.schema
    except (OSError, pa.ArrowException) as error:
        raise_shortage(error)
        raise _damaged(path) from None


def read_curves(folder: Path) -> CurvePiece:
    """Read the curves of the piece in `folder`.

    Raises:
        DamagedPieceError: they are not what was written.
    """
    with np.load(BytesIO(_content(folder / _CURVES)), allow_pickle=False) as stored:
        about = json.loads(str(stored[_ABOUT]))
        return CurvePiece(
            stored["trial"],
            {name: stored[f"values {name}"] for name in about["variables"]},
            about["variables"],
            {name: stored[f"along {name}"] for name in about["dimensions"]},
        )


def read_curve_layout(folder: Path) -> CurvePiece:
    """Read what curves the piece in `folder` has, without their values."""
    try:
        with np.load(folder / _CURVES, allow_pickle=False) as stored:
            about = json.loads(str(stored[_ABOUT]))
            along = {name: stored[f"along {name}"] for name in about["dimensions"]}
            return CurvePiece(stored["trial"], {}, about["variables"], along)
    except Exception as error:  # damage shows as any error of what reads it
        raise_shortage(error)
        raise _damaged(folder / _CURVES) from None


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
    with sink(folder / _CURVES) as file:
        np.savez(file, **arrays)


def _content(path: Path) -> bytes:
    """Return a file of a piece, known to be what was written."""
    wrote = _about(path.parent)["files"].get(path.name)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise_shortage(error)
        raise _damaged(path) from None
    if checksum(content) != wrote:
        raise _damaged(path)
    return content


def _about(folder: Path) -> dict[str, Any]:
    try:
        return read_sealed(folder / _PIECE, "a piece", "")
    except ConfigError:  # missing, too: of a version without checksums
        raise _damaged(folder / _PIECE) from None


def _damaged(path: Path) -> DamagedPieceError:
    return DamagedPieceError(
        f"{path}: was damaged, changed or removed; go on with --resume, which runs its trials again"
    )


def _write_rows(path: Path, rows: pd.DataFrame) -> None:
    table, content = arrow_table(rows), pa.BufferOutputStream()
    with pa.ipc.new_file(content, table.schema) as writer:
        writer.write_table(table)
    with sink(path) as file:
        file.write(content.getvalue())


def _kept(curves: xr.Dataset) -> Iterator[tuple[Any, xr.DataArray]]:
    for name, one in curves.data_vars.items():
        if one.dtype.kind == "f" and one.dims[:1] == ("trial",):
            yield name, one
