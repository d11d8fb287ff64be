"""`retrowalk compare`: run policies on the same grounds with the same seeds and rank them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table as RichTable

from ...sim.errors import unknown_name
from ..analysis.policy_groups import PolicyGroups
from ..report.policy_groups import group_table, improvement_table
from ..report.policy_tables import csv_text, markdown, tables_of
from ..report.tables import Table
from ..rollout.engine import Engine
from ..runner.interruption import interruptible
from ..runner.run import Options
from ..store.atomic import write_text
from ..store.run import Run
from .compare_config import SOURCE, ComparisonRequest, compare_config
from .run import Report, open_in_browser, say, walked, write_report as write_page

FORMATS = ("table", "markdown", "csv")
_LEFT_OUT = ("time walked", "margin along travel", "pairs")  # on a terminal


def compare_command(
    asked: ComparisonRequest,
    out: Path | None,
    options: Options,
    *,
    shown_as: str = "table",
    open_report: bool = True,
    as_json: bool = False,
    engine: Engine | None = None,
    report: Report | None = None,
) -> None:
    """Run the comparison into its folder, write its tables and report, and show the result.

    The folder is an ordinary run's, with `comparison.json`, `.md` and `.csv` in it.
    `engine` and `report` stand in for the simulation and the report's writer in tests.

    Raises:
        ConfigError: what was asked for cannot be compared.
    """
    if shown_as not in FORMATS:
        raise unknown_name("format", shown_as, FORMATS)
    config = compare_config(asked, say)
    folder = walked(config, out, options, SOURCE, engine)
    with interruptible(f"finished trials stay in {folder.path}; go on with --resume"):
        run = Run(folder.path)
        comparison = run.answer("comparison")
        tables = [*tables_of(comparison), *_groups(run)]
        texts = {"markdown": markdown(tables), "csv": csv_text(comparison)}
        write_text(folder.path / "comparison.md", texts["markdown"])
        write_text(folder.path / "comparison.csv", texts["csv"])
        page = write_page(folder, report)
    if as_json:
        print(json.dumps(_summary(run, page, comparison), indent=2, allow_nan=False))
    elif shown_as in texts:
        print(texts[shown_as], end="")
    else:
        _show(tables, page)
    if open_report and not as_json and shown_as == "table":
        open_in_browser(page)


def _groups(run: Run) -> list[Table]:
    """Return the tables of the groups; none where no policies were grouped."""
    if not run.has_answer(PolicyGroups.name):
        return []
    found = run.answer(PolicyGroups.name)
    tables = (group_table(found), improvement_table(found))
    return [table for table in tables if table is not None]


def _summary(run: Run, page: Path, comparison: dict[str, Any]) -> dict[str, Any]:
    told = {key: run.manifest[key] for key in ("name", "wall_time_s")}
    grouped = run.answer(PolicyGroups.name) if run.has_answer(PolicyGroups.name) else {}
    return {**told, "folder": str(run.path), "report": str(page), **comparison, **grouped}


def _show(tables: Sequence[Table], page: Path) -> None:
    console = Console()
    for table in tables:
        console.print(_rich(table))
    console.print(f"Report: {page}", soft_wrap=True, highlight=False)


def _rich(table: Table) -> RichTable:
    """Return a table for the terminal: narrow, intervals on a line of their own."""
    table = _narrow(table)
    left = ("place", "policy", "measure", "between", "what", "why")
    made = RichTable(title=table.caption, title_justify="left", box=box.SIMPLE, padding=(0, 1))
    for heading in table.head:
        justify = "left" if heading in left else "right"
        word = max(map(len, heading.split()), default=1)  # headings are not broken within a word
        made.add_column(heading, justify=justify, overflow="fold", min_width=word)
    before = None
    for row in table.rows:
        if before not in (None, row[0]):
            made.add_section()
        first = "" if row[0] == before else row[0]
        before = row[0]
        made.add_row(first, *(text.replace(" (", "\n(") for text in row[1:]))
    return made


def _narrow(table: Table) -> Table:
    """Return the table without the columns that a terminal has no room for."""
    kept = [i for i, name in enumerate(table.head) if not name.startswith(_LEFT_OUT)]
    rows = tuple(tuple(row[i] for i in kept) for row in table.rows)
    return replace(table, head=tuple(table.head[i] for i in kept), rows=rows)
