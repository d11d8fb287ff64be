"""Muscle activations as columns, alike in every format."""

from __future__ import annotations

import numpy as np
import xarray as xr


def activations(trial: xr.Dataset) -> dict[str, np.ndarray]:
    """Return the activation of each muscle, 0 to 1, by the muscle's name."""
    active = trial["activation"]
    return {str(name): active.sel(muscle=name).values for name in active["muscle"].values}
