"""A worker's job: roll a chunk out, measure it, keep recordings, write the piece."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from ..rollout.engine import Engine
from ..store.atomic import make_folder, write_bytes
from ..store.integrity import checksum
from ..store.pieces import Piece, PieceStore
from ..store.tables import stride_rows, trial_rows
from ..store.waveforms import netcdf_content
from ..study.plan import Cell, Chunk, TrialSpec


@dataclass(frozen=True)
class RunIdentity:
    """Versions and digests that determine the results; remote workers must match.

    Attributes:
        versions: of the libraries that influence results. digests: of bodies and policies, by name.
        run: digest of all that.
    """

    versions: Mapping[str, str | None]
    digests: Mapping[str, str]
    run: str = ""


@dataclass(frozen=True)
class Job:
    """A chunk and where its results go.

    Attributes:
        keep_recordings: how many recordings of each cell are kept, the first trials'.
        expected: what the run's numbers come from; a worker of a scheduler checks it.
        threads: simulation threads.
    """

    chunk: Chunk
    engine: Engine
    pieces: Path
    recordings: Path
    keep_recordings: int
    expected: RunIdentity
    threads: int = 1


def run_job(job: Job) -> int:
    """Run one chunk to its piece and return its number of trials."""
    chunk = job.chunk
    recording = job.engine.rollout(chunk.cell, chunk.trials, job.threads)
    trials, strides = job.engine.measure(recording)
    piece = Piece(
        trial_rows(trials, chunk),
        stride_rows(strides, chunk),
        job.engine.waveforms(recording),
        _keep_recordings(job, recording),
    )
    PieceStore(job.pieces, job.expected.run, job.recordings).write(chunk, piece)
    return len(chunk.trials)


def _keep_recordings(job: Job, recording: xr.Dataset) -> dict[str, str]:
    """Write the recordings that are kept and return their checksums by name."""
    kept: dict[str, str] = {}
    for position, spec in enumerate(job.chunk.trials):
        if spec.index < job.keep_recordings:
            make_folder(job.recordings)
            name = recording_name(job.chunk.cell, spec)
            content = netcdf_content(_one_trial(recording, position, job.expected.run))
            write_bytes(job.recordings / name, content)
            kept[name] = checksum(content)
    return kept


def recording_name(cell: Cell, spec: TrialSpec) -> str:
    """Return the file name of a kept recording."""
    return f"{cell.name}_trial-{spec.trial:06d}.nc"


def _one_trial(recording: xr.Dataset, position: int, run: str) -> xr.Dataset:
    return recording.isel(trial=np.array([position])).assign_attrs(run=run)
