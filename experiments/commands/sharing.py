"""`retrowalk sharing`: cost and knee force of a run's walks against exact muscle sharing."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from ...models.body import build_body
from ...sim.errors import ConfigError
from ..analysis.exact_sharing import SharingExcess, sharing_excess
from ..rollout.gaits import source_of
from ..store.run_folder import RunFolder
from ..store.waveforms import read_netcdf
from ..study.load import load_config
from ..study.plan import Cell, make_plan


def sharing_command(folder: Path, *, as_json: bool = False) -> None:
    """Show what a run's muscles did beyond what their own joint torques need.

    Args:
        folder: of a finished run that kept recordings.

    Raises:
        ConfigError: the folder holds no run, or no recordings.
    """
    config = RunFolder(folder).config
    if not config.is_file():
        raise ConfigError(f"{folder}: not a run's folder (no {config.name})")
    found: dict[str, SharingExcess] = {}
    for cell in make_plan(load_config(str(config), [], trust=True)).cells:
        kept = sorted((folder / "recordings").glob(f"{cell.name}_trial*.nc"))
        if kept:
            found[cell.name] = _excess(cell, kept)
    if not found:
        raise ConfigError(f"{folder}: the run kept no recordings (keep_recordings: 1 or more)")
    if as_json:
        answer = {
            cell: {key: None if np.isnan(value) else value for key, value in figures.items()}
            for cell, figures in ((name, asdict(one) | one.shares) for name, one in found.items())
        }
        print(json.dumps(answer, indent=2))
    else:
        _show(found)


def _excess(cell: Cell, kept: list[Path]) -> SharingExcess:
    """Mean over the cell's recordings that have whole strides; NaN where none has."""
    body, source = build_body(cell.body, cell.walker), source_of(cell)
    linear_cost = source.linear_cost(cell.technique.speed_m_per_s)
    rows: list[list[Any]] = []
    for path in kept:
        one = sharing_excess(read_netcdf(path), body, source.criterion, linear_cost)
        rows.append(list(asdict(one).values()))
    whole = [row for row in rows if np.isfinite(row).all()] or [[np.nan] * len(rows[0])]
    return SharingExcess(*np.mean(whole, 0).tolist())


def _show(found: dict[str, SharingExcess]) -> None:
    shown = Table(title="Walked; the best that activations could do for its torques; exact sharing")
    shown.add_column("cell")
    for heading in ("cost", "in reach", "exact", "knee", "in reach", "exact"):
        shown.add_column(heading, justify="right")
    for name, one in found.items():
        costs = _beside(one.cost, one.reach_cost, one.exact_cost)
        knees = _beside(one.knee, one.reach_knee, one.exact_knee)
        shown.add_row(name, *costs, *knees)
    Console().print(shown)
    Console().print("Cost in J/kg/m, knee in body weights; percent: what the walk has beyond it.")


def _beside(walked: float, *others: float) -> tuple[str, ...]:
    """The walk's figure, and those beside it with what the walk has beyond them."""
    if np.isnan(walked):
        return tuple("-" for _ in (walked, *others))
    beyond = (f"{other:.2f} {100 * (walked / other - 1):+.0f} %" for other in others)
    return f"{walked:.2f}", *beyond
