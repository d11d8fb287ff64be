"""Claims asked of several controllers: which run answers which part, the page, the sizes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fake_engine
import pytest
from small_claim import CONFIG, part, write_claim

from retrowalk.experiments.claims.__main__ import claims
from retrowalk.experiments.claims.answering import Answering, Several
from retrowalk.experiments.claims.claim import Claim, read_claim
from retrowalk.experiments.claims.full_runs import NOT_YET, FullRun, collect_full, read_full_runs
from retrowalk.experiments.claims.page import parts_of
from retrowalk.experiments.claims.several import several_section, wider
from retrowalk.experiments.claims.size import planned_size, size_section
from retrowalk.experiments.claims.stretches import RATE, STRETCH, STRETCHES
from retrowalk.experiments.claims.who import LEFT_OUT, NOT_ASKED, left_out, walking
from retrowalk.experiments.runner.run import Options, run_experiment
from retrowalk.experiments.statistics.planned_size import pairs_for_difference
from retrowalk.experiments.store.run import Run
from retrowalk.experiments.study.controllers import GATES_ASKED, controllers
from retrowalk.experiments.study.load import load_config
from retrowalk.experiments.study.plan import make_plan
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.json_file import read_json

PAGES = Path(__file__).resolve().parents[3] / "docs" / "results" / "claims"
FULL = read_full_runs(PAGES / "full.yaml")
OLDER: dict[str, Any] = {"experiment": "energy", "config_digest": None, "contrasts": []}
WALKED = ("reference-residual", "scripted")


@pytest.mark.parametrize("name", FULL)
def test_a_full_run_can_be_walked_and_answers_parts_of_its_claims(name: str):
    run = FULL[name]
    assert len(run.walkers) > 1
    config = run.plan.config
    asked: list[tuple[str, Any]] = [(one.measure, dict(one.between)) for one in config.contrasts]
    if config.battery is not None:
        asked.append((RATE, {STRETCH: tuple(reversed(STRETCHES))}))
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
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A claim, its experiment, and runs of two controllers by the stand-in."""
    path = tmp_path_factory.mktemp("claims")
    (path / "small.yaml").write_text(CONFIG, "utf-8")
    preferred = part("strides, each at its preferred speed", "below", pace="preferred")
    parts = part("strides", "below", pace="asked"), preferred
    write_claim(path / "answers", *parts, why={"depends": "They are shorter."})
    for name in WALKED:
        config = load_config(path / "small.yaml", [f"controllers=[{name}]", "trials=8"])
        options = Options(1, 4, False, ("retrowalk", "run"))
        run_experiment(config, path / "runs" / name, options, fake_engine.ENGINE)
    return path


@pytest.fixture(scope="module")
def full(folder: Path) -> FullRun:
    """The full run that these are of."""
    data = {"experiment": str(folder / "small.yaml"), "changes": {"trials": 8}, "pilot": 4}
    return FullRun.model_validate(data | {"answers": {"small": {"pace": "asked"}}})


@pytest.fixture(scope="module")
def claim(folder: Path) -> Claim:
    """The claim."""
    return read_claim(folder / "answers" / "small.yaml")


@pytest.fixture(scope="module")
def several(folder: Path, full: FullRun) -> Several:
    """What the two say."""
    found = collect_full(full, folder / "runs")
    one = Answering("small-full", full.answers["small"], found)
    return Several((one,), {"of-somebody": "no forward gait"})


def test_it_answers_parts_at_the_levels_that_it_holds_fixed(claim: Claim, several: Several):
    asked, preferred = (several.contrast(test) for test in claim.tests)
    assert asked is not None
    assert preferred is None
    (part, other) = parts_of(claim, OLDER, several)
    assert part[2] == "this model cannot say"  # two controllers are too few
    assert other[2] == "not run yet"


def test_one_controller_alone_is_no_answer_where_several_were_asked(claim: Claim, several: Several):
    alone = {
        "measure": "stride_length_m",
        "between": {"direction": ["backward", "forward"]},
        "where": {"pace": "preferred"},
        "as": "ratio",
        "pooled": False,
        "estimate": 0.8,
        "low": 0.7,
        "high": 0.9,
    }
    results = OLDER | {"contrasts": [alone]}
    outcomes = [found for _, _, found in parts_of(claim, results, several)]
    assert outcomes == ["this model cannot say"] * 2
    assert parts_of(claim, results)[1][2] == "as claimed"


def test_the_page_shows_each_controller_and_who_is_left_out(claim: Claim, several: Several):
    told = "\n".join(several_section(claim, several))
    for name in WALKED:
        assert f"| `{name}` |" in told
    assert "2 controllers give an answer, 5 are asked for" in told
    assert "- `of-somebody`: no forward gait" in told
    assert several_section(claim, Several()) == []


def test_who_answered_is_not_said_to_wait(claim: Claim, several: Several):
    left = {WALKED[0]: NOT_ASKED, "ppo": NOT_ASKED, "somebody": NOT_ASKED}
    own = "\n".join(several_section(claim, Several(several.runs, left)))
    assert f"- `somebody`: {NOT_ASKED}" in own
    assert f"- `{WALKED[0]}`" not in own
    assert own.count("- `ppo`") == 1


def test_a_controller_that_can_walk_no_part_has_its_reason():
    """Of a claim whose parts are at two speeds, one alone is not enough."""
    claim = read_claim(PAGES / "answers" / "treadmill-workout.yaml")
    told = left_out(claim)
    assert "0.7 is outside" in told["ppo-joint-scratch"]
    assert "0.7 is outside" in told["reference"]


def test_every_controller_walks_or_has_its_reason():
    kept = read_json(PAGES / "results" / LEFT_OUT)
    names = {one.name for one in controllers() if one.independent}
    for claim in claims(PAGES):
        reasons = kept[claim.experiment]
        if "every controller" not in reasons:
            plan = make_plan(load_config(claim.experiment))
            assert names == reasons.keys() | walking(plan) & names


def test_each_controller_has_a_run_of_its_own(folder: Path, full: FullRun, tmp_path: Path):
    """One that has not walked is told; a run of another size is none of it."""
    assert full.command("ppo").endswith("small.yaml --set controllers=[ppo] --set trials=8")
    found = collect_full(full, folder / "runs")
    told = {one["levels"]["controller"]: one["says"] for one in found["left_out"]}
    assert told["ppo"] == told["reference-residual-2"] == NOT_YET
    assert told.keys().isdisjoint(WALKED)
    (over,) = found["contrasts"]
    assert (over["counted"], found["trials"]) == (2, 2 * 16)
    longer = full.model_copy(update={"changes": {"trials": 9}})
    with pytest.raises(ConfigError, match="is not a run of"):
        collect_full(longer, folder / "runs")
    with pytest.raises(ConfigError, match="no controller has walked yet"):
        collect_full(full, tmp_path)


def test_together_they_say_what_one_run_of_all_of_them_says(folder: Path, full: FullRun):
    """Walks of one controller are those of a run of several."""
    names = ", ".join(WALKED)
    config = load_config(folder / "small.yaml", [f"controllers=[{names}]", "trials=8"])
    options = Options(1, 4, False, ("retrowalk", "run"))
    whole = run_experiment(config, folder / "whole", options, fake_engine.ENGINE)
    (one,) = Run.finished(whole.path).answer("controllers")["contrasts"]
    (other,) = collect_full(full, folder / "runs")["contrasts"]
    for key in ("estimate", "low", "high"):
        assert other[key] == pytest.approx(one[key], rel=1e-4)
    assert [other[key] for key in ("counted", "says")] == [one[key] for key in ("counted", "says")]


def test_controllers_that_are_all_alike_tell_of_no_size_that_would_be_seen():
    """No falls with any of five: a spread of 0 is no power to see any difference."""
    kept = read_json(PAGES / "results" / "full" / "flat-ground-first.json")
    for over in kept["contrasts"]:
        alike = len({one["estimate"] for one in over["controllers"]}) == 1
        assert (over["detectable"]["difference"] == 0.0) is False
        assert not alike or over["detectable"]["difference"] is None


def test_a_wrong_key_is_named(tmp_path: Path):
    (tmp_path / "wrong.yaml").write_text("a: {experiment: b}", "utf-8")
    with pytest.raises(ConfigError, match="changes"):
        read_full_runs(tmp_path / "wrong.yaml")


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


def test_sizes_are_of_the_controller_that_needs_most(claim: Claim):
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


def test_controllers_like_people_are_told_apart(claim: Claim, several: Several):
    over = several.contrast(claim.tests[0])
    assert over is not None
    (own,) = (one for one in over["controllers"] if one["controller"] == "reference-residual")
    assert own["forward_gates"] >= GATES_ASKED
    assert "1 of 1" in "\n".join(several_section(claim, several))
    (part, _) = parts_of(claim, OLDER, several)
    assert "7 with each of 2" in "\n".join(size_section([part]))
