"""The data files of the human body, in `human/`."""

from __future__ import annotations

import csv
from importlib.resources import files

PACKAGE = __name__.rpartition(".")[0]
FOLDER = "human"


def read_text(filename: str) -> str:
    """Return the text of a data file of this package."""
    return (files(PACKAGE) / FOLDER / filename).read_text(encoding="utf-8")


def read_rows(filename: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of this package."""
    return list(csv.DictReader(read_text(filename).splitlines()))
