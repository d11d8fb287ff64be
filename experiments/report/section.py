"""Sections of the report, and the material for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import xarray as xr

from ...sim.plain_values import is_sequence
from ...sim.shortage import raise_shortage
from .answer import Comparison
from .curve_contrasts import CurveContrasts
from .data import Cell, RunData
from .style import Picture
from .tables import Table

_MOST_CURVES = 4  # cells in one picture of the gait cycle: more cannot be told apart


@dataclass(frozen=True)
class Section:
    """A heading, its explanation, its pictures and tables, and what to say without any."""

    heading: str
    words: str
    pictures: tuple[Picture, ...]
    tables: tuple[Table, ...]
    absent: str

    @property
    def slug(self) -> str:
        """The heading as a link's target."""
        return self.heading.lower().replace(" ", "-")


@dataclass(frozen=True)
class Material:
    """Material from which sections are made.

    Attributes:
        data: the run. contrasts: ready to be read. recorded: a recording of each cell.
        curves: where in the gait cycle cells differ.
    """

    data: RunData
    contrasts: Sequence[Comparison]
    recorded: Sequence[tuple[Cell, xr.Dataset]]
    curves: CurveContrasts

    @property
    def cells(self) -> list[Cell]:
        """The cells of the run."""
        return self.data.cells

    @property
    def few(self) -> list[Cell]:
        """All cells if they are few, else the first ones of the first setting."""
        if len(self.cells) <= _MOST_CURVES:
            return list(self.cells)
        first = self.cells[0].setting
        return [cell for cell in self.cells if cell.setting == first][:_MOST_CURVES]

    def section(
        self, heading: str, words: str, absent: str, *make: Callable[[], object]
    ) -> Section:
        """Return a section of the pictures and tables that `make` gives.

        A part that cannot be made is left out and named.
        """
        made = [part for one in make for part in _flat(attempt(self.data, heading, one))]
        pictures = tuple(part for part in made if isinstance(part, Picture))
        return Section(
            heading, words, pictures, tuple(t for t in made if isinstance(t, Table)), absent
        )


def attempt(data: RunData, what: str, make: Callable[[], object]) -> object:
    """Return what `make` gives; if it fails, None and a sentence in `data.gaps`.

    A report is written after hours of simulation: one odd number must not cost the rest of it.
    """
    try:
        return make()
    except Exception as error:
        raise_shortage(error)
        data.gaps.append(f"A part of “{what}” could not be made ({type(error).__name__}: {error}).")
        return None


def _flat(made: object) -> list[object]:
    return list(made) if is_sequence(made) else [made]
