"""Options of `retrowalk validate`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ...sim.errors import ConfigError
from .options import AsJson, Overrides, Resume, Threads


def validate(
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the run; runs/findings or runs/own-data by default."),
    ] = None,
    finished: Annotated[
        Path | None,
        typer.Option("--of", metavar="RUN", help="Compare this finished run; simulate nothing."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Your own gait data, in place of what is published."),
    ] = None,
    walk: Annotated[
        Path | None,
        typer.Option(metavar="RUN", help="A finished run of backward-3m, for its findings."),
    ] = None,
    older: Annotated[
        Path | None,
        typer.Option(metavar="RUN", help="A finished run of older-speed, for its finding."),
    ] = None,
    page: Annotated[
        Path | None, typer.Option(help="Write the page here; into the run's folder by default.")
    ] = None,
    overrides: Overrides = None,
    threads: Threads = None,
    resume: Resume = False,
    as_json: AsJson = False,
) -> None:
    """Compare the model with published human data, or with your own (docs/use/own-data.md)."""
    from ..runner.run import Options
    from .validate import validate_command
    from .validate_data import validate_data_command

    options, changes = Options(threads, None, resume, tuple(sys.argv)), overrides or []
    if finished is not None and (out is not None or changes):
        raise ConfigError("--of compares a finished run: --out and --set are for a new one")
    if data is not None:
        if walk is not None or older is not None:
            raise ConfigError("--walk and --older are for published data, not for --data")
        validate_data_command(
            data, out, changes, options, finished=finished, page=page, as_json=as_json
        )
        return
    validate_command(
        out,
        changes,
        options,
        finished=finished,
        page=page,
        walk=walk,
        older=older,
        as_json=as_json,
    )
