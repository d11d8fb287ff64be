"""Claims asked of several controllers: which run answers which part, the page, the sizes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fake_engine
import pytest

from retrowalk.experiments.claims.__main__ import claims, main
from retrowalk.experiments.claims.claim import read_claim
from retrowalk.experiments.claims.full_runs import (
    Answering,
    Several,
    arguments,
    collect_full,
    read_full_runs,
)
from retrowalk.experiments.claims.page import parts_of
from retrowalk.experiments.claims.several import several_section, wider
from retrowalk.experiments.claims.size import planned_size, size_section
from retrowalk.experiments.runner.run import Options, run_experiment
from retrowalk.experiments.statistics.planned_size import pairs_for_difference
from retrowalk.experiments.study.controllers import GATES_ASKED
from retrowalk.experiments.study.load import load_config
from retrowalk.experiments.study.plan import make_plan
from retrowalk.sim.errors import ConfigError

PAGES = Path(__file__).resolve().parents[3] / "docs" / "results" / "claims"
FULL = read_full_runs(PAGES / "full.yaml")
CONFIG = """\
name: small
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
    where: {pace: asked}
    claimed: below
    matters: 0.05
  - part: strides, each at its preferred speed
    measure: stride_length_m
    between: {direction: [backward, forward]}
    where: {pace: preferred}
    claimed: below
    matters: 0.05
why: {depends: They are shorter.}
figure: {kind: contrasts}
limits: [A stand-in for the simulation.]
"""
OLDER: dict[str, Any] = {"experiment": "energy", "config_digest": None, "contrasts": []}
RUNS = """\
small-full:
  experiment: small
  changes: {controllers: [ppo, reference-residual, scripted], trials: 8}
  pilot: {seed: 1}
  answers: {small: {pace: asked}}
"""


@pytest.mark.parametrize("name", FULL)
def test_a_full_run_can_be_walked_and_answers_parts_of_its_claims(name: str):
    run = FULL[name]
    given = [one for one in arguments(run).split()[1:] if one != "--set"]
    config = load_config(run.experiment, given)
    plan = make_plan(config)
    assert len({dict(cell.levels)["controller"] for cell in plan.cells}) > 1
    asked = [(one.measure, dict(one.between)) for one in config.contrasts]
    known = {claim.experiment: claim for claim in claims(PAGES)}
    for claim, fixed in run.answers.items():
        at_levels = [
            test
            for test in known[claim].tests
            if all(fixed.get(key, level) == level for key, level in test.where.items())
        ]
        assert at_levels
        assert any((test.measure, test.between) in asked for test in at_levels)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of a claim, with a full run of three controllers by the stand-in."""
    folder = tmp_path_factory.mktemp("claims")
    (folder / "small.yaml").write_text(CONFIG, "utf-8")
    (folder / "answers").mkdir()
    (folder / "answers" / "small.yaml").write_text(WORDS, "utf-8")
    (folder / "full.yaml").write_text(RUNS, "utf-8")
    run = read_full_runs(folder / "full.yaml")["small-full"]
    assert arguments(run) == (
        "small --set controllers=[ppo,reference-residual,scripted] --set trials=8"
    )
    given = [one for one in arguments(run).split()[1:] if one != "--set"]
    options = Options(1, 4, False, ("retrowalk", "run"))
    config = load_config(folder / "small.yaml", given)
    run_experiment(config, folder / "runs" / "full" / "small-full", options, fake_engine.ENGINE)
    return folder


def _several(pages: Path) -> Several:
    run = read_full_runs(pages / "full.yaml")["small-full"]
    found = collect_full(run, pages / "runs" / "full" / "small-full")
    one = Answering("small-full", arguments(run), run.answers["small"], found)
    return Several((one,), (one,), {"reference": "no forward gait"})


def test_it_answers_parts_at_the_levels_that_it_holds_fixed(pages: Path):
    claim, several = read_claim(pages / "answers" / "small.yaml"), _several(pages)
    asked, preferred = (several.contrast(test) for test in claim.tests)
    assert asked is not None
    assert preferred is None
    (part, other) = parts_of(claim, OLDER, several)
    assert part[2] == "no agreement"  # three controllers are too few
    assert other[2] == "not run yet"


def test_the_page_shows_each_controller_and_who_is_left_out(pages: Path):
    claim, several = read_claim(pages / "answers" / "small.yaml"), _several(pages)
    told = "\n".join(several_section(claim, several))
    for name in ("ppo", "reference-residual", "scripted"):
        assert f"| `{name}` |" in told
    assert "3 controllers give an answer, 5 are asked for" in told
    assert "- `reference`: no forward gait" in told
    assert several_section(claim, Several()) == []


def test_runs_are_listed_with_their_folders_and_wrong_keys_are_named(
    pages: Path, capsys: pytest.CaptureFixture[str]
):
    given = ["--pages", str(pages)]
    assert main(["full", *given]) == 0
    assert capsys.readouterr().out.startswith("full/small-full small --set controllers=")
    (pages / "full.yaml").with_name("wrong.yaml").write_text("a: {experiment: b}", "utf-8")
    with pytest.raises(ConfigError, match="changes"):
        read_full_runs(pages / "wrong.yaml")


def _own(name: str, estimate: float, spread: float, gates: int) -> dict[str, Any]:
    seen = {"standardised": 0.5, "difference": 0.5 * spread, "ratio": None}
    ends = {"estimate": estimate, "low": estimate - 0.1, "high": estimate + 0.1}
    return {
        "controller": name,
        **ends,
        "counts": True,
        "forward_gates": gates,
        "n_pairs": 12,
        "withheld": [],
        "detectable": seen,
    }


def test_sizes_are_of_the_controller_that_needs_most(pages: Path):
    claim = read_claim(pages / "answers" / "small.yaml")
    test = claim.tests[0].model_copy(update={"matters": 1.0})
    over = {
        "as": "difference",
        "measure": "stride_length_m",
        "controllers": [_own("ppo", 1.0, 1.0, 5), _own("scripted", 3.0, 4.0, 8)],
        "low": 0.0,
        "high": 4.0,
    }
    planned = planned_size(test, over)
    assert planned is not None
    assert planned.pairs == pairs_for_difference(4.0, 1.0)
    assert "`scripted`" in planned.spread
    assert wider(over) == pytest.approx(20.0)
    alone = {"as": "ratio", "mean_second": 1.0, "detectable": {"standardised": 2.0, "ratio": 0.2}}
    found = planned_size(claim.tests[0], alone)
    assert found is not None
    assert found.pairs == pairs_for_difference(0.1, 0.05)


def test_controllers_like_people_are_told_apart(pages: Path):
    claim, several = read_claim(pages / "answers" / "small.yaml"), _several(pages)
    over = several.contrast(claim.tests[0])
    assert over is not None
    (own,) = (one for one in over["controllers"] if one["controller"] == "reference-residual")
    assert own["forward_gates"] >= GATES_ASKED
    assert "1 of 1" in "\n".join(several_section(claim, several))
    (part, _) = parts_of(claim, OLDER, several)
    assert "7 with each of 3" in "\n".join(size_section([part], several))
