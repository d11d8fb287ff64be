"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer


def whole_number(text: str) -> int:
    """Parse a whole number from 1 up."""
    if not text.isdecimal() or int(text) < 1:
        raise typer.BadParameter(f"'{text[:60]}' is not a whole number from 1 up")
    return int(text)


_FOLDERS = {
    "run": "study/configs",
    "sensitivity": "study/configs",
    "train": "learning/configs",
    "tune": "tuning/configs",
    "solve": "solving/configs",
}
"""Where a command's shipped configs are, from the folder `experiments`."""


def shipped_names(context: typer.Context, incomplete: str) -> list[str]:
    """Return the shipped configs of the command that begin so, for completion in a shell."""
    folder = Path(__file__).parents[1] / _FOLDERS[context.command.name or "run"]
    names = sorted(path.stem for path in folder.glob("*.yaml"))
    return [name for name in names if name.startswith(incomplete)]


Config = Annotated[
    str,
    typer.Argument(
        metavar="CONFIG",
        help="A config's path, or the name of a shipped one.",
        autocompletion=shipped_names,
    ),
]
Out = Annotated[Path | None, typer.Option(help="Folder for the results; runs/NAME by default.")]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change the config, dots between keys."),
]
Threads = Annotated[
    int | None,
    typer.Option(parser=whole_number, metavar="N", help="Cores to use; all by default."),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with what is in the folder.")]
NoOpen = Annotated[bool, typer.Option("--no-open", help="Do not open the report in a browser.")]
Language = Annotated[
    Literal["en", "de", "es"],
    typer.Option("--language", help="Of the plain words at the top of the report."),
]
Trust = Annotated[
    bool,
    typer.Option(
        "--trust", help="Run the code of policies: a `module:Class`, a .zip of stable-baselines3."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]
