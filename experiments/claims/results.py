"""Extract of a run's results that a claim's page needs, kept in `claims/results`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...sim.errors import ConfigError
from ...sim.json_file import read_json
from ...sim.measures.base.muscle_groups import MUSCLE_GROUPS
from ...sim.plain_values import is_dict, is_sequence
from ..analysis.contrast_entry import CellEntry
from ..analysis.contrasts import analyse
from ..statistics.paired import proportion_interval
from ..statistics.rates import Tally, compare_rates, rate_interval, tally_between
from ..store.atomic import write_text
from ..store.run import Run
from ..study.battery import FACTOR as CHALLENGE, UNDISTURBED
from ..study.hazards import NONE
from ..study.plan import Plan
from .claim import Claim

SPEED = "speed_m_per_s"
ALWAYS = (SPEED, "commanded_speed_m_per_s", "distance_m")
CONTRAST_KEYS = (
    *("measure", "between", "as", "where", "pooled", "estimate", "low", "high", "p", "p_holm"),
    *("n_pairs", "n_dropped", "mean_first", "mean_second", "effect_size", "detectable", "note"),
    *("leave_one_out", "geometry", "withheld", "remarks"),
)
RATE = "falls_per_100_m"
STRETCH = "stretch_m"
STRETCHES = {"4 to 14": (4.0, 14.0), "14 to 24": (14.0, 24.0)}
"""Metres of a walk whose falls are compared: two stretches alike, after the first steps."""
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
    survival = _survival(run)
    refused = {_condition(cell["levels"]): cell["standing"] for cell in analysed["cells"]}
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
                _kept(one)
                for one in (*analysed["contrasts"], *by_stretch(survival, refused))
                if not one.get("across")
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


def _survival(run: Run) -> list[dict[str, Any]]:
    """Return the survival over distance of each condition; none without a battery."""
    if not run.has_answer("fall_risk"):
        return []
    conditions = run.answer("fall_risk")["conditions"]
    return [with_rate({"levels": one["levels"], **one["undisturbed"]}) for one in conditions]


def with_rate(survival: dict[str, Any]) -> dict[str, Any]:
    """Return the survival of a condition with its falls per 100 m and the exact interval."""
    tally = Tally(survival["falls"], survival["walked_m"] / 100.0)
    return {**survival, RATE: asdict(rate_interval(tally))}


def _condition(levels: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Return a cell's levels as a condition's key, without the undisturbed challenge."""
    calm = {CHALLENGE: UNDISTURBED}
    return tuple(item for item in levels.items() if dict([item]) != calm)


def by_stretch(
    survival: Sequence[Mapping[str, Any]], standing: Mapping[tuple[tuple[str, Any], ...], Any]
) -> list[dict[str, Any]]:
    """Return the risk of a fall by the metre later in a walk against earlier, as contrasts.

    What was fallen up to a distance cannot fall with it; the rate by the metre can. Rates are falls
    over metres walked in each stretch, by all that got there; their ratio has an exact interval.

    Args:
        standing: of each condition, by its levels, as `contrasts.json` has it.
    """
    (early, first), (late, last) = STRETCHES.items()
    found: list[dict[str, Any]] = []
    for one in survival:
        curve = one["curve"]
        falls = np.repeat(curve["distance_m"], np.asarray(curve["falls"], dtype=int))
        tallies = [tally_between(falls, np.array(curve["ends_m"]), *ends) for ends in (last, first)]
        later, earlier = (Tally(tally.events, tally.exposure / 100.0) for tally in tallies)
        ratio, p_value = compare_rates(later, earlier)
        rates = [rate_interval(tally).estimate for tally in (later, earlier)]
        withheld = standing.get(tuple(one["levels"].items()), {}).get("withheld", [])
        found.append(
            {
                "measure": RATE,
                "between": {STRETCH: [late, early]},
                "as": "ratio",
                "where": dict(one["levels"]),
                "pooled": False,
                "estimate": ratio.estimate,
                "low": ratio.low,
                "high": ratio.high,
                "p": p_value,
                "n_pairs": int((falls > first[0]).sum()) + len(curve["ends_m"]),
                "n_dropped": 0,
                "mean_first": rates[0],
                "mean_second": rates[1],
                "withheld": withheld,
                "note": f"{later.events} falls in {100 * later.exposure:.0f} m later, "
                f"{earlier.events} in {100 * earlier.exposure:.0f} m earlier",
            }
        )
    return found


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
