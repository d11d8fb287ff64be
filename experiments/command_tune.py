"""`retrowalk tune`: search a gait's parameters with a line or a bar for each generation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from .interruption import interruptible
from .pool import available_cores
from .tuning import Progress, tune


def tune_command(
    config: Path, out: Path | None, overrides: list[str], threads: int | None, resume: bool
) -> None:
    """Tune and say where the gait is."""
    with (
        interruptible("finished generations are kept; go on with --resume"),
        _progress(config.stem) as report,
    ):
        gait = tune(config, out, overrides, threads or available_cores(), resume, report)
    print(f"Gait: {gait}")


@contextmanager
def _progress(name: str) -> Iterator[Callable[[Progress], None]]:
    """Yield what shows one generation: a bar on a terminal, nothing in a pipe."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda progress: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("generations, best {task.fields[best]:.3f}, median {task.fields[median]:.3f}"),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=console) as bar:
        task = bar.add_task(name, total=None, best=float("nan"), median=float("nan"))

        def show(progress: Progress) -> None:
            bar.update(
                task,
                completed=progress.generation,
                total=progress.of,
                best=progress.best,
                median=progress.median,
            )

        yield show
