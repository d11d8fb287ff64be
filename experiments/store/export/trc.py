"""Marker files (.trc) of motion capture, as OpenSim reads them: mm, y up, z to the right."""

from __future__ import annotations

import numpy as np
import xarray as xr

from .columns import markers
from .opensim import in_ground

ENDINGS = (".trc",)
QUANTITIES = ("markers",)
_MM = 1000.0


def content(trial: xr.Dataset, quantity: str, title: str) -> bytes:
    """Return the file: its five lines of heading, then frame, time [s] and three columns a marker.

    The time begins at the first sample; the rate is that of the recording.
    """
    del quantity
    places = {name: _MM * in_ground(place) for name, place in markers(trial).items()}
    times = trial["time"].values
    rate = 1.0 if len(times) < 2 else (len(times) - 1) / (times[-1] - times[0])
    told = ("DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units")
    told += ("OrigDataRate", "OrigDataStartFrame", "OrigNumFrames")
    values = (f"{rate:g}", f"{rate:g}", len(times), len(places), "mm", f"{rate:g}", 1, len(times))
    numbers = range(1, len(places) + 1)
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{title}.trc",
        "\t".join(told),
        "\t".join(map(str, values)),
        "Frame#\tTime\t" + "\t\t\t".join(places) + "\t\t",
        "\t\t" + "\t".join(f"{axis}{number}" for number in numbers for axis in "XYZ"),
        "",
    ]
    table = np.concatenate([*places.values()], axis=1)
    for frame, (time, row) in enumerate(zip(times, table, strict=True), 1):
        lines.append("\t".join((str(frame), f"{time:.9g}", *(f"{value:.9g}" for value in row))))
    return ("\n".join(lines) + "\n").encode()
