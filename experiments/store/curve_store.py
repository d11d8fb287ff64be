"""The curves of a run's trials on the disk, read one channel at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .atomic import TEMPORARY, sink
from .merge import TrialOrder
from .pieces import CurvePiece, read_curve_layout, read_curves


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
        about, coordinates = _layout([read_curve_layout(one) for one in order.folders])
        curves = Curves(Path(folder), order.trials, about, coordinates)
        with ExitStack() as stack:
            files = {
                name: stack.enter_context(sink(Path(folder) / _name(about, name))) for name in about
            }
            for start, wanted in order.blocks():
                pieces = [(read_curves(one), trials) for one, trials in wanted.items()]
                for name, file in files.items():
                    rows = _rows(pieces, name, curves)
                    flat = rows.reshape(*rows.shape[:2], -1)  # (trials, channels, points)
                    for channel in range(flat.shape[1]):
                        at = (channel * len(order.trials) + start) * flat.shape[2] * 4
                        file.seek(at)
                        file.write(np.ascontiguousarray(flat[:, channel]).tobytes())
        yield curves


def _layout(pieces: Sequence[CurvePiece]) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return the variables that any piece has, and all channels of each: bodies may differ."""
    about: dict[str, Any] = {}
    along: dict[str, dict[Any, None]] = {}
    for piece in pieces:
        about |= {name: one for name, one in piece.about.items() if name not in about}
        for dim, values in piece.coordinates.items():
            along.setdefault(dim, {}).update(dict.fromkeys(values.tolist()))
    return about, {dim: np.array(list(values)) for dim, values in along.items()}


def _rows(pieces: list[tuple[CurvePiece, np.ndarray]], name: str, curves: Curves) -> np.ndarray:
    """Return one variable of a block's trials in their order, NaN in channels that they lack."""
    parts: list[np.ndarray] = []
    numbers: list[np.ndarray] = []
    for piece, trials in pieces:
        own = np.flatnonzero(np.isin(piece.trials, trials))
        parts.append(_of_piece(piece, name, curves)[own])
        numbers.append(piece.trials[own])
    return np.concatenate(parts)[np.argsort(np.concatenate(numbers), kind="stable")]


def _of_piece(piece: CurvePiece, name: str, curves: Curves) -> np.ndarray:
    """Return one variable of a piece's trials in all the run's channels."""
    dims, every = curves.about[name]["dimensions"], curves.coordinates
    if name in piece.values and all(
        np.array_equal(piece.coordinates[dim], every[dim]) for dim in dims
    ):
        return piece.values[name]
    rows = np.full((len(piece.trials), *curves.shape(name)), np.nan, np.float32)
    if name in piece.values:
        places = [_places(piece.coordinates[dim], every[dim]) for dim in dims]
        rows[np.ix_(np.arange(len(rows)), *places)] = piece.values[name]
    return rows


def _places(some: np.ndarray, every: np.ndarray) -> np.ndarray:
    known = every.tolist()
    return np.array([known.index(one) for one in some.tolist()], int)


def _name(about: dict[str, Any], variable: str) -> str:
    return f"{list(about).index(variable)}.f32"
