"""The recording of a trial: from the run's folder, or simulated again exactly.

A trial is determined by its config and its seed, so what was not kept can be had again. That it is
the same is checked: every number of the run's row for that trial must come out equal, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import xarray as xr

from ...sim.errors import ConfigError, RetrowalkError
from ...sim.plain_values import is_numeric
from ..drawing.series import SHOWN
from ..rollout.engine import Engine, simulation_engine
from ..store.manifest import new_manifest
from ..store.tables import trial_rows
from ..study.columns import OUTCOME_COLUMNS
from ..study.plan import Chunk
from .recorded_run import Chosen, RecordedRun

_SHOWN_DIFFERENCES = 3


def recording_of(
    run: RecordedRun,
    chosen: Chosen,
    engine: Engine | None = None,
    variables: Sequence[str] | None = SHOWN,
) -> tuple[xr.Dataset, bool]:
    """Return a trial's recording (no `trial` dimension), and if it was walked again.

    Args:
        variables: that are read of a kept one, what the player shows by default; None: all.

    Raises:
        ConfigError: the trial is not valid, or its recording is damaged.
        RetrowalkError: walked again it comes out different.
    """
    if not bool(chosen.row["valid"]):
        raise ConfigError(
            f"trial {chosen.spec.trial} of {run.folder.path} is not valid: its simulation broke "
            f"down, so there is nothing true to show; {run.summary()}"
        )
    if chosen.recording is None:
        return walked_again(run, chosen, engine or simulation_engine()).isel(trial=0), True
    return run.recording(chosen.spec.trial, variables).isel(trial=0), False


def walked_again(run: RecordedRun, chosen: Chosen, engine: Engine) -> xr.Dataset:
    """Simulate a trial again, check that it matches the run, and return its recording.

    The dimension `trial` stays, of length 1.

    Raises:
        ConfigError: the trial cannot be walked here.
        RetrowalkError: it comes out different from the run's row.
    """
    engine.check(chosen.cell)
    recording = engine.rollout(chosen.cell, [chosen.spec], 1)
    measured, _ = engine.measure(recording)
    rows = trial_rows(measured, Chunk(chosen.cell, (chosen.spec,))).to_dict("records")
    row = {str(name): one for name, one in rows[0].items()}
    differing = differences(chosen.row, row)
    if differing:
        raise RetrowalkError(
            f"trial {chosen.spec.trial} has no recording in {run.folder.path}, and walked again it "
            f"comes out different ({'; '.join(differing[:_SHOWN_DIFFERENCES])}), so it is not "
            f"shown{_reason(run, engine)}; set keep_recordings in the config to keep more"
        )
    return recording


def differences(kept: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return in words which numbers of a trial's row are not the same, bit for bit."""
    found: list[str] = []
    for name in kept:
        if name not in now:
            continue
        old, new = kept[name], now[name]
        if pd.isna(old) and pd.isna(new):
            continue
        if name in OUTCOME_COLUMNS:
            same = bool(old) == bool(new)
        elif is_numeric(old) and not pd.isna(new):
            same = float(old) == float(new)
        else:
            same = str(old) == str(new)
        if not same:
            found.append(f"{name} was {old}, now {new}")
    return found


def _reason(run: RecordedRun, engine: Engine) -> str:
    """Return what differs between then and now, as far as the manifest tells."""
    old, new = run.manifest, new_manifest(run.plan, engine)
    changed: list[str] = []
    for key in ("numeric_versions", "digests"):
        then: dict[str, Any] = old.get(key) or {}
        here: dict[str, Any] = new[key]
        changed += [name for name in sorted({*then, *here}) if then.get(name) != here.get(name)]
    return f" (changed since: {', '.join(changed)})" if changed else ""
