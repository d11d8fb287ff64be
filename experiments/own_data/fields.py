"""`data.yaml`: what a folder of gait data holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from ...envs.task.technique import Technique
from ...sim.errors import ConfigError
from ..study.fields import Direction, Strict, Within, as_tuple
from ..study.load import load_tool_config

NAME = "data.yaml"
Files = Annotated[tuple[str, ...], BeforeValidator(as_tuple)]


class OwnData(Strict):
    """Who walked how, and which files and columns tell of it."""

    direction: Direction
    speed_m_per_s: Annotated[float, Within.of(Technique, "speed_m_per_s")]
    """At which they walked, and the model is to walk."""
    mass_kg: Annotated[float, Within(10.0, 300.0)]
    """Of the person: moments are compared by the kilogram, forces by body weight."""
    trials: dict[str, Files] | None = None
    """Files of each trial, by its name; without it all files, named `TRIAL_QUANTITY.ending`."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Our name of a column by theirs: `LKnee: knee_l_deg`; a `-` before ours turns the sign."""
    plates: dict[str, Literal["left", "right"]] = Field(default_factory=dict)
    """Of C3D files: the foot on each force plate, by the plate's number from 1."""
    from_s: float = 0.0
    """Strides count from here."""
    to_s: float | None = None
    """Strides count up to here; without it to the end."""
    source: str = ""
    """Where the data are from."""


def read_own_data(folder: Path) -> OwnData:
    """Return what `data.yaml` in `folder` says.

    Raises:
        ConfigError: no such folder or file, or wrong fields.
    """
    if not folder.is_dir():
        raise ConfigError(f"{folder}: no such folder")
    if not (folder / NAME).is_file():
        raise ConfigError(f"{folder}: holds no {NAME} (docs/use/own-data.md says what is in it)")
    return load_tool_config(OwnData, folder / NAME)


def files_of(data: OwnData, folder: Path, endings: tuple[str, ...]) -> dict[str, list[Path]]:
    """Return the files of each trial, by its name.

    Raises:
        ConfigError: a file is missing, or there is none.
    """
    found: dict[str, list[Path]] = {}
    if data.trials is None:
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in endings:
                found.setdefault(path.stem.rpartition("_")[0] or path.stem, []).append(path)
    else:
        found = {name: [folder / file for file in files] for name, files in data.trials.items()}
    for path in (path for paths in found.values() for path in paths):
        if not path.is_file():
            raise ConfigError(f"{folder / NAME}: trials: {path.name}: no such file in {folder}")
    if not found:
        raise ConfigError(f"{folder}: holds no file that ends in {', '.join(endings)}")
    return found
