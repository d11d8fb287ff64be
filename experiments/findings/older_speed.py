"""How older walkers speed up, backward: the shipped experiment `older-speed`, a run of its own."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ...sim.errors import ConfigError
from ...sim.random_streams import named_generator
from ..statistics.paired import compare_paired
from ..store.run import Run
from ..study.plan import make_plan
from .clinical_walk import OLD_FROM_YEARS, by_seed
from .verdict import ExpectedRange, FindingPart

UNCHANGED = ExpectedRange("about unchanged, taken as within 10 %", 0.9, 1.1, closed=True)
RAISED = ExpectedRange("above 1", low=1.0)


class OlderSpeed:
    """A finished run of older walkers who walk backward at two speeds or more.

    Attributes:
        run: the folder, read.

    Raises:
        ConfigError: it is no folder of a finished run, or has no such walks.
    """

    def __init__(self, folder: Path) -> None:
        self.run = Run.finished(folder)
        self._config = self.run.config
        cells = [
            cell
            for cell in make_plan(self._config).cells
            if cell.direction == "backward" and cell.walker.age_years >= OLD_FROM_YEARS
        ]
        self._cells = sorted(cells, key=lambda cell: cell.technique.speed_m_per_s)
        if len({cell.technique.speed_m_per_s for cell in cells}) < 2:
            raise ConfigError(
                f"{folder}: no walkers of {OLD_FROM_YEARS:g} years or more walk backward at two "
                "speeds (`retrowalk run older-speed`)"
            )

    def parts(self) -> list[FindingPart]:
        """Stride length and cadence at the fastest speed over those at the slowest, by seed."""
        slow, fast = self._cells[0], self._cells[-1]
        setting = f"{fast.technique.speed_m_per_s:g} against {slow.technique.speed_m_per_s:g} m/s"
        found: list[FindingPart] = []
        for name, measure, expected in (
            ("stride length", "stride_length_m", UNCHANGED),
            ("cadence", "cadence_steps_per_min", RAISED),
        ):
            quick, calm = (by_seed(self._rows(cell.index), measure) for cell in (fast, slow))
            pairs = pd.concat([quick, calm], axis=1).to_numpy(dtype=float, na_value=float("nan"))
            rng = named_generator(self._config.seed, "finding", "older-speed", name)
            interval = compare_paired(pairs[:, 0], pairs[:, 1], "ratio", rng).interval
            each = (pairs[:, 0] / pairs[:, 1])[pd.notna(pairs).all(axis=1)]
            found.append(FindingPart(name, setting, interval, each, expected))
        return found

    def falls(self) -> str:
        """How many fell, in words: `0.6 m/s: 0 of 8`."""
        told: list[str] = []
        for cell in self._cells:
            rows = self._rows(cell.index)
            told.append(
                f"{cell.technique.speed_m_per_s:g} m/s: {int(rows['fell'].sum())} of {len(rows)}"
            )
        return "; ".join(told)

    def _rows(self, cell: int) -> pd.DataFrame:
        trials = self.run.trials
        return trials[(trials["cell"] == cell) & trials["valid"].astype(bool)]
