"""`retrowalk validate`: run the experiments that published findings need and compare the model."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from ...sim.errors import ConfigError
from ..findings.page import findings_markdown, findings_table
from ..findings.verdict import VERDICTS
from ..rollout.engine import Engine
from ..runner.run import Options
from ..store.atomic import write_text
from ..study.load import load_config
from .run import walked

CONFIG = "findings"
"""The shipped experiment that the comparison needs."""
_COLOURS = dict(zip(VERDICTS, ("green", "red", "yellow", "dim"), strict=True))


def validate_command(
    out: Path | None,
    overrides: list[str],
    options: Options,
    *,
    finished: Path | None = None,
    page: Path | None = None,
    walk: Path | None = None,
    older: Path | None = None,
    as_json: bool = False,
    engine: Engine | None = None,
) -> None:
    """Run the experiment `findings` (or take the run in `finished`), compare it, show the table.

    Args:
        out: folder of the run, runs/findings by default. overrides: changes of its config.
        finished: folder of a finished run to compare instead.
        walk, older: folders of finished runs of `backward-3m` and `older-speed`, for the findings
            that they speak to.
        page: where to write the page with a paragraph for each finding; VALIDATION.md in the
            run's folder by default.
        engine: stands in for the simulation in tests.

    Raises:
        ConfigError: bad overrides, a folder that cannot be used, or no folder for the page.
    """
    if page is not None and not page.parent.is_dir():
        raise ConfigError(f"{page}: its folder does not exist")
    folder = finished or walked(load_config(CONFIG, overrides), out, options, CONFIG, engine).path
    table = findings_table(folder, walk, older)
    page = folder / "VALIDATION.md" if page is None else page
    write_text(page, findings_markdown(folder, walk, older))
    if as_json:
        records = table.to_dict("records")
        summary = {"folder": str(folder), "page": str(page), "findings": records}
        print(json.dumps(summary, indent=2, allow_nan=False))
    else:
        _show(table, page)


def _show(table: pd.DataFrame, page: Path) -> None:
    console = Console()
    shown = Table(title="The model beside people")
    for heading in ("quantity", "people", "source", "model", "verdict"):
        shown.add_column(heading, overflow="fold")
    for row in table.to_dict("records"):
        colour = _COLOURS[row["verdict"]]
        verdict = f"[{colour}]{row['verdict']}[/{colour}]"
        cells = (row["quantity"], row["human_value"], row["source"], row["model_value"] or "–")
        shown.add_row(*(_plain(cell) for cell in cells), verdict)
    console.print(shown)
    counts = ", ".join(f"{verdict} {(table['verdict'] == verdict).sum()}" for verdict in VERDICTS)
    console.print(f"{counts}. A paragraph for each: {page}", soft_wrap=True, highlight=False)


def _plain(text: object) -> str:
    """Return text whose square brackets rich does not take for its own."""
    return str(text).replace("[", r"\[")
