"""A stand-in whose walkers fall by a known law: of the push's impulse, of hazards, of distance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import fake_engine
import numpy as np
import pandas as pd
import xarray as xr

from retrowalk.experiments.statistics.dose_response import probability
from retrowalk.experiments.study.plan import Cell, TrialSpec
from retrowalk.sim.hazards.push import Push

HALF = {"along-travel": 20.0, "against-travel": 14.0, "left": 30.0, "right": 30.0}  # [N.s]
SLOPE = 8.0
SHARES = {"slip": 0.5, "trip": 0.9, "attention-lapse": 0.0, "belt-jerk": 0.3}
METRES_TO_FALL = 100.0
SPEED = 0.8
STARTS_S = 5.0  # hazards come from here on


def rollout(cell: Cell, trials: Sequence[TrialSpec], threads: int) -> xr.Dataset:
    recording = fake_engine.rollout(cell, trials, threads)
    each = [_trial(cell, spec) for spec in trials]
    onset, fall = (np.array(values) for values in zip(*each, strict=True))
    fell = fall < cell.duration_s
    return recording.assign_coords(
        fell=("trial", fell),
        valid=("trial", [spec.index != 5 for spec in trials]),
        onset=("trial", onset),
        fall=("trial", np.where(fell, fall, np.nan)),
        walked=("trial", SPEED * np.minimum(fall, cell.duration_s)),
    )


def _trial(cell: Cell, spec: TrialSpec) -> tuple[float, float]:
    """Return when the hazard comes and when the walker falls [s], NaN and infinity for never."""
    rng = np.random.default_rng([spec.seed, *cell.name.encode()])
    if not cell.hazards:
        return np.nan, rng.exponential(METRES_TO_FALL) / SPEED
    (hazard,) = cell.hazards
    onset = STARTS_S + hazard.after_s + hazard.window_s * rng.random()
    if isinstance(hazard, Push):
        assert spec.impulse_n_s is not None
        place = np.log(spec.impulse_n_s / HALF[hazard.push_towards])
        chance = float(probability(place, SLOPE, 0.0))
    else:
        chance = SHARES[hazard.kind]
    return onset, onset + 1.0 if rng.random() < chance else np.inf


def measure(recording: xr.Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    trials, strides = fake_engine.measure(recording)
    trials["time_to_fall_s"] = recording["fall"].values
    trials["distance_m"] = recording["walked"].values
    trials["hazard_onset_s"] = recording["onset"].values
    return trials, strides


ENGINE = replace(fake_engine.ENGINE, rollout=rollout, measure=measure)
