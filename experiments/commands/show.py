"""Output of the short commands: names, numbers, the config's schema."""

from __future__ import annotations

import json
from dataclasses import asdict

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ...sim.errors import ConfigError, unknown_name
from ...sim.measures.not_measured import cannot
from ..study.catalogue import KINDS
from ..study.controllers import controllers
from ..study.descriptions import Entry, entries


def show_names(kind: str | None, text: str | None, long: bool, as_json: bool) -> None:
    """Print the names of one kind, or of all.

    Args:
        kind: one of `KINDS`; with `text` or `long`, a word that is none is the text to look for.
        text: only names with it in the name or the meaning. long: with unit and meaning.
        as_json: names alone as lists, with `text` or `long` a list of objects.

    Raises:
        ConfigError: unknown kind, or nothing has the text.
    """
    if kind is not None and kind not in KINDS:
        if not long or text is not None:
            raise unknown_name("kind", kind, KINDS)
        kind, text = None, kind
    kinds = [kind] if kind else list(KINDS)
    if not long and text is None:
        _show_plain(kind, as_json)
        return
    found = [entry for name in kinds for entry in entries(name) if entry.says(text or "")]
    if not found:
        raise ConfigError(f"no name of {kind or 'any kind'} has '{text}' in it or its meaning")
    if as_json:
        print(json.dumps([asdict(entry) for entry in found], indent=2))
    elif long:
        _show_long(found, many=kind is None)
    else:
        print("\n".join(entry.name for entry in found))


def show_not_measured(body: str, kind: str | None, text: str | None, as_json: bool) -> None:
    """Print the measures that a body cannot give, and why; with `text`, those that have it.

    Raises:
        ConfigError: unknown body, or another kind than measures.
    """
    from ...models.body import build_body

    if kind not in (None, "measures"):
        raise ConfigError(f"--null-for tells of measures, not of {kind}")
    lacking = cannot(build_body(body).parts)
    found = {name: why for name, why in lacking.items() if (text or "") in f"{name} {why}"}
    if as_json:
        print(json.dumps(found, indent=2))
    else:
        print("\n".join(f"{name}\t{why}" for name, why in found.items()) or f"{body} gives all")


def _show_plain(kind: str | None, as_json: bool) -> None:
    names = {name: list(KINDS[name]()) for name in ([kind] if kind else KINDS)}
    if as_json:
        print(json.dumps(names[kind] if kind else names, indent=2))
    elif kind == "controllers":
        _show_controllers()
    elif kind == "surfaces":
        print("\n".join(f"{entry.name:18} {entry.meaning}" for entry in entries(kind)))
    else:
        for name, members in names.items():
            lines = members if kind else [f"{name}:", *(f"  {member}" for member in members)]
            print("\n".join(lines))


def _show_controllers() -> None:
    """Print a table of the gaits of all controllers; piped, a line each with tabs."""
    head = (
        *("name", "body", "direction", "gait", "kind", "m/s", "seed", "objective"),
        *("gates of 25", "walked"),
    )
    rows = [
        (
            *(one.name, gait.body, gait.direction, gait.name, gait.kind),
            gait.speeds.removesuffix(" m/s"),
            str(gait.seed or ""),
            (gait.objective_sha256 or "")[:12],
            gait.gates,
            gait.walked or "",
        )
        for one in controllers()
        for gait in one.gaits
    ]
    _show_table(head, rows)


def _show_table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Print a table that fits the terminal; piped, a line each with tabs."""
    console = Console()
    if not console.is_terminal:
        print("\n".join("\t".join(row) for row in rows))
        return
    table = Table(box=None, header_style="bold")
    for name in head:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    console.print(table)


def _show_long(found: list[Entry], many: bool) -> None:
    """Print names with unit and meaning, of several kinds with their kind."""
    kind = ("kind",) if many else ()
    rows = [
        (*((entry.kind,) if many else ()), entry.name, entry.unit, entry.meaning) for entry in found
    ]
    _show_table((*kind, "name", "unit", "what"), rows)


def show_schema() -> None:
    """Print the JSON schema of an experiment's config."""
    from ..study.experiment import ExperimentConfig

    print(json.dumps(ExperimentConfig.model_json_schema(), indent=2))
