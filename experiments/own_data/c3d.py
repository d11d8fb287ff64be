"""C3D files: the results of gait models among the points, force plates, events of contact."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ...models.sides import SIDES
from ...sim.errors import ConfigError
from ...sim.extras import needs_extra
from .table import Table

STRUCK = {
    words: side
    for side, name in zip(SIDES, ("left", "right"), strict=True)
    for words in (f"{name} foot strike", f"{side} foot strike", f"{side}hs")
}
"""Side of a foot that strikes, by an event's context and label or its label alone."""
_AXES = "xyz"


def read_c3d(path: Path, plates: Mapping[str, str]) -> Table:
    """Read a C3D file.

    A point's coordinates are the columns `NAME_x`, `NAME_y`, `NAME_z`; an analog channel has its
    own name. The vertical force of a foot on a plate is `left_force_z_n` or `right_force_z_n`.

    Args:
        plates: the foot on each force plate, by the plate's number from 1.

    Raises:
        ConfigError: it cannot be read, or `ezc3d` is not installed.
    """
    try:
        import ezc3d
    except ImportError as error:
        raise ConfigError(needs_extra(f"{path}: reading C3D", "c3d", error)) from None
    try:
        file: Any = ezc3d.c3d(str(path), extract_forceplat_data=bool(plates))
    except (OSError, ValueError, RuntimeError) as error:
        raise ConfigError(f"{path}: cannot be read as C3D ({error})") from None
    points = np.asarray(file["data"]["points"], float)  # (4, points, frames)
    header = file["header"]["points"]
    first, rate = float(header["first_frame"]), float(header["frame_rate"])
    if rate <= 0:
        raise ConfigError(f"{path}: must hold points at a rate above 0, holds none")
    time = (first + np.arange(points.shape[2], dtype=float)) / rate
    columns = {
        f"{label}_{axis}": points[number, place]
        for place, label in enumerate(_values(file, "POINT", "LABELS"))
        for number, axis in enumerate(_AXES)
    }
    analogs = np.asarray(file["data"]["analogs"][0], float)
    every = int(file["header"]["analogs"]["frame_rate"] / rate)
    for place, label in enumerate(_values(file, "ANALOG", "LABELS")):
        columns[label] = analogs[place, :: max(every, 1)][: len(time)]
    for number, foot in plates.items():
        force = _vertical(file, path, number)[:: max(every, 1)][: len(time)]
        name = f"{foot}_force_z_n"
        columns[name] = columns.get(name, 0.0) + force
    return Table(time, columns, _contacts(file))


def _values(file: Any, group: str, name: str) -> list[Any]:
    return list(file["parameters"].get(group, {}).get(name, {}).get("value", ()))


def _vertical(file: Any, path: Path, number: str) -> np.ndarray:
    """Return the force on a plate along the axis that bears most, upward positive."""
    known = file["data"]["platform"]
    if not number.isdecimal() or not 1 <= int(number) <= len(known):
        raise ConfigError(f"{path}: plates: {number}: there are plates 1 to {len(known)}")
    force = np.asarray(known[int(number) - 1]["force"], float)
    return np.abs(force[np.argmax(np.abs(np.nan_to_num(force)).mean(axis=1))])


def _contacts(file: Any) -> dict[str, np.ndarray]:
    """Return the moments of foot strike by side; empty without events."""
    labels, contexts = _values(file, "EVENT", "LABELS"), _values(file, "EVENT", "CONTEXTS")
    times = np.asarray(_values(file, "EVENT", "TIMES"), float)
    if not labels or not times.size:
        return {}
    seconds = 60.0 * times[0] + times[1]
    contexts += [""] * (len(labels) - len(contexts))  # some systems write none
    struck = [
        STRUCK.get(f"{context} {label}".strip().lower())
        for label, context in zip(labels, contexts, strict=True)
    ]
    return {
        side: np.sort(
            [moment for moment, foot in zip(seconds, struck, strict=True) if foot == side]
        )
        for side in SIDES
    }
