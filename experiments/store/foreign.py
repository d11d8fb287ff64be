"""Folders that hold something else than what is to be written there."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from ...sim.errors import ConfigError
from .atomic import TEMPORARY


def refuse_foreign(folder: Path, own: Collection[str], what: str) -> None:
    """Refuse a folder that holds files, but none by which `what` is known.

    Args:
        own: names of which one at least is in a folder of `what`.

    Raises:
        ConfigError: it holds something else.
    """
    if not folder.is_dir():
        return
    names = {path.name for path in folder.iterdir() if not path.name.startswith(TEMPORARY)}
    if names and names.isdisjoint(own):
        raise ConfigError(
            f"{folder}: exists and holds no {what} of retrowalk ({min(names)} is in it); "
            "choose another folder with --out"
        )
