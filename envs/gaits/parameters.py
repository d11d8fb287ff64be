"""Parameters of the scripted gait (names, meaning, search range: `parameters.csv`) over speed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...sim.data_files import beside, read_rows
from ...sim.errors import ConfigError

DIRECTIONS = ("backward", "forward")
_ROWS = read_rows(beside(__name__, "parameters.csv"))
_OF = {  # (name, direction) -> its row; a row without a direction is that of both
    (row["name"], direction): row
    for row in _ROWS
    for direction in ([row["direction"]] if row["direction"] else DIRECTIONS)
}
NAMES = tuple(dict.fromkeys(row["name"] for row in _ROWS))
EVERY_NAME = slice(None)


def guess(direction: str) -> dict[str, float]:
    """Return the start of a search from nothing."""
    return {name: float(_OF[name, direction]["guess"]) for name in NAMES}


def search_range(name: str, direction: str, legs: float = 1.0) -> tuple[float, float, float]:
    """Return least and greatest value and the search's step of parameter `name`.

    `legs` is the length of the body's over those of `human`: the hip is as much higher.
    """
    size = legs if name == "hip_height" else 1.0
    low, high, step = (size * float(_OF[name, direction][key]) for key in ("low", "high", "step"))
    return low, high, step


def keep_others(
    values: dict[str, np.ndarray], before: dict[str, np.ndarray], ids: np.ndarray
) -> None:
    """Put back in `values`, (n,) each, what all walkers but `ids` had `before`, if anything."""
    kept = np.ones(len(values[NAMES[0]]), bool)
    kept[ids] = False
    for name, old in before.items():
        values[name][kept] = old[kept]


@dataclass(frozen=True)
class GaitTable:
    """Tuned parameters over commanded speed, linear in between.

    Attributes:
        direction: `backward` or `forward`.
        speeds: (k,) [m/s] ascending.
        values: (k, len(NAMES)), or (k, n, len(NAMES)) for parameters of each simulation's own.
    """

    direction: str
    speeds: np.ndarray
    values: np.ndarray

    @cached_property
    def _by_name(self) -> tuple[np.ndarray, np.ndarray]:
        """Values with the names first, and the speeds' spans: what `at` reads each control step."""
        span = np.append(np.diff(self.speeds), 1.0)
        return np.ascontiguousarray(np.moveaxis(self.values, -1, 0)), span

    def at(self, speed: np.ndarray) -> dict[str, np.ndarray]:
        """Parameters (n,) at `speed` (n,) [m/s], held beyond the ends of the table."""
        values, span = self._by_name
        last = len(self.speeds) - 1
        low = np.minimum(np.maximum(self.speeds.searchsorted(speed) - 1, 0), max(last - 1, 0))
        high = np.minimum(low + 1, last)
        share = np.minimum(np.maximum((speed - self.speeds[low]) / span[low], 0.0), 1.0)
        own = () if values.ndim == 2 else (np.arange(len(speed)),)
        rows = values[(EVERY_NAME, low, *own)] * (1.0 - share)
        rows += values[(EVERY_NAME, high, *own)] * share
        return dict(zip(NAMES, rows, strict=True))

    def check(self, speed: float) -> None:
        """Refuse a commanded speed outside the tuned range.

        Raises:
            ConfigError: `speed` lies outside the table.
        """
        low, high = float(self.speeds[0]), float(self.speeds[-1])
        if not low - 1e-9 <= speed <= high + 1e-9:
            raise ConfigError(
                f"technique.speed_m_per_s: {speed} is outside the tuned range of the scripted "
                f"{self.direction} gait, {low} to {high} m/s"
            )
