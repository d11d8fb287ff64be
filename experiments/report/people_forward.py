"""Joint angles of people who walk forwards, as published: what a reader holds curves against."""

from __future__ import annotations

from functools import cache

import numpy as np

from ...sim.data_files import beside, read_rows

PEOPLE = "people, forwards"


@cache
def people_forward() -> dict[str, np.ndarray]:
    """Return the published mean curves of each joint, (k, 11) from contact to contact [degree]."""
    found: dict[str, list[list[float]]] = {}
    for row in _rows():
        points = [float(row[f"p{percent}"]) for percent in range(0, 101, 10)]
        found.setdefault(row["joint"], []).append(points)
    return {joint: np.array(curves) for joint, curves in found.items()}


def sources() -> str:
    """Return where the curves are from, as one text."""
    return "; ".join(dict.fromkeys(row["source"] for row in _rows()))


def _rows() -> list[dict[str, str]]:
    return read_rows(beside(__name__, "people_forward.csv"))
