"""What a worker does with a chunk: roll it out, measure it, keep recordings, write the piece."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from ..rollout.engine import Engine
from ..store.pieces import Piece, PieceStore
from ..store.tables import stride_rows, trial_rows
from ..store.waveforms import write_netcdf
from ..study.plan import Cell, Chunk, TrialSpec


@dataclass(frozen=True)
class RunIdentity:
    """Versions and digests that determine the results; remote workers must match.

    Attributes:
        versions: of the libraries that influence results. digests: of bodies and policies, by name.
    """

    versions: Mapping[str, str | None]
    digests: Mapping[str, str]


@dataclass(frozen=True)
class Job:
    """A chunk and where its results go.

    Attributes:
        keep_recordings: how many recordings of each cell are kept, the first trials'.
        expected: checked by a worker of a scheduler; None: not.
        threads: simulation threads.
    """

    chunk: Chunk
    engine: Engine
    pieces: Path
    recordings: Path
    keep_recordings: int
    expected: RunIdentity | None = None
    threads: int = 1


def run_job(job: Job) -> int:
    """Run one chunk to its piece and return its number of trials."""
    chunk = job.chunk
    recording = job.engine.rollout(chunk.cell, chunk.trials, job.threads)
    trials, strides = job.engine.measure(recording)
    piece = Piece(
        trial_rows(trials, chunk), stride_rows(strides, chunk), job.engine.waveforms(recording)
    )
    for position, spec in enumerate(chunk.trials):
        if spec.index < job.keep_recordings:
            job.recordings.mkdir(parents=True, exist_ok=True)
            path = job.recordings / recording_name(chunk.cell, spec)
            write_netcdf(path, _one_trial(recording, position))
    PieceStore(job.pieces).write(chunk, piece)
    return len(chunk.trials)


def recording_name(cell: Cell, spec: TrialSpec) -> str:
    """Return the file name of a kept recording."""
    return f"{cell.name}_trial-{spec.trial:06d}.nc"


def _one_trial(recording: xr.Dataset, position: int) -> xr.Dataset:
    return recording.isel(trial=np.array([position]))
