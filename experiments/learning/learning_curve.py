"""The learning curve: its rows are in every checkpoint, and `learning_curve.csv` shows them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path

from ..store.atomic import write_text

CURVE = "learning_curve.csv"

Rows = list[dict[str, str]]


def curve_row(values: Mapping[str, float]) -> dict[str, str]:
    """Return a row as it is written: six digits."""
    return {key: f"{value:.6g}" for key, value in values.items()}


def write_rows(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Write rows with their headings, whole or not at all."""
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else [])
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, text.getvalue())


def read_rows(path: Path) -> Rows:
    """Return the rows of a file that `write_rows` wrote; none where there is no file."""
    if not path.exists():
        return []
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def read_curve(folder: Path) -> Rows:
    """Return the rows of a run's learning curve so far."""
    return read_rows(folder / CURVE)
