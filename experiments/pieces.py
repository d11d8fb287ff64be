"""Finished chunks on the disk: folders that appear at once, so that a kill leaves whole ones."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import xarray as xr

from .plan import Chunk
from .storage import folder_atomic, remove_temporaries
from .tables import read_table, write_table
from .waveforms import read_netcdf, write_netcdf

_TRIALS, _STRIDES, _WAVEFORMS = "trials.parquet", "strides.parquet", "waveforms.nc"


@dataclass(frozen=True)
class Piece:
    """What one chunk gave."""

    trials: pd.DataFrame
    strides: pd.DataFrame
    waveforms: xr.Dataset


@dataclass(frozen=True)
class PieceStore:
    """The pieces of one run, in `folder`."""

    folder: Path

    def write(self, chunk: Chunk, piece: Piece) -> None:
        """Write a piece; it exists whole or not at all."""
        first, last = chunk.trials[0].trial, chunk.trials[-1].trial
        name = f"trials-{first:06d}-{last:06d}-of-{len(chunk.trials)}"
        self.folder.mkdir(parents=True, exist_ok=True)
        with folder_atomic(self.folder / name) as folder:
            write_table(folder / _TRIALS, piece.trials)
            write_table(folder / _STRIDES, piece.strides)
            write_netcdf(folder / _WAVEFORMS, piece.waveforms)

    def finished(self) -> frozenset[int]:
        """Return the trials that are done; remove what was left unfinished or was damaged since."""
        remove_temporaries(self.folder)
        done: set[int] = set()
        for folder in self._folders():
            try:
                piece = _read(folder)
            except (OSError, ValueError, KeyError):
                shutil.rmtree(folder)
                continue
            done.update(int(trial) for trial in piece.trials["trial"])
        return frozenset(done)

    def trials(self) -> pd.DataFrame:
        """Return the rows of all finished trials, in their order; none before the first."""
        parts = [read_table(folder / _TRIALS) for folder in self._folders()]
        rows = _in_order(parts) if parts else pd.DataFrame({"trial": [], "cell": []})
        return rows.drop_duplicates("trial", ignore_index=True)

    def merged(self) -> Piece:
        """Return all pieces as one, in order of the trials, however they were cut."""
        trials: list[pd.DataFrame] = []
        strides: list[pd.DataFrame] = []
        waveforms: list[xr.Dataset] = []
        seen: set[int] = set()
        for folder in self._folders():
            piece = _read(folder)
            new = set(piece.trials["trial"]) - seen
            seen |= new
            trials.append(piece.trials[piece.trials["trial"].isin(new)])
            strides.append(piece.strides[piece.strides["trial"].isin(new)])
            own = piece.waveforms["trial"].isin(list(new)).values
            waveforms.append(piece.waveforms.isel(trial=own))
        return Piece(
            _in_order(trials), _in_order(strides), xr.concat(waveforms, "trial").sortby("trial")
        )

    def remove(self) -> None:
        """Remove every piece, once they are merged."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _folders(self) -> list[Path]:
        return sorted(self.folder.glob("trials-*")) if self.folder.is_dir() else []


def _read(folder: Path) -> Piece:
    return Piece(
        read_table(folder / _TRIALS),
        read_table(folder / _STRIDES),
        read_netcdf(folder / _WAVEFORMS),
    )


def _in_order(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Join rows by trial; an empty part says nothing about the columns' types."""
    filled = [part for part in parts if len(part)] or parts[:1]
    joined = pd.concat(filled, ignore_index=True)
    return joined.sort_values("trial", kind="stable", ignore_index=True)
