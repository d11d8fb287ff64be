"""`retrowalk train`: a progress bar on a terminal, rows of the learning curve in a pipe."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ..learning.config import load_training_config
from ..learning.train import train
from .run import say


def train_command(
    name: str,
    out: Path | None,
    overrides: list[str],
    threads: int,
    *,
    resume: bool,
    as_json: bool,
) -> None:
    """Train by the config of this name or path, changed by overrides; print where the gait is.

    Raises:
        ConfigError: the config or the folder is refused.
    """
    config = load_training_config(name, overrides)
    folder = out or Path("runs") / config.file.name
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} steps"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=as_json or not sys.stderr.isatty(),
    )
    with bar:
        job = bar.add_task(config.file.name, total=config.steps)

        def report(row: dict[str, float]) -> None:
            bar.update(
                job,
                completed=row["steps"],
                description=f"{row['seconds_per_fall']:.1f} s walked per fall",
            )
            if as_json:
                print(json.dumps(row), flush=True)
            elif bar.disable:
                told = ", ".join(f"{key} {value:.4g}" for key, value in row.items())
                print(told, file=sys.stderr, flush=True)

        exported = train(config, folder, resume, threads, report, say)
    if as_json:
        print(json.dumps({"policy": str(exported)}))
    else:
        print(f"Learned gait: {exported}")
