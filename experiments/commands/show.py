"""What the short commands print: names, numbers, the config's schema."""

from __future__ import annotations

import json

from rich.console import Console
from rich.table import Table

from ...sim.errors import unknown_name
from ..study.catalogue import KINDS, descriptions


def show_names(kind: str | None, as_json: bool) -> None:
    """Print the names of one kind, or of all."""
    if kind is not None and kind not in KINDS:
        raise unknown_name("kind", kind, KINDS)
    found = {name: list(KINDS[name]()) for name in ([kind] if kind else KINDS)}
    if as_json:
        print(json.dumps(found[kind] if kind else found, indent=2))
        return
    for name, members in found.items():
        if kind is None:
            print(f"{name}:")
        told = descriptions(name) if kind else {}
        for member in members:
            line = f"{member:18} {told[member]}" if member in told else member
            print(line if kind else f"  {line}")


def show_numbers(numbers: dict[str, float], as_json: bool) -> None:
    """Print named numbers."""
    if as_json:
        print(json.dumps(numbers, indent=2))
        return
    table = Table(show_header=False)
    for name, value in numbers.items():
        table.add_row(name, f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}")
    Console().print(table)


def show_schema() -> None:
    """Print the JSON schema of an experiment's config."""
    from ..study.experiment import ExperimentConfig

    print(json.dumps(ExperimentConfig.model_json_schema(), indent=2))
