"""A finished run for replays: its trials, which were recorded, which fell.

run = RecordedRun.finished("runs/quick-start")
chosen = run.choose(trial=None, cell=None)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ...sim.errors import ConfigError
from ..store.run import Run
from ..study.labels import level_words
from ..study.plan import Cell, TrialSpec

_SHOWN_TRIALS = 12  # numbers that a message lists before it says how many more there are


@dataclass(frozen=True)
class Chosen:
    """One trial of a run: its condition, what makes it, its row of the results, its recording."""

    cell: Cell
    spec: TrialSpec
    row: Mapping[str, Any]
    recording: Path | None

    @property
    def title(self) -> str:
        """The trial in words: `backward, 0.8 m/s · trial 3`."""
        return f"{cell_words(self.cell)} · trial {self.spec.trial}"

    @property
    def outcome(self) -> str:
        """How it ended, in words."""
        if not bool(self.row["valid"]):
            return "not valid: the simulation broke down"
        if bool(self.row["fell"]):
            return f"fell after {float(self.row['time_to_fall_s']):.1f} s"
        return "did not fall"


class RecordedRun(Run):
    """A run that trials are chosen from, to be looked at."""

    @cached_property
    def _rows(self) -> dict[int, dict[str, Any]]:
        rows = self.trials.to_dict("records")
        return {int(row["trial"]): {str(name): one for name, one in row.items()} for row in rows}

    def choose(
        self, trial: int | None = None, cell: str | None = None, fell: bool = False
    ) -> Chosen:
        """Return the trial that was asked for, or else the best to look at.

        Without a number: of the cell, of those that fell or (by default) did not, a valid one, of
        which there is a recording, the first.

        Raises:
            ConfigError: there is no such trial or cell, with what there is.
        """
        cells = self.plan.cells if cell is None else self._cells_like(cell)
        numbers = {cell.index for cell in cells}
        rows = self.trials[self.trials["cell"].isin(numbers)]
        if fell:
            rows = rows[rows["fell"].astype(bool)]
            if rows.empty:
                where = "" if cell is None else f" of {cells_words(cells)}"
                raise ConfigError(f"{self.folder.path}: no trial{where} fell; {self.summary()}")
        if trial is None:
            kept = rows["trial"].isin(list(self.recordings))
            order = (
                rows[["trial", "valid", "fell"]]
                .assign(kept=kept)
                .sort_values(
                    ["valid", "fell", "kept", "trial"], ascending=[False, True, False, True]
                )
            )
            trial = int(order["trial"].iloc[0])
        elif trial not in self._rows:
            raise ConfigError(f"{self.folder.path}: there is no trial {trial}; {self.summary()}")
        elif trial not in set(rows["trial"]):
            own = self.plan.cells[int(self._rows[trial]["cell"])]
            other = f"it is one of {cell_words(own)}" if cell else "it did not fall"
            asked = cells_words(cells) if cell else "those that fell"
            raise ConfigError(f"trial {trial} is none of {asked}: {other}; {self.summary()}")
        return self._chosen(trial)

    def summary(self) -> str:
        """Return in one line which trials there are, which were recorded, which fell."""
        numbers = [int(one) for one in self.trials["trial"]]
        fallen = [int(one) for one in self.trials.loc[self.trials["fell"].astype(bool), "trial"]]
        return (
            f"trials: {listed(numbers)}; recorded: {listed(sorted(self.recordings))}; "
            f"fell: {listed(fallen)}"
        )

    def _chosen(self, trial: int) -> Chosen:
        row = self._rows[trial]
        cell = self.plan.cells[int(row["cell"])]
        spec = next(one for one in self.plan.trials(cell) if one.trial == trial)
        if cell.adaptive and pd.notna(row.get("hazard_magnitude")):
            spec = replace(spec, impulse_n_s=float(row["hazard_magnitude"]))
        return Chosen(cell, spec, row, self.recordings.get(trial))

    def _cells_like(self, text: str) -> list[Cell]:
        """Return the cells with every word of the text among their levels."""
        words = [word.lower() for word in re.split(r"[\s,]+", text.strip()) if word]
        found = [cell for cell in self.plan.cells if _holds(cell, words)]
        if not found:
            names = "; ".join(cell_words(cell) for cell in self.plan.cells)
            raise ConfigError(f"{self.folder.path}: no cell is like '{text}' (there are: {names})")
        return found


def _holds(cell: Cell, words: Sequence[str]) -> bool:
    names = {cell.name.lower(), str(cell.index)}
    for factor, level in cell.levels:
        names |= {f"{factor}={level}".lower(), str(level).lower()}
        names |= set(level_words(factor, level).lower().split())
    return all(word in names for word in words)


def cell_words(cell: Cell) -> str:
    """Return the levels of a cell in words: `backward, 0.8 m/s`."""
    return ", ".join(level_words(*one) for one in cell.levels) or cell.direction


def cells_words(cells: Sequence[Cell]) -> str:
    """Return several cells in words."""
    return " or ".join(f"“{cell_words(one)}”" for one in cells[:3]) + (
        " …" if len(cells) > 3 else ""
    )


def listed(numbers: Sequence[int]) -> str:
    """Return ascending numbers as a reader wants them: `0-7, 16, 32-39`, or `none`."""
    runs: list[list[int]] = []
    for one in numbers:
        if runs and one == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], one]
        else:
            runs.append([one, one])
    shown = [f"{a}-{b}" if b > a else str(a) for a, b in runs[:_SHOWN_TRIALS]]
    more = [f"and {len(runs) - _SHOWN_TRIALS} more"] if len(runs) > _SHOWN_TRIALS else []
    return ", ".join(shown + more) or "none"
