"""Answers to a config's contrasts, and each cell's means, with intervals (`contrasts.json`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import asdict, replace
from typing import TypedDict

import numpy as np
import pandas as pd

from ...sim.measures import COLUMNS
from ...sim.random_streams import named_generator
from ..statistics.effect_size import POWER, effect_size, smallest
from ..statistics.paired import (
    FEWEST,
    LEVEL,
    Interval,
    PairedResult,
    compare_paired,
    compare_ratios,
    holm,
    mean_intervals,
    proportion_interval,
)
from ..statistics.paired_shares import (
    held_to,
    mcnemar,
    pooled_difference,
    share_difference,
    share_ratio,
)
from ..store.tables import measure_names
from ..study.cohort import PERSON
from ..study.columns import OUTCOME_COLUMNS
from ..study.fields import ContrastConfig
from ..study.plan import Cell, Plan
from .answer import Answer, Evidence
from .contrast_entry import CellEntry, ContrastEntry, Geometry, Numbers
from .contrast_sides import ContrastSides, sides
from .evidence import Standing, of_run, standings, withheld
from .leave_one_out import leave_one_out
from .refusals import Refused, outside_words

BOOTSTRAP = "bootstrap of pairs, expanded percentiles"
SHARES = {
    "difference": "exact (Buehler's limits by Tango's score)",
    "ratio": "Bonett & Price's hybrid Wilson interval, wider where McNemar's exact test asks it",
}
POOLED_SHARES = "wider of bootstrap and sum of the settings' exact intervals"


class ContrastAnswers(TypedDict):
    """The content of `contrasts.json`: level and power of all, answers, means of every cell.

    `no_evidence` says where gaits fail, or walk what they were not made for.
    """

    level: float
    power: float
    no_evidence: list[Refused]
    contrasts: list[ContrastEntry]
    cells: list[CellEntry]


class Contrasts(Answer[ContrastAnswers]):
    """Contrasts of the config, and every cell's means."""

    name = "contrasts"

    def applies(self, plan: Plan) -> bool:
        """Always: every run has means of its cells."""
        return True

    def answer(self, evidence: Evidence) -> ContrastAnswers:
        """Return the contrasts and means of the run."""
        return analyse(evidence.trials, evidence.plan)


def analyse(trials: pd.DataFrame, plan: Plan) -> ContrastAnswers:
    """Return the content of `contrasts.json`.

    `contrasts` holds, for each contrast of the config, one answer within every combination of the
    other factors' levels (`where`), and, where there are several, one over all of them
    (`pooled: true`): each seed's mean over the combinations, for seeds that have a value in all.
    Trials that are not valid count as null. `p_holm` is corrected over all answers that are
    not pooled, and apart from those over the pooled ones; `detectable` is the smallest difference
    that this many pairs see with 80 % power, `detectable_holm` the same at the level that the
    smallest of the family's p-values has to meet; `leave_one_out` tells what the answer is
    without any one pair; `geometry`, of margins, which part of the difference the foot's shape
    makes; `withheld`, why it is no answer (`evidence`), and `no_evidence`, the same of the cells.
    docs/use/statistics.md says how all is made.
    """
    values = _Values(trials, plan)
    known = standings(trials, plan)
    answers = [
        (answer, contrast, own)
        for contrast in plan.config.contrasts
        for answer, own in _answers(contrast, values, known)
    ]
    for pooled in (False, True):
        family = [one for one in answers if one[0]["pooled"] is pooled]
        corrected = holm([answer["p"] for answer, *_ in family])
        for (answer, contrast, own), p_value in zip(family, corrected, strict=True):
            answer["p_holm"] = p_value
            answer["detectable_holm"] = _detectable(contrast, own, (1 - LEVEL) / len(family))
    no_evidence = of_run(list(known.values()), cohort=PERSON in plan.config.factors)
    return {
        "level": LEVEL,
        "power": POWER,
        "no_evidence": [refusal.told for refusal in no_evidence],
        "contrasts": [answer for answer, *_ in answers],
        "cells": [_cell_entry(cell, trials, values, known[cell.index]) for cell in plan.cells],
    }


class _Values:
    """Measures of a run's trials by cell, in order of the trial's index, null if not valid."""

    def __init__(self, trials: pd.DataFrame, plan: Plan) -> None:
        self.plan, self._left_out = plan, None
        ordered = trials.sort_values("trial")
        self._rows = {cell.index: ordered[ordered["cell"] == cell.index] for cell in plan.cells}

    def without(self, index: int) -> _Values:
        """Return the same values but those of the trials of one seed, which are null."""
        other = copy(self)
        other._left_out = index
        return other

    def of(self, cell: Cell, measure: str) -> np.ndarray:
        """Return one value a trial of the cell, NaN for null. Shape (trials,)."""
        rows = self._rows[cell.index]
        if measure == "valid":
            found = rows["valid"].to_numpy(dtype=float)
        else:
            values = pd.to_numeric(rows[measure]).to_numpy(dtype=float, na_value=np.nan)
            found = np.where(rows["valid"].to_numpy(dtype=bool), values, np.nan)
        if self._left_out is None:
            return found
        return np.where(np.arange(len(found)) == self._left_out, np.nan, found)

    def has(self, measure: str) -> bool:
        """Return whether the trials have such a column."""
        return all(measure in rows for rows in self._rows.values())

    def mean(self, cells: tuple[Cell, ...], measure: str) -> np.ndarray:
        """Return each seed's mean over the cells, NaN where one has none. Shape (trials,)."""
        if len(cells) == 1:
            return self.of(cells[0], measure)
        return np.mean([self.of(cell, measure) for cell in cells], axis=0)


_Sample = tuple[np.ndarray, np.ndarray, bool]  # both sides without gaps, and: yes or no


def _answers(
    contrast: ContrastConfig, values: _Values, known: Mapping[int, Standing]
) -> Iterator[tuple[ContrastEntry, _Sample]]:
    for one in sides(contrast, values.plan):
        where, pooled = one.where, one.pooled
        asked = (contrast.measure, contrast.factor, repr(contrast.levels), contrast.as_)
        if contrast.across is not None:
            asked = (*asked, "across", repr(sorted(contrast.across.items())))
        levels = repr(sorted(where.items()))
        place = ("pooled" + levels if where else "pooled") if pooled else levels
        rng = named_generator(values.plan.config.seed, "contrast", *asked, place)
        result, sample, method = _compare(contrast, one, values, rng)
        effect = effect_size(sample[0] - sample[1])
        groups = [[known[cell.index] for cell in cells] for cells in one.groups]
        no_answer, remarks = withheld(contrast, groups, pooled, result.pairs)
        detectable = _detectable(contrast, sample, 1 - LEVEL)
        answer: ContrastEntry = {
            "measure": contrast.measure,
            "factor": contrast.factor,
            "between": {contrast.factor: list(contrast.levels)},
            "as": contrast.as_,
            "where": where,
            "pooled": pooled,
            "estimate": result.interval.estimate,
            "low": result.interval.low,
            "high": result.interval.high,
            "p": result.p_value,
            "p_holm": None,
            "effect_size": result.effect_size,
            "effect_size_low": None if sample[2] or result.effect_size is None else effect.low,
            "effect_size_high": None if sample[2] or result.effect_size is None else effect.high,
            "n_pairs": result.pairs,
            "n_dropped": result.dropped,
            "mean_first": result.mean_first,
            "mean_second": result.mean_second,
            "method": method,
            "aliases": [list(alias) for alias in one.aliases],
            "note": _note(result),
            "detectable": detectable,
            "detectable_holm": detectable,
            "leave_one_out": _leave_one_out(contrast, one, values, result, (*asked, place)),
            "withheld": [refusal.told for refusal in no_answer],
            "remarks": [refusal.told for refusal in remarks],
        }
        if contrast.across is not None:
            answer["across"] = {name: list(both) for name, both in contrast.across.items()}
        if (part := _geometry(contrast, one, values)) is not None:
            answer["geometry"] = part
        yield answer, sample


def _leave_one_out(
    contrast: ContrastConfig,
    one: ContrastSides,
    values: _Values,
    result: PairedResult,
    asked: tuple[str, ...],
) -> Numbers:
    """Return whether the answer hangs on one pair; indices are those of trials in their cells."""
    parts = np.stack([values.mean(cells, contrast.measure) for cells in one.groups], axis=1)

    def without(index: int) -> Interval:
        rng = named_generator(values.plan.config.seed, "contrast without", *asked, str(index))
        return _compare(contrast, one, values.without(index), rng)[0].interval

    shares = contrast.measure in OUTCOME_COLUMNS
    return asdict(leave_one_out(result, parts, contrast.as_ == "ratio", without, shares=shares))


def _geometry(contrast: ContrastConfig, one: ContrastSides, values: _Values) -> Geometry | None:
    """Return the part of a difference due to the foot's shape, None where it has none."""
    measure = COLUMNS.get(contrast.measure)
    if measure is None or not measure.geometry or contrast.across or contrast.as_ == "ratio":
        return None
    if not values.has(measure.geometry):
        return None
    whole = np.subtract(*(values.mean(cells, contrast.measure) for cells in one.groups))
    shape = np.subtract(*(values.mean(cells, measure.geometry) for cells in one.groups))
    known = np.isfinite(whole) & np.isfinite(shape)
    return {
        "measure": measure.geometry,
        "difference": float(shape[known].mean()) if known.any() else None,
    }


def _compare(
    contrast: ContrastConfig, one: ContrastSides, values: _Values, rng: np.random.Generator
) -> tuple[PairedResult, _Sample, str]:
    """Return the comparison, the pairs that it rests on, and how its interval was made."""
    parts = [values.mean(cells, contrast.measure) for cells in one.groups]
    if contrast.across is not None:
        if contrast.as_ == "ratio":
            first, second, third, fourth = parts
            result = compare_ratios((first, second, third, fourth), rng)
            with np.errstate(invalid="ignore", divide="ignore"):
                one_log, other_log = np.log(first / second), np.log(third / fourth)
            return result, _kept(one_log, other_log, False), BOOTSTRAP
        parts = [parts[0] - parts[1], parts[2] - parts[3]]
    first, second = parts
    result = compare_paired(first, second, contrast.as_, rng)
    if contrast.measure not in OUTCOME_COLUMNS or contrast.across is not None:
        return result, _kept(first, second, False), BOOTSTRAP
    if all(len(cells) == 1 for cells in one.groups):
        return _shares(contrast, result, *_kept(first, second, True)[:2])
    sample = _kept(first, second, False)
    if contrast.as_ == "ratio":
        interval = held_to(result.p_value, result.interval, 1.0)
        return _with(result, interval, result.p_value), sample, BOOTSTRAP
    apart: list[Interval] = []
    for pair in zip(*one.groups, strict=True):
        of_first, of_second = (values.of(cell, contrast.measure) for cell in pair)
        apart.append(share_difference(*_kept(of_first, of_second, True)[:2]))
    interval = held_to(result.p_value, pooled_difference(apart, result.interval), 0.0)
    return _with(result, interval, result.p_value), sample, POOLED_SHARES


def _shares(
    contrast: ContrastConfig, result: PairedResult, first: np.ndarray, second: np.ndarray
) -> tuple[PairedResult, _Sample, str]:
    ratio = contrast.as_ == "ratio"
    interval = share_ratio(first, second) if ratio else share_difference(first, second)
    done = _with(result, interval, mcnemar(first, second))
    return done, (first, second, True), SHARES[contrast.as_]


def _with(result: PairedResult, interval: Interval, p_value: float | None) -> PairedResult:
    return replace(result, interval=interval, p_value=p_value)


def _kept(first: np.ndarray, second: np.ndarray, shares: bool) -> _Sample:
    known = np.isfinite(first) & np.isfinite(second)
    return first[known], second[known], shares


def _detectable(contrast: ContrastConfig, sample: _Sample, alpha: float) -> Numbers:
    """Return the smallest detectable difference; for ratios of ratios, of logarithms."""
    found = asdict(smallest(*sample, alpha))
    if contrast.across and contrast.as_ == "ratio" and found["difference"] is not None:
        found = {**found, "ratio": float(np.expm1(found["difference"])), "difference": None}
    return found


def _note(result: PairedResult) -> str:
    """Say why there is no estimate or interval; empty where there are both."""
    if result.pairs == 0:
        return "no seed has a value in both"
    if result.interval.estimate is None:
        return "a ratio needs two means of one sign that are not 0"
    if result.interval.low is not None:
        return ""
    return (
        f"fewer than {FEWEST} pairs give no interval"
        if result.pairs < FEWEST
        else ("the divisor may be 0")
    )


def _cell_entry(cell: Cell, trials: pd.DataFrame, values: _Values, standing: Standing) -> CellEntry:
    rows = trials[trials["cell"] == cell.index]
    valid = rows[rows["valid"].astype(bool)]
    fell = proportion_interval(int(valid["fell"].sum()), len(valid))
    return {
        "cell": cell.index,
        "name": cell.name,
        "levels": dict(cell.levels),
        "trials": len(rows),
        "valid": len(valid),
        "fell": {"share": fell.estimate, "low": fell.low, "high": fell.high},
        "measures": _means(cell, measure_names(trials), values),
        "standing": {
            "fails": standing.fails,
            "fell_undisturbed": standing.undisturbed,
            "outside": outside_words(standing.outside),
            "noise_free": standing.noise_free,
            "withheld": [refusal.told for refusal in standing.refusals],
        },
    }


def _means(cell: Cell, measures: list[str], values: _Values) -> dict[str, Numbers]:
    """Return each measure's mean over the cell's trials that have it, with its interval.

    Measures that are null in the same trials share their resamples.
    """
    table = np.column_stack([values.of(cell, measure) for measure in measures])  # (trials, k)
    present = np.isfinite(table)
    found: dict[str, Numbers] = {}
    for pattern in np.unique(present, axis=1).T:
        columns = np.flatnonzero((present == pattern[:, None]).all(axis=0))
        kept = table[pattern][:, columns]  # (n, columns)
        name = "".join(map(str, pattern.astype(int)))
        rng = named_generator(values.plan.config.seed, "mean", cell.name, name)
        spread = kept.std(axis=0, ddof=1) if len(kept) > 1 else [None] * len(columns)
        intervals = mean_intervals(kept, rng)
        for column, interval, sd in zip(columns, intervals, spread, strict=True):
            found[measures[column]] = {
                "mean": interval.estimate,
                "low": interval.low,
                "high": interval.high,
                "sd": None if sd is None else float(sd),
                "trials": len(kept),
            }
    return {measure: found[measure] for measure in measures}
