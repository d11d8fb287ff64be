"""Claims: the rule, the shipped experiments behind them, and pages that are what runs gave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import fake_engine
import pytest

from retrowalk.experiments.claims.__main__ import ORDER, claims, main, texts
from retrowalk.experiments.claims.claim import Claim, ClaimTest, read_claim
from retrowalk.experiments.claims.page import page, parts_of
from retrowalk.experiments.claims.results import by_distance, collect, model_verdicts
from retrowalk.experiments.claims.verdict import outcome, verdict
from retrowalk.experiments.rollout.trials import check_cell
from retrowalk.experiments.runner.run import Options, run_experiment
from retrowalk.experiments.study.catalogue import shipped_configs
from retrowalk.experiments.study.load import load_config
from retrowalk.experiments.study.plan import make_plan
from retrowalk.sim.errors import ConfigError

PAGES = Path(__file__).resolve().parents[3] / "docs" / "results" / "claims"
CLAIMS = {claim.experiment: claim for claim in claims(PAGES)}


def _test(claimed: str, matters: float = 0.1) -> ClaimTest:
    return ClaimTest.model_validate(
        {
            "measure": "stride_length_m",
            "between": {"direction": ("backward", "forward")},
            "claimed": claimed,
            "matters": matters,
            "part": "steps",
        }
    )


def _found(estimate: float | None, low: float | None, high: float | None, kind: str) -> Any:
    return {"estimate": estimate, "low": low, "high": high, "as": kind}


@pytest.mark.parametrize(
    ("claimed", "estimate", "low", "high", "kind", "expected"),
    [
        ("above", 1.3, 1.2, 1.4, "ratio", "as claimed"),
        ("above", 0.7, 0.6, 0.8, "ratio", "opposite"),
        ("below", 0.7, 0.6, 0.8, "ratio", "as claimed"),
        ("below", 1.3, 1.2, 1.4, "ratio", "opposite"),
        ("above", 1.3, 0.9, 1.7, "ratio", "unclear"),
        ("above", 1.05, 1.02, 1.08, "ratio", "no difference that matters"),
        ("above", 1.08, 1.02, 1.14, "ratio", "unclear"),
        ("above", 0.3, 0.2, 0.4, "difference", "as claimed"),
        ("below", -0.3, -0.4, -0.2, "difference", "as claimed"),
        ("above", 0.0, -0.05, 0.05, "difference", "no difference that matters"),
        ("not above", 0.0, -0.05, 0.05, "difference", "as claimed"),
        ("not above", -0.3, -0.4, -0.2, "difference", "as claimed"),
        ("not above", 0.0, -0.2, 0.2, "difference", "unclear"),
        ("not above", 0.3, 0.2, 0.4, "difference", "opposite"),
        ("not below", 0.3, 0.2, 0.4, "difference", "as claimed"),
        ("not below", 0.7, 0.6, 0.8, "ratio", "opposite"),
        ("above", 0.3, None, None, "difference", "unclear"),
        ("above", None, None, None, "ratio", "unclear"),
    ],
)
def test_outcome_of_a_part(claimed, estimate, low, high, kind, expected):
    assert outcome(_test(claimed), _found(estimate, low, high, kind)) == expected


def test_the_answer_follows_from_the_parts():
    assert verdict(["as claimed", "as claimed"]) == "supported"
    assert verdict(["opposite", "no difference that matters"]) == "not supported"
    assert verdict(["opposite", "unclear"]) == "not supported"
    assert verdict(["as claimed", "opposite"]) == "depends"
    assert verdict(["as claimed", "unclear"]) == "depends"
    assert verdict(["unclear", "unclear"]) == "cannot tell"
    assert verdict(["unclear", "unclear", "opposite"]) == "cannot tell"
    with pytest.raises(ValueError, match="at least one"):
        verdict([])


def test_every_claim_has_its_experiment_and_every_experiment_its_words():
    assert set(CLAIMS) == set(ORDER)
    assert set(CLAIMS) <= set(shipped_configs())


@pytest.mark.parametrize("name", CLAIMS)
def test_shipped_experiments_plan_and_answer_their_claim(name: str):
    """Every cell can be walked, and every part of the claim is a contrast of the experiment."""
    claim, config = CLAIMS[name], load_config(name)
    for cell in make_plan(config).cells:
        check_cell(cell)
    asked = [(c.measure, dict(c.between)) for c in config.contrasts]
    for test in claim.tests:
        levels = {**config.factors, **({"distance_m": (5.0, 20.0)} if config.battery else {})}
        assert config.battery or (test.measure, test.between) in asked
        for factor, chosen in test.between.items():
            assert set(chosen) <= set(levels[factor])
        others = set(config.factors) - set(test.between)
        assert test.pooled or set(test.where) == others
        assert all(level in config.factors[factor] for factor, level in test.where.items())


def test_pages_are_what_words_and_results_make():
    made = list(texts(PAGES))
    assert len(made) > 1
    for path, text in made:
        assert path.read_text("utf-8") == text, f"{path}: run `... experiments.claims write`"
        if path.name != "index.md":
            assert (PAGES / "figures" / f"{path.stem}.svg").exists()


@pytest.mark.parametrize("name", [n for n in CLAIMS if (PAGES / "results" / f"{n}.json").exists()])
def test_results_are_of_the_shipped_default(name: str):
    """The page's numbers come from the experiment as it ships, and its reasons suit its answer."""
    results = json.loads((PAGES / "results" / f"{name}.json").read_text("utf-8"))
    config = load_config(name)
    assert results["trials_per_cell"] == config.trials
    assert results["duration_s"] == config.duration_s
    assert results["seed"] == config.seed
    assert results["factors"] == {name: list(levels) for name, levels in config.factors.items()}
    answer = verdict([found for _, _, found in parts_of(CLAIMS[name], results)])
    assert answer in CLAIMS[name].why


SMALL = """\
name: small
question: Does it differ?
factors: {direction: [backward, forward]}
technique: {speed_m_per_s: 0.8}
trials: 8
duration_s: 10
seed: 7
contrasts:
  - {measure: stride_length_m, between: {direction: [backward, forward]}, as: ratio}
"""
WORDS = """\
experiment: small
title: Strides
claim: Strides are longer backwards.
tests:
  - part: strides
    measure: stride_length_m
    between: {direction: [backward, forward]}
    claimed: above
    matters: 0.05
why: {not supported: They are shorter.}
conditions: [stride_length_m]
figure: {kind: contrasts}
people: [stride-ratio]
limits: [A stand-in for the simulation.]
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A run `small` by the stand-in, in which strides are 0.9 m backward and 1.1 m forward."""
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    config = load_config(tmp_path / "small.yaml")
    options = Options(1, 4, False, ("retrowalk", "run"))
    run_experiment(config, tmp_path / "runs" / "small", options, fake_engine.ENGINE)
    answers = tmp_path / "claims" / "answers"
    answers.mkdir(parents=True)
    (answers / "small.yaml").write_text(WORDS, "utf-8")
    (tmp_path / "claims" / "results").mkdir()
    return tmp_path


def test_a_page_from_a_run(small: Path):
    pages = ["--pages", str(small / "claims")]
    assert main(["collect", str(small / "runs"), *pages]) == 0
    assert main(["write", *pages]) == 0
    assert main(["check", *pages]) == 0
    text = (small / "claims" / "small.md").read_text("utf-8")
    assert "**Not supported**" in text
    assert "**opposite**" in text
    assert "They are shorter." in text
    assert "retrowalk run small" in text
    assert (small / "claims" / "figures" / "small.svg").read_text("utf-8").startswith("<?xml")
    index = (small / "claims" / "index.md").read_text("utf-8")
    assert "not supported" in index
    assert "[small](small.md)" in index
    page_path = small / "claims" / "small.md"
    page_path.write_text(text.replace("Not supported", "Supported"), "utf-8")
    assert main(["check", *pages]) == 1


def test_figures_are_the_same_bytes_each_time(small: Path):
    pages = ["--pages", str(small / "claims")]
    main(["collect", str(small / "runs"), *pages])
    drawn = []
    for _ in range(2):
        main(["write", *pages])
        drawn.append((small / "claims" / "figures" / "small.svg").read_bytes())
    assert drawn[0] == drawn[1]


def test_what_is_missing_is_said(small: Path):
    claim = read_claim(small / "claims" / "answers" / "small.yaml")
    results = collect(claim, small / "runs" / "small")
    other = claim.model_copy(update={"tests": (_other(claim),)})
    with pytest.raises(ConfigError, match="no contrast of step_width_m"):
        page(other, results)
    with pytest.raises(ConfigError, match="no complete run of posterior-chain"):
        collect(CLAIMS["posterior-chain"], small / "runs" / "small")
    unknown = claim.model_copy(update={"people": ("nobody",)})
    with pytest.raises(ConfigError, match="nobody"):
        collect(unknown, small / "runs" / "small")


def _other(claim: Claim) -> ClaimTest:
    return claim.tests[0].model_copy(update={"measure": "step_width_m"})


def test_falls_between_two_distances():
    """Of 10 walks 2 fell at 3 m, 3 at 12 m and none later: 3 of 10 between 5 and 20 m."""
    curve = {"distance_m": [3.0, 12.0], "falls": [2, 3], "ends_m": [25.0] * 5}
    (found,) = by_distance([{"levels": {"surface": "trail"}, "curve": curve}])
    assert found["estimate"] == pytest.approx(0.3)
    assert found["low"] == pytest.approx(0.1078, abs=1e-4)  # Wilson of 3 of 10
    assert found["high"] == pytest.approx(0.6032, abs=1e-4)
    short = {**curve, "ends_m": [25.0] * 4 + [15.0]}  # one stopped before 20 m: no proportion
    assert by_distance([{"levels": {}, "curve": short}]) == []


def test_verdicts_of_the_validation_page():
    text = (PAGES.parent / "validation.md").read_text("utf-8")
    found = model_verdicts(text)
    assert found["emg-overall"] in ("agrees", "disagrees", "cannot tell", "not reached yet")
    assert len(found) >= 15
