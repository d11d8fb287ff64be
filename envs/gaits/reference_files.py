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

from ...models.yaml_source import yaml_text
from ...sim.errors import ConfigError
from .gait_files import GaitFile, read_gait_file, tuned_folder
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
    card: dict[str, Any]

    def at(self, speed: float) -> dict[str, float]:
        """Gains at `speed` [m/s]."""
        columns: list[np.ndarray] = list(self.values.T)
        row = [float(np.interp(speed, self.speeds, column)) for column in columns]
        return dict(zip(NAMES, row, strict=True))

    @property
    def digest(self) -> str:
        """sha256 of speeds and gains."""
        return hashlib.sha256(self.speeds.tobytes() + self.values.tobytes()).hexdigest()


class GainsFile(GaitFile):
    """Gains of the reference gait, and of how many episodes they are the mean."""

    gains: dict[str, float]
    episodes: int


def read_gains(path: Path | Traversable) -> GainsFile:
    """Read gains of the reference gait; errors as of `read_gait_file`."""
    return read_gait_file(path, "gains", NAMES)


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
    return yaml_text(json.loads(json.dumps(text)))
