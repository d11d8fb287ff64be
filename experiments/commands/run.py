"""`retrowalk run`: check the config, run it with a progress bar, report, say what came out."""

from __future__ import annotations

import json
import os
import sys
import webbrowser
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from ..analysis.controllers import not_walked
from ..analysis.refusals import SHORT
from ..learning.trusted_policies import with_converted
from ..rollout.engine import Engine
from ..runner.interruption import interruptible
from ..runner.run import Options, run_experiment
from ..store.run import Run
from ..store.run_folder import RunFolder
from ..study.experiment import ExperimentConfig
from ..study.labels import label
from ..study.load import load_config

Report = Callable[[Path], Path]


def run_command(
    config: str,
    out: Path | None,
    overrides: list[str],
    options: Options,
    *,
    trust: bool = False,
    open_report: bool = True,
    as_json: bool = False,
    engine: Engine | None = None,
    report: Report | None = None,
    language: str = "en",
) -> None:
    """Run the config into its folder, write the report and show a summary.

    With `trust`, policies of the config may run code of their own.
    `engine` and `report` stand in for the simulation and the report's writer in tests.
    """
    checked = with_converted(load_config(config, overrides, trust), say)
    folder = walked(checked, out, options, config, engine)
    with interruptible(f"finished trials stay in {folder.path}; go on with --resume"):
        page = write_report(folder, report, language)
    summary = _summary(folder, page)
    if as_json:
        print(json.dumps(summary, indent=2, allow_nan=False))
    else:
        _show(summary)
    if open_report and not as_json:
        open_in_browser(page)


def write_report(folder: RunFolder, report: Report | None = None, language: str = "en") -> Path:
    """Write the report of a run, by `report` if given, and return its path."""
    if report is not None:
        return report(folder.path)
    from ..report.page import write_report as write_page

    return write_page(folder.path, language)


def walked(
    config: ExperimentConfig,
    out: Path | None,
    options: Options,
    source: str,
    engine: Engine | None = None,
) -> RunFolder:
    """Run a config into `out`, runs/NAME by default, with a progress bar; return the folder."""
    folder = Path("runs") / config.name if out is None else out
    with (
        interruptible(f"finished trials stay in {folder}; go on with --resume"),
        progress_bar(config.name) as progress,
    ):
        shown = replace(options, progress=progress, source=source, note=say)
        return run_experiment(config, folder, shown, engine)


@contextmanager
def progress_bar(name: str) -> Generator[Callable[[int, int], None]]:
    """Yield what shows (done, total) trials: a bar on a terminal, nothing in a pipe."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("trials"),
        TimeElapsedColumn(),
        TimeLeft(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(name, total=None, before=None)

        def show(done: int, total: int) -> None:
            before = bar.tasks[task].fields["before"]
            before = done if before is None else before
            bar.update(task, completed=done, total=total, before=before)

        yield show


class TimeLeft(ProgressColumn):
    """How long the rest will take, at the mean pace of the trials that this call has run.

    A task's field `before` holds how many trials were finished when the call began.
    """

    def render(self, task: Task) -> Text:
        """Return the time left, empty before any trial and after the last."""
        before = task.fields["before"] or 0
        ran, elapsed = task.completed - before, task.elapsed
        if task.total is None or elapsed is None or ran <= 0 or task.finished:
            return Text("")
        return Text(f"about {_duration(elapsed / ran * (task.total - task.completed))} left")


def _duration(seconds: float) -> str:
    """Return a time as `40 s`, `12 min` or `3 h 20 min`."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def say(text: str) -> None:
    """Tell something on the side: on stderr."""
    Console(stderr=True).print(text, highlight=False, soft_wrap=True)


def _summary(folder: RunFolder, page: Path) -> dict[str, Any]:
    """Return what a run found, as plain data."""
    from ..report.data import load_run
    from ..report.headline import headline

    run = Run(folder.path)
    analysis = run.answer("contrasts")
    kept = ("name", "levels", "trials", "valid", "fell", "standing")
    cells = [{key: cell[key] for key in kept if key in cell} for cell in analysis["cells"]]
    data = load_run(folder.path)  # its contrasts are over controllers, where there are several
    top = headline(data)
    summary = {
        "name": run.manifest["name"],
        "folder": str(folder.path),
        "report": str(page),
        "wall_time_s": run.manifest["wall_time_s"],
        "answer": None if top is None else asdict(top),
        "no_evidence": data.no_evidence,
        "cells": cells,
        "contrasts": data.contrasts,
    }
    for name in ("controllers", "cohort", "fall_risk"):
        if run.has_answer(name):
            summary[name] = run.answer(name)
    return summary


def _show(summary: dict[str, Any]) -> None:
    console = Console()
    if "fall_risk" in summary:
        console.print(_fall_risk_table(summary))
    else:
        console.print(_cell_table(summary))
    if summary["contrasts"]:
        console.print(_contrast_table(summary["contrasts"]))
    for line in _answer_lines(summary):
        console.print(line, soft_wrap=True, highlight=False)
    console.print(f"Report: {summary['report']}", soft_wrap=True, highlight=False)


def _answer_lines(summary: dict[str, Any]) -> Iterator[str]:
    """Yield the short answer, then what the run is no evidence for."""
    top = summary["answer"]
    if top is not None:
        told = f"{top['number']} {top['what']} ({top['interval']})."
        none = f"none to {top['what']}."
        plain = f" In plain words: {top['plain']}." if top["plain"] else ""
        yield f"Answer: {told if top['interval'] else none} {top['sentence']}{plain}"
    for sentence in summary["no_evidence"]:
        if top is None or sentence != top["sentence"]:
            yield sentence
    for name, says in not_walked(summary.get("controllers")).items():
        yield f"Left out: {name} ({says})."


def _fall_risk_table(summary: dict[str, Any]) -> Table:
    from ..report.fall_risk import condition_rows

    table = Table(title=f"{summary['name']}: fall risk")
    for heading in ("challenge", "condition", "trials", "falls", "result", "95 % interval", "note"):
        right, whole = heading in ("trials", "falls"), heading == "challenge"
        table.add_column(heading, justify="right" if right else "left", no_wrap=whole)
    for condition in summary["fall_risk"]["conditions"]:
        for row in condition_rows(condition, brief=True):
            table.add_row(*row)
    return table


def _cell_table(summary: dict[str, Any]) -> Table:
    cells = Table(title=f"{summary['name']}: trials")
    for heading in ("cell", "trials", "valid", "fell", "95 % interval"):
        cells.add_column(heading, justify="left" if heading == "cell" else "right")
    for cell in summary["cells"]:
        fell, levels = cell["fell"], ", ".join(str(level) for level in cell["levels"].values())
        interval = f"{_percent(fell['low'])} to {_percent(fell['high'])}"
        row = (levels or "all", cell["trials"], cell["valid"], _percent(fell["share"]), interval)
        cells.add_row(*map(str, row))
    return cells


def _contrast_table(contrasts: list[dict[str, Any]]) -> Table:
    table = Table(title="contrasts")
    table.add_column("measure")
    table.add_column("between")
    for heading in ("estimate", "95 % interval", "p (Holm)"):
        table.add_column(heading, justify="right")
    for one in contrasts:
        first, second = next(iter(one["between"].values()))
        sign = "/" if one["as"] == "ratio" else "-"
        where = "pooled" if one["pooled"] else ", ".join(map(str, one["where"].values()))
        between = f"{first} {sign} {second}" + (f" ({where})" if where else "")
        text = label(one["measure"])
        if one["as"] == "ratio":
            number, name = _ratio, text.text
        else:
            number, name = text.number, text.with_unit
        if one["withheld"]:
            why = SHORT[one["withheld"][0]["reason"]]
            table.add_row(name, between, "no answer", why, "–")
            continue
        interval = f"{number(one['low'])} to {number(one['high'])}"
        p_value = "–" if one["p_holm"] is None else f"{one['p_holm']:.3g}"
        table.add_row(name, between, number(one["estimate"]), interval, p_value)
    return table


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def open_in_browser(page: Path) -> None:
    """Open the report in a browser where a person is likely to see it."""
    has_screen = sys.platform in ("win32", "darwin") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if has_screen and sys.stdout.isatty():
        webbrowser.open(page.resolve().as_uri())
