"""Findings on the 3-metre backward walk, from the shipped experiment `backward-3m`.

A second run beside that of the other findings; without it these rows are not reached.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ...sim.errors import ConfigError
from ...sim.hazards.attention_lapse import AttentionLapse
from ...sim.random_streams import named_generator
from ..statistics.paired import Interval, compare_paired, mean_intervals
from ..store.run import Run
from ..study.plan import Cell, make_plan
from .verdict import SECONDS, SPEED, ExpectedRange, FindingPart

OLD_FROM_YEARS = 65.0
TIME, MEAN_SPEED = "walk_time_s", "walk_mean_speed_m_per_s"
NON_FALLERS = ExpectedRange("3.8 to 6.4 s, the non-fallers' mean +- SD", 3.8, 6.4, closed=True)
SLOWER = ExpectedRange("below 0, slower", high=0.0)


class ClinicalWalk:
    """A finished run of walks from standing over a way.

    Attributes:
        run: the folder, read.

    Raises:
        ConfigError: it is no folder of a finished run, or its walks do not stop after a way.
    """

    def __init__(self, folder: Path) -> None:
        self.run = Run.finished(folder)
        self._config = self.run.config
        cells = make_plan(self._config).cells
        if any(cell.ends.stop_after_m is None for cell in cells):
            raise ConfigError(f"{folder}: its walks do not stop after a way (stop: {{after_m: 3}})")
        self._cells = [cell for cell in cells if cell.direction == "backward"]

    def times(self) -> list[FindingPart]:
        """Time over the way of attentive old walkers who do not fall; of others it is shown."""
        parts: list[FindingPart] = []
        for cell in self._cells:
            old = cell.walker.age_years >= OLD_FROM_YEARS and attention(cell) == 1.0
            rows = self._rows(cell)
            values = _numbers(rows[~rows["fell"].to_numpy(bool)], TIME)
            parts.append(self._mean("", _setting(cell), values, NON_FALLERS if old else None))
        return parts

    def falls(self) -> str:
        """How many fell, in words: `older-adult: 3 of 12`."""
        told: list[str] = []
        for cell in self._cells:
            rows = self._rows(cell)
            told.append(f"{_setting(cell)}: {int(rows['fell'].sum())} of {len(rows)}")
        return "; ".join(told)

    def dual_task(self) -> list[FindingPart]:
        """Change of mean speed without attention against the same walkers with all of it."""
        parts: list[FindingPart] = []
        for cell in self._cells:
            if attention(cell) == 1.0:
                continue
            whole = next(
                (c for c in self._cells if attention(c) == 1.0 and c.walker == cell.walker), None
            )
            if whole is None:
                continue
            a, b = (by_seed(self._rows(one), MEAN_SPEED) for one in (cell, whole))
            first, second = a.to_numpy(), b.reindex(a.index).to_numpy()
            setting = _setting(cell)
            rng = named_generator(self._config.seed, "finding", "dual-task", setting)
            interval = compare_paired(first, second, "difference", rng).interval
            each = (first - second)[np.isfinite(first - second)]
            note = "no pair of walks came to its end"
            parts.append(FindingPart("", setting, interval, each, SLOWER, SPEED, note))
        return parts

    def _rows(self, cell: Cell) -> pd.DataFrame:
        trials = self.run.trials
        rows = trials[(trials["cell"] == cell.index) & trials["valid"].astype(bool)]
        return rows.sort_values("trial")

    def _mean(
        self, name: str, setting: str, values: np.ndarray, expected: ExpectedRange | None
    ) -> FindingPart:
        values = values[np.isfinite(values)]
        rng = named_generator(self._config.seed, "finding", name, setting)
        interval = mean_intervals(values[:, None], rng)[0] if len(values) else _NONE
        note = "nobody came to the end of the way"
        return FindingPart(name, setting, interval, values, expected, SECONDS, note)


_NONE = Interval(None, None, None)


def attention(cell: Cell) -> float:
    """Attention that the cell's second task, if any, leaves its walkers."""
    left = [one.attention_left for one in cell.hazards if isinstance(one, AttentionLapse)]
    return min([cell.walker.attention, *left])


def _setting(cell: Cell) -> str:
    rest = "" if attention(cell) == 1.0 else f", attention {attention(cell):g}"
    return f"{cell.walker.name}{rest}"


def _numbers(rows: pd.DataFrame, column: str) -> np.ndarray:
    return pd.to_numeric(rows[column]).to_numpy(dtype=float, na_value=np.nan)


def by_seed(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return a measure of trials by their seed, NaN where it is null."""
    return pd.Series(_numbers(rows, column), index=rows["seed"].to_numpy())
