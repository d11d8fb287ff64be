"""A finished run for the findings: backward and forward conditions, paired trial by trial."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from ...sim.errors import ConfigError
from ...sim.random_streams import named_generator
from ..statistics.paired import (
    FEWEST,
    Comparison,
    Interval,
    compare_paired,
    mean_intervals,
)
from ..store.manifest import Manifest
from ..store.run import Run
from ..study.experiment import ExperimentConfig
from ..study.fields import Scalar
from ..study.labels import Label
from .clinical_walk import ClinicalWalk
from .curves import GaitCurves, gait_curves_of
from .older_speed import OlderSpeed
from .verdict import PLAIN, ExpectedRange, FindingPart

OVERGROUND_RATIO = (0.70, 0.85)
"""Preferred backward speed over preferred forward speed in young adults (row `speed-ratio`)."""

FromCurves = Callable[[GaitCurves, GaitCurves], float]


@dataclass(frozen=True)
class Condition:
    """One cell of the run: its direction, its speed and its levels but the direction's."""

    index: int
    direction: str
    speed_m_per_s: float
    levels: Mapping[str, Scalar]

    @property
    def others(self) -> dict[str, Scalar]:
        """Levels that are neither direction nor speed."""
        return {name: level for name, level in self.levels.items() if name != "speed_m_per_s"}

    @property
    def setting(self) -> str:
        """In words: `0.8 m/s`, followed by the other levels."""
        return _setting(f"{self.speed_m_per_s:g} m/s", self)


@dataclass(frozen=True)
class Pair:
    """A backward and a forward condition that are alike but for direction (and speed)."""

    backward: Condition
    forward: Condition

    @property
    def setting(self) -> str:
        """In words: `0.8 m/s`, or both speeds where they differ."""
        slow, fast = self.backward.speed_m_per_s, self.forward.speed_m_per_s
        text = f"{slow:g} m/s" if slow == fast else f"{slow:g} m/s backward, {fast:g} forward"
        return _setting(text, self.backward)


class FindingsRun:
    """A finished run folder.

    Args:
        folder: of the run. walk: of a run of `backward-3m` beside it. older: of `older-speed`.

    Attributes:
        walk, older: the runs beside it, None without.

    Raises:
        ConfigError: it is no folder of a finished run.
    """

    def __init__(self, folder: Path, walk: Path | None = None, older: Path | None = None) -> None:
        self.walk = None if walk is None else ClinicalWalk(walk)
        self.older = None if older is None else OlderSpeed(older)
        self.run = Run.finished(folder)
        self.folder, self.manifest = self.run.folder, self.run.manifest
        self.config: ExperimentConfig = self.run.config
        trials = self.run.trials
        try:
            self.trials = trials.sort_values("trial").set_index("trial", drop=False)
            self.trials.index.name = None
            self.conditions = tuple(_conditions(self.trials, self.manifest))
        except (OSError, ValueError, KeyError) as error:
            raise ConfigError(
                f"{self.folder.trials}: cannot be read as a run's trials: {error}"
            ) from None
        if "stance_fraction" in self.trials:
            swing = (1.0 - self.trials["stance_fraction"]).rename("swing_fraction")
            self.trials = pd.concat([self.trials, swing], axis=1)

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs that the numbers are from."""
        beside = [one.run for one in (self.walk, self.older) if one is not None]
        return (self.run, *beside)

    @property
    def matched(self) -> list[Pair]:
        """Pairs of equal speed."""
        return list(self._pairs(lambda slow, fast: slow == fast))

    @property
    def as_preferred(self) -> list[Pair]:
        """Pairs with backward as much slower than forward as people choose to be."""
        low, high = OVERGROUND_RATIO
        return list(self._pairs(lambda slow, fast: low - 1e-9 <= slow / fast <= high + 1e-9))

    def of(self, direction: str) -> list[Condition]:
        """Return the conditions of one direction."""
        return [one for one in self.conditions if one.direction == direction]

    def values(self, condition: Condition, measure: str) -> dict[int, float]:
        """Return a measure by seed in order of the trials, NaN for null and invalid trials."""
        rows = self.trials[self.trials["cell"] == condition.index]
        values = (
            pd.to_numeric(rows[measure]).to_numpy(dtype=float, na_value=np.nan)
            if measure in rows
            else np.full(len(rows), np.nan)
        )
        valid = rows["valid"].to_numpy(dtype=bool)
        seeds = rows["seed"].to_numpy(dtype=np.int64).tolist()
        return dict(zip(seeds, np.where(valid, values, np.nan).tolist(), strict=True))

    def compared(
        self,
        pair: Pair,
        measure: str,
        comparison: Comparison,
        expected: ExpectedRange | None,
        name: str = "",
        label: Label = PLAIN,
    ) -> FindingPart:
        """Compare a measure backward with forward, as a contrast of the run does."""
        first, second = (self.values(c, measure) for c in (pair.backward, pair.forward))
        a = np.array(list(first.values()))
        b = np.array([second.get(seed, np.nan) for seed in first])
        levels = ("backward", "forward")
        asked = (measure, "direction", repr(levels), comparison)
        where = repr(sorted(pair.backward.levels.items()))
        if pair.backward.levels != pair.forward.levels:
            where += repr(sorted(pair.forward.levels.items()))
        rng = named_generator(self.config.seed, "contrast", *asked, where)
        result = compare_paired(a, b, comparison, rng)
        with np.errstate(divide="ignore", invalid="ignore"):
            each = a / b if comparison == "ratio" else a - b
        note = "no trial has it in both directions"
        if result.pairs:
            note = "a ratio needs two means of one sign that are not 0"
        interval = result.interval
        return FindingPart(
            name, pair.setting, interval, each[np.isfinite(each)], expected, label, note
        )

    def averaged(
        self,
        setting: str,
        values: Mapping[int, float],
        expected: ExpectedRange | None,
        name: str = "",
        label: Label = PLAIN,
        note: str = "",
    ) -> FindingPart:
        """Return the mean of values by seed, with an interval if there are enough."""
        array = np.array([value for value in values.values() if math.isfinite(value)])
        rng = named_generator(self.config.seed, "finding", name, setting)
        interval = Interval(None, None, None)
        if len(array):
            interval = mean_intervals(array[:, None], rng)[0]
        return FindingPart(name, setting, interval, array, expected, label, note)

    def from_curves(
        self,
        pair: Pair,
        value: FromCurves,
        expected: ExpectedRange | None,
        name: str = "",
        label: Label = PLAIN,
        note: str = "no kept recording gives it in both directions",
    ) -> FindingPart:
        """Return the mean over the recorded pairs of `value(backward, forward)`."""
        first, second = (self.curves[c.index] for c in (pair.backward, pair.forward))
        values = {seed: value(first[seed], second[seed]) for seed in first if seed in second}
        return self.averaged(pair.setting, values, expected, name, label, note)

    @cached_property
    def curves(self) -> dict[int, dict[int, GaitCurves]]:
        """What the kept recordings give, by cell and seed; invalid and fallen trials are left out.

        A recording that cannot be read, or lacks a part, is left out too.
        """
        found: dict[int, dict[int, GaitCurves]] = {c.index: {} for c in self.conditions}
        for trial, path in self.run.recordings.items():
            if trial not in self.trials.index:
                continue
            row = self.trials.loc[[trial]].to_dict("records")[0]
            curves = gait_curves_of(path) if row["valid"] and not row["fell"] else None
            if curves is not None:
                found[int(row["cell"])][int(row["seed"])] = curves
        return found

    @property
    def lack_of_pairs(self) -> str:
        """Return why recorded values have no interval; empty if they have one."""
        recorded = [len(seeds) for seeds in self.curves.values()]
        if recorded and min(recorded) >= FEWEST:
            return ""
        return (
            f"{min(recorded, default=0)} usable recordings of a condition are too few for "
            f"an interval (keep_recordings of {FEWEST} or more gives one)"
        )

    def _pairs(self, suits: Callable[[float, float], bool]) -> Iterator[Pair]:
        for backward in self.of("backward"):
            for forward in self.of("forward"):
                alike = backward.others == forward.others
                if alike and suits(backward.speed_m_per_s, forward.speed_m_per_s):
                    yield Pair(backward, forward)


def _setting(speed: str, condition: Condition) -> str:
    return ", ".join([speed, *(f"{name} {level}" for name, level in condition.others.items())])


def _conditions(trials: pd.DataFrame, manifest: Manifest) -> Iterator[Condition]:
    levels = {cell["index"]: dict(cell["levels"]) for cell in manifest.get("cells", [])}
    for index, rows in trials.groupby("cell"):
        cell = int(str(index))
        own = levels[cell]
        direction, speed = (rows[n].iloc[0] for n in ("direction", "commanded_speed_m_per_s"))
        own.pop("direction", None)
        yield Condition(cell, str(direction), float(speed), own)
