"""A run's folder after its files were changed, as if the run had written them so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from retrowalk.experiments.store.integrity import file_checksum
from retrowalk.experiments.store.sealed import SEAL, write_sealed


def resealed(folder: Path, **changes: Any) -> Path:
    """Give the manifest the checksums of the files as they are, and `changes`; return it."""
    manifest: Mapping[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    there = {
        name: file_checksum(folder / name) for name in manifest["files"] if (folder / name).exists()
    }
    kept = {key: value for key, value in manifest.items() if key != SEAL}
    files = {**manifest["files"], **there}
    write_sealed(folder / "manifest.json", {**kept, "files": files, **changes})
    return folder
