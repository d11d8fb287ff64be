"""Write a recording for another program; the file's ending chooses the format."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from types import ModuleType

import numpy as np
import xarray as xr

from ....sim.errors import ConfigError, unknown_name
from ....sim.measures.base.needs import refuse_no_recording
from ....sim.plain_values import is_a
from ..atomic import write_bytes
from . import csv, matlab, opensim, trc
from .columns import QUANTITIES, lacks

_FORMATS: tuple[ModuleType, ...] = (csv, opensim, matlab, trc)
"""One module a format: `ENDINGS`, `QUANTITIES`, `content(trial, quantity, title)` of a file."""

FORMATS = {ending: module for module in _FORMATS for ending in module.ENDINGS}
"""Module of a format by the file's ending."""


def export(
    recording: xr.Dataset,
    path: str | PathLike[str],
    quantity: str | None = None,
    *,
    trial: int | None = None,
) -> list[Path]:
    """Write a recording, a file a trial, and return the files.

    A recording of one trial goes to `path`; of several, trial 3 goes to `walk_trial-3.mot` beside
    `walk.mot`. Samples after a fall are left out. Formats by ending (docs/use/python.md):

    - `.csv`: the recording's own names, frames and units (SI, rad; world z up).
    - `.mat`: MATLAB, as `.csv`, a variable a column.
    - `.mot`, `.sto`: OpenSim's storage file; y up, z to the right, joints named and signed as in
      Rajagopal et al. 2016, angles [rad], positions [m], forces [N], moments [N.m].
    - `.trc`: places on the body as markers [mm], y up, z to the right.

    Args:
        recording: as `rw.simulate` and `FinishedRun.recording` return it.
        path: of the file; its folder must exist.
        quantity: `joint-angles`, `joint-moments`, `muscle-activations`, `ground-forces` or
            `markers`; by default the first that the format has.
        trial: only this one; None for all.

    Raises:
        ConfigError: an unknown ending, quantity or trial, or a file that cannot be written.
    """
    refuse_no_recording("export()", recording)
    if not isinstance(path, str | PathLike):
        raise ConfigError(f"export(): path = {path!r}: must be a path")
    place = Path(path)
    if place.suffix.lower() not in FORMATS:
        raise ConfigError(f"{place}: must end in {', '.join(FORMATS)}")
    form = FORMATS[place.suffix.lower()]
    chosen = form.QUANTITIES[0] if quantity is None else str(quantity)
    if chosen not in QUANTITIES:
        raise unknown_name("quantity", chosen, QUANTITIES)
    if chosen not in form.QUANTITIES:
        holds = ", ".join(form.QUANTITIES)
        raise ConfigError(f"{place}: a {place.suffix} holds {holds}, not {chosen}")
    if missing := lacks(recording, chosen):
        raise ConfigError(f"{place}: the recording holds no {chosen} ({', '.join(missing)})")
    if not place.parent.is_dir():
        raise ConfigError(f"{place}: there is no folder {place.parent}")
    if "trial" not in recording.dims:
        recording = recording.expand_dims("trial") if "trial" in recording.coords else recording
    numbers = [int(number) for number in np.atleast_1d(recording["trial"].values)]
    if trial is not None and not (is_a(trial, int | np.integer) and trial in numbers):
        told = ", ".join(map(str, numbers))
        raise ConfigError(f"export(): trial = {trial}: is not in the recording (trials: {told})")
    wanted = numbers if trial is None else [trial]
    written: list[Path] = []
    for number in wanted:
        own = place if len(wanted) == 1 else place.with_stem(f"{place.stem}_trial-{number}")
        content = form.content(until_fall(recording.sel(trial=number)), chosen, own.stem)
        write_bytes(own, content)
        written.append(own)
    return written


def until_fall(trial: xr.Dataset) -> xr.Dataset:
    """Return a trial's samples before its fall or end."""
    return trial.isel(time=np.isfinite(trial["com_position_m"].values).all(axis=-1))
