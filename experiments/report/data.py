"""Read a finished run folder for its report; whatever is missing becomes a plain sentence.

data = load_run(run_dir)
data.cells[0].values("speed_m_per_s")  # one number a valid trial
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import xarray as xr

from ...sim.errors import ConfigError
from ...sim.shortage import raise_shortage
from ..analysis.cohort import Cohort
from ..analysis.contrasts import Contrasts
from ..analysis.controllers import Controllers, told_contrasts
from ..drawing.series import SHOWN
from ..statistics.paired import Interval, proportion_interval
from ..store.manifest import PlannedCell
from ..store.run import Run
from ..study.battery import FACTOR as CHALLENGE, UNDISTURBED
from ..study.fields import Scalar
from ..study.labels import level_words

_Content = TypeVar("_Content")
OVER = (Controllers, Cohort)
"""Answers whose contrasts stand for those of each controller and person."""
_DEFAULT_FACTORS = ("direction", "surface")


@dataclass(frozen=True)
class Cell:
    """One combination of factor levels and its trials."""

    levels: dict[str, Any]
    rows: pd.DataFrame
    summary: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def label(self) -> str:
        """The levels in words: `backward, flat`."""
        return ", ".join(level_words(*item) for item in self.levels.items()) or "all trials"

    @property
    def direction(self) -> str:
        """`backward` or `forward`."""
        return str(self.rows["direction"].iloc[0]) if "direction" in self.rows else "backward"

    @property
    def index(self) -> int | None:
        """Place of the cell in the run's plan, None if the trials do not say."""
        return int(self.rows["cell"].iloc[0]) if "cell" in self.rows else None

    @property
    def setting(self) -> str:
        """The levels other than the direction, in words; empty if there are none."""
        return ", ".join(
            level_words(name, level) for name, level in self.levels.items() if name != "direction"
        )

    @cached_property
    def valid(self) -> pd.DataFrame:
        """The rows of the valid trials: the only ones that count."""
        if "valid" not in self.rows:
            return self.rows
        return self.rows[self.rows["valid"].fillna(False).astype(bool)]

    def values(self, column: str) -> np.ndarray:
        """Return a measure of the valid trials that have it. Shape (k,), SI."""
        if column not in self.rows:
            return np.empty(0)
        numbers = pd.to_numeric(self.valid[column], errors="coerce").to_numpy(dtype=float)
        return numbers[np.isfinite(numbers)]

    def mean(self, column: str) -> Interval:
        """Return the mean of a measure with the 95 % interval that the run gave for it."""
        known = self.summary.get("measures", {}).get(column)
        if known is not None:
            return Interval(known["mean"], known["low"], known["high"])
        values = self.values(column)
        return Interval(float(values.mean()) if len(values) else None, None, None)

    @property
    def no_evidence(self) -> list[str]:
        """Why the cell is no evidence about people, in sentences; empty where it is."""
        found = self.summary.get("standing", {}).get("withheld", [])
        return [str(one["says"]) for one in found]

    @property
    def fallen(self) -> int:
        """How many of the valid trials fell."""
        return (
            int(self.valid["fell"].fillna(False).astype(bool).sum()) if "fell" in self.rows else 0
        )

    @property
    def fall_share(self) -> Interval:
        """Share of the valid trials that fell, with Wilson's 95 % interval."""
        return proportion_interval(self.fallen, len(self.valid))


@dataclass
class RunData:
    """What a run holds, and in `gaps` what it lacks, in sentences."""

    run: Run
    config: dict[str, Any] = field(default_factory=dict[str, Any])
    manifest: Mapping[str, Any] = field(default_factory=dict[str, Any])
    trials: pd.DataFrame = field(default_factory=pd.DataFrame)
    strides: pd.DataFrame = field(default_factory=pd.DataFrame)
    contrasts: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    no_evidence: list[str] = field(default_factory=list[str])
    waveforms: xr.Dataset | None = None
    cells: list[Cell] = field(default_factory=list[Cell])
    gaps: list[str] = field(default_factory=list[str])

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return self.run.path

    def answer(self, name: str) -> dict[str, Any] | None:
        """Return an answer of the run; None, and a gap, where it is missing or damaged."""
        return self.or_gap(self.run.folder.answer(name), lambda: self.run.answer(name))

    def recordings(self) -> Iterator[tuple[Cell, xr.Dataset]]:
        """Yield the first valid recorded trial of each cell, in the order of the cells."""
        for cell, trial in self._recorded():
            try:
                recording = self.run.recording(trial, SHOWN).isel(trial=0)
            except ConfigError as error:
                name = self.run.recordings[trial].name
                self.gaps.append(f"The recording {name} could not be read ({error.__cause__}).")
                continue
            yield cell, recording

    def _recorded(self) -> Iterator[tuple[Cell, int]]:
        """Yield for each cell the number of the trial to show: valid, without a fall."""
        kept = list(self.run.recordings)
        for cell in self.cells:
            rows = cell.rows[cell.rows["trial"].isin(kept)] if "trial" in cell.rows else None
            if rows is None or rows.empty:
                self.gaps.append(f"No trial of “{cell.label}” was recorded.")
                continue
            order = ["valid", "fell"] if {"valid", "fell"} <= set(rows) else []
            best = rows.sort_values(order, ascending=[False, True]) if order else rows
            yield cell, int(best["trial"].iloc[0])

    def or_gap(self, path: Path, read: Callable[[], _Content]) -> _Content | None:
        """Return what `read` gives of the file at `path`, or None and a sentence in `gaps`."""
        if not path.exists():
            self.gaps.append(f"{path.name} is missing from the run's folder.")
            return None
        try:
            return read()
        except Exception as error:  # any damage to a file must leave a readable report
            raise_shortage(error)
            cause = error.__cause__ or error
            told = f"{type(cause).__name__}: {cause}"
            self.gaps.append(f"{path.name} could not be read ({told}).")
            return None


def load_run(folder: Path) -> RunData:
    """Read the run in `folder`; never raises for a piece that is missing or unreadable."""
    run = Run(folder)
    data, places = RunData(run), run.folder
    data.config = data.or_gap(places.config, lambda: run.settings) or {}
    data.manifest = data.or_gap(places.manifest, lambda: run.manifest) or {}
    if data.manifest.get("status", "complete") != "complete":
        data.gaps.append("The run was not finished when this report was written.")
    trials = data.or_gap(places.trials, lambda: run.trials)
    data.trials = pd.DataFrame() if trials is None else trials
    strides = data.or_gap(places.strides, lambda: run.strides)
    data.strides = pd.DataFrame() if strides is None else strides
    answers = data.answer(Contrasts.name) or {}
    found = [one for one in answers.get("contrasts", []) if "measure" in one]
    over = next((data.answer(one.name) for one in OVER if run.has_answer(one.name)), None)
    data.contrasts = told_contrasts(found, over)
    data.no_evidence = [str(one["says"]) for one in answers.get("no_evidence", [])]
    data.waveforms = data.or_gap(places.waveforms, lambda: run.waveforms)
    summaries = {one.get("cell"): one for one in answers.get("cells", [])}
    data.cells = [
        replace(
            cell,
            levels=_planned_levels(cell, data.manifest) or cell.levels,
            summary=summaries.get(cell.index, {}),
        )
        for cell in split_cells(undisturbed(data.trials), data.config)
    ]
    if data.trials.empty:
        data.gaps.append("There are no trials, so there is nothing to compare.")
    return data


def _planned_levels(cell: Cell, manifest: Mapping[str, Any]) -> dict[str, Scalar]:
    """Return a cell's levels as the plan has them; the trials' columns tell what came of them."""
    cells: list[PlannedCell] = manifest.get("cells", [])
    levels = next(
        (one["levels"] for one in cells if one["index"] == cell.index), dict[str, Scalar]()
    )
    return {name: level for name, level in levels.items() if name != CHALLENGE}


def undisturbed(trials: pd.DataFrame) -> pd.DataFrame:
    """Return the trials without the hazards of a battery, which its own section tells of."""
    column = f"factor_{CHALLENGE}"
    return trials[trials[column] == UNDISTURBED] if column in trials else trials


def split_cells(trials: pd.DataFrame, config: dict[str, Any]) -> list[Cell]:
    """Group the trials into cells, in the order of the config's factor levels."""
    if trials.empty:
        return []
    asked: dict[str, Any] = config.get("factors") or {}
    factors: dict[str, list[Any]] = {
        name: list(levels) for name, levels in asked.items() if _column(name, trials)
    }
    if not factors:
        factors = {name: [] for name in _DEFAULT_FACTORS if name in trials}
    columns = [_column(name, trials) for name in factors]
    if not columns:
        return [Cell({}, trials)]
    cells: list[Cell] = []
    for key, rows in trials.groupby(columns, sort=False, dropna=False):
        cells.append(Cell(dict(zip(factors, key, strict=True)), rows))

    def rank(cell: Cell) -> tuple[int, ...]:
        return tuple(
            factors[name].index(level) if level in factors[name] else len(factors[name])
            for name, level in cell.levels.items()
        )

    return sorted(cells, key=rank)


def _column(factor: str, trials: pd.DataFrame) -> str:
    """Return the column that holds a factor's levels, empty if there is none."""
    return next((name for name in (f"factor_{factor}", factor) if name in trials), "")
