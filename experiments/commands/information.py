"""Information commands: `list`, `doctor`, `schema`, `export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import AsJson, Trust

information = typer.Typer()


def _kinds(incomplete: str) -> list[str]:
    """Return the kinds that begin so, for completion in a shell."""
    from ..study.catalogue import KINDS

    return [name for name in KINDS if name.startswith(incomplete)]


@information.command("list", epilog="Example: `retrowalk list measures hamstrings -l`")
def list_names(
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar="[KIND]",
            autocompletion=_kinds,
            help="bodies, walkers, surfaces, techniques, hazards, policies, controllers, measures, "
            "experiments.",
        ),
    ] = None,
    text: Annotated[
        str | None,
        typer.Argument(metavar="[TEXT]", help="Only names with this in the name or the meaning."),
    ] = None,
    long: Annotated[
        bool, typer.Option("--long", "-l", help="With unit and meaning; TEXT alone will do then.")
    ] = False,
    null_for: Annotated[
        str | None,
        typer.Option(metavar="BODY", help="The measures that this body cannot give, and why."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the names that a config may use, and what they stand for."""
    from .show import show_names, show_not_measured

    if null_for is not None:
        show_not_measured(null_for, kind, text, as_json)
        return
    show_names(kind, text, long, as_json)


@information.command("check-body", epilog="Example: `retrowalk check-body my.xml --write my.yaml`")
def check_body(
    mjcf: Annotated[Path, typer.Argument(metavar="MJCF", help="A model of somebody who walks.")],
    given: Annotated[
        Path | None, typer.Option("--map", metavar="YAML", help="Which of its parts are what.")
    ] = None,
    write: Annotated[
        Path | None, typer.Option(metavar="YAML", help="Write the map that is found.")
    ] = None,
    picture: Annotated[Path | None, typer.Option(metavar="PNG", help="Draw the body.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell which parts of an MJCF are legs, feet, trunk and muscles, and what is missing."""
    from .check_body import check_body_command

    check_body_command(mjcf, given, write, picture, as_json)


@information.command(epilog="Example: `retrowalk export runs/quick-start --trial 3 --to mot`")
def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a finished run.")],
    to: Annotated[
        str, typer.Option(metavar="FORMAT", help="csv, mat, mot, sto or trc.", show_default=True)
    ] = "csv",
    trial: Annotated[
        list[int] | None,
        typer.Option(metavar="N", help="Again for more; by default those that were recorded."),
    ] = None,
    what: Annotated[
        list[str] | None,
        typer.Option(
            metavar="QUANTITY",
            help="joint-angles, joint-moments, muscle-activations, ground-forces, markers; again "
            "for more, by default all that the format holds.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the files; RUN/export by default.")
    ] = None,
    trust: Trust = False,
    as_json: AsJson = False,
) -> None:
    """Write a run's recordings for OpenSim, MATLAB, R or a table."""
    from .export import ExportRequest, export_command

    asked = ExportRequest(run, to, tuple(trial or ()), tuple(what or ()), out, trust)
    export_command(asked, as_json)


@information.command(epilog="Example: `retrowalk doctor`")
def doctor(as_json: AsJson = False) -> None:
    """Look at what is installed here, and say which command lacks something."""
    from .doctor import doctor_command

    doctor_command(as_json)


@information.command(epilog="Example: `retrowalk schema > experiment.schema.json`")
def schema() -> None:
    """Print the JSON schema of an experiment's config, for editors."""
    from .show import show_schema

    show_schema()
