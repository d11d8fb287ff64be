"""Answers to a config's contrasts, and each cell's means, with intervals (`contrasts.json`)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from .battery import FACTOR as CHALLENGE
from .config import Scalar
from .config_fields import ContrastConfig
from .plan import Cell, Plan
from .seeds import named_generator
from .statistics import (
    FEWEST,
    LEVEL,
    PairedResult,
    compare_paired,
    holm,
    mean_intervals,
    proportion_interval,
)
from .tables import measure_names


def analyse(trials: pd.DataFrame, plan: Plan) -> dict[str, Any]:
    """Return the content of `contrasts.json`.

    `contrasts` holds, for each contrast of the config, one answer within every combination of the
    other factors' levels (`where`), and, where there are several, one over all of them
    (`pooled: true`): each seed's mean over the combinations, for seeds that have a value in all.
    Trials that are not valid count as null. `p_holm` is corrected over all answers that are
    not pooled, and apart from those over the pooled ones.
    """
    values = _Values(trials, plan)
    answers = [
        answer for contrast in plan.config.contrasts for answer in _answers(contrast, values)
    ]
    for pooled in (False, True):
        family = [answer for answer in answers if answer["pooled"] is pooled]
        corrected = holm([answer["p"] for answer in family])
        for answer, p_value in zip(family, corrected, strict=True):
            answer["p_holm"] = p_value
    return {
        "level": LEVEL,
        "contrasts": answers,
        "cells": [_cell_summary(cell, trials, values) for cell in plan.cells],
    }


class _Values:
    """Measures of a run's trials by cell, in order of the trial's index, null if not valid."""

    def __init__(self, trials: pd.DataFrame, plan: Plan) -> None:
        self.plan = plan
        ordered = trials.sort_values("trial")
        self._rows = {cell.index: ordered[ordered["cell"] == cell.index] for cell in plan.cells}

    def of(self, cell: Cell, measure: str) -> np.ndarray:
        """Return one value a trial of the cell, NaN for null. Shape (trials,)."""
        rows = self._rows[cell.index]
        if measure == "valid":
            return rows["valid"].to_numpy(dtype=float)
        values = pd.to_numeric(rows[measure]).to_numpy(dtype=float, na_value=np.nan)
        return np.where(rows["valid"].to_numpy(dtype=bool), values, np.nan)


def _answers(contrast: ContrastConfig, values: _Values) -> Iterator[dict[str, Any]]:
    for challenge in _challenges(values.plan):
        firsts, seconds = [], []
        for others in _combinations(contrast.factor, values.plan):
            where = others | challenge
            pair = [
                _find(values.plan, {**where, contrast.factor: level}) for level in contrast.levels
            ]
            if pair[0] is None or pair[1] is None:
                continue  # a challenge that one of the grounds cannot have
            first, second = (values.of(cell, contrast.measure) for cell in pair if cell is not None)
            firsts.append(first)
            seconds.append(second)
            yield _answer(contrast, where, False, first, second, values.plan)
        if len(firsts) > 1:
            means = np.mean(firsts, axis=0), np.mean(seconds, axis=0)
            yield _answer(contrast, challenge, True, *means, values.plan)


def _challenges(plan: Plan) -> list[dict[str, Scalar]]:
    """Return what tells a battery's challenges apart, one empty mapping without a battery.

    Pushes are left out: every trial has an impulse of its own, chosen from what the condition's
    earlier trials showed, so that pairs of equal seed are not alike (`fall_risk.json` has them).
    """
    if plan.config.battery is None:
        return [{}]
    names = (dict(cell.levels)[CHALLENGE] for cell in plan.cells if not cell.adaptive)
    return [{CHALLENGE: name} for name in dict.fromkeys(names)]


def _combinations(factor: str, plan: Plan) -> Iterator[dict[str, Scalar]]:
    others = {name: levels for name, levels in plan.config.factors.items() if name != factor}
    for levels in itertools.product(*others.values()):
        yield dict(zip(others, levels, strict=True))


def _find(plan: Plan, levels: dict[str, Scalar]) -> Cell | None:
    return next((cell for cell in plan.cells if dict(cell.levels) == levels), None)


def _answer(
    contrast: ContrastConfig,
    where: dict[str, Scalar],
    pooled: bool,
    first: np.ndarray,
    second: np.ndarray,
    plan: Plan,
) -> dict[str, Any]:
    asked = (contrast.measure, contrast.factor, repr(contrast.levels), contrast.as_)
    levels = repr(sorted(where.items()))
    place = ("pooled" + levels if where else "pooled") if pooled else levels
    rng = named_generator(plan.config.seed, "contrast", *asked, place)
    result: PairedResult = compare_paired(first, second, contrast.as_, rng)
    return {
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
        "n_pairs": result.pairs,
        "n_dropped": result.dropped,
        "mean_first": result.mean_first,
        "mean_second": result.mean_second,
        "note": _note(result),
    }


def _note(result: PairedResult) -> str:
    """Say why there is no estimate or interval; empty where there are both."""
    if result.pairs == 0:
        return "no seed has a value in both"
    if result.interval.estimate is None:
        return "a ratio needs two means of one sign that are not 0"
    if result.pairs < FEWEST:
        return f"fewer than {FEWEST} pairs give no interval"
    if result.interval.low is None:
        return "the divisor may be 0"
    return ""


def _cell_summary(cell: Cell, trials: pd.DataFrame, values: _Values) -> dict[str, Any]:
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
    }


def _means(cell: Cell, measures: list[str], values: _Values) -> dict[str, dict[str, Any]]:
    """Return each measure's mean over the cell's trials that have it, with its interval.

    Measures that are null in the same trials share their resamples.
    """
    table = np.column_stack([values.of(cell, measure) for measure in measures])  # (trials, k)
    present = np.isfinite(table)
    found: dict[str, dict[str, Any]] = {}
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
