"""Fall risk of a battery (`fall_risk.json`): falls by distance, by impulse, by hazard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TypedDict

import numpy as np
import pandas as pd

from ..statistics.dose_response import DoseResponse, SlopePrior, fit_dose_response
from ..statistics.paired import LEVEL, proportion_interval
from ..statistics.rates import Tally, rate_interval
from ..statistics.survival import SurvivalCurve, kaplan_meier
from ..study.battery import FACTOR, BatteryFields, challenges
from ..study.plan import Cell, Plan, condition_of
from .answer import Answer, Evidence
from .evidence import Standing, standings
from .fall_outcomes import Outcomes, outcomes, share_that_falls_unpushed
from .fall_risk_entry import (
    Condition,
    Counted,
    Estimate,
    FallCurve,
    HazardEntry,
    Push,
    Survival,
    Undisturbed,
    Within,
)

DISTANCES_M = (5.0, 10.0, 20.0, 30.0, 50.0, 75.0, 100.0, 150.0, 200.0, 300.0, 500.0, 1000.0)
"""Distances within which the probability of a fall is told, as far as anyone walked."""

SLOPE_PRIOR = SlopePrior(median=6.0, spread=0.6)
"""Of pushes at a random phase: chosen, weak (3.3 to 11 within a standard deviation)."""

CURVE_POINTS = 41


class FallRiskAnswers(TypedDict):
    """The content of `fall_risk.json`."""

    level: float
    watch_s: float
    impulses_n_s: list[float]
    conditions: list[Condition]


class FallRisk(Answer[FallRiskAnswers]):
    """Fall risk of a battery: survival over distance, dose-responses of pushes, hazards."""

    name = "fall_risk"

    def applies(self, plan: Plan) -> bool:
        """Return whether the config asks for a battery."""
        return plan.config.battery is not None

    def answer(self, evidence: Evidence) -> FallRiskAnswers:
        """Return the fall risk of every condition."""
        return assess(evidence.trials, evidence.plan)


def assess(trials: pd.DataFrame, plan: Plan) -> FallRiskAnswers:
    """Return the content of `fall_risk.json` (docs/results/fall-risk.md).

    Args:
        trials: the run's table.
    """
    battery = plan.config.battery
    assert isinstance(battery, BatteryFields)
    ordered = trials.sort_values("trial")
    known = standings(trials, plan)
    return {
        "level": LEVEL,
        "watch_s": battery.watch_s,
        "impulses_n_s": [battery.lowest_impulse_n_s, battery.highest_impulse_n_s],
        "conditions": [_condition(cells, ordered, battery, known) for cells in plan.conditions()],
    }


def _condition(
    cells: tuple[Cell, ...],
    trials: pd.DataFrame,
    battery: BatteryFields,
    known: Mapping[int, Standing],
) -> Condition:
    rows = {cell.index: trials[trials["cell"] == cell.index] for cell in cells}
    calm = next(cell for cell in cells if not cell.hazards)
    hazardous = [cell for cell in cells if cell.hazards]
    met = pd.concat([rows[cell.index] for cell in hazardous]) if hazardous else trials[:0]
    unpushed = share_that_falls_unpushed(rows[calm.index], calm.duration_s, met, battery.watch_s)
    held = {dict(cell.levels)[FACTOR] for cell in cells}
    return {
        "levels": dict(condition_of(calm)),
        "name": _name(calm),
        "no_evidence": [refusal.told for refusal in known[calm.index].refusals],
        "undisturbed": _undisturbed(rows[calm.index], calm),
        "falls_unpushed": unpushed,
        "pushes": [
            _push(rows[cell.index], cell, battery, unpushed) for cell in cells if cell.adaptive
        ],
        "hazards": [
            _hazard(rows[cell.index], cell, battery) for cell in hazardous if not cell.adaptive
        ],
        "left_out": [one.name for one in challenges(battery) if one.name not in held],
    }


def _undisturbed(rows: pd.DataFrame, cell: Cell) -> Undisturbed:
    """Return the survival curve over distance and the probability of a fall at some distances."""
    valid = rows[rows["valid"].astype(bool)]
    distance = pd.to_numeric(valid["distance_m"]).to_numpy(dtype=float, na_value=np.nan)
    known = np.isfinite(distance)
    fell = valid["fell"].to_numpy(dtype=bool)
    curve = kaplan_meier(np.maximum(distance[known], 0.0), fell[known])
    return {
        "cell": cell.index,
        "trials": len(rows),
        "invalid": len(rows) - len(valid),
        "distance_unknown": int((~known).sum()),
        "falls": int(fell[known].sum()),
        "walked_m": float(distance[known].sum()),
        "falls_per_100_m": _rate(int(fell[known].sum()), np.maximum(distance[known], 0.0).sum()),
        "fall_probability": _probabilities(curve),
        "curve": survival_entry(curve),
    }


def survival_entry(curve: SurvivalCurve) -> Survival:
    """Return a survival curve as plain data."""
    return {
        "distance_m": curve.distance_m.tolist(),
        "standing": curve.standing.tolist(),
        "low": curve.low.tolist(),
        "high": curve.high.tolist(),
        "falls": curve.falls.tolist(),
        "at_risk": curve.at_risk.tolist(),
        "ends_m": curve.ends_m.tolist(),
    }


def _rate(falls: int, walked_m: float) -> Estimate:
    """Return falls per 100 m walked, with the exact interval."""
    return Estimate(**asdict(rate_interval(Tally(falls, float(walked_m) / 100.0))))


def _probabilities(curve: SurvivalCurve) -> list[Within]:
    found: list[Within] = []
    for distance in DISTANCES_M:
        share = curve.fall_probability(distance)
        if share.estimate is not None:
            walking = curve.still_walking(distance)
            falls = int(curve.falls[curve.distance_m <= distance].sum())
            ends = Estimate(**asdict(share))
            found.append({"distance_m": distance, "walking": walking, "falls": falls, **ends})
    return found


def _push(rows: pd.DataFrame, cell: Cell, battery: BatteryFields, unpushed: float | None) -> Push:
    found = outcomes(rows, cell.duration_s, battery.watch_s)
    impulse, fell = found.magnitude[found.counts], found.fell[found.counts]
    fit = fit_dose_response(impulse, fell, unpushed or 0.0, slope_prior=SLOPE_PRIOR)
    return {
        **_counted(rows, cell, found),
        "half_fall_impulse_n_s": Estimate(**asdict(fit.half)),
        "slope_per_ln_impulse": fit.slope,
        "note": _push_note(fit, battery),
        "impulse_n_s": impulse.tolist(),
        "fell": fell.tolist(),
        "curve": _curve(fit, battery),
    }


def _push_note(fit: DoseResponse, battery: BatteryFields) -> str:
    """Return what the estimate lacks, in words; empty if nothing."""
    half = fit.half
    if not fit.trials:
        return "no push came while the walker stood"
    if not fit.falls:
        return "nobody fell of a push: no upper bound"
    if fit.falls == fit.trials:
        return "all fell: no lower bound"
    if half.estimate is None:
        return "falls do not become more frequent with the impulse, or too few trials"
    if not battery.lowest_impulse_n_s <= half.estimate <= battery.highest_impulse_n_s:
        return "outside the impulses tried"
    return ""


def _curve(fit: DoseResponse, battery: BatteryFields) -> FallCurve | None:
    if fit.half.estimate is None:
        return None
    impulse = np.geomspace(battery.lowest_impulse_n_s, battery.highest_impulse_n_s, CURVE_POINTS)
    chance = fit.fall_probability(impulse)
    return {"impulse_n_s": impulse.tolist(), "fall_probability": chance.tolist()}


def _hazard(rows: pd.DataFrame, cell: Cell, battery: BatteryFields) -> HazardEntry:
    found = outcomes(rows, cell.duration_s, battery.watch_s)
    steps = rows["recovery_steps"] if "recovery_steps" in rows else pd.Series(dtype=float)
    recovered = pd.to_numeric(steps).dropna()
    return {
        **_counted(rows, cell, found),
        "kind": cell.hazards[0].kind,
        "magnitude": cell.hazards[0].magnitude,
        "share_that_falls": Estimate(**asdict(proportion_interval(found.falls, found.trials))),
        "recovery_steps": {
            "median": float(recovered.median()) if len(recovered) else None,
            "trials": len(recovered),
        },
    }


def _counted(rows: pd.DataFrame, cell: Cell, found: Outcomes) -> Counted:
    return {
        "challenge": str(dict(cell.levels)[FACTOR]),
        "cell": cell.index,
        "trials": len(rows),
        "counted": found.trials,
        "falls": found.falls,
        "invalid": found.invalid,
        "fell_before": found.fell_before,
        "never_came": found.never_came,
        "cut_off": found.cut_off,
    }


def _name(cell: Cell) -> str:
    return ", ".join(str(level) for _, level in condition_of(cell)) or "all"
