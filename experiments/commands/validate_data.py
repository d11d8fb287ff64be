"""`retrowalk validate --data`: the model beside a user's own gait data."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ...models.yaml_source import YamlSource
from ..own_data.beside import QUANTITIES, Beside, beside
from ..own_data.channels import read_trial
from ..own_data.cycles import curves_of
from ..own_data.fields import OwnData, files_of, read_own_data
from ..own_data.model_curves import model_curves
from ..own_data.page import page_of, rows
from ..rollout.engine import Engine
from ..runner.run import Options
from ..store.atomic import write_text
from ..store.run import Run
from ..study.load import overridden
from .run import walked

ENDINGS = (".mot", ".sto", ".csv", ".c3d")
NAME = "own-data"
_TRIALS = 6


def validate_data_command(
    folder: Path,
    out: Path | None,
    overrides: list[str],
    options: Options,
    *,
    finished: Path | None = None,
    page: Path | None = None,
    as_json: bool = False,
    engine: Engine | None = None,
) -> None:
    """Compare the data in `folder` with a run that walks likewise, and write the page.

    Args:
        out: folder of the model's run, runs/own-data by default. overrides: of its config.
        finished: a finished run to compare with instead.
        page: where to write it; own-data.html in the run's folder by default.
        engine: stands in for the simulation in tests.

    Raises:
        ConfigError: what the data lack, or cannot be.
    """
    data = read_own_data(folder)
    files = files_of(data, folder, ENDINGS)
    person = curves_of([read_trial(name, paths, data) for name, paths in files.items()], data)
    run = Run.finished(finished or _walk(data, out, overrides, options, engine))
    found = beside(person, model_curves(run, data))
    target = page or run.path / f"{NAME}.html"
    write_text(target, page_of(found, data, run))
    if as_json:
        curves = [_plain(one) for one in found]
        told = {"data": str(folder), "run": str(run.path), "page": str(target), "curves": curves}
        print(json.dumps(told, indent=2, allow_nan=False))
    else:
        _show(found, target)


def _walk(
    data: OwnData, out: Path | None, overrides: list[str], options: Options, engine: Engine | None
) -> Path:
    """Return the folder of a run that walks as the data do."""
    asked = {
        "name": NAME,
        "question": "How does the model walk beside a person's own data?",
        "direction": data.direction,
        "technique": {"speed_m_per_s": data.speed_m_per_s},
        "trials": _TRIALS,
        "keep_recordings": _TRIALS,
    }
    config = overridden(YamlSource("retrowalk validate --data", asked, {}), overrides)
    return walked(config, out, options, "retrowalk validate --data", engine).path


def _plain(one: Beside) -> dict[str, str | float | None]:
    unit = QUANTITIES[one.quantity][1]
    told = {"quantity": one.quantity, "name": one.name, "unit": unit}
    numbers = {"rmse": one.rmse, "r": one.r, "z": one.z}
    return {**told, **numbers, "strides_person": one.strides[0], "strides_model": one.strides[1]}


def _show(found: list[Beside], target: Path) -> None:
    console = Console()
    for quantity, (heading, unit, _) in QUANTITIES.items():
        own = [one for one in found if one.quantity == quantity]
        if not own:
            continue
        table = Table(title=heading)
        for name in ("curve", f"RMSE ({unit})", "r", "z", "strides, person", "strides, model"):
            table.add_column(name, justify="left" if name == "curve" else "right")
        for row in rows(own):
            table.add_row(*row)
        console.print(table)
    console.print(f"Page: {target}", soft_wrap=True, highlight=False)
