"""Runs of several controllers that answer parts of claims (`claims/full.yaml`).

Every controller walks a run of its own, so that one that comes later walks alone; the answer over
them is made when the runs are collected.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from ...models.yaml_source import read_yaml
from ...sim.errors import ConfigError
from ..analysis.cohort import cohort_answers
from ..analysis.controllers import over_controllers, sides_of
from ..findings.forward_gates import gates_of
from ..statistics.effect_size import detectable, smallest
from ..store.run import Run
from ..study.cohort import PERSON
from ..study.columns import OUTCOME_COLUMNS
from ..study.controller_factor import ALL, CONTROLLER, KEY, Controllers
from ..study.fields import Strict, problem_of
from ..study.load import load_config
from ..study.plan import Plan, make_plan
from .claim import tuples
from .results import rounded, walks_of
from .stretches import stretches_of, stretches_over_controllers

Levels = Annotated[dict[str, Any], BeforeValidator(tuples)]
NOT_YET = "not walked yet"
PEOPLE, OVER_PEOPLE = "people", "over_people"
"""Keys of the results of a run in which a cohort walks."""


class FullRun(Strict):
    """Walks of every controller that can walk an experiment, and the claims that they answer."""

    experiment: str
    changes: dict[str, Any]
    """What is set otherwise than in the experiment that ships, by dotted key."""
    controllers: Controllers = ALL
    """Those that are asked; `all`: that were found by themselves."""
    pilot: Annotated[int, Field(ge=3)] = 8
    """Walks, the first of each condition, whose spread the size is planned from."""
    answers: dict[str, Levels]
    """By claim, the levels that the run holds fixed of the factors that it lacks."""

    @property
    def overrides(self) -> list[str]:
        """The changes, as `--set` takes them."""
        return [f"{key}={_text(value)}" for key, value in self.changes.items()]

    @property
    def plan(self) -> Plan:
        """The plan of all controllers together."""
        asked = _text(self.controllers or ALL)
        return make_plan(load_config(self.experiment, [f"{KEY}={asked}", *self.overrides]))

    @property
    def walkers(self) -> tuple[str, ...]:
        """The controllers of those asked that can walk it."""
        return tuple(dict.fromkeys(_controller(cell.levels) for cell in self.plan.cells))

    def command(self, controller: str) -> str:
        """Return what follows `retrowalk run` for a controller's own run."""
        given = [f"{KEY}=[{controller}]", *self.overrides]
        return " ".join([self.experiment, *(f"--set {one}" for one in given)])


def _text(value: Any) -> str:
    return json.dumps(value).replace(" ", "").replace('"', "")


def _controller(levels: tuple[tuple[str, Any], ...]) -> str:
    return str(dict(levels)[CONTROLLER])


def read_full_runs(path: Path) -> dict[str, FullRun]:
    """Return the runs by name, which is that of their folder; none where there is no file.

    Raises:
        ConfigError: a key is unknown, missing or of the wrong kind, naming it.
    """
    if not path.exists():
        return {}
    try:
        return TypeAdapter(dict[str, FullRun]).validate_python(read_yaml(path).data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ConfigError(f"{path}: {place}: {problem_of(dict(first))}") from None


def collect_full(run: FullRun, folder: Path) -> dict[str, Any]:
    """Return what the controllers say whose runs are in `folder`, as plain data.

    Raises:
        ConfigError: a run there is another, or not complete.
    """
    walked = {name: _read(run, folder / name) for name in run.walkers if (folder / name).exists()}
    plan, runs = run.plan, list(walked.values())
    trials = _together(plan, walked)
    told = [done.answer("contrasts") for done in runs]
    contrasts = [one for own in told for one in own["contrasts"] if not one.get("across")]
    if PERSON in plan.config.factors:
        cells = [cell for own in told for cell in own["cells"]]
        found = cohort_answers(contrasts, cells, trials, plan)
        over = [{**one, "note": ""} for one in found["contrasts"]]
        people = {PEOPLE: found["people"], OVER_PEOPLE: over}
        how = _how(run, plan, trials, walked)
        return rounded({**how, "gates": {}, "contrasts": [], "left_out": [], **people})
    answers = over_controllers(contrasts, trials, plan)
    own = {(name, _asked(one)): one for name in walked for one in contrasts if _whose(one) == name}
    missing = [
        {"levels": {CONTROLLER: name}, "says": NOT_YET}
        for name in run.walkers
        if name not in walked
    ]
    stretches = stretches_over_controllers([one for done in runs for one in stretches_of(done)])
    return rounded(
        {
            **_how(run, plan, trials, walked),
            "pilot": run.pilot,
            "gates": {name: _gates(done) for name, done in walked.items()},
            "contrasts": [
                {
                    **over,
                    "controllers": [
                        {
                            **one,
                            **_pilot(
                                own.get((one[CONTROLLER], _asked(over))), trials, plan, run.pilot
                            ),
                        }
                        for one in over["controllers"]
                    ],
                    "note": "",
                    "geometry": _geometry(over, own),
                    "detectable": _detectable(over),
                }
                for over in answers["contrasts"]
            ]
            + [{**one, "note": "", "detectable": _detectable(one)} for one in stretches],
            "left_out": [*answers["left_out"], *missing],
        }
    )


def _how(
    run: FullRun, plan: Plan, trials: pd.DataFrame, walked: Mapping[str, Run]
) -> dict[str, Any]:
    """Return how the runs were made, and how much was walked."""
    made = [done.manifest for done in walked.values()]
    return {
        "experiment": run.experiment,
        "commands": [run.command(name) for name in walked],
        **walks_of(plan, trials),
        "wall_time_s": sum(float(one["wall_time_s"]) for one in made),
        "git_commits": list(dict.fromkeys(str(one.get("git_commit")) for one in made)),
    }


def _read(run: FullRun, folder: Path) -> Run:
    done = Run.finished(folder)
    asked = load_config(run.experiment, [f"{KEY}=[{folder.name}]", *run.overrides])
    if done.plan.config.digest() != asked.digest():
        raise ConfigError(f"{folder}: is not a run of `{run.command(folder.name)}`")
    return done


def _gates(done: Run) -> int | None:
    """Return how many gates undisturbed forward walks of a run hold; None without any."""
    if any(cell.hazards for cell in done.plan.cells):
        return None
    try:
        found = gates_of(done)
    except ConfigError:
        return None  # nobody walks forward, or it was not recorded
    return max(sum(one.holds is True for one in own) for _, own in found.values())


def _together(plan: Plan, walked: dict[str, Run]) -> pd.DataFrame:
    """Return the trials of all controllers, numbered as in the plan of all of them."""
    number = {cell.name: cell.index for cell in plan.cells}
    tables: list[pd.DataFrame] = []
    for done in walked.values():
        cells = {cell.index: number[cell.name] for cell in done.plan.cells}
        trials = done.trials
        within = trials["trial"] - trials["cell"] * len(plan.seeds)
        cell = trials["cell"].map(cells)
        tables.append(trials.assign(cell=cell, trial=cell * len(plan.seeds) + within))
    if not tables:
        raise ConfigError("no controller has walked yet")
    return pd.concat(tables, ignore_index=True)


def _whose(contrast: dict[str, Any]) -> str:
    return str(contrast["where"][CONTROLLER])


def _asked(contrast: Mapping[str, Any]) -> str:
    """Return what a contrast asks, whoever walks."""
    where = {name: level for name, level in contrast["where"].items() if name != CONTROLLER}
    return repr([contrast[key] for key in ("measure", "between", "as", "pooled")] + [where])


def _pilot(
    own: dict[str, Any] | None, trials: pd.DataFrame, plan: Plan, walks: int
) -> dict[str, Any]:
    """Return what a controller's first walks say of the size that is needed."""
    if own is None:
        return {"detectable": None, "mean_second": None}
    first, second = (
        np.mean([_values(trials, cell.index, own["measure"], walks) for cell in cells], axis=0)
        for cells in sides_of(own, plan)
    )
    known = np.isfinite(first) & np.isfinite(second)
    shares = own["measure"] in OUTCOME_COLUMNS
    seen = smallest(first[known], second[known], shares) if known.sum() > 2 else None
    return {
        "detectable": None
        if seen is None
        else {
            "standardised": seen.standardised,
            "difference": seen.difference,
            "ratio": seen.ratio,
        },
        "mean_second": float(second[known].mean()) if known.any() else None,
    }


def _values(trials: pd.DataFrame, cell: int, measure: str, walks: int) -> np.ndarray:
    rows = trials[trials["cell"] == cell].sort_values("trial").head(walks)
    values = pd.to_numeric(rows[measure]).to_numpy(dtype=float, na_value=np.nan)
    return np.where(rows["valid"].to_numpy(dtype=bool), values, np.nan)


def _geometry(
    over: Mapping[str, Any], own: dict[tuple[str, str], Mapping[str, Any]]
) -> dict[str, float] | None:
    """Return the mean part of a difference in margins that the foot's shape makes."""
    asked = [own[one[CONTROLLER], _asked(over)] for one in over["controllers"] if one["counts"]]
    parts = [one["geometry"]["difference"] for one in asked if one.get("geometry")]
    known = [part for part in parts if part is not None]
    return {"difference": float(np.mean(known))} if known and len(known) == len(asked) else None


def _detectable(over: Mapping[str, Any]) -> dict[str, float | None]:
    """Return the smallest difference that so many controllers, as far apart as these, show."""
    found = np.array([one["estimate"] for one in over["controllers"] if one["counts"]], float)
    ratio, reach = over["as"] == "ratio", detectable(len(found))
    if reach is None or (ratio and (found <= 0).any()):
        return {"difference": None, "ratio": None}
    size = reach * float((np.log(found) if ratio else found).std(ddof=1))
    if size == 0.0:  # all alike, such as no falls with any: that tells of no size
        return {"difference": None, "ratio": None}
    return {
        "difference": None if ratio else size,
        "ratio": float(np.expm1(size)) if ratio else None,
    }
