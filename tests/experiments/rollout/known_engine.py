"""A stand-in of the engine whose trials are told, not simulated."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import xarray as xr

from retrowalk.experiments.rollout.engine import Engine
from retrowalk.experiments.study.plan import Cell

Known = Callable[[Cell, np.ndarray], dict[str, np.ndarray]]
"""Measures (trials,) by name, of a cell's trials by their numbers in it."""


def known_engine(known: Known) -> Engine:
    """Return an engine in which `known` tells every measure, and every curve is flat."""

    def rollout(cell, specs, threads):
        index = np.array([spec.index for spec in specs])
        coords = {"trial": [spec.trial for spec in specs]}
        values = known(cell, index)
        return xr.Dataset({name: ("trial", row) for name, row in values.items()}, coords)

    def measure(recording):
        rows = recording.to_dataframe().reset_index().assign(valid=True)
        return rows, pd.DataFrame({"trial": pd.Series([], dtype="int64")})

    def waveforms(recording):
        still = np.zeros((recording.sizes["trial"], 1, 3))
        coords = {"trial": recording["trial"].values, "joint": ["hip"], "phase": [0.0, 0.5, 1.0]}
        return xr.Dataset({"joint_angle_rad": (("trial", "joint", "phase"), still)}, coords)

    return Engine(lambda cell: None, lambda cell: {}, rollout, measure, waveforms)
