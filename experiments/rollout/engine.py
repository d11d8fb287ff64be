"""The engine: functions that simulate and measure a cell's trials; tests replace them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..study.plan import Cell, TrialSpec

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


@dataclass(frozen=True)
class Engine:
    """Module-level functions, so that worker processes can be sent them by name.

    Attributes:
        check: refuses a cell that cannot be run (`ConfigError`), before anything runs.
        digests: sha256 by name of all that a cell's numbers depend on besides the config: the
            compiled model, the policy.
        rollout: runs trials of one cell on some threads and returns the recording.
        measure: recording -> (one row a trial, one row a stride).
        waveforms: recording -> mean over the strides of each trial by phase of the gait cycle;
            every variable has the dimension `trial` first.
    """

    check: Callable[[Cell], None]
    digests: Callable[[Cell], dict[str, str]]
    rollout: Callable[[Cell, Sequence[TrialSpec], int], xr.Dataset]
    measure: Callable[[xr.Dataset], tuple[pd.DataFrame, pd.DataFrame]]
    waveforms: Callable[[xr.Dataset], xr.Dataset]


def simulation_engine() -> Engine:
    """Return the engine that simulates; its libraries are imported only now."""
    from ...sim.measures import measure
    from .gait_curves import gait_curves
    from .trials import check_cell, digests, rollout_cell

    return Engine(check_cell, digests, rollout_cell, measure, gait_curves)
