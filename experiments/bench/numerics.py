"""Numerical verification: the same trials with another time step, solver or contact.

Each variant of `models.numerics` walks the same seeds in both directions. The gait is feedback, so
a trial with other numerics is another walk from the same start; its mean over steady strides is
what must not move.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from ...models.numerics import SEPARATOR, VARIANTS
from ...sim.measures import measure
from ..rollout.trials import rollout_cell
from ..study.experiment import ExperimentConfig
from ..study.plan import Cell, TrialSpec, make_plan

DIRECTIONS = ("backward", "forward")
LARGEST = 0.02
"""A result that numerics move by more than this share of itself is marked."""
MEASURES = (
    "metabolic_power_w_per_kg",
    "cost_of_transport_j_per_kg_m",
    "activation_posterior_chain",
    "activation_anterior_chain",
    "activation_hamstrings",
    "vertical_grf_peak_bw",
    "loading_rate_bw_per_s",
    "loading_rate_mean_bw_per_s",
    "knee_contact_force_peak_bw",
    "mos_ap_m",
    "mos_ap_ankle_m",
    "mos_ml_m",
    "step_length_m",
    "double_support_fraction",
    "stride_time_cv",
)


@dataclass(frozen=True)
class Moved:
    """One result with the body's own numerics and with others.

    Attributes:
        subject: `backward`, `forward`, or `backward / forward` for the ratio of the two.
        value: with the body's own numerics, SI. change: mean of pairs, as a share of the value.
        reach: half of the 95 % interval of the change; None below three pairs.
        pairs: seeds with a value in both. marked: the change is over `LARGEST`.
    """

    variant: str
    subject: str
    measure: str
    value: float | None
    change: float | None
    reach: float | None
    pairs: int
    marked: bool


@dataclass(frozen=True)
class Falls:
    """How many of the trials fell with the body's own numerics, and with others."""

    variant: str
    direction: str
    trials: int
    own: int
    other: int


@dataclass(frozen=True)
class Verification:
    """All results of a verification, and the walks behind them."""

    trials: int
    duration_s: float
    speed_m_per_s: float
    seed: int
    moved: tuple[Moved, ...]
    falls: tuple[Falls, ...]


def verify(
    trials: int,
    duration_s: float,
    speed_m_per_s: float,
    seed: int,
    threads: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Verification:
    """Walk all variants and return how results move."""
    names = ["", *VARIANTS]
    tables: dict[tuple[str, str], pd.DataFrame] = {}
    total = len(names) * len(DIRECTIONS)
    for direction in DIRECTIONS:
        cell, specs = _planned(direction, trials, duration_s, speed_m_per_s, seed)
        for name in names:
            progress(len(tables), total)
            body = f"{cell.body}{SEPARATOR}{name}" if name else cell.body
            recording = rollout_cell(replace(cell, body=body), specs, threads)
            tables[name, direction] = measure(recording)[0].sort_values("trial")
    progress(total, total)
    moved: list[Moved] = []
    falls: list[Falls] = []
    for name in VARIANTS:
        for direction in DIRECTIONS:
            own, other = tables["", direction], tables[name, direction]
            fell = (int(own["fell"].sum()), int(other["fell"].sum()))
            falls.append(Falls(name, direction, len(own), *fell))
            for column in MEASURES:
                values = own[column].to_numpy(), other[column].to_numpy()
                moved.append(compared(name, direction, column, *values))
        for column in MEASURES:
            ratios = [_ratio(tables, one, column) for one in ("", name)]
            moved.append(compared(name, " / ".join(DIRECTIONS), column, *ratios))
    return Verification(trials, duration_s, speed_m_per_s, seed, tuple(moved), tuple(falls))


def _planned(
    direction: str, trials: int, duration_s: float, speed_m_per_s: float, seed: int
) -> tuple[Cell, tuple[TrialSpec, ...]]:
    config = ExperimentConfig.model_validate(
        {
            "name": "numerics",
            "direction": direction,
            "technique": {"speed_m_per_s": speed_m_per_s},
            "trials": trials,
            "duration_s": duration_s,
            "seed": seed,
        }
    )
    plan = make_plan(config)
    return plan.cells[0], tuple(plan.trials(plan.cells[0]))


def _ratio(tables: dict[tuple[str, str], pd.DataFrame], name: str, column: str) -> np.ndarray:
    first, second = (tables[name, direction][column].to_numpy() for direction in DIRECTIONS)
    with np.errstate(divide="ignore", invalid="ignore"):
        return first / second


def compared(variant: str, subject: str, column: str, own: np.ndarray, other: np.ndarray) -> Moved:
    """Return how a result moves over the pairs (n,) that have a value in both."""
    known = np.isfinite(own) & np.isfinite(other)
    pairs = int(known.sum())
    if not pairs or own[known].mean() == 0:
        return Moved(variant, subject, column, None, None, None, pairs, False)
    value = float(own[known].mean())
    shares = (other[known] - own[known]) / abs(value)
    change, reach = float(shares.mean()), None
    if pairs > 2:
        reach = float(stdtrit(pairs - 1, 0.975) * shares.std(ddof=1) / np.sqrt(pairs))
    return Moved(variant, subject, column, value, change, reach, pairs, abs(change) > LARGEST)
