"""Write a recording for another program; the file's ending chooses the format."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from types import ModuleType

import numpy as np
import xarray as xr

from ....sim.errors import ConfigError, unknown_name
from ..atomic import write_atomic
from . import csv, opensim

QUANTITIES = ("joint-angles", "muscle-activations", "ground-forces")
"""What can be exported: positions of the joints, activations, forces of the ground on each foot."""

_FORMATS: tuple[ModuleType, ...] = (csv, opensim)
"""One module a format: `ENDINGS`, and `text(trial, quantity, title)` of one trial's file."""


def export(
    recording: xr.Dataset,
    path: str | PathLike[str],
    quantity: str = "joint-angles",
    *,
    trial: int | None = None,
) -> list[Path]:
    """Write a recording, a file a trial, and return the files.

    A recording of one trial goes to `path`; of several, trial 3 goes to `walk_trial-3.mot` beside
    `walk.mot`. Samples after a fall are left out. Formats by ending (docs/use/python.md):

    - `.csv`: the recording's own names, frames and units (SI, rad; world z up).
    - `.mot`, `.sto`: OpenSim's storage file; y up, z to the right, joints named and signed as in
      Rajagopal et al. 2016, angles [rad], positions [m], forces [N].

    Args:
        recording: as `rw.simulate` and `FinishedRun.recording` return it.
        path: of the file; its folder must exist.
        quantity: `joint-angles`, `muscle-activations` or `ground-forces`.
        trial: only this one; None for all.

    Raises:
        ConfigError: an unknown ending, quantity or trial, or a file that cannot be written.
    """
    place = Path(path)
    formats = {ending: module for module in _FORMATS for ending in module.ENDINGS}
    if place.suffix.lower() not in formats:
        raise ConfigError(f"{place}: must end in {', '.join(formats)}")
    if quantity not in QUANTITIES:
        raise unknown_name("quantity", quantity, QUANTITIES)
    if not place.parent.is_dir():
        raise ConfigError(f"{place}: there is no folder {place.parent}")
    if "trial" not in recording.dims:
        recording = recording.expand_dims("trial") if "trial" in recording.coords else recording
    numbers = [int(number) for number in np.atleast_1d(recording["trial"].values)]
    if trial is not None and trial not in numbers:
        told = ", ".join(map(str, numbers))
        raise ConfigError(f"export(): trial = {trial}: is not in the recording (trials: {told})")
    wanted = numbers if trial is None else [trial]
    write = formats[place.suffix.lower()].text
    written = []
    for number in wanted:
        own = place if len(wanted) == 1 else place.with_stem(f"{place.stem}_trial-{number}")
        text = write(until_fall(recording.sel(trial=number)), quantity, own.stem)
        try:
            write_atomic(own, lambda file, text=text: file.write_text(text, "utf-8", newline="\n"))
        except OSError as error:
            raise ConfigError(f"{own}: cannot be written ({error.strerror})") from None
        written.append(own)
    return written


def until_fall(trial: xr.Dataset) -> xr.Dataset:
    """Return a trial's samples before its fall or end."""
    return trial.isel(time=np.isfinite(trial["com_position_m"].values).all(axis=-1))
