"""Options of `retrowalk verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def verify(
    trials: Annotated[int, typer.Option(min=1, help="In each direction.")] = 12,
    duration: Annotated[float, typer.Option(min=5.0, help="Of each trial [s].")] = 20.0,
    speed: Annotated[float, typer.Option(help="Commanded [m/s].")] = 0.8,
    seed: Annotated[int, typer.Option(help="Of the starts.")] = 1,
    threads: Annotated[int | None, typer.Option(min=1, help="All cores by default.")] = None,
    page: Annotated[Path | None, typer.Option(help="Write the page here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Walk with another time step, solver and contact, and mark the results that move."""
    from .verify import verify_command

    verify_command(trials, duration, speed, seed, threads, page, as_json=as_json)
