"""The speed that costs least by the metre, found by a sweep: fields of a config, sweep, estimate.

People left to themselves walk near the speed of the least metabolic cost of transport (Ralston
1958, Int Z angew Physiol 17:277; Zarrugh, Todd & Ralston 1974, Eur J Appl Physiol 33:293). The cost
of a few speeds is fitted with

    cost(v) = a / v + b + c v

(power a + b v + c v^2: standing, and what grows with speed), least at sqrt(a / c). Its interval is
that of the jackknife over seeds, which the speeds share (Efron & Tibshirani 1993, An Introduction
to the Bootstrap, chapter 11), with Student's t: with 8 seeds it holds the truth more often than
percentiles of a bootstrap do (94 against 93 % of 1,500 draws, `tests/experiments`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from pydantic import BeforeValidator
from scipy.special import stdtrit

from ..envs.technique import RANGES
from ..sim.errors import RetrowalkError
from .config_fields import Scalar, Strict, Within, _as_tuple
from .hazard_fields import hazard_factors
from .statistics import FEWEST, LEVEL, Interval

if TYPE_CHECKING:
    from .config import ExperimentConfig
    from .plan import Cell, Plan

ASKED, PREFERRED = "asked", "preferred"
PACES = (ASKED, PREFERRED, "preferred-backward", "preferred-forward")
"""Whose speed is walked: the technique's, the cell's own preferred one, that of a direction."""

COST = "cost_of_transport_j_per_kg_m"
MOST_FALLS = 0.5
"""Share of a speed's trials without a cost above which the speed counts as not walked."""


class PreferredSpeedFields(Strict):
    """The sweep that finds preferred speeds."""

    speeds_m_per_s: (
        Annotated[
            tuple[Annotated[float, Within(*RANGES["speed_m_per_s"])], ...],
            BeforeValidator(_as_tuple),
        ]
        | None
    ) = None
    """Speeds to walk, three or more; without them `points` over all that the gait is for."""
    points: Annotated[int, Within(3, 25)] = 5
    """How many speeds, evenly from the slowest to the fastest that the gait is for."""
    trials: Annotated[int, Within(2, 1000)] = 8
    """Per speed."""
    duration_s: Annotated[float, Within(5.0, 600.0)] = 20.0
    by: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] | None = None
    """Factors that have a preferred speed at each level, besides the direction; without it all."""


@dataclass(frozen=True)
class PreferredSpeed:
    """What a sweep found for one direction and one combination of the other factors' levels.

    Attributes:
        levels: of the factors that the sweep told apart, the direction first.
        speed: the estimate and its interval [m/s].
        at_end: the least cost is that of the slowest or the fastest speed walked.
        speeds: walked [m/s]. costs: mean of each [J/kg/m], NaN where nobody walked.
        walked: trials with a cost at each. coefficients: a, b, c; None with fewer than 3 speeds.
    """

    levels: tuple[tuple[str, Scalar], ...]
    speed: Interval
    at_end: bool
    speeds: tuple[float, ...]
    costs: tuple[float | None, ...]
    walked: tuple[int, ...]
    coefficients: tuple[float, float, float] | None


def least_cost(
    speeds: np.ndarray, costs: np.ndarray, level: float = LEVEL
) -> tuple[Interval, np.ndarray | None]:
    """Return the speed of least cost with its interval, and the curve's coefficients.

    Fewer than three speeds that were walked give the cheapest of them, without an interval.

    Args:
        speeds: (k,), increasing. costs: (n, k) [J/kg/m], one row a seed, NaN where there is none.

    Raises:
        RetrowalkError: no speed was walked.
    """
    present = np.isfinite(costs)
    kept = present.mean(axis=0) >= 1.0 - MOST_FALLS
    if not kept.any():
        raise RetrowalkError("at none of the speeds half of the trials can be walked")
    speeds, costs, present = speeds[kept], costs[:, kept], present[:, kept]
    n = len(costs)
    if len(speeds) < 3:
        means = np.nanmean(costs, axis=0)
        return Interval(float(speeds[means.argmin()]), None, None), None
    basis = np.stack([1.0 / speeds, np.ones_like(speeds), speeds], axis=1)
    filled = np.where(present, costs, 0.0)
    coefficients = _fit(basis, np.ones((1, n)), filled, present)
    estimate = float(_minimum(coefficients, speeds)[0])
    if n < FEWEST:
        return Interval(estimate, None, None), coefficients[0]
    without = _minimum(_fit(basis, 1.0 - np.eye(n), filled, present), speeds)
    error = math.sqrt((n - 1) / n * np.square(without - without.mean()).sum())
    reach = float(stdtrit(n - 1, (1 + level) / 2)) * error  # of Student's t
    low, high = np.clip([estimate - reach, estimate + reach], speeds[0], speeds[-1])
    return Interval(estimate, float(low), float(high)), coefficients[0]


def _fit(
    basis: np.ndarray, weights: np.ndarray, costs: np.ndarray, present: np.ndarray
) -> np.ndarray:
    """Return the weighted least-squares coefficients of each set of weights, (m, 3)."""
    count, total = weights @ present, weights @ costs  # (m, k)
    gram = np.einsum("mk,ki,kj->mij", count, basis, basis)
    moment = np.einsum("mk,ki->mi", total, basis)
    return np.linalg.solve(gram, moment[..., None])[..., 0]


def _minimum(coefficients: np.ndarray, speeds: np.ndarray) -> np.ndarray:
    """Return where each curve is least within the speeds walked, (m,)."""
    a, b, c = coefficients.T
    low, high = speeds[0], speeds[-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        inside = np.sqrt(np.where((a > 0) & (c > 0), a / c, np.nan))
    at_low, at_high = a / low + b + c * low, a / high + b + c * high
    end = np.where(at_low <= at_high, low, high)
    return np.where(np.isfinite(inside), np.clip(inside, low, high), end)


def paces(config: ExperimentConfig) -> tuple[Any, ...]:
    """Return the paces of the config's cells."""
    return tuple(config.factors.get("pace", (config.pace,)))


def asks_for_preferred(config: ExperimentConfig) -> bool:
    """Return whether a cell walks at a preferred speed."""
    return any(pace != ASKED for pace in paces(config))


def told_apart(config: ExperimentConfig) -> tuple[str, ...]:
    """Return the factors whose levels have preferred speeds of their own, without the direction."""
    fields = config.preferred_speed or PreferredSpeedFields()
    left_out = {"direction", "pace", *hazard_factors()}
    return tuple(
        name
        for name in config.factors
        if name not in left_out and (fields.by is None or name in fields.by)
    )


def swept_directions(config: ExperimentConfig) -> tuple[str, ...]:
    """Return the directions of which preferred speeds are needed; none without such a pace."""
    own = tuple(config.factors.get("direction", (config.direction,)))
    needed = [
        direction
        for pace in paces(config)
        if pace != ASKED
        for direction in (own if pace == PREFERRED else (pace.removeprefix("preferred-"),))
    ]
    return tuple(dict.fromkeys(map(str, needed)))


def sweep_config(
    config: ExperimentConfig,
    direction: str,
    speed_range: Callable[[Cell], tuple[float, float]],
) -> ExperimentConfig:
    """Return the experiment that walks the speeds of one direction: no hazards, no contrasts.

    Factors that have no preferred speed of their own stay at their first level.

    Args:
        speed_range: slowest and fastest speed that the gait of a cell is for [m/s].
    """
    from .plan import make_plan

    fields = config.preferred_speed or PreferredSpeedFields()
    apart = told_apart(config)
    left_out = {"direction", "pace", *hazard_factors()}
    factors = {
        name: levels if name in apart else levels[:1]
        for name, levels in config.factors.items()
        if name not in left_out
    }
    changes = {
        "name": f"{config.name[:40]}-speed-{direction}",
        "question": f"At which speed does walking {direction} cost least?",
        "direction": direction,
        "factors": factors,
        "design": "full",
        "pace": ASKED,
        "preferred_speed": None,
        "hazards": (),
        "battery": None,
        "contrasts": (),
        "figures": (),
        "trials": fields.trials,
        "duration_s": fields.duration_s,
        "keep_recordings": 0,
    }
    sweep = config.model_copy(update=changes)
    speeds = fields.speeds_m_per_s
    if speeds is None:
        ranges = [speed_range(cell) for cell in make_plan(sweep).cells]
        low, high = max(low for low, _ in ranges), min(high for _, high in ranges)
        speeds = tuple(round(float(v), 4) for v in np.linspace(low, high, fields.points))
    return sweep.model_copy(update={"factors": {**factors, "speed_m_per_s": tuple(sorted(speeds))}})


def estimate_speeds(
    trials: pd.DataFrame, plan: Plan, apart: tuple[str, ...]
) -> list[PreferredSpeed]:
    """Return the preferred speed of each combination of levels in a sweep's trials.

    Raises:
        RetrowalkError: nobody walks at any speed, naming the combination.
    """
    groups: dict[tuple[tuple[str, Scalar], ...], dict[float, np.ndarray]] = {}
    for cell in plan.cells:
        rows = trials[trials["cell"] == cell.index].sort_values("trial")
        usable = rows["valid"].to_numpy(bool) & ~rows["fell"].to_numpy(bool)
        costs = pd.to_numeric(rows[COST]).to_numpy(dtype=float, na_value=np.nan)
        levels = dict(cell.levels)
        key = (("direction", cell.direction), *((name, levels[name]) for name in apart))
        if usable.any() and np.isnan(costs[usable]).all():
            raise RetrowalkError(
                f"preferred speed: walks of {cell.duration_s:g} s are too short for a steady cost "
                f"at {cell.technique.speed_m_per_s:g} m/s; give preferred_speed.duration_s more"
            )
        own = groups.setdefault(key, {})
        own[cell.technique.speed_m_per_s] = np.where(usable, costs, np.nan)
    return [_estimate(key, own) for key, own in groups.items()]


def _estimate(
    levels: tuple[tuple[str, Scalar], ...], by_speed: Mapping[float, np.ndarray]
) -> PreferredSpeed:
    speeds = np.array(sorted(by_speed))
    costs = np.stack([by_speed[float(speed)] for speed in speeds], axis=1)
    try:
        found, coefficients = least_cost(speeds, costs)
    except RetrowalkError as error:
        place = ", ".join(f"{name} {level}" for name, level in levels)
        raise RetrowalkError(f"preferred speed, {place}: {error}") from None
    walked = np.isfinite(costs).sum(axis=0)
    means = np.where(walked > 0, np.nansum(costs, axis=0) / np.maximum(walked, 1), np.nan)
    used = speeds[walked >= (1.0 - MOST_FALLS) * len(costs)]
    return PreferredSpeed(
        levels=levels,
        speed=found,
        at_end=found.estimate in (float(used[0]), float(used[-1])),
        speeds=tuple(map(float, speeds)),
        costs=tuple(float(one) if np.isfinite(one) else None for one in means),
        walked=tuple(map(int, walked)),
        coefficients=None if coefficients is None else tuple(map(float, coefficients)),  # type: ignore[arg-type]
    )


def speed_of(found: Sequence[PreferredSpeed], pace: str, level: Mapping[str, Any]) -> float:
    """Return the preferred speed of a cell [m/s].

    Args:
        level: of every factor of the cell, its direction among them.
    """
    way = level["direction"] if pace == PREFERRED else pace.removeprefix("preferred-")
    wanted = {**level, "direction": way}
    for one in found:
        if all(wanted[name] == value for name, value in one.levels):
            assert one.speed.estimate is not None
            return round(one.speed.estimate, 4)
    raise KeyError(f"no sweep was made for {wanted}")
