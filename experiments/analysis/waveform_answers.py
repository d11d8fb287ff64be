"""Backward against forward over the gait cycle, curve by curve (`waveform_contrasts.json`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

import numpy as np
import pandas as pd

from ...sim.random_streams import named_generator
from ..statistics.curves import WaveformContrast, compare_waveforms
from ..statistics.paired import LEVEL
from ..store.curve_store import Curves
from ..study.fields import Scalar
from ..study.left_out import Levels
from ..study.plan import Cell, Plan
from .answer import Answer, Evidence
from .evidence import standings
from .refusals import Refused

RESAMPLES = 1_999
"""Sign patterns for each curve, of which a run has some 60 a pair of cells."""


Stretch = TypedDict("Stretch", {"from": float, "to": float, "sign": int, "p": float})
"""A stretch of the cycle that differs, as shares of it."""


class WaveformEntry(TypedDict):
    """Backward minus forward of one curve in one setting."""

    where: dict[str, Scalar]
    variable: str
    channel: str
    pairs: int
    p: float | None
    threshold_t: float | None
    clusters: list[Stretch]
    withheld: list[Refused]


class WaveformAnswers(TypedDict):
    """The content of `waveform_contrasts.json`."""

    level: float
    between: list[str]
    contrasts: list[WaveformEntry]


class WaveformContrasts(Answer[WaveformAnswers]):
    """Where in the gait cycle backward and forward walking differ."""

    name = "waveform_contrasts"

    def applies(self, plan: Plan) -> bool:
        """Always; without both directions the answer is empty."""
        return True

    def answer(self, evidence: Evidence) -> WaveformAnswers:
        """Return the stretches of the cycle that differ, curve by curve."""
        found = analyse_waveforms(evidence.curves, evidence.trials, evidence.plan)
        refused = _refused(evidence.trials, evidence.plan)
        for one in found["contrasts"]:
            one["withheld"] = refused[repr(one["where"])]
        return found


def analyse_waveforms(curves: Curves, trials: pd.DataFrame, plan: Plan) -> WaveformAnswers:
    """Return the content of `waveform_contrasts.json`.

    Backward minus forward, within every combination of the other factors' levels (`where`), paired
    by seed; trials that are not valid or have no steady stride are left out. Each answer has the
    `variable` and `channel` (joint or muscle group), `pairs`, the smallest p of the whole cycle
    (`p`, for this curve alone: with many curves a few are small by chance) and the stretches of the
    cycle that differ (`clusters`: from, to as shares of the cycle, sign, p).

    Args:
        curves: of all trials.
        trials: the run's table, with `trial`, `seed`, `cell`, `valid`.
    """
    settings = [_Setting(curves, trials, plan, *pair) for pair in _pairs(plan)]
    for variable, about in curves.about.items():
        if len(about["dimensions"]) != 2:
            continue
        for number, channel in enumerate(curves.coordinates[about["dimensions"][0]]):
            every = curves.of(variable, number)  # once from the disk, however many the settings
            for setting in settings:
                setting.compare(every, variable, str(channel))
    answers = [answer for setting in settings for answer in setting.answers]
    return {"level": LEVEL, "between": ["backward", "forward"], "contrasts": answers}


class _Setting:
    """The answers within one combination of the other factors' levels, curve by curve."""

    def __init__(
        self, curves: Curves, trials: pd.DataFrame, plan: Plan, backward: Cell, forward: Cell
    ) -> None:
        self.answers: list[WaveformEntry] = []
        self._where = dict(_others(backward))
        self._rows = _paired_rows(curves, trials, backward, forward)
        name = repr(sorted(self._where.items()))
        self._rng = named_generator(plan.config.seed, "waveforms", name)

    def compare(self, every: np.ndarray, variable: str, channel: str) -> None:
        """Add the answer of one channel, whose curves of all trials are `every`, (n, points)."""
        first, second = (every[own].astype(float) for own in self._rows)
        one = compare_waveforms(first, second, self._rng, LEVEL, RESAMPLES)
        self.answers.append(
            {
                "where": self._where,
                "variable": variable,
                "channel": channel,
                "pairs": one.pairs,
                "p": one.p_value,
                "threshold_t": one.threshold,
                "clusters": _stretches(one, every.shape[1] - 1),
                "withheld": [],
            }
        )


def _refused(trials: pd.DataFrame, plan: Plan) -> dict[str, list[Refused]]:
    """Return why the curves of each setting are no answer (`evidence`), by the setting's text."""
    known = standings(trials, plan)
    found: dict[str, list[Refused]] = {}
    for pair in _pairs(plan):
        own = dict.fromkeys(one for cell in pair for one in known[cell.index].refusals)
        found[repr(dict(_others(pair[0])))] = [refusal.told for refusal in own]
    return found


def _pairs(plan: Plan) -> Iterator[tuple[Cell, Cell]]:
    """Yield the backward and forward cells that are alike but for the direction."""
    forward = {_others(cell): cell for cell in plan.cells if cell.direction == "forward"}
    for cell in plan.cells:
        if cell.direction == "backward" and (other := forward.get(_others(cell))) is not None:
            yield cell, other


def _others(cell: Cell) -> Levels:
    """Return the levels of all factors but the direction."""
    return tuple(one for one in cell.levels if one[0] != "direction")


def _paired_rows(
    curves: Curves, trials: pd.DataFrame, first: Cell, second: Cell
) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows in `curves` of the valid trials of equal seed, in order of the first cell."""
    seed_rows: list[dict[int, int]] = []
    for cell in (first, second):
        own = trials[(trials["cell"] == cell.index) & trials["valid"].astype(bool)]
        rows = np.searchsorted(curves.trials, own["trial"])
        seed_rows.append(dict(zip(map(int, own["seed"]), map(int, rows), strict=True)))
    common = [seed for seed in seed_rows[0] if seed in seed_rows[1]]
    one, other = (np.array([rows[seed] for seed in common], int) for rows in seed_rows)
    return one, other


def _stretches(contrast: WaveformContrast, last: int) -> list[Stretch]:
    return [
        {"from": one.first / last, "to": one.last / last, "sign": one.sign, "p": one.p_value}
        for one in contrast.clusters
    ]
