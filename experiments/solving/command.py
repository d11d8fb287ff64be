"""`retrowalk solve`: reads the config, shows progress, says what is missing."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from ...sim.errors import ConfigError
from ...sim.extras import needs_extra
from .solve_config import find_solve_config, load_solve_config


def solve_command(config: Path, out: Path | None, overrides: list[str], resume: bool) -> None:
    """Run `retrowalk solve`: a progress bar on a terminal, a line a stage in a pipe.

    Raises:
        ConfigError: CasADi is not installed, or what `load_solve_config` and `solve` say.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    loaded = load_solve_config(find_solve_config(config), overrides)
    if find_spec("casadi") is None:
        raise ConfigError(needs_extra("solving", "solve"))
    from .solve import Step, solve

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("building the model", total=None)

        def tell(text: str) -> None:
            console.print(text, highlight=False, soft_wrap=True)

        def show(now: Step) -> None:
            line = (
                f"{now.done + 1} of {now.of}: start {now.start}, {now.speed_m_per_s:.2f} m/s, "
                f"{now.stage}: {now.solved.status}, objective {now.solved.objective:.4f}"
            )
            bar.update(task, description=line, completed=now.done, total=now.of)
            if not console.is_terminal:
                console.print(line, highlight=False, soft_wrap=True)

        folder = solve(loaded, out or Path("runs") / loaded.name, resume, show, tell)
    print(folder)
