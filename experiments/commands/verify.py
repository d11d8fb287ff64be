"""`retrowalk verify`: what the time step, the solver and the contact do to results."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from ...sim.errors import ConfigError
from ..bench.numerics import LARGEST, verify
from ..store.atomic import write_text
from ..store.machine import available_cores
from .run import progress_bar
from .verify_page import numerics_page


def verify_command(
    trials: int,
    duration_s: float,
    speed_m_per_s: float,
    seed: int,
    threads: int | None,
    page: Path | None,
    *,
    as_json: bool,
) -> None:
    """Walk with other numerics, write the page where asked, and show what moved.

    Raises:
        ConfigError: a walk that cannot be, or no folder for the page.
    """
    if page is not None and not page.parent.is_dir():
        raise ConfigError(f"{page}: its folder does not exist")
    with progress_bar("numerics") as progress:
        found = verify(
            trials, duration_s, speed_m_per_s, seed, threads or available_cores(), progress
        )
    command = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])
    if page is not None:
        write_text(page, numerics_page(found, command))
    if as_json:
        print(json.dumps(asdict(found), indent=2, allow_nan=False))
        return
    console = Console()
    for one in found.moved:
        if one.marked and one.change is not None:
            console.print(f"{one.variant}: {one.measure}, {one.subject}: {100 * one.change:+.1f} %")
    marked = sum(one.marked for one in found.moved)
    console.print(f"{marked} of {len(found.moved)} results move by more than {LARGEST:.0%}.")
    if page is not None:
        console.print(f"Page: {page}")
