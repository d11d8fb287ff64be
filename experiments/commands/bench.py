"""What `retrowalk bench` prints while it measures, and keeps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from .options import AsJson


def bench(
    as_json: AsJson = False,
    quick: Annotated[bool, typer.Option("--quick", help="Less exact, in half a minute.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="JSON", help="Keep the numbers, machine and versions.")
    ] = None,
    compare: Annotated[
        Path | None, typer.Option(metavar="OLD", help="Numbers kept before, as ratios to them.")
    ] = None,
) -> None:
    """Measure how fast this machine simulates."""
    from ..bench.physics import bench as measure
    from ..bench.results import read_results, write_results

    before = {} if compare is None else read_results(compare)

    def tell(name: str, value: float) -> None:
        if not as_json:
            print(_line(name, value, before.get(name)), flush=True)

    numbers = measure(quick, tell)
    if as_json:
        print(json.dumps(numbers, indent=2))
    if out is not None:
        write_results(out, numbers, quick)


def _line(name: str, value: float, before: float | None) -> str:
    """Return a number as printed, and what it is over the one before."""
    text = f"{name:36}{value:>12,.3g}" if abs(value) < 1000 else f"{name:36}{value:>12,.0f}"
    return f"{text}{value / before:8.2f} x" if before else text
