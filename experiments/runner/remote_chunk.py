"""Remote chunks: check that the remote code is the same, run the chunk, return its files.

The worker may be on a machine that shares no disk with the client, which alone writes the run's
folder: the files of the chunk's piece and recordings come back as bytes.
"""

from __future__ import annotations

import platform
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from threadpoolctl import threadpool_limits

from ...sim.errors import ConfigError, SimulationError
from ..store.atomic import folder_atomic, make_folder, sink, write_bytes
from ..store.manifest import FURTHER, Machine, difference, machine, numeric_versions
from ..study.plan import Chunk
from .library_threads import limit_library_threads
from .worker import Job, RunIdentity, recording_name, run_job

_FILE = r"[A-Za-z0-9_]+(\.[A-Za-z0-9]+)+"  # of a piece

_seen: set[str] = set()
"""Cells that this process was found to give the expected numbers for."""


class WorkerMachine(Machine):
    """What the manifest tells of a machine that worked on chunks."""

    host: str


@dataclass(frozen=True)
class Delivery:
    """Files and row count of a finished remote chunk.

    Attributes:
        trials: how many. pieces, recordings: content of files by their path in those folders.
        worker: the machine that worked on it.
    """

    trials: int
    pieces: Mapping[str, bytes]
    recordings: Mapping[str, bytes]
    worker: Mapping[str, object]


def run_remotely(job: Job) -> Delivery:
    """Run one chunk in a folder of its own and return its files; nothing is left behind.

    Raises:
        ConfigError: this process would give other numbers than the client: another version, body
            or policy.
    """
    _one_thread()
    _check(job, job.expected)
    with tempfile.TemporaryDirectory(prefix="retrowalk-") as folder:
        pieces, recordings = Path(folder) / "pieces", Path(folder) / "recordings"
        trials = run_job(replace(job, pieces=pieces, recordings=recordings))
        return Delivery(trials, _contents(pieces), _contents(recordings), this_worker())


def check_names(delivery: Delivery, chunk: Chunk) -> None:
    """Refuse files that a chunk does not make: their names come from another machine.

    Raises:
        SimulationError: one is not of this chunk, or would lie outside the run's folder.
    """
    kept = {recording_name(chunk.cell, spec) for spec in chunk.trials}
    strange = [name for name in delivery.recordings if name not in kept]
    trials = [spec.trial for spec in chunk.trials]
    piece = re.compile(f"trials-0*{trials[0]}-0*{trials[-1]}-of-{len(trials)}/{_FILE}")
    strange += [name for name in delivery.pieces if not piece.fullmatch(name)]
    if strange or len({name.partition("/")[0] for name in delivery.pieces}) != 1:
        shown = ", ".join(map(repr, strange)) or "no piece"
        raise SimulationError(
            f"the worker on {delivery.worker.get('host')} sent {shown}; nothing of it was written"
        )


def store(delivery: Delivery, pieces: Path, recordings: Path) -> None:
    """Write what came back: recordings first, then the piece, whole or not at all."""
    for name, content in delivery.recordings.items():
        make_folder(recordings)
        write_bytes(recordings / name, content)
    make_folder(pieces)
    (name,) = {Path(path).parts[0] for path in delivery.pieces}
    with folder_atomic(pieces / name) as folder:
        for path, content in delivery.pieces.items():
            with sink(folder / Path(path).name) as file:
                file.write(content)


@lru_cache(maxsize=1)
def this_worker() -> WorkerMachine:
    """Return the machine that this process works on."""
    return {"host": platform.node(), **machine()}


@lru_cache(maxsize=1)
def _one_thread() -> object:
    """Hold the numerical libraries to one thread for as long as the process lives."""
    limit_library_threads()
    return threadpool_limits(1)


def _check(job: Job, expected: RunIdentity) -> None:
    own = f"{job.engine.digests.__module__} {job.chunk.cell!r} {expected!r}"
    if own in _seen:
        return
    where = f"the worker on {platform.node()}"
    own_versions = numeric_versions(name for name in expected.versions if name in FURTHER)
    changed = difference(dict(expected.versions), own_versions)
    if changed:
        raise ConfigError(
            f"{where} would give other numbers ({changed}); install the same versions there"
        )
    digests = job.engine.digests(job.chunk.cell)
    changed = difference({name: expected.digests.get(name) for name in digests}, digests)
    if changed:
        raise ConfigError(f"{where} has another body or policy ({changed})")
    _seen.add(own)


def _contents(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
