"""Answers that hang on one pair of walks are found, and those that do not are not accused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from retrowalk.experiments.analysis.contrasts import analyse
from retrowalk.experiments.report.answer import comparisons
from retrowalk.experiments.report.data import RunData
from retrowalk.experiments.store.run import Run
from retrowalk.experiments.study.columns import MEASURE_COLUMNS
from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.plan import Plan, make_plan

WAYS = ["backward", "forward"]
N = 12


def asked(measure: str = "step_width_m", as_: str = "difference") -> Plan:
    config = {
        "name": "known",
        "factors": {"direction": WAYS},
        "technique": {"speed_m_per_s": 0.8},
        "trials": N,
        "contrasts": [{"measure": measure, "between": {"direction": WAYS}, "as": as_}],
    }
    return make_plan(ExperimentConfig.model_validate(config))


def trials_of(plan: Plan, **columns: tuple[np.ndarray, np.ndarray]) -> pd.DataFrame:
    """Trials with the given columns: the values (N,) of backward and of forward walks."""
    rows = []
    for cell, way in zip(plan.cells, (0, 1), strict=True):
        for spec in plan.trials(cell):
            values = {name: pair[way][spec.index] for name, pair in columns.items()}
            fixed = dict.fromkeys(MEASURE_COLUMNS, 1.0) | {"valid": True, "fell": False}
            rows.append(fixed | {"trial": spec.trial, "cell": cell.index} | values)
    return pd.DataFrame(rows)


def answer(plan: Plan, **columns: tuple[np.ndarray, np.ndarray]) -> Any:
    (found,) = analyse(trials_of(plan, **columns), plan)["contrasts"]
    return found


def pairs(difference: np.ndarray, base: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    return base + difference, np.full(len(difference), base)


def test_an_outlier_that_hides_a_difference_is_named():
    difference = 0.1 + 0.01 * np.random.default_rng(0).normal(size=N)
    clear = answer(asked(), step_width_m=pairs(difference))["leave_one_out"]
    assert (clear["changes"], clear["hangs_on"]) == (False, None)
    difference[7] = -2.0
    found = answer(asked(), step_width_m=pairs(difference))
    assert found["low"] < 0 < found["high"]
    assert (found["leave_one_out"]["changes"], found["leave_one_out"]["hangs_on"]) == (True, 7)


def test_a_difference_that_one_pair_keeps_clear_is_named():
    """Student's t is 2.4 of 12 differences and 2.0 without the largest; 2.2 is clear."""
    difference = np.linspace(-0.019, 0.05, N)
    found = answer(asked(), step_width_m=pairs(difference))
    assert found["low"] > 0
    assert found["leave_one_out"]["changes"] is True
    left = np.delete(difference, found["leave_one_out"]["hangs_on"])
    without = answer(asked(), step_width_m=pairs(np.append(left, np.nan)))
    assert without["n_pairs"] == N - 1
    assert without["low"] < 0


@pytest.mark.parametrize("as_", ["difference", "ratio"])
def test_the_range_of_estimates_is_that_of_all_pairs_left_out(as_: str):
    rng = np.random.default_rng(1)
    first, second = 2.0 + 0.3 * rng.normal(size=N), 1.0 + 0.01 * rng.normal(size=N)
    found = answer(asked(as_=as_), step_width_m=(first, second))["leave_one_out"]
    every = []
    for i in range(N):
        a, b = np.delete(first, i).mean(), np.delete(second, i).mean()
        every.append(a - b if as_ == "difference" else a / b)
    assert (found["low"], found["high"]) == pytest.approx((min(every), max(every)), rel=1e-12)


@pytest.mark.parametrize(("falls", "low", "changes"), [(6, True, True), (7, True, False)])
def test_falls_hang_on_one_pair_where_six_differ_one_way(falls: int, low: bool, changes: bool):
    """Six coins that fall alike are p = 0.031, five p = 0.0625: clear with six, not without one."""
    fell = np.zeros(N)
    fell[:falls] = 1.0
    found = answer(asked("fell"), fell=(fell, np.zeros(N)))
    assert (found["low"] > 0) is low
    assert found["leave_one_out"]["changes"] is changes


def test_too_few_pairs_leave_nothing_to_say():
    difference = np.full(N, np.nan)
    difference[:6] = [0.1, 0.11, 0.12, 0.09, 0.1, 0.1]
    found = answer(asked(), step_width_m=pairs(difference))
    assert found["low"] > 0
    assert found["leave_one_out"]["changes"] is None


def test_the_geometry_in_a_margin_is_told_in_numbers_and_words():
    """Margins of -23 and -8 cm of which the edges are -16 and -3 cm: 13 of the 15 cm are shape."""
    rng = np.random.default_rng(2)
    edge = (np.full(N, -0.16), np.full(N, -0.03))
    ankle = (-0.07 + 0.001 * rng.normal(size=N), np.full(N, -0.05))
    columns = {"mos_ap_edge_m": edge, "mos_ap_m": (edge[0] + ankle[0], edge[1] + ankle[1])}
    found = answer(asked("mos_ap_m"), **columns)
    assert found["geometry"]["measure"] == "mos_ap_edge_m"
    assert found["geometry"]["difference"] == pytest.approx(-0.13)
    assert found["estimate"] == pytest.approx(-0.15, abs=1e-3)
    (told,) = _told(found)
    assert "−13.0 cm of it is the shape of the foot" in told
    assert "geometry" not in answer(asked("step_width_m"), step_width_m=pairs(np.arange(N) * 0.1))


def test_the_report_says_that_an_answer_hangs_on_one_pair():
    difference = 0.1 + 0.01 * np.random.default_rng(0).normal(size=N)
    difference[7] = -2.0
    (told,) = _told(answer(asked(), step_width_m=pairs(difference)))
    assert "without the one pair number 7 the answer would be another" in told


def _told(found: dict[str, Any]) -> list[str]:
    return [one.phrase for one in comparisons(RunData(Run(Path()), contrasts=[found]))]
