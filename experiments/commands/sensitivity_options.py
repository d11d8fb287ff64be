"""Options of `retrowalk sensitivity`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from .options import AsJson, Config, Out, Overrides, Resume, Threads


def sensitivity(
    config: Config,
    out: Out = None,
    overrides: Overrides = None,
    page: Annotated[Path | None, typer.Option(help="Write the page here.")] = None,
    threads: Threads = None,
    resume: Resume = False,
    as_json: AsJson = False,
) -> None:
    """Find which answers depend on numerics, muscle sharing or the energy model."""
    from ..runner.run import Options
    from .sensitivity import sensitivity_command

    options = Options(threads, None, resume, tuple(sys.argv))
    sensitivity_command(config, out, overrides or [], options, page=page, as_json=as_json)
