"""Layout of a run's folder, and exclusive access to it."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...sim.errors import ConfigError
from .atomic import remove_temporaries
from .foreign import refuse_foreign
from .lock import held
from .manifest import Manifest, check_same_run, read_manifest, write_manifest


@dataclass(frozen=True)
class RunFolder:
    """The places in a run's folder."""

    path: Path

    @property
    def config(self) -> Path:
        """The resolved config: running it again reproduces the run."""
        return self.path / "config.yaml"

    @property
    def manifest(self) -> Path:
        """Versions, command, seeds, digests, wall time, machine."""
        return self.path / "manifest.json"

    @property
    def trials(self) -> Path:
        """One row a trial."""
        return self.path / "trials.parquet"

    @property
    def not_measured(self) -> Path:
        """Measures that are null in all trials of a cell, and why."""
        return self.path / "not_measured.parquet"

    @property
    def strides(self) -> Path:
        """One row a stride."""
        return self.path / "strides.parquet"

    @property
    def waveforms(self) -> Path:
        """Gait-cycle waveforms by cell."""
        return self.path / "waveforms.nc"

    def answer(self, name: str) -> Path:
        """What the run answers of one kind: contrasts, fall risk, policies beside each other."""
        return self.path / f"{name}.json"

    @property
    def preferred_speed(self) -> Path:
        """Speeds that sweeps before the run found; only of runs with a preferred pace."""
        return self.path / "preferred_speed.json"

    @property
    def recordings(self) -> Path:
        """Folder of the kept recordings."""
        return self.path / "recordings"

    @property
    def pieces(self) -> Path:
        """Folder of finished chunks, until they are merged."""
        return self.path / "pieces"

    @contextmanager
    def claimed(self) -> Generator[None]:
        """Make the folder and hold it: another process that wants it is refused meanwhile."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if not os.access(self.path, os.W_OK | os.X_OK):
                raise PermissionError(None, "no permission to write in it")
        except OSError as error:
            reason = "a file stands there" if isinstance(error, FileExistsError) else error.strerror
            raise ConfigError(f"{self.path}: cannot be used as a run's folder: {reason}") from None
        with held(self.path):
            remove_temporaries(self.path)
            remove_temporaries(self.recordings)
            yield

    def open_run(self, manifest: Manifest, resume: bool) -> Manifest:
        """Return the manifest to go on with: the new one, or with `resume` that of the same run.

        Raises:
            ConfigError: the folder holds a run and `resume` is False, or holds anything else.
        """
        if not self.manifest.exists():
            refuse_foreign(self.path, (), "run")
            write_manifest(self.manifest, manifest)
            return manifest
        old = read_manifest(self.manifest)
        check_same_run(old, manifest, self.path)
        if not resume:
            state = "finished" if old.get("status") == "complete" else "unfinished"
            raise ConfigError(
                f"{self.path}: holds this run already, {state}; add --resume to go on with it, "
                "or choose another folder with --out"
            )
        return old
