"""Contrasts of whole curves: against spm1d, false alarms, found bumps, gaps, pairing by seed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy import stats

from retrowalk.experiments.analysis.waveform_answers import (
    _paired_rows,
    analyse_waveforms,
)
from retrowalk.experiments.statistics.curves import compare_waveforms
from retrowalk.experiments.store.curve_store import gathered_curves
from retrowalk.experiments.store.integrity import file_checksum
from retrowalk.experiments.store.merge import TrialOrder
from retrowalk.experiments.store.pieces import write_curves
from retrowalk.experiments.store.sealed import write_sealed
from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.plan import make_plan

POINTS = 101
PHASE = np.linspace(0.0, 1.0, POINTS)


def smooth(rng: np.random.Generator, count: int) -> np.ndarray:
    kernel = np.exp(-0.5 * (np.arange(-20, 21) / 6.0) ** 2)
    noise = rng.normal(size=(count, POINTS + 40))
    return np.stack([np.convolve(row, kernel, "valid") for row in noise])


def bump(place: float, height: float) -> np.ndarray:
    return height * np.exp(-0.5 * ((PHASE - place) / 0.06) ** 2)


def test_the_same_as_spm1d():
    """t at every point; the threshold of all permutations; a cluster where spm1d has one."""
    table = pd.read_csv(Path(__file__).parent / "spm1d_reference.csv")
    a, b = (table[[f"{name}{i}" for i in range(10)]].to_numpy().T for name in "ab")
    found = compare_waveforms(a, b, np.random.default_rng(0))
    assert found.t == pytest.approx(table["t"].to_numpy(), rel=1e-7)
    assert found.threshold == pytest.approx(table["permutation_threshold"][0], rel=0.03)
    assert found.threshold == pytest.approx(table["field_threshold"][0], rel=0.15)
    for name in ("permutation_threshold", "field_threshold"):
        above = table["t"].abs() > table[name]
        assert above.any() == bool(found.clusters), name


def test_t_is_that_of_scipy_and_p_of_one_point_that_of_the_sign_flip_test():
    rng = np.random.default_rng(1)
    a, b = rng.normal(0.8, 1.0, (9, 1)), rng.normal(0.0, 1.0, (9, 1))
    found = compare_waveforms(a, b, rng)
    assert found.t[0] == pytest.approx(stats.ttest_rel(a[:, 0], b[:, 0]).statistic)
    exact = stats.permutation_test(
        (a[:, 0] - b[:, 0],), np.mean, permutation_type="samples", n_resamples=10_000
    )
    assert found.p_value == pytest.approx(exact.pvalue, abs=1e-9)


def test_curves_that_do_not_differ_raise_few_false_alarms():
    rng = np.random.default_rng(2)
    alarms = sum(
        bool(compare_waveforms(smooth(rng, 8), smooth(rng, 8), rng).clusters) for _ in range(300)
    )
    assert 4 <= alarms <= 27  # 15 expected of 300 at 5 %


def test_bumps_are_found_where_they_are_with_their_sign():
    rng = np.random.default_rng(3)
    a = smooth(rng, 20) + bump(0.25, 12.0) - bump(0.75, 12.0)
    found = compare_waveforms(a, smooth(rng, 20), rng)
    assert [cluster.sign for cluster in found.clusters] == [1, -1]
    for cluster, place in zip(found.clusters, (25, 75), strict=True):
        assert cluster.first <= place <= cluster.last
        assert cluster.last - cluster.first < 40
        assert cluster.p_value <= 0.05
    assert found.p_value is not None
    assert found.p_value == pytest.approx(min(c.p_value for c in found.clusters))


def test_neighbours_of_opposite_sign_are_two_clusters():
    rng = np.random.default_rng(4)
    step = np.where(PHASE < 0.5, 1.0, -1.0)
    found = compare_waveforms(
        step + 0.01 * rng.normal(size=(8, POINTS)), np.zeros((8, POINTS)), rng
    )
    assert [(c.first, c.last, c.sign) for c in found.clusters] == [(0, 49, 1), (50, 100, -1)]


def test_few_pairs_gaps_and_constants():
    rng = np.random.default_rng(5)
    a, b = smooth(rng, 8), smooth(rng, 8)
    a[0, 3] = np.nan
    b[1] = np.nan
    found = compare_waveforms(a, b, rng)
    assert found.pairs == 6
    assert found.threshold is not None
    few = compare_waveforms(a[:6], b[:6], rng)
    assert (few.pairs, few.threshold, few.clusters) == (4, None, ())
    one = compare_waveforms(a[2:3], b[2:3], rng)
    assert (one.pairs, one.p_value) == (1, None)
    assert np.isnan(compare_waveforms(a[:1], b[:1], rng).difference).all()
    same = compare_waveforms(np.ones((7, 5)), np.ones((7, 5)), rng)
    assert same.clusters == ()
    assert np.isnan(same.t).all()


def test_random_patterns_agree_with_all_patterns():
    rng = np.random.default_rng(6)
    a, b = smooth(rng, 12), smooth(rng, 12)
    every = compare_waveforms(a, b, rng)
    some = compare_waveforms(a, b, rng, resamples=3000)
    assert some.threshold == pytest.approx(every.threshold, rel=0.03)


def sealed(piece: Path) -> None:
    """Write what a piece says of its files."""
    files = {path.name: file_checksum(path) for path in piece.iterdir()}
    write_sealed(piece / "piece.json", {"files": files})


def test_curves_are_paired_by_seed(tmp_path: Path):
    config = ExperimentConfig.model_validate(
        {
            "name": "pairs",
            "factors": {"direction": ["backward", "forward"]},
            "technique": {"speed_m_per_s": 0.8},
        }
    )
    backward, forward = make_plan(config).cells
    rng = np.random.default_rng(7)
    curves, order = rng.normal(size=(8, 1, 11)), rng.permutation(8)
    waveforms = xr.Dataset(
        {
            "joint_angle_rad": (
                ("trial", "joint", "phase"),
                np.concatenate([curves + 0.5, curves[order]]),
            )
        },
        coords={"trial": np.arange(16), "joint": ["knee"]},
    )
    write_curves(tmp_path, waveforms)
    sealed(tmp_path)
    trials = pd.DataFrame({"trial": np.arange(16), "seed": [*range(8), *order], "valid": True})
    trials["cell"] = np.repeat([backward.index, forward.index], 8)
    gathering = TrialOrder(np.arange(16), (tmp_path,), np.zeros(16, int))
    with gathered_curves(gathering, tmp_path) as stored:
        rows = _paired_rows(stored, trials, backward, forward)
        one, other = (stored.of("joint_angle_rad", 0)[own].astype(float) for own in rows)
    found = compare_waveforms(one, other, rng)
    assert found.pairs == 8
    assert found.difference == pytest.approx(np.full(11, 0.5), abs=1e-6)


def test_a_run_compares_its_directions_within_the_other_levels(tmp_path: Path):
    """Backward curves are 0.5 higher at 0.8 m/s only; seeds, gaps and other cells do not mix."""
    config = ExperimentConfig.model_validate(
        {
            "name": "waves",
            "question": "q",
            "walker": "young-adult",
            "policy": "scripted",
            "surface": "flat",
            "factors": {"direction": ["forward", "backward"], "speed_m_per_s": [0.8, 1.0]},
            "trials": 8,
            "duration_s": 10,
            "seed": 1,
        }
    )
    plan = make_plan(config)
    rng = np.random.default_rng(8)
    rows, curves = [], []
    for cell in plan.cells:
        for spec in plan.trials(cell):
            valid = spec.index != 3
            rows.append(
                {"trial": spec.trial, "seed": spec.seed, "cell": cell.index, "valid": valid}
            )
            high = cell.direction == "backward" and cell.technique.speed_m_per_s == 0.8
            curve = 0.1 * rng.normal(size=(2, 21)) + np.array([[0.5], [0.0]]) * high
            curves.append(curve if valid else 100.0 + curve)
    waveforms = xr.Dataset(
        {"activation": (("trial", "group", "phase"), np.array(curves))},
        coords={"trial": [row["trial"] for row in rows], "group": ["vasti", "soleus"]},
    )
    write_curves(tmp_path, waveforms)
    sealed(tmp_path)
    trials = waveforms["trial"].values
    order = TrialOrder(trials, (tmp_path,), np.zeros(len(trials), int))
    with gathered_curves(order, tmp_path) as curves:
        answers = analyse_waveforms(curves, pd.DataFrame(rows), plan)["contrasts"]
    by = {(a["where"]["speed_m_per_s"], a["channel"]): a for a in answers}
    assert set(by) == {(v, g) for v in (0.8, 1.0) for g in ("vasti", "soleus")}
    assert by[0.8, "vasti"]["pairs"] == 7
    assert [(c["from"], c["to"], c["sign"]) for c in by[0.8, "vasti"]["clusters"]] == [
        (0.0, 1.0, 1)
    ]
    assert sum(c["to"] - c["from"] for c in by[1.0, "vasti"]["clusters"]) < 0.2
    json.dumps(answers, allow_nan=False)
