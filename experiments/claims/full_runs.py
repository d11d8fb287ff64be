"""Runs of several controllers that answer parts of claims (`claims/full.yaml`)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from ...models.yaml_source import read_yaml
from ...sim.errors import ConfigError
from ..statistics.effect_size import detectable
from ..store.run import Run
from ..study.controller_factor import CONTROLLER
from ..study.fields import Strict, problem_of
from .claim import ClaimTest, tuples
from .results import rounded

SEEN = ("detectable", "mean_first", "mean_second")
"""Of each controller's own contrast, what a size is planned from."""
Levels = Annotated[dict[str, Any], BeforeValidator(tuples)]


class FullRun(Strict):
    """A run of every controller that can walk it, and the claims that it answers."""

    experiment: str
    changes: dict[str, Any]
    """What is set otherwise than in the experiment that ships, by dotted key."""
    pilot: dict[str, Any] = Field(default_factory=dict)
    """What is set otherwise again in the pilot whose spread the size is planned from."""
    answers: dict[str, Levels]
    """By claim, the levels that the run holds fixed of the factors that it lacks."""


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


def arguments(run: FullRun, *, pilot: bool = False) -> str:
    """Return what follows `retrowalk run`."""
    changes = {**run.changes, **(run.pilot if pilot else {})}
    return " ".join([run.experiment, *(f"--set {key}={_text(changes[key])}" for key in changes)])


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value).replace(" ", "").replace('"', "")


def collect_full(run: FullRun, folder: Path) -> dict[str, Any]:
    """Return what the controllers of the run in `folder` say, as plain data.

    Raises:
        ConfigError: no complete run of it with several controllers is there.
    """
    done = Run(folder)
    if not done.complete or not done.has_answer("controllers"):
        raise ConfigError(f"{folder}: holds no complete run of several controllers")
    answers, trials, manifest = done.answer("controllers"), done.trials, done.manifest
    return rounded(
        {
            "experiment": run.experiment,
            "trials_per_cell": done.plan.config.trials,
            "duration_s": done.plan.config.duration_s,
            "seed": done.plan.config.seed,
            "trials": len(trials),
            "invalid": int((~trials["valid"].astype(bool)).sum()),
            "simulated_s": float(trials["duration_s"].sum()),
            "wall_time_s": manifest["wall_time_s"],
            "git_commit": str(manifest.get("git_commit")),
            "versions": manifest["versions"],
            "contrasts": [
                _kept(one, done.answer("contrasts")["contrasts"])
                for one in answers["contrasts"]
                if not one.get("across")
            ],
            "left_out": answers["left_out"],
        }
    )


def _kept(over: dict[str, Any], apart: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a contrast over controllers with what each one's walks can see."""
    asked = ("measure", "between", "as", "pooled")
    alike = [one for one in apart if all(one[key] == over[key] for key in asked)]
    by_setting = {repr(sorted(one["where"].items())): one for one in alike}
    own: list[dict[str, Any]] = []
    for one in over["controllers"]:
        where = {**over["where"], CONTROLLER: one[CONTROLLER]}
        found = by_setting.get(repr(sorted(where.items())), {})
        own.append({**one, **{key: found.get(key) for key in SEEN}})
    return {**over, "controllers": own, "note": "", "detectable": _detectable(over)}


def _detectable(over: Mapping[str, Any]) -> dict[str, float | None]:
    """Return the smallest difference that so many controllers, as far apart as these, show."""
    found = np.array([one["estimate"] for one in over["controllers"] if one["counts"]], float)
    ratio, reach = over["as"] == "ratio", detectable(len(found))
    if reach is None or (ratio and (found <= 0).any()):
        return {"difference": None, "ratio": None}
    size = reach * float((np.log(found) if ratio else found).std(ddof=1))
    return {
        "difference": None if ratio else size,
        "ratio": float(np.expm1(size)) if ratio else None,
    }


@dataclass(frozen=True)
class Answering:
    """Results of a full run, as a claim reads them."""

    name: str
    command: str
    fixed: Mapping[str, Any]
    results: Mapping[str, Any]


@dataclass(frozen=True)
class Several:
    """What several controllers say of one claim.

    Attributes:
        runs: results of its full runs, each with the arguments of its command and the levels that
            it holds fixed. pilots: those of their pilots.
        cannot: by controller, why it cannot walk the claim's own experiment.
    """

    runs: tuple[Answering, ...] = ()
    pilots: tuple[Answering, ...] = ()
    cannot: Mapping[str, str] = field(default_factory=dict[str, str])

    def contrast(self, test: ClaimTest) -> dict[str, Any] | None:
        """Return the contrast over controllers that answers a part; None: none was asked."""
        return next(_answering(self.runs, test), None)

    def pilot(self, test: ClaimTest) -> dict[str, Any] | None:
        """Return the pilot's."""
        return next(_answering(self.pilots, test), None)


NONE = Several()


def _answering(found: Sequence[Answering], test: ClaimTest) -> Iterator[dict[str, Any]]:
    for one in found:
        where = {name: level for name, level in test.where.items() if name not in one.fixed}
        if any(one.fixed.get(name, level) != level for name, level in test.where.items()):
            continue
        for contrast in one.results["contrasts"]:
            if (
                contrast["measure"] == test.measure
                and tuples(contrast["between"]) == test.between
                and bool(contrast["pooled"]) == test.pooled
                and contrast["where"] == where
            ):
                yield contrast
