"""Backward against forward over the gait cycle, curve by curve (`waveform_contrasts.json`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from .plan import Cell, Plan
from .seeds import named_generator
from .statistics import LEVEL
from .waveform_contrasts import WaveformContrast, compare_curves

RESAMPLES = 1_999
"""Sign patterns for each curve, of which a run has some 60 a pair of cells."""


def analyse_waveforms(waveforms: xr.Dataset, trials: pd.DataFrame, plan: Plan) -> dict[str, Any]:
    """Return the content of `waveform_contrasts.json`.

    Backward minus forward, within every combination of the other factors' levels (`where`), paired
    by seed; trials that are not valid or have no steady stride are left out. Each answer has the
    `variable` and `channel` (joint or muscle group), `pairs`, the smallest p of the whole cycle
    (`p`, for this curve alone: with many curves a few are small by chance) and the stretches of the
    cycle that differ (`clusters`: from, to as shares of the cycle, sign, p).

    Args:
        waveforms: each trial's curves, `(trial, channel, phase)`.
        trials: the run's table, with `trial`, `seed`, `cell`, `valid`.
    """
    answers: list[dict[str, Any]] = []
    for backward, forward in _pairs(plan):
        first, second = (_curves(waveforms, trials, cell) for cell in (backward, forward))
        where = {name: level for name, level in backward.levels if name != "direction"}
        rng = named_generator(plan.config.seed, "waveforms", repr(sorted(where.items())))
        for (variable, channel), one in compare_curves(
            first, second, rng, LEVEL, RESAMPLES
        ).items():
            answer = {"where": where, "variable": variable, "channel": channel}
            answers.append(answer | _told(one, first.sizes["phase"]))
    return {"level": LEVEL, "between": ["backward", "forward"], "contrasts": answers}


def _pairs(plan: Plan) -> Iterator[tuple[Cell, Cell]]:
    """Yield the backward and forward cells that are alike but for the direction."""
    for backward in plan.cells:
        for forward in plan.cells:
            if (backward.direction, forward.direction) != ("backward", "forward"):
                continue
            one, other = (
                {name: level for name, level in cell.levels if name != "direction"}
                for cell in (backward, forward)
            )
            if one == other:
                yield backward, forward


def _curves(waveforms: xr.Dataset, trials: pd.DataFrame, cell: Cell) -> xr.Dataset:
    """Return the curves of a cell's valid trials, with their seeds."""
    own = trials[(trials["cell"] == cell.index) & trials["valid"].astype(bool)]
    seed_of = dict(zip(own["trial"], own["seed"], strict=True))
    chosen = waveforms.isel(trial=np.flatnonzero(np.isin(waveforms["trial"], list(seed_of))))
    seeds = [int(seed_of[trial]) for trial in chosen["trial"].values]
    return chosen.assign_coords(seed=("trial", seeds))


def _told(contrast: WaveformContrast, points: int) -> dict[str, Any]:
    return {
        "pairs": contrast.pairs,
        "p": contrast.p_value,
        "threshold_t": contrast.threshold,
        "clusters": [
            {
                "from": cluster.first / (points - 1),
                "to": cluster.last / (points - 1),
                "sign": cluster.sign,
                "p": cluster.p_value,
            }
            for cluster in contrast.clusters
        ],
    }
