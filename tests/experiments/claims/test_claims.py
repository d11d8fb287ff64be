"""Claims: the rule, the shipped experiments behind them, and pages that are what runs gave."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import fake_engine
import numpy as np
import pytest
from pydantic import ValidationError
from small_claim import CONFIG, part, write_claim

from retrowalk.experiments.claims.__main__ import (
    ORDER,
    claims,
    languages,
    main,
    several,
    texts,
)
from retrowalk.experiments.claims.claim import Claim, ClaimTest, read_claim
from retrowalk.experiments.claims.language import Language
from retrowalk.experiments.claims.page import as_shipped, page, parts_of, stale
from retrowalk.experiments.claims.people import agreement, model_values, people_section
from retrowalk.experiments.claims.results import collect
from retrowalk.experiments.claims.stretches import STRETCH, STRETCHES, by_stretch, with_rate
from retrowalk.experiments.claims.tables import preferred_speeds
from retrowalk.experiments.claims.verdict import outcome, verdict
from retrowalk.experiments.claims.words import PLAINLY, SUPPORT, but
from retrowalk.experiments.findings.page import human_findings
from retrowalk.experiments.findings.verdict import VERDICTS
from retrowalk.experiments.report.plain_words import plain_words
from retrowalk.experiments.rollout.trials import check_cell
from retrowalk.experiments.runner.run import Options, run_experiment
from retrowalk.experiments.statistics.exact_difference import tango_lower
from retrowalk.experiments.statistics.paired_shares import mcnemar, share_difference
from retrowalk.experiments.study.catalogue import shipped_configs
from retrowalk.experiments.study.load import load_config
from retrowalk.experiments.study.plan import make_plan
from retrowalk.sim.errors import ConfigError

PAGES = Path(__file__).resolve().parents[3] / "docs" / "results" / "claims"
CLAIMS = {claim.experiment: claim for claim in claims(PAGES)}


MARGIN = {"reason": "a step so much shorter is what a person feels", "source": "made up"}


def _test(claimed: str, matters: float = 0.1, measure: str = "stride_length_m") -> ClaimTest:
    return ClaimTest.model_validate(
        {
            "measure": measure,
            **({"margin": MARGIN} if claimed.startswith("not") else {}),
            "between": {"direction": ("backward", "forward")},
            "claimed": claimed,
            "matters": matters,
            "part": "steps",
        }
    )


def _found(
    estimate: float | None, low: float | None, high: float | None, kind: str, **more: Any
) -> Any:
    return {"estimate": estimate, "low": low, "high": high, "as": kind, **more}


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


@pytest.mark.parametrize(
    ("one_way", "other_way", "pairs", "p", "expected"),
    [
        (4, 0, 12, 0.125, "unclear"),  # policies, cobbles; path, cobbles
        (5, 0, 16, 0.0625, "unclear"),  # balance, slip; path, trail
        (5, 0, 12, 0.0625, "unclear"),  # obstacles, seen
        (6, 0, 12, 0.03125, "as claimed"),
        (7, 0, 12, 0.015625, "as claimed"),
        (0, 6, 12, 0.03125, "opposite"),
    ],
)
def test_falls_need_the_exact_test_beside_the_interval(one_way, other_way, pairs, p, expected):
    first = np.repeat([1.0, 0.0, 0.0], [one_way, other_way, pairs - one_way - other_way])
    second = np.repeat([0.0, 1.0, 0.0], [one_way, other_way, pairs - one_way - other_way])
    assert mcnemar(first, second) == p
    exact = share_difference(first, second)
    contrast = _found(exact.estimate, exact.low, exact.high, "difference", p=p)
    assert outcome(_test("above", measure="fell"), contrast) == expected
    tango = tango_lower(one_way, other_way, pairs, 0.95)  # what the pages had: without 0
    older = _found(
        exact.estimate, tango, -tango_lower(other_way, one_way, pairs, 0.95), "difference"
    )
    assert outcome(_test("above", measure="fell"), older | {"p": p}) == expected


def test_what_is_withheld_is_no_evidence_and_what_was_not_asked_is_not_run_yet():
    withheld = [{"reason": "gait-fails", "says": "The gait fails here."}]
    clear = _found(1.3, 1.2, 1.4, "ratio", withheld=withheld)
    assert outcome(_test("above"), clear) == "no evidence"
    assert outcome(_test("above"), None) == "not run yet"
    assert verdict(["no evidence", "no evidence"]) == "cannot tell"
    assert verdict(["as claimed", "no evidence"]) == "depends"
    assert verdict(["opposite", "no evidence"]) == "not supported"


@pytest.mark.parametrize("claimed", ["not above", "not below"])
def test_a_margin_of_not_worse_needs_its_reason_and_source(claimed: str):
    test = _test(claimed).model_dump() | {"margin": None}
    with pytest.raises(ValidationError, match="is required where the claim is"):
        ClaimTest.model_validate(test)
    with pytest.raises(ValidationError, match="source"):
        ClaimTest.model_validate(test | {"margin": {"reason": MARGIN["reason"]}})


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
        levels = {**config.factors, **({STRETCH: tuple(STRETCHES)} if config.battery else {})}
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
        if path.stem in CLAIMS:
            assert (PAGES / "figures" / f"{path.stem}.svg").exists()


@pytest.mark.parametrize("language", languages(PAGES), ids=lambda one: one.code)
def test_another_language_says_every_answer_with_the_same_numbers(language: Language):
    assert {*SUPPORT.values(), *PLAINLY.values()} <= set(language.texts)
    number = re.compile(r"[\d.,]+(?= %)")
    for name in CLAIMS:
        own = (PAGES / f"{name}.{language.code}.md").read_text("utf-8")
        found = re.findall(r"^\| [^|]* \| ([^|]*) \| \*\*", own, re.MULTILINE)
        told = {one.replace(",", ".") for one in number.findall(" ".join(found))}
        assert told <= set(number.findall((PAGES / f"{name}.md").read_text("utf-8")))
        assert not re.search(r"\d\.\d", " ".join(found))


def test_a_text_without_words_stays_english_and_is_told():
    language = Language("de", {"Energy": "Energie"}, plain_words("de"))
    assert [language.say(one) for one in ("Energy", "Ease ", "Ease")] == ["Energie", "Ease", "Ease"]
    assert language.missing == ["Ease"]


@pytest.mark.parametrize("name", [n for n in CLAIMS if (PAGES / "results" / f"{n}.json").exists()])
def test_results_are_of_the_shipped_default_or_say_so(name: str):
    """The page's numbers come from the experiment as it ships, and its reasons suit its answer."""
    results = json.loads((PAGES / "results" / f"{name}.json").read_text("utf-8"))
    config = load_config(name)
    if not as_shipped(results):
        assert "the experiment that ships asks otherwise now" in stale([results])[0]
    else:
        assert results["trials_per_cell"] == (CLAIMS[name].trials or config.trials)
        assert results["duration_s"] == config.duration_s
        assert results["seed"] == config.seed
        factors = {name: list(levels) for name, levels in config.factors.items()}
        assert results["factors"] == factors
    told = parts_of(CLAIMS[name], results, several(PAGES, CLAIMS[name]))
    answer = verdict([found for _, _, found in told])
    assert answer in CLAIMS[name].why


@pytest.mark.parametrize(("trials", "same"), [(8, True), (80, True), (4, False)])
def test_more_walks_are_of_the_experiment_that_ships_and_fewer_are_not(trials: int, same: bool):
    digest = load_config("step-technique", [f"trials={trials}"]).digest()
    results = {"experiment": "step-technique", "trials_per_cell": trials, "config_digest": digest}
    assert load_config("step-technique").trials == 8
    assert as_shipped(results) is same
    other = load_config("step-technique", [f"trials={trials}", "seed=1"]).digest()
    assert not as_shipped({**results, "config_digest": other})


def test_runs_of_more_walks_are_listed_and_their_pages_tell_the_command(capsys):
    assert main(["full", "--pages", str(PAGES)]) == 0
    listed = capsys.readouterr().out.splitlines()
    larger = [claim for claim in CLAIMS.values() if claim.trials is not None]
    assert larger
    for claim in larger:
        assert claim.trials is not None
        assert claim.trials > load_config(claim.experiment).trials
        asked = f"{claim.experiment} --set trials={claim.trials}"
        assert f"more-walks/{asked.split()[0]} {asked}" in listed
        page = (PAGES / f"{claim.experiment}.md").read_text("utf-8")
        assert f"\nretrowalk run {asked}\n" in page


def test_no_claim_rests_on_a_physical_identity_or_on_what_is_commanded():
    """Belt against floor is a test (tests/sim/treadmill); lean is a number of the gait's."""
    for claim in CLAIMS.values():
        for test in claim.tests:
            assert set(test.between.get("surface", ())) != {"treadmill", "flat"}
            assert test.measure not in ("trunk_lean_rad", "speed_m_per_s")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A run `small` by the stand-in, in which strides are 0.9 m backward and 1.1 m forward."""
    (tmp_path / "small.yaml").write_text(CONFIG, "utf-8")
    config = load_config(tmp_path / "small.yaml")
    options = Options(1, 4, False, ("retrowalk", "run"))
    run_experiment(config, tmp_path / "runs" / "small", options, fake_engine.ENGINE)
    write_claim(
        tmp_path / "claims" / "answers",
        part("strides", "above"),
        why={"not supported": "They are shorter."},
        conditions=["stride_length_m"],
        people=["stride-ratio"],
    )
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
        page(unknown, results)


def _other(claim: Claim) -> ClaimTest:
    return claim.tests[0].model_copy(update={"measure": "step_width_m"})


def test_risk_by_the_metre_later_against_earlier():
    """Falls at 3, 6, 12 and 20 m, six walks of 25 m: 2 in 80 m from 4 to 14 m, 1 in 66 m later."""
    curve = {"distance_m": [3.0, 6.0, 12.0, 20.0], "falls": [1] * 4, "ends_m": [25.0] * 6}
    levels = {"surface": "trail"}
    refusal = {"reason": "gait-fails", "says": "The gait fails here."}
    (found,) = by_stretch(
        [{"levels": levels, "curve": curve}], {(("surface", "trail"),): [refusal]}
    )
    assert found["between"] == {"stretch_m": ["14 to 24", "4 to 14"]}
    assert found["mean_first"] == pytest.approx(100 * 1 / 66)
    assert found["mean_second"] == pytest.approx(100 * 2 / 80)
    assert found["estimate"] == pytest.approx(100 * (1 / 66 - 2 / 80))
    assert found["low"] < 0 < found["high"]
    assert found["p"] > 0.5
    assert found["withheld"] == [refusal]
    assert found["n_pairs"] == 9
    calm = {"distance_m": [], "falls": [], "ends_m": [25.0] * 6}
    (none,) = by_stretch([{"levels": {}, "curve": calm}], {})
    assert (none["estimate"], none["p"]) == (0.0, None)
    assert none["high"] == pytest.approx(-100 * math.log(0.025) / 60)
    rated = with_rate({"falls": 4, "walked_m": 200.0})["falls_per_100_m"]
    assert (rated["estimate"], rated["low"]) == pytest.approx((2.0, 0.5449), abs=1e-3)


def test_collected_results_hold_what_pages_say_beside_a_number(small: Path):
    """Whether it hangs on one pair, the geometry in it, why it is withheld, what cells are."""
    claim = read_claim(small / "claims" / "answers" / "small.yaml")
    results = collect(claim, small / "runs" / "small")
    (contrast,) = results["contrasts"]
    assert contrast["leave_one_out"]["changes"] is False
    assert contrast["withheld"] == []
    assert all(set(cell["standing"]) == {"fails", "noise_free"} for cell in results["cells"])
    assert results["no_evidence"] == []
    assert results["config_digest"] == load_config(small / "small.yaml").digest()
    contrast["leave_one_out"]["changes"] = True
    contrast["geometry"] = {"measure": "mos_ap_edge_m", "difference": -0.13}
    assert but(contrast | {"measure": "mos_ap_m"}).startswith("−13.0 cm of it the foot's shape")
    text = page(claim, results)
    assert "hangs on one pair of walks" in text
    contrast["withheld"] = [{"reason": "gait-fails", "says": "The gait fails here."}]
    withheld = page(claim, results)
    assert "no answer. The gait fails here." in withheld
    assert "**Cannot tell**" in withheld
    assert "(the gait fails)" in withheld


def test_a_speed_of_least_cost_at_the_end_is_not_enclosed():
    results = json.loads((PAGES / "results" / "energy.json").read_text("utf-8"))
    told = parts_of(CLAIMS["energy"], results)
    preferred = [one for one in told if one[0].where == {"pace": "preferred"}]
    assert preferred
    assert {found for _, _, found in preferred} == {"no evidence"}
    assert "not enclosed" in "\n".join(preferred_speeds(results))


def test_people_stand_beside_the_model():
    model = model_values((PAGES.parent / "validation.md").read_text("utf-8"))
    assert set(model) == set(human_findings()["id"])
    assert {one.verdict for one in model.values()} <= set(VERDICTS)
    claim = next(one for one in CLAIMS.values() if "emg-overall" in one.people)
    told = "\n".join(people_section(claim, model))
    assert model["emg-overall"].value.split("; ")[0] in told
    assert f"**{model['emg-overall'].verdict}**" in told
    assert sum(map(int, re.findall(r"\d+", agreement(claim, model)))) == len(claim.people)
    assert agreement(claim, {}) == "nothing known"
