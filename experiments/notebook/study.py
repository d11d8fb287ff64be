"""An experiment in Python: a config that is checked, changed, shown and run."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from html import escape
from os import PathLike
from pathlib import Path
from typing import Any

from ...models.yaml_source import KeyPath, YamlSource
from ...sim.errors import ConfigError
from ...sim.plain_values import is_mapping
from ..commands.run import progress_bar, say
from ..learning.trusted_policies import with_converted
from ..runner.run import Options, run_experiment
from ..study.experiment import ExperimentConfig
from ..study.load import check_config, read_config, set_value
from ..study.plan import Plan, make_plan
from .finished_run import FinishedRun, open_run
from .html import html_table
from .plain_arguments import path_of, plain, whole_number

_MOST_ROWS = 40  # cells that a notebook shows


class Study:
    """An experiment: conditions that are walked with the same seeds, and contrasts between them.

    ```python
    run = Study("quick-start").replace(trials=8).run("runs/a")
    ```

    Args:
        config: the name of a shipped experiment (`rw.list("experiments")`), the path of a YAML
            file, or its content as a mapping.
        trust: allow policies that run code of their own (`module:Class`, .zip).

    Raises:
        ConfigError: the config is not valid.
    """

    def __init__(
        self, config: str | PathLike[str] | Mapping[str, Any], *, trust: bool = False
    ) -> None:
        if isinstance(config, Mapping):
            source = YamlSource("Study()", plain(config), {})
        else:
            source = read_config(path_of("Study()", "config", config))
        self._source, self._trust = source, trust
        self._config = check_config(source, trust=trust)

    @property
    def name(self) -> str:
        """The experiment's name; its run goes to `runs/NAME` by default."""
        return self._config.name

    @property
    def config(self) -> ExperimentConfig:
        """The checked config."""
        return self._config

    @property
    def plan(self) -> Plan:
        """Cells and seeds; cells at a preferred pace have the technique's speed until it runs."""
        return make_plan(self._config)

    def replace(self, changes: Mapping[str, Any] | None = None, /, **keys: Any) -> Study:
        """Return the study with other values of some keys.

        Args:
            changes: by key, dots between keys: `{"technique.speed_m_per_s": 0.6}`.
            keys: whole keys of the config: `trials=8, surface="grass"`.

        Raises:
            ConfigError: no such key, or a value that it cannot have.
        """
        source = replace(self._source, data=deepcopy(self._source.data))
        given: dict[KeyPath, str] = {}
        named = {} if changes is None else plain(changes)
        if not is_mapping(named):
            raise ConfigError(f"replace(): changes = {changes!r}: must be a mapping by key")
        for key, value in {**named, **keys}.items():
            path = tuple(int(part) if part.isdecimal() else part for part in key.split("."))
            given[path] = "replace()"
            set_value(source.data, path, plain(value), given[path])
        study = object.__new__(Study)
        study._source, study._trust = source, self._trust
        study._config = check_config(source, given, self._trust)
        return study

    def run(
        self,
        out: str | PathLike[str] | None = None,
        *,
        threads: int | None = None,
        resume: bool = True,
    ) -> FinishedRun:
        """Run every trial into a folder and return the run.

        Calling it again goes on with what is in the folder, and returns a finished run at once.

        Args:
            out: the folder; `runs/NAME` by default.
            threads: worker processes; None for all cores. It changes no number.
            resume: go on with the same run in the folder; False refuses a folder that holds one.

        Raises:
            ConfigError: a cell cannot be walked, or the folder holds something else.
        """
        folder = Path("runs") / self.name if out is None else path_of("run()", "out", out)
        cores = None if threads is None else whole_number("run()", "threads", threads, 1)
        config = with_converted(self._config, say)
        command = ("import retrowalk", f"Study({self.name!r}).run({str(folder)!r})")
        with progress_bar(self.name) as progress:
            options = Options(cores, None, resume, command, progress, self._source.name, note=say)
            run_experiment(config, folder, options)
        return open_run(folder, trust=self._trust)

    def __repr__(self) -> str:
        cells, trials = len(self.plan.cells), self._config.trials
        return f"<Study {self.name}: {cells} cells of {trials} trials>"

    def _repr_html_(self) -> str:
        cells = self.plan.cells
        head = ("cell", "direction", "surface", "speed, m/s", "walker", "policy", "hazards")
        rows = [
            (
                cell.name,
                cell.direction,
                cell.surface,
                f"{cell.technique.speed_m_per_s:g}",
                cell.walker.name,
                cell.policy,
                ", ".join(hazard.kind for hazard in cell.hazards) or "none",
            )
            for cell in cells[:_MOST_ROWS]
        ]
        more = f"<p>and {len(cells) - _MOST_ROWS} more cells</p>" if len(cells) > _MOST_ROWS else ""
        config = self._config
        asked = f"<p>{escape(config.question)}</p>" if config.question else ""
        size = f"{len(cells)} cells of {config.trials} trials, {config.duration_s:g} s each"
        return f"<h4>{escape(config.name)}</h4>{asked}<p>{size}</p>{html_table(head, rows)}{more}"
