"""A digest of the code that a trial's numbers come from."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

PARTS = (
    *("sim", "models", "envs"),
    *(f"experiments.{name}" for name in ("statistics", "study", "rollout", "analysis")),
)
"""Packages with all below them. What only writes, shows or carries out a run is not among them."""
_KINDS = (".py", ".csv", ".xml", ".yaml")


@cache
def code_digest() -> str:
    """Return the sha256 of the source of `PARTS`, whatever commit it is of."""
    root, found = __name__.partition(".")[0], hashlib.sha256()
    for part in PARTS:
        spec = find_spec(f"{root}.{part}")
        for folder in map(Path, (spec and spec.submodule_search_locations) or ()):
            for path in sorted(folder.rglob("*")):
                if path.suffix in _KINDS and path.is_file():
                    found.update(f"{part} {path.relative_to(folder).as_posix()}\n".encode())
                    found.update(path.read_bytes())
    return found.hexdigest()
