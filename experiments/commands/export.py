"""`retrowalk export`: the recordings of a run, written for other programs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from ...sim.errors import ConfigError, unknown_name
from ..replay.again import recording_of
from ..replay.recorded_run import RecordedRun
from ..store.atomic import make_folder
from ..store.export.columns import lacks
from ..store.export.export import FORMATS, QUANTITIES, export


@dataclass(frozen=True)
class ExportRequest:
    """What is asked for: trials and quantities, all that there are where none is named."""

    run: Path
    form: str
    trials: tuple[int, ...]
    quantities: tuple[str, ...]
    out: Path | None
    trust: bool = False


def export_command(asked: ExportRequest, as_json: bool) -> None:
    """Write a file a trial and quantity, and print where.

    Raises:
        ConfigError: no such run, trial, format or quantity, or files that cannot be written.
    """
    ending = f".{asked.form.lower().lstrip('.')}"
    if ending not in FORMATS:
        raise unknown_name("format", asked.form, [one.lstrip(".") for one in FORMATS])
    holds = FORMATS[ending].QUANTITIES
    for quantity in asked.quantities:
        if quantity not in QUANTITIES:
            raise unknown_name("quantity", quantity, QUANTITIES)
        if quantity not in holds:
            raise ConfigError(f"--what {quantity}: {ending} holds only {', '.join(holds)}")
    run = RecordedRun.finished(asked.run, trust=asked.trust)
    trials = asked.trials or tuple(run.recordings)
    if not trials:
        raise ConfigError(
            f"{asked.run}: no trial was recorded; name one with --trial, it is walked again"
        )
    folder = asked.out or run.path / "export"
    make_folder(folder)
    written: list[Path] = []
    for trial in dict.fromkeys(trials):
        recording, _ = recording_of(run, run.choose(trial), variables=None)
        all_there = [one for one in holds if not lacks(recording, one)]
        for quantity in asked.quantities or all_there:
            path = folder / f"trial-{trial}_{quantity}{ending}"
            written += export(recording, path, quantity)
    if as_json:
        print(json.dumps([str(path) for path in written], indent=2))
        return
    Console(soft_wrap=True, highlight=False).print(
        f"{len(written)} files in {folder}", *[f"  {path.name}" for path in written], sep="\n"
    )
