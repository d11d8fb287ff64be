"""Files of gait data as tables: a column a series, in the file's own names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from ...sim.errors import ConfigError
from ..store.export.opensim import own_name

_TIMES = ("time", "time_s", "Time", "TIME", "t")


@dataclass(frozen=True)
class Table:
    """Series of one file.

    Attributes:
        time_s: shape (n,). columns: by name, (n,) each; NaN where nothing was measured.
        contacts_s: moments of foot contact by side (`l`, `r`), where the file tells them.
    """

    time_s: np.ndarray
    columns: dict[str, np.ndarray]
    contacts_s: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])


def read_csv(path: Path) -> Table:
    """Read comma-separated columns under a line of names.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        return _table(path, pd.read_csv(path))
    except (ValueError, OSError) as error:  # pandas' own errors are ValueErrors
        raise ConfigError(f"{path}: cannot be read as CSV ({error})") from None


def read_storage(path: Path) -> Table:
    """Read OpenSim's storage file; angles in degrees get names that end in `_deg`, else `_rad`.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        head, found, body = path.read_text("utf-8").partition("endheader")
        rows = [line.split() for line in body.splitlines() if line.strip()]
        if not found or not rows:
            raise ValueError("no table after 'endheader'")
        frame = pd.DataFrame(rows[1:], columns=pd.Index(rows[0])).astype(float)
        table = _table(path, frame)
    except (ValueError, OSError) as error:
        raise ConfigError(f"{path}: cannot be read as OpenSim's storage ({error})") from None
    degrees = "indegrees=yes" in head.lower().replace(" ", "")
    columns: dict[str, np.ndarray] = {}
    for name, values in table.columns.items():
        own, sign = own_name(name, "deg" if degrees else "rad")
        columns[own] = sign * values
    return Table(table.time_s, columns)


def _table(path: Path, frame: pd.DataFrame) -> Table:
    time = next((name for name in _TIMES if name in frame), None)
    if time is None:
        raise ConfigError(f"{path}: has no column of time ({', '.join(_TIMES)})")
    numbers = frame.apply(pd.to_numeric, errors="coerce")
    columns = {str(name): numbers[name].to_numpy(float) for name in frame if name != time}
    return Table(numbers[time].to_numpy(float), columns)
