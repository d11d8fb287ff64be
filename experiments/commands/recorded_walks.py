"""Commands on the recorded walks of a run. They import what they need when they are called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import AsJson

RecordedRun = Annotated[Path, typer.Argument(metavar="RUN", help="A run that kept recordings.")]


def sharing(folder: RecordedRun, as_json: AsJson = False) -> None:
    """Compare a run's muscles with the exact sharing of their joint torques."""
    from .sharing import sharing_command

    sharing_command(folder, as_json=as_json)


def gates(folder: RecordedRun, as_json: AsJson = False) -> None:
    """Compare forward walking in a run with how people walk forward."""
    from .gates import gates_command

    gates_command(folder, as_json=as_json)
