"""Reader of a run's folder.

run = Run.finished("runs/quick-start")
run.trials.groupby("direction")["speed_m_per_s"].mean()
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any, Self, TypeVar

import pandas as pd
import xarray as xr

from ...models.yaml_source import read_yaml
from ...sim.errors import ConfigError, unknown_name
from ...sim.json_file import read_json
from ...sim.plain_values import is_dict
from ...sim.shortage import raise_shortage
from ..statistics.paired import proportion_interval
from ..study.experiment import ExperimentConfig
from ..study.left_out import LeftOut
from ..study.load import load_config
from ..study.pace import PreferredSpeed
from ..study.plan import Cell, Plan, make_plan
from .controller_rows import controller_rows
from .integrity import file_checksum
from .manifest import MEASURES, Manifest, read_manifest
from .not_measured import not_measured_rows
from .preferred_speeds import preferred_speeds_of
from .run_folder import RunFolder
from .tables import read_table
from .waveforms import read_netcdf

_Content = TypeVar("_Content")


class Run:
    """What a run's folder holds; each file is read when it is first asked for.

    Nothing is read or checked here: `Run.finished` does that. Properties raise a `ConfigError`
    that names the file where it is missing or damaged.

    Args:
        folder: of the run. trust: allow policies that run code of their own (`module:Class`).
    """

    def __init__(self, folder: str | PathLike[str], *, trust: bool = False) -> None:
        self.folder = RunFolder(Path(folder))
        self._trust = trust

    @classmethod
    def finished(cls, folder: str | PathLike[str], *, trust: bool = False) -> Self:
        """Return the finished run in `folder`.

        Raises:
            ConfigError: there is no such folder, it holds no run, or one that is not finished.
        """
        run = cls(folder, trust=trust)
        if not run.path.is_dir():
            raise ConfigError(f"{folder}: no such folder; give a run's, such as runs/NAME")
        if not run.folder.config.is_file() or not run.folder.manifest.is_file():
            raise ConfigError(
                f"{folder}: holds no run of retrowalk (config.yaml and manifest.json)"
            )
        if not run.folder.trials.is_file() or not run.complete:
            raise ConfigError(
                f"{folder}: this run is not finished; go on with "
                f"`retrowalk run {run.folder.config} --out {folder} --resume`"
            )
        return run

    @property
    def path(self) -> Path:
        """The folder."""
        return self.folder.path

    @property
    def name(self) -> str:
        """The experiment's name."""
        return str(self.manifest.get("name") or self.path.name)

    @property
    def complete(self) -> bool:
        """Whether every trial ran and the tables are joined."""
        return self.manifest.get("status", "complete") == "complete"

    @cached_property
    def manifest(self) -> Manifest:
        """Versions, command, seeds, digests, wall time [s], machine."""
        return read_manifest(self.folder.manifest)

    @property
    def edition(self) -> str | None:
        """Edition of the measures' definitions; None of a run from before they had one."""
        return self.manifest.get("versions", {}).get(MEASURES)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """`config.yaml` as plain data, unchecked: it reads where the checked config would not."""
        return self._read(self.folder.config, read_yaml).data

    @cached_property
    def config(self) -> ExperimentConfig:
        """The checked config."""
        return load_config(self.folder.config, trust=self._trust)

    @cached_property
    def plan(self) -> Plan:
        """Cells and trials, at the preferred speeds where the run found them."""
        told = self.manifest.get("left_out")
        return make_plan(
            self.config,
            self.preferred_speeds or None,
            None if told is None else [LeftOut.read(one, self.config.factors) for one in told],
        )

    @cached_property
    def trials(self) -> pd.DataFrame:
        """One row a trial: conditions, outcome, measures (SI; null where there is none)."""
        return self._read(self.folder.trials, read_table)

    @cached_property
    def strides(self) -> pd.DataFrame:
        """One row a steady stride: conditions, foot, times [s], measures (SI)."""
        return self._read(self.folder.strides, read_table)

    @cached_property
    def not_measured(self) -> pd.DataFrame:
        """One row a measure that is null in all trials of a cell: `cell`, `measure`, `reason`."""
        if self.folder.not_measured.exists():
            return self._read(self.folder.not_measured, read_table)
        return not_measured_rows(self.plan, self.trials)  # a run of before they were written

    @cached_property
    def waveforms(self) -> xr.Dataset:
        """Mean and spread over the gait cycle, by cell."""
        return self._read(self.folder.waveforms, read_netcdf)

    def answer(self, name: str) -> dict[str, Any]:
        """Return the content of the answer that the run keeps in `<name>.json`."""
        return self._read(self.folder.answer(name), _json)

    def has_answer(self, name: str) -> bool:
        """Return whether the run answered this: not every run asks everything."""
        return self.folder.answer(name).exists()

    @cached_property
    def contrasts(self) -> pd.DataFrame:
        """One row a contrast: measure, the two levels, estimate with its 95 % interval, p.

        `withheld` says why it is no answer; empty where it is one.
        """
        return contrast_rows(self.answer("contrasts").get("contrasts", []))

    @cached_property
    def controllers(self) -> pd.DataFrame:
        """One row a contrast and controller, then one over all; empty where one walks alone.

        `says` is the answer over all, or why a controller does not count.
        """
        if not self.has_answer("controllers"):
            return controller_rows([])
        return controller_rows(self.answer("controllers")["contrasts"])

    @cached_property
    def preferred_speeds(self) -> tuple[PreferredSpeed, ...]:
        """What the run's sweeps of speeds found; empty where no pace asked for one."""
        if not self.folder.preferred_speed.exists():
            return ()
        return self._read(
            self.folder.preferred_speed, lambda path: preferred_speeds_of(_json(path))
        )

    @cached_property
    def recordings(self) -> dict[int, Path]:
        """The files of the trials that were kept, by the trial's number."""
        found: dict[int, Path] = {}
        for path in sorted(self.folder.recordings.glob("*.nc")):
            if named := re.search(r"trial-(\d+)", path.stem):
                found[int(named[1])] = path
        return found

    def recording(self, trial: int, variables: Sequence[str] | None = None) -> xr.Dataset:
        """Return the kept recording of a trial, all of it or only some variables.

        The dimension `trial` stays, of length 1, as measures and exports expect it.

        Raises:
            ConfigError: it was not kept, or cannot be read.
        """
        path = self.recordings.get(trial)
        if path is None:
            kept = ", ".join(map(str, self.recordings)) or "none"
            raise ConfigError(f"{self.path}: trial {trial} was not recorded (recorded: {kept})")

        return self._read(path, lambda path: read_netcdf(path, variables).sel(trial=[trial]))

    def rows(self, cell: Cell) -> pd.DataFrame:
        """Return the trials of one cell."""
        return self.trials[self.trials["cell"] == cell.index]

    def falls_by(self, *factors: str) -> pd.DataFrame:
        """Return the falls of valid trials by the levels of `factors`, in order of appearance.

        One row a combination of levels, with a column a factor and `fell`, `trials` (counts),
        `share`, `low`, `high` (Wilson's 95 % interval).
        """
        trials = self.by_factor(*factors)
        valid = trials[trials["valid"].astype(bool)]
        grouped = valid.groupby(list(factors), sort=False)["fell"]
        table = grouped.agg(fell="sum", trials="count").reset_index()
        counts = zip(table["fell"], table["trials"], strict=True)
        shares = [proportion_interval(int(fell), int(trials)) for fell, trials in counts]
        table["share"] = table["fell"] / table["trials"]
        table["low"] = [share.low for share in shares]
        table["high"] = [share.high for share in shares]
        return table

    def by_factor(self, *factors: str) -> pd.DataFrame:
        """Return the trials with each factor's levels in a column of the factor's own name."""
        held = [str(one) for one in self.trials]
        for name in map(str, factors):
            if f"factor_{name}" not in held and name not in held:
                own = [one.removeprefix("factor_") for one in held if "factor_" in one]
                raise unknown_name("factor", name, own)
        columns = {f"factor_{name}": name for name in factors}
        known = {old: new for old, new in columns.items() if old in self.trials}
        return self.trials.drop(
            columns=[new for new in known.values() if new in self.trials]
        ).rename(columns=known)

    def _read(self, path: Path, read: Callable[[Path], _Content]) -> _Content:
        """Return what `read` makes of a file, or refuse it by name."""
        if not path.exists():
            raise ConfigError(f"{path}: is missing from the run's folder")
        self._check(path)
        try:
            return read(path)
        except ConfigError:
            raise
        except Exception as error:  # damage shows as any error of the libraries that read it
            raise_shortage(error)
            raise ConfigError(f"{path}: cannot be read ({error})") from error

    def _check(self, path: Path) -> None:
        """Refuse a file that is not what the run wrote, where the manifest has its checksum."""
        if not self.folder.manifest.is_file():
            return
        name = path.relative_to(self.path).as_posix()
        try:
            wrote = self.manifest.get("files", {}).get(name)
        except ConfigError:  # told where the manifest itself is asked for
            return
        if wrote is not None and file_checksum(path) != wrote:
            raise ConfigError(
                f"{path}: cannot be read: it is not what the run wrote (damaged or edited); "
                f"`retrowalk run {self.folder.config} --out {self.path} --resume` makes it anew"
            )


def contrast_rows(contrasts: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return contrasts as a table: one row each, the settings in words."""
    rows: list[dict[str, Any]] = []
    for entry in contrasts:
        between: dict[str, tuple[str, str]] = entry.get("between") or {}
        factor, levels = next(iter(between.items()), ("", ("", "")))
        where: dict[str, object] = entry.get("where") or {}
        rows.append(
            {
                "measure": entry["measure"],
                "factor": factor,
                "first": levels[0],
                "second": levels[1],
                "as": entry.get("as"),
                "where": ", ".join(f"{name} {level}" for name, level in where.items()),
                **{name: entry.get(name) for name in _CONTRAST_COLUMNS},
                "withheld": " ".join(one["says"] for one in entry.get("withheld") or ()),
            }
        )
    columns = [
        "measure",
        "factor",
        "first",
        "second",
        "as",
        "where",
        *_CONTRAST_COLUMNS,
        "withheld",
    ]
    return pd.DataFrame(rows, columns=pd.Index(columns))


_CONTRAST_COLUMNS = (
    *("pooled", "estimate", "low", "high", "p", "p_holm", "n_pairs", "n_dropped"),
    *("mean_first", "mean_second", "effect_size", "note"),
)


def _json(path: Path) -> dict[str, Any]:
    content: Any = read_json(path)
    if not is_dict(content):
        raise ValueError("it holds no mapping")
    return content
