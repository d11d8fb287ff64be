"""Extract of a run's results that a claim's page needs, kept in `claims/results`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from ...sim.errors import ConfigError
from ...sim.json_file import read_json
from ...sim.measures.base.muscle_groups import MUSCLE_GROUPS
from ...sim.plain_values import is_dict, is_sequence
from ..analysis.contrast_entry import CellEntry
from ..analysis.contrasts import analyse
from ..statistics.paired import proportion_interval
from ..store.atomic import write_text
from ..store.run import Run
from ..study.hazards import NONE
from ..study.plan import Plan
from .claim import Claim
from .stretches import by_stretch, refusals_of, survival_of

SPEED = "speed_m_per_s"
ALWAYS = (SPEED, "commanded_speed_m_per_s", "distance_m")
CONTRAST_KEYS = (
    *("measure", "between", "as", "where", "pooled", "estimate", "low", "high", "p", "p_holm"),
    *("n_pairs", "n_dropped", "mean_first", "mean_second", "effect_size", "detectable", "note"),
    *("leave_one_out", "geometry", "withheld", "remarks"),
)
DIGITS = 6  # of a number that is kept


def collect(claim: Claim, folder: Path) -> dict[str, Any]:
    """Return the results of the run in `folder`, as plain data.

    Intervals are computed anew from `trials.parquet`, by the statistics that are installed.

    Raises:
        ConfigError: no complete run of the claim's experiment is there.
    """
    run = Run(folder)
    manifest = run.manifest
    if not run.complete or run.name != claim.experiment:
        raise ConfigError(f"{folder}: holds no complete run of {claim.experiment}")
    plan, trials = run.plan, run.trials
    analysed = analyse(trials, plan)
    survival = survival_of(run)
    stretches = by_stretch(survival, refusals_of(analysed["cells"]))
    commit = str(manifest.get("git_commit"))
    return rounded(
        {
            "experiment": claim.experiment,
            "question": plan.config.question,
            **walks_of(plan, trials),
            "git_commit": commit,
            "versions": manifest["versions"],
            "threads": [one.get("threads") for one in manifest["sessions"]],
            "wall_time_s": manifest["wall_time_s"],
            "config_digest": manifest.get("config_digest"),
            "no_evidence": analysed["no_evidence"],
            "factors": {name: list(levels) for name, levels in plan.config.factors.items()},
            "contrasts": [
                _kept(one) for one in (*analysed["contrasts"], *stretches) if not one.get("across")
            ],
            "cells": _cells(claim, analysed["cells"], trials),
            "preferred": _preferred(run),
            "survival": survival,
        }
    )


def walks_of(plan: Plan, trials: pd.DataFrame) -> dict[str, int | float]:
    """Return how many walks were planned and walked, and for how long."""
    return {
        "trials_per_cell": plan.config.trials,
        "duration_s": plan.config.duration_s,
        "seed": plan.config.seed,
        "trials": len(trials),
        "invalid": int((~trials["valid"].astype(bool)).sum()),
        "simulated_s": float(trials["duration_s"].sum()),
    }


def _kept(contrast: Mapping[str, Any]) -> dict[str, Any]:
    return {name: contrast.get(name) for name in CONTRAST_KEYS}


def _cells(claim: Claim, cells: Sequence[CellEntry], trials: pd.DataFrame) -> list[dict[str, Any]]:
    wanted = [*ALWAYS, *claim.conditions]
    if claim.figure.kind == "heat-map":
        wanted += [f"activation_{group}" for group in MUSCLE_GROUPS]
    kept: list[dict[str, Any]] = []
    for cell in cells:
        count = round((cell["fell"]["share"] or 0.0) * cell["valid"])
        share = proportion_interval(count, cell["valid"])
        kept.append(
            {
                "levels": cell["levels"],
                "trials": cell["trials"],
                "valid": cell["valid"],
                "met": _met(trials[trials["cell"] == cell["cell"]]),
                "fell": {"count": count, "low": share.low, "high": share.high},
                "standing": {key: cell["standing"][key] for key in ("fails", "noise_free")},
                "means": {
                    name: cell["measures"][name]
                    for name in dict.fromkeys(wanted)
                    if name in cell["measures"]
                },
            }
        )
    return kept


def _met(rows: pd.DataFrame) -> int | None:
    """Return in how many walks the hazard came; None without one."""
    if "hazards" not in rows or rows["hazards"].fillna(NONE).eq(NONE).all():
        return None
    return int(rows["hazard_onset_s"].notna().sum())


def _preferred(run: Run) -> list[dict[str, Any]]:
    return [{**asdict(one), "levels": dict(one.levels)} for one in run.preferred_speeds]


def rounded(value: Any) -> Any:
    """Return plain data with numbers of a few digits, so that pages and files stay small."""
    if is_dict(value):
        return {str(key): rounded(one) for key, one in value.items()}
    if is_sequence(value):
        return [rounded(one) for one in value]
    if isinstance(value, float):
        return None if value != value else float(f"{value:.{DIGITS}g}")
    return value if value is None or isinstance(value, str | int | bool) else rounded(float(value))


def write_results(results: dict[str, Any], path: Path) -> None:
    """Write results as JSON, a line for each entry of a list, so that changes can be read."""
    parts: list[str] = []
    for key, value in results.items():
        if is_sequence(value) and value and is_dict(value[0]):
            text = "[\n  " + ",\n  ".join(map(_line, value)) + "\n ]"
        else:
            text = _line(value)
        parts.append(f" {json.dumps(key)}: {text}")
    write_text(path, "{\n" + ",\n".join(parts) + "\n}\n")


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def read_results(path: Path) -> dict[str, Any]:
    """Read what `write_results` wrote."""
    return read_json(path)
