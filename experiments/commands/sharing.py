"""`retrowalk sharing`: cost and knee force of a run's walks beside the exact sharing of torques."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from rich.console import Console
from rich.table import Table

from ...envs.gaits.gait_files import gait_table
from ...models.body import build_body
from ...sim.errors import ConfigError
from ..analysis.exact_sharing import SharingExcess, sharing_excess
from ..store.run_folder import RunFolder
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
            name: asdict(one) | {"cost_excess": one.cost_excess, "knee_excess": one.knee_excess}
            for name, one in found.items()
        }
        print(json.dumps(answer, indent=2))
    else:
        _show(found)


def _excess(cell: Cell, kept: list[Path]) -> SharingExcess:
    """Mean over the cell's recordings."""
    body = build_body(cell.body, cell.walker)
    table = gait_table(cell.direction, cell.walker.name)
    speed = np.array([cell.technique.speed_m_per_s])
    linear_cost = float(table.at(speed)["effort_price"][0])
    rows: list[list[Any]] = []
    for path in kept:
        with xr.open_dataset(path) as recording:
            one = sharing_excess(recording.load(), body, cell.sharing, linear_cost)
            rows.append(list(asdict(one).values()))
    return SharingExcess(*np.mean(rows, 0).tolist())


def _show(found: dict[str, SharingExcess]) -> None:
    shown = Table(title="Walked, and the same joint torques shared exactly")
    shown.add_column("cell")
    for heading in ("cost, J/kg/m", "exact", "beyond", "knee, body weights", "exact", "beyond"):
        shown.add_column(heading, justify="right")
    for name, one in found.items():
        shown.add_row(
            name,
            *(f"{one.cost:.2f}", f"{one.exact_cost:.2f}", f"{100 * one.cost_excess:.1f} %"),
            *(f"{one.knee:.2f}", f"{one.exact_knee:.2f}", f"{100 * one.knee_excess:.1f} %"),
        )
    Console().print(shown)
