"""`retrowalk replay`: one trial of a run, or two side by side, as a page, a video or a GIF."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from ...sim.errors import ConfigError
from ..replay.again import recording_of
from ..replay.page import Shown, replay_page
from ..replay.recorded_run import Chosen, RecordedRun, cell_words, listed
from ..store.atomic import write_text
from .run import open_in_browser

_MOST_BYTES = 20_000_000
_KINDS = {"html": "Page", "video": "Video", "gif": "GIF"}


@dataclass(frozen=True)
class ReplayRequest:
    """What was asked for on the command line.

    Attributes:
        run: folder. trial: number, None for the best to look at. cell: words of its levels.
        fell: one that fell. beside: `M` or `RUN:M`, the other trial.
        start_s, length_s: of what is shown; None: all of it, of a GIF a few seconds.
        html, video, gif: files to write; none: a page in the run's folder.
    """

    run: Path
    trial: int | None = None
    cell: str | None = None
    fell: bool = False
    beside: str | None = None
    start_s: float | None = None
    length_s: float | None = None
    html: Path | None = None
    video: Path | None = None
    gif: Path | None = None
    camera: str = "follow"


def replay_command(asked: ReplayRequest, *, open_page: bool = True, as_json: bool = False) -> None:
    """Write what was asked for and say where it is.

    Raises:
        ConfigError: no such run, trial or cell, a trial that cannot be shown, a bad file name.
    """
    run = RecordedRun.finished(asked.run)
    _check_files(asked)
    first = run.choose(asked.trial, asked.cell, asked.fell)
    pairs = [(run, first), *_beside(run, asked.beside)]
    shown = [_shown(*one, quiet=as_json) for one in pairs]
    _check_start(asked, shown)
    written: dict[str, Path] = {}
    page = asked.html
    if page is None and asked.video is None and asked.gif is None:
        numbers = "-".join(str(one.chosen.spec.trial) for one in shown)
        page = run.folder.path / f"replay-{numbers}.html"
    if page is not None:
        text = replay_page(shown, asked.start_s or 0.0, asked.length_s)
        _write_page(page, text)
        written["html"] = page
    for kind, path in (("video", asked.video), ("gif", asked.gif)):
        if path is not None:
            _film(shown, path, asked)
            written[kind] = path
    _tell(run, shown, written, as_json, asked.trial is None)
    if page is not None and open_page and not as_json:
        open_in_browser(page)


def list_trials(folder: Path, as_json: bool = False) -> None:
    """Say which trials a run has: by cell, which were recorded, which fell.

    Raises:
        ConfigError: the folder holds no finished run.
    """
    run = RecordedRun.finished(folder)
    rows: list[tuple[str, list[int], list[int], list[int], list[int]]] = []
    for cell in run.plan.cells:
        own = run.rows(cell)
        numbers = [int(one) for one in own["trial"]]
        fallen = [int(one) for one in own.loc[own["fell"].astype(bool), "trial"]]
        invalid = [int(one) for one in own.loc[~own["valid"].astype(bool), "trial"]]
        kept = [one for one in numbers if one in run.recordings]
        rows.append((cell_words(cell), numbers, kept, fallen, invalid))
    names = ("cell", "trials", "recorded", "fell", "invalid")
    if as_json:
        print(json.dumps([dict(zip(names, row, strict=True)) for row in rows], indent=2))
        return
    table = Table(title=str(folder))
    for name in names:
        table.add_column(name)
    for words, *groups in rows:
        table.add_row(words, *(listed(numbers) for numbers in groups))
    console = Console()
    console.print(table)
    console.print("Trials without a recording are walked again from their seed.", highlight=False)


def _check_files(asked: ReplayRequest) -> None:
    """Refuse files that cannot be what they are called, before anything is simulated."""
    endings = (
        ("--html", asked.html, (".html", ".htm")),
        ("--video", asked.video, (".mp4", ".webm", ".mkv", ".mov")),
        ("--gif", asked.gif, (".gif",)),
    )
    for option, path, allowed in endings:
        if path is None:
            continue
        if path.suffix.lower() not in allowed:
            raise ConfigError(f"{option} {path}: must end in {' or '.join(allowed)}")
        if not path.parent.is_dir():
            raise ConfigError(f"{option} {path}: there is no folder {path.parent}")
    for option, value in (("--from", asked.start_s), ("--seconds", asked.length_s)):
        if value is not None and not 0 <= value < 1e6:
            raise ConfigError(f"{option} {value:g}: must be 0 or more seconds")
    if asked.length_s == 0:
        raise ConfigError("--seconds 0: there is nothing to show")


def _beside(run: RecordedRun, text: str | None) -> list[tuple[RecordedRun, Chosen]]:
    """Return the trial to show beside: `M` of the same run, `RUN:M` of another."""
    if text is None:
        return []
    folder, colon, number = text.rpartition(":")
    other = RecordedRun.finished(folder) if colon and folder else run
    if not number.isdecimal():
        raise ConfigError(f"--with {text}: must be a trial's number, or RUN:NUMBER of another run")
    return [(other, other.choose(int(number)))]


def _shown(run: RecordedRun, chosen: Chosen, quiet: bool) -> Shown:
    if chosen.recording is None and not quiet:
        typer.echo(
            f"Trial {chosen.spec.trial} was not recorded; walking it again from its seed "
            f"(recorded: {listed(sorted(run.recordings))}).",
            err=True,
        )
    recording, again = recording_of(run, chosen)
    return Shown(run, chosen, recording, again)


def _check_start(asked: ReplayRequest, shown: Sequence[Shown]) -> None:
    """Refuse to start after the end."""
    last = max(float(one.recording["time"].values[-1]) for one in shown)
    if asked.start_s is not None and asked.start_s >= last:
        raise ConfigError(f"--from {asked.start_s:g}: the trial has only {last:g} s")


def _write_page(path: Path, text: str) -> None:
    size = len(text.encode("utf-8"))
    if size > _MOST_BYTES:
        typer.echo(f"{path} has {size / 1e6:.0f} MB; --seconds makes it smaller.", err=True)
    try:
        write_text(path, text)
    except ConfigError as error:
        raise ConfigError(f"{error}; choose --html") from None


def _film(shown: Sequence[Shown], path: Path, asked: ReplayRequest) -> None:
    from ..replay.video import film

    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(path.name, total=None)
        film(
            shown,
            path,
            asked.start_s,
            asked.length_s,
            asked.camera,
            lambda done, total: bar.update(task, completed=done, total=total),
        )


def _tell(
    run: RecordedRun, shown: Sequence[Shown], written: dict[str, Path], as_json: bool, chose: bool
) -> None:
    if as_json:
        told = [
            {
                "run": str(one.run.folder.path),
                "trial": one.chosen.spec.trial,
                "cell": dict(one.chosen.cell.levels),
                "fell": bool(one.chosen.row["fell"]),
                "walked_again": one.again,
            }
            for one in shown
        ]
        print(json.dumps({"trials": told, **{k: str(v) for k, v in written.items()}}, indent=2))
        return
    for one in shown:
        again = "; walked again, the same to the last bit" if one.again else ""
        typer.echo(f"{one.chosen.title}: {one.chosen.outcome}{again}")
    if chose:
        typer.echo(f"Chosen for you ({run.summary()}); --trial N shows another, --list all.")
    for kind, path in written.items():
        size = path.stat().st_size / 1e6
        typer.echo(f"{_KINDS[kind]}: {path} ({size:.1f} MB)")
