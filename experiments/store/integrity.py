"""Integrity of a finished run: checksums, and every trial exactly once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...sim.errors import SimulationError
from ...sim.shortage import raise_shortage
from .manifest import Manifest
from .run_folder import RunFolder
from .tables import read_table

_SHOWN = 3  # names that a sentence lists


def checksum(content: Any) -> str:
    """Return the sha256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def file_checksum(path: Path) -> str:
    """Return the sha256 of a file; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise_shortage(error)
        return ""


@dataclass(frozen=True)
class Damage:
    """Missing, damaged and changed files of a finished run.

    Attributes:
        results: tables, curves and answers. recordings: of trials.
    """

    results: tuple[str, ...] = ()
    recordings: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.results or self.recordings)

    @property
    def names(self) -> str:
        """The files, as a sentence lists them."""
        return listed((*self.results, *self.recordings))


def sealed_files(folder: RunFolder, recordings: Mapping[str, str]) -> dict[str, str]:
    """Return the checksums of what a run wrote, by path.

    Args:
        recordings: checksums of the recordings as the trials' workers wrote them, by name.

    Raises:
        SimulationError: a recording is missing, or is no longer what it was.
    """
    for name, wrote in recordings.items():
        if file_checksum(folder.recordings / name) != wrote:
            raise SimulationError(
                f"{folder.recordings / name}: was damaged, changed or removed while the run went "
                "on; go on with --resume, which runs its trial again"
            )
    paths = [folder.trials, folder.strides, folder.not_measured, folder.waveforms]
    paths += sorted(folder.path.glob("*.json"))
    results = [path for path in paths if path != folder.manifest and path.is_file()]
    found = {path.name: file_checksum(path) for path in results}
    return found | {f"{folder.recordings.name}/{name}": one for name, one in recordings.items()}


def damage_of(folder: RunFolder, manifest: Manifest, planned: Sequence[int]) -> Damage:
    """Return what of a finished run is missing, damaged or changed.

    A run of an older version has no checksums: its tables must be there, with every trial once.
    """
    if "files" not in manifest:
        whole = _holds(folder.trials, planned) and folder.strides.is_file()
        return Damage() if whole else Damage((folder.trials.name,))
    spoilt = [
        name
        for name, wrote in manifest["files"].items()
        if file_checksum(folder.path / name) != wrote
    ]
    kept = f"{folder.recordings.name}/"
    return Damage(
        tuple(name for name in spoilt if not name.startswith(kept)),
        tuple(name for name in spoilt if name.startswith(kept)),
    )


def check_all_there(found: Iterable[int], planned: Sequence[int], folder: Path) -> None:
    """Refuse to call a run complete in which a planned trial is missing, or stands twice.

    Raises:
        SimulationError: naming the trials.
    """
    held = list(found)
    missing = sorted({*planned} - {*held})
    if missing:
        raise SimulationError(
            f"{folder}: the pieces of {len(missing)} trials ({listed(missing)}) went missing while "
            "the run went on; go on with --resume"
        )
    if sorted(held) != sorted(planned):
        raise SimulationError(f"{folder}: holds trials that are not planned, or one twice")


def listed(items: Sequence[Any]) -> str:
    """Return the first few items, and how many more there are."""
    more = [f"and {len(items) - _SHOWN} more"] if len(items) > _SHOWN else []
    return ", ".join([*map(str, items[:_SHOWN]), *more])


def _holds(table: Path, planned: Sequence[int]) -> bool:
    try:
        return sorted(read_table(table)["trial"].tolist()) == sorted(planned)
    except Exception as error:  # damage shows as any error of the library that reads it
        raise_shortage(error)
        return False
