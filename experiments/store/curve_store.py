"""The curves of a run's trials on the disk, read one channel at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...sim.errors import SimulationError
from .atomic import TEMPORARY
from .merge import TrialOrder
from .pieces import CurvePiece, read_curves


@dataclass(frozen=True)
class Curves:
    """Curves of all trials, by variable and channel.

    Attributes:
        trials: in order, (n,). about: by variable, its dimensions after the trial (the channel's
            first) and its attributes. coordinates: of those dimensions.
    """

    folder: Path
    trials: np.ndarray
    about: dict[str, dict[str, Any]]
    coordinates: dict[str, np.ndarray]

    def shape(self, variable: str) -> tuple[int, ...]:
        """Return the lengths of a variable's dimensions after the trial."""
        return tuple(len(self.coordinates[one]) for one in self.about[variable]["dimensions"])

    def of(self, variable: str, channel: int) -> np.ndarray:
        """Return the curves of one channel, float32 (n, ...); NaN where a trial has none."""
        shape = self.shape(variable)[1:]
        size = int(np.prod(shape)) * len(self.trials)
        file = self.folder / _name(self.about, variable)
        values = np.fromfile(file, np.float32, size, offset=4 * channel * size)
        return values.reshape(len(self.trials), *shape)


@contextmanager
def gathered_curves(order: TrialOrder, place: Path) -> Generator[Curves]:
    """Gather the curves of all pieces channel by channel in a folder in `place`, then remove it."""
    with tempfile.TemporaryDirectory(prefix=f"{TEMPORARY}curves-", dir=place) as folder:
        first = read_curves(order.folders[0])
        curves = Curves(Path(folder), order.trials, first.about, first.coordinates)
        files = {name: (Path(folder) / _name(first.about, name)).open("wb") for name in first.about}
        try:
            for start, wanted in order.blocks():
                pieces = [(read_curves(one), trials) for one, trials in wanted.items()]
                for name, file in files.items():
                    rows = _rows(pieces, name, first)
                    flat = rows.reshape(*rows.shape[:2], -1)  # (trials, channels, points)
                    for channel in range(flat.shape[1]):
                        at = (channel * len(order.trials) + start) * flat.shape[2] * 4
                        file.seek(at)
                        file.write(np.ascontiguousarray(flat[:, channel]).tobytes())
        finally:
            for file in files.values():
                file.close()
        yield curves


def _rows(pieces: list[tuple[CurvePiece, np.ndarray]], name: str, like: CurvePiece) -> np.ndarray:
    """Return one variable of a block's trials in their order."""
    parts: list[np.ndarray] = []
    numbers: list[np.ndarray] = []
    for piece, trials in pieces:
        same = piece.about.keys() == like.about.keys() and all(
            np.array_equal(along, like.coordinates[dim]) for dim, along in piece.coordinates.items()
        )
        if not same:
            raise SimulationError("the trials' curves do not have the same channels")
        own = np.flatnonzero(np.isin(piece.trials, trials))
        parts.append(piece.values[name][own])
        numbers.append(piece.trials[own])
    return np.concatenate(parts)[np.argsort(np.concatenate(numbers), kind="stable")]


def _name(about: dict[str, Any], variable: str) -> str:
    return f"{list(about).index(variable)}.f32"
