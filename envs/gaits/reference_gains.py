"""Gains of the reference gait: names, meaning, start and search range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...sim.data_files import beside, read_rows

GAINS = {
    row["name"]: (float(row["guess"]), float(row["low"]), float(row["high"]))
    for row in read_rows(beside(__name__, "reference_gains.csv"))
}
"""Start, least and greatest value of each gain."""
NAMES = tuple(GAINS)


@dataclass(frozen=True)
class Gains:
    """Gains of n walkers: `values[name]` is (n,)."""

    values: Mapping[str, np.ndarray]

    @classmethod
    def same(cls, n: int, given: Mapping[str, float] | None = None) -> Gains:
        """The starts, or what is `given`, for all n walkers."""
        own = given or {}
        return cls({name: np.full(n, own.get(name, GAINS[name][0])) for name in NAMES})

    def __getitem__(self, name: str) -> np.ndarray:
        """Gain `name`, (n,)."""
        return self.values[name]

    def but(self, **given: float) -> Gains:
        """The same with other values, each for all walkers."""
        n = len(self.values[NAMES[0]])
        return Gains({**self.values, **{name: np.full(n, one) for name, one in given.items()}})

    def put(self, ids: np.ndarray, rows: np.ndarray) -> None:
        """Write rows (k, len(NAMES)) of walkers `ids`."""
        for name, column in zip(NAMES, rows.T, strict=True):
            self.values[name][ids] = column


def spans() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Start, low and high of every gain, (len(NAMES),) each."""
    start, low, high = np.array([*GAINS.values()]).T
    return start, low, high
