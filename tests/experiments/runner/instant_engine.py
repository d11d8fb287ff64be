"""A stand-in for the simulation that takes no time, with tables and curves as wide as real ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from retrowalk.experiments.rollout.engine import Engine
from retrowalk.experiments.study.columns import MEASURE_COLUMNS
from retrowalk.experiments.study.plan import Cell, TrialSpec

MEASURES = [*(n for n in MEASURE_COLUMNS if n != "time_to_fall_s"), *(f"m{i}" for i in range(270))]
STRIDE_MEASURES = [f"stride_m{i}" for i in range(360)]
STRIDES = 30
PHASE = np.linspace(0.0, 1.0, 101)
CHANNELS = {
    "joint_angle_rad": ("joint", 14),
    "joint_moment_n_m": ("joint", 14),
    "activation": ("group", 17),
    "tension_n": ("group", 17),
}


def check(cell: Cell) -> None:
    """Take every cell."""


def digests(cell: Cell) -> dict[str, str]:
    return {"body": "instant"}


def rollout(cell: Cell, trials: Sequence[TrialSpec], threads: int) -> xr.Dataset:
    values = [np.random.default_rng([spec.seed, cell.index]).normal(size=3) for spec in trials]
    return xr.Dataset(
        {"value": (("trial", "number"), np.array(values))},
        coords={"trial": [spec.trial for spec in trials]},
    )


def measure(recording: xr.Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    value, number = recording["value"].values, recording["trial"].values
    spread = np.linspace(0.0, 1.0, len(MEASURES))
    trials = pd.DataFrame(value[:, :1] + value[:, 1:2] * spread, columns=MEASURES)
    known = {"trial": number, "valid": True, "fell": False, "time_to_fall_s": np.nan}
    stride = np.tile(np.arange(STRIDES), len(number))
    along = np.linspace(0.0, 1.0, len(STRIDE_MEASURES))
    strides = pd.DataFrame(
        np.repeat(value[:, :1], STRIDES, axis=0) + along * stride[:, None], columns=STRIDE_MEASURES
    )
    names = {"trial": np.repeat(number, STRIDES), "stride": stride, "foot": "left"}
    return trials.assign(**known), strides.assign(**names)


def waveforms(recording: xr.Dataset) -> xr.Dataset:
    value = recording["value"].values[:, :, None, None]
    return xr.Dataset(
        {
            name: (
                ("trial", dim, "phase"),
                value[:, 0] + value[:, 1] * np.arange(count)[:, None] * np.sin(PHASE),
            )
            for name, (dim, count) in CHANNELS.items()
        },
        coords={
            "trial": recording["trial"].values,
            "joint": [f"j{i}" for i in range(14)],
            "group": [f"g{i}" for i in range(17)],
            "phase": PHASE,
        },
    )


ENGINE = Engine(check, digests, rollout, measure, waveforms)
