"""Data files that lie beside the code which owns them."""

from __future__ import annotations

import csv
from importlib.resources import files
from importlib.resources.abc import Traversable


def beside(module: str, *path: str) -> Traversable:
    """Return the file or folder of data beside `module`, given as its `__name__`."""
    return files(module.rpartition(".")[0]).joinpath(*path)


def read_rows(file: Traversable) -> list[dict[str, str]]:
    """Return the rows of a table in CSV, by the names in its first line."""
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
