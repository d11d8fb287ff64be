"""Run an experiment with the stand-in: `python run_fake.py CONFIG OUT THREADS BATCH RESUME`.

With a further argument, the chunks run where it says, as with `--scheduler`, and not in THREADS.
"""

from __future__ import annotations

import sys
from pathlib import Path

import fake_engine

from retrowalk.experiments.commands.cli import guarded
from retrowalk.experiments.commands.run import run_command
from retrowalk.experiments.runner.run import Options


def main() -> None:
    config, out, threads, batch, resume, *scheduler = sys.argv[1:]
    options = Options(
        None if scheduler else int(threads),
        int(batch),
        resume == "resume",
        tuple(sys.argv),
        scheduler=scheduler[0] if scheduler else None,
    )
    run_command(
        config,
        Path(out),
        [],
        options,
        open_report=False,
        engine=fake_engine.ENGINE,
        report=fake_engine.write_report,
    )


if __name__ == "__main__":
    guarded(main)
