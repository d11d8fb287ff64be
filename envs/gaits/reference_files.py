"""Gains of the reference gait on disk: one YAML file a direction and speed, shipped in `tuned/`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from ...sim.errors import ConfigError
from ...sim.plain_values import is_dict
from .gait_files import tuned_folder
from .reference_gains import NAMES


@dataclass(frozen=True)
class ReferenceGains:
    """Gains over speed, linear in between, held beyond the ends.

    Attributes:
        direction: `backward` or `forward`. speeds: (k,) [m/s] ascending. values: (k, gains).
        card: of the slowest: objective's hash, seed, how it was found.
    """

    direction: str
    speeds: np.ndarray
    values: np.ndarray
    card: Mapping[str, Any]

    def at(self, speed: float) -> dict[str, float]:
        """Gains at `speed` [m/s]."""
        columns: list[np.ndarray] = list(self.values.T)
        row = [float(np.interp(speed, self.speeds, column)) for column in columns]
        return dict(zip(NAMES, row, strict=True))

    @property
    def digest(self) -> str:
        """sha256 of speeds and gains."""
        return hashlib.sha256(self.speeds.tobytes() + self.values.tobytes()).hexdigest()


def read_gains(path: Path | Traversable) -> dict[str, Any]:
    """Read a file of gains: `direction`, `speed_m_per_s`, `gains` and how they were found.

    Raises:
        ConfigError: the file cannot be read, or its gains are not those of this version.
    """
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: not a readable gait file ({error})") from error
    if not is_dict(read) or not is_dict(read.get("gains")):
        raise ConfigError(f"{path}: a reference gait has direction, speed_m_per_s and gains")
    if set(read["gains"]) != set(NAMES):
        missing, unknown = set(NAMES) - set(read["gains"]), set(read["gains"]) - set(NAMES)
        raise ConfigError(
            f"{path}: gains do not fit this version (missing {sorted(missing)}, "
            f"unknown {sorted(unknown)})"
        )
    return read


def reference_gains(direction: str) -> ReferenceGains:
    """Return the shipped gains of `direction`.

    Raises:
        ConfigError: none is shipped for this direction.
    """
    found = [
        read_gains(file)
        for file in tuned_folder().iterdir()
        if file.name.startswith(f"reference-{direction}-") and file.name.endswith(".yaml")
    ]
    if not found:
        raise ConfigError(f"no reference gait is shipped for direction '{direction}'")
    found.sort(key=lambda gait: gait["speed_m_per_s"])
    speeds = np.array([float(gait["speed_m_per_s"]) for gait in found])
    rows = [[float(gait["gains"][name]) for name in NAMES] for gait in found]
    card = {key: value for key, value in found[0].items() if key != "gains"}
    return ReferenceGains(direction, speeds, np.array(rows), card)


def gains_text(gains: Mapping[str, float], how: Mapping[str, Any]) -> str:
    """Return a file of gains and how they were found (`direction` and `speed_m_per_s` among it)."""
    text = dict(how) | {"gains": {name: round(float(gains[name]), 5) for name in NAMES}}
    return yaml.safe_dump(json.loads(json.dumps(text)), sort_keys=False)
