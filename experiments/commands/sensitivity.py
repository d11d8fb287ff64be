"""`retrowalk sensitivity`: repeat an experiment over choices, and tell what depends on them."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from ...sim.errors import ConfigError
from ..rollout.engine import Engine
from ..runner.interruption import interruptible
from ..runner.run import Options
from ..sensitivity.page import sensitivity_page, summary
from ..sensitivity.sensitivity import says, sensitivity
from ..sensitivity.variants import OWN
from ..store.atomic import write_text
from ..store.edition import stamped
from ..store.run import Run
from .run import progress_bar

PAGE = "SENSITIVITY.md"


def sensitivity_command(
    config: str,
    out: Path | None,
    overrides: list[str],
    options: Options,
    *,
    page: Path | None = None,
    as_json: bool = False,
    engine: Engine | None = None,
) -> None:
    """Run all variants of a config, write the page beside them and show what depends on what.

    Args:
        page: where to write the page; SENSITIVITY.md in the folder by default.
        engine: stands in for the simulation in tests.

    Raises:
        ConfigError: the config is wrong, a folder holds something else, or there is none for the
            page.
    """
    if page is not None and not page.parent.is_dir():
        raise ConfigError(f"{page}: its folder does not exist")
    title = config if "/" not in config else Path(config).stem
    with (
        interruptible("finished trials are kept; go on with --resume"),
        progress_bar(title) as progress,
    ):
        shown = replace(options, progress=progress)
        folder, variants, found = sensitivity(config, overrides, out, shown, engine)
    command = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])
    page = folder / PAGE if page is None else page
    text = sensitivity_page(title, command, variants, found)
    write_text(page, stamped(text, [Run(folder / OWN).edition]))
    if as_json:
        answers = [
            {
                "contrast": {
                    key: one.own[key] for key in ("measure", "between", "where", "pooled")
                },
                "says": {name: says(contrast) for name, contrast in one.contrasts.items()},
                "depends_on": one.depends_on,
            }
            for one in found
        ]
        print(json.dumps({"folder": str(folder), "answers": answers}, indent=2, allow_nan=False))
        return
    console = Console()
    console.print(Markdown(summary(variants, found)))
    console.print(f"Page: {page}", soft_wrap=True, highlight=False)
