"""The command line. Commands import what they need when they are called, so that help is quick."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from ...sim.shortage import check_address_space
from ..runner.interruption import all_done, interruptible, listening
from ..runner.library_threads import limit_library_threads
from .bench import bench
from .information import information
from .options import (
    AsJson,
    Config,
    Language,
    NoOpen,
    Out,
    Overrides,
    Resume,
    Threads,
    Trust,
    whole_number,
)
from .recorded_walks import gates, sharing
from .sensitivity_options import sensitivity
from .usage import Commands
from .validate_options import validate
from .verify_options import verify

limit_library_threads()

COLLECTED = (50_000, 20, 50)
"""After how many new objects garbage is looked for: libraries make many that stay."""

app = typer.Typer(
    name="retrowalk",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    """Print the version and end the program."""
    if asked:
        from importlib.metadata import version

        typer.echo(f"retrowalk {version('retrowalk')}")
        raise typer.Exit


@app.callback()
def retrowalk(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """A laboratory for walking backwards: muscle-driven humans in MuJoCo."""
    del version
    check_address_space()


@app.command(
    epilog="Example: `retrowalk run quick-start --set trials=8 --set technique.speed_m_per_s=0.6`"
)
def run(
    config: Config,
    out: Out = None,
    overrides: Overrides = None,
    threads: Threads = None,
    batch: Annotated[
        int | None,
        typer.Option(
            parser=whole_number, metavar="N", help="Trials stepped together; results do not change."
        ),
    ] = None,
    resume: Resume = False,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="WHERE",
            help="Run on Dask: address, local:N or slurm[:KEY=VALUE,...]; docs/use/scheduler.md.",
        ),
    ] = None,
    trust: Trust = False,
    no_open: NoOpen = False,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Run an experiment and write its report."""
    from ..runner.worker_server import start_ahead

    if scheduler is None:
        start_ahead(threads)
    from ..runner.run import Options
    from .run import run_command

    options = Options(threads, batch, resume, tuple(sys.argv), scheduler=scheduler)
    run_command(
        config,
        out,
        overrides or [],
        options,
        trust=trust,
        open_report=not no_open,
        as_json=as_json,
        language=language,
    )


@app.command(
    epilog="Example: `retrowalk compare scripted ppo-backward-rough --on flat,rough-1cm "
    "--speed 0.6`"
)
def compare(
    policies: Annotated[
        list[str],
        typer.Argument(
            metavar="POLICY...",
            help="`scripted`, a learned policy's name or .onnx file, your own `module:Class`; "
            "`NAME=POLICY,POLICY` for a group, such as the seeds of one training.",
        ),
    ],
    on: Annotated[
        list[str],
        typer.Option("--on", metavar="SURFACE,...", help="Surfaces; `retrowalk list surfaces`."),
    ],
    hazards: Annotated[
        list[str] | None,
        typer.Option(
            "--hazards", metavar="HAZARD,...", help="Each in turn; `none` for walking undisturbed."
        ),
    ] = None,
    walker: Annotated[str, typer.Option(help="Who walks.")] = "young-adult",
    direction: Annotated[
        str | None,
        typer.Option(help="backward or forward; that of the learned policies by default."),
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(metavar="M_PER_S", help="Commanded; 0.8 or the nearest that all are for."),
    ] = None,
    trials: Annotated[
        int, typer.Option(min=1, metavar="N", help="Of each policy at each place.")
    ] = 32,
    duration: Annotated[float, typer.Option(metavar="S", help="Of each trial, in seconds.")] = 20.0,
    seed: Annotated[int, typer.Option(metavar="N", help="The same for all policies.")] = 1,
    out: Out = None,
    overrides: Overrides = None,
    threads: Threads = None,
    resume: Resume = False,
    trust: Trust = False,
    shown_as: Annotated[
        str, typer.Option("--format", help="On screen: table, markdown or csv.")
    ] = "table",
    no_open: NoOpen = False,
    as_json: AsJson = False,
) -> None:
    """Compare gait policies on the same grounds with the same seeds, and rank them."""
    from ..runner.run import Options
    from .compare import compare_command
    from .compare_config import ComparisonRequest, grouped, sorted_out

    words, surfaces, mishaps = sorted_out(policies, on, hazards or [])
    named, groups = grouped(words)
    asked = ComparisonRequest(
        named,
        surfaces,
        mishaps,
        walker,
        direction,
        speed,
        trials,
        duration,
        seed,
        tuple(overrides or ()),
        trust,
        groups,
    )
    options = Options(threads, None, resume, tuple(sys.argv))
    compare_command(
        asked, out, options, shown_as=shown_as, open_report=not no_open, as_json=as_json
    )


app.command(
    epilog="Example: `retrowalk validate --out runs/findings --page docs/results/validation.md`"
)(validate)


app.command(epilog="Example: `retrowalk sensitivity energy --set trials=8`")(sensitivity)


app.command(epilog="Example: `retrowalk verify --page docs/results/numerics.md`")(verify)


app.command(epilog="Example: `retrowalk sharing runs/quick-start`")(sharing)
app.command(epilog="Example: `retrowalk gates runs/reference-forward`")(gates)


@app.command(epilog="Example: `retrowalk tune tune-backward --out runs/tune-backward`")
def tune(
    config: Config,
    out: Out = None,
    overrides: Overrides = None,
    threads: Threads = None,
    resume: Resume = False,
) -> None:
    """Search the parameters of a scripted gait."""
    from ..tuning.search import tune_command

    with interruptible("finished generations are kept; go on with --resume"):
        tune_command(Path(config), out, overrides or [], threads, resume)


@app.command(epilog="Example: `retrowalk solve forward --out runs/solve-forward`")
def solve(
    config: Config,
    out: Out = None,
    overrides: Overrides = None,
    resume: Resume = False,
) -> None:
    """Solve gaits by direct collocation; needs the extra `solve`."""
    from ..solving.command import solve_command

    with interruptible("finished solves are kept; go on with --resume"):
        solve_command(Path(config), out, overrides or [], resume)


@app.command(epilog="Example: `retrowalk train ppo-residual-quick --set seed=2 --out runs/learned`")
def train(
    config: Config,
    out: Out = None,
    overrides: Overrides = None,
    threads: Annotated[
        int | None,
        typer.Option(parser=whole_number, metavar="N", help="Cores to use; one by default."),
    ] = None,
    resume: Resume = False,
    as_json: AsJson = False,
) -> None:
    """Learn a gait; needs the extra `rl`."""
    from .train import train_command

    with interruptible("finished segments are kept; go on with --resume"):
        train_command(config, out, overrides or [], threads or 1, resume=resume, as_json=as_json)


@app.command(epilog="Example: `retrowalk view quick-start --seed 3`")
def view(
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN | POLICY | CONFIG]",
            help="A run's folder, a learned policy's file or name, a config's path or name.",
        ),
    ] = None,
    host: Annotated[
        str, typer.Option(help="Address to serve on; beyond 127.0.0.1 a token is needed.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="The next free one if it is taken.")
    ] = 8080,
    seed: Annotated[int | None, typer.Option(min=0, help="In place of the config's.")] = None,
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Do not open the page in a browser.")
    ] = False,
    trust: Trust = False,
) -> None:
    """Watch and steer one walker live, in a browser."""
    from .view import view_command

    view_command(target, host, port, seed, not no_open, trust)


@app.command(epilog="Example: `retrowalk replay runs/quick-start --trial 0 --with 48`")
def replay(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a finished run.")],
    trial: Annotated[
        int | None,
        typer.Option(metavar="N", help="The trial's number; by default one that did not fall."),
    ] = None,
    cell: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Of this cell: 'backward rough-2cm'.")
    ] = None,
    fell: Annotated[bool, typer.Option("--fell", help="A trial that fell.")] = False,
    beside: Annotated[
        str | None,
        typer.Option("--with", metavar="M", help="Another trial beside it; RUN:M of another run."),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(help="The page to write, needs nothing; by default one in the run's folder."),
    ] = None,
    video: Annotated[
        Path | None, typer.Option(help="The film to write, such as out.mp4; extra `video`.")
    ] = None,
    gif: Annotated[Path | None, typer.Option(help="The moving picture to write.")] = None,
    start: Annotated[
        float | None, typer.Option("--from", metavar="S", help="Start at this time of the trial.")
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(metavar="S", help="Show this long; by default all, a GIF 4 s.")
    ] = None,
    camera: Annotated[
        str, typer.Option(help="Of video and GIF: follow, side, back, front, top.")
    ] = "follow",
    list_only: Annotated[
        bool, typer.Option("--list", help="Only list the run's trials: recorded, fallen.")
    ] = False,
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Do not open the page in a browser.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Watch a trial of a run, or two side by side."""
    from .replay import ReplayRequest, list_trials, replay_command

    if list_only:
        list_trials(run, as_json)
        return
    asked = ReplayRequest(run, trial, cell, fell, beside, start, seconds, html, video, gif, camera)
    replay_command(asked, open_page=not no_open, as_json=as_json)


app.command(epilog="Example: `retrowalk bench --quick --out new.json --compare old.json`")(bench)
app.add_typer(information)


def guarded(call: Callable[[], object]) -> None:
    """Call it; an error meant for people ends the program with its message and exit code.

    Exit code 2 for bad input, 130 for Ctrl-C, 1 for other failures.
    """
    from .ending import ended

    with listening():
        code = ended(call)
        all_done()
    sys.exit(code)


def main() -> None:
    """Run the command line."""
    gc.set_threshold(*COLLECTED)
    guarded(app)


if __name__ == "__main__":
    main()
