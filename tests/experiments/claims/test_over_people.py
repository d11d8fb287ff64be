"""Claims asked of virtual people: in how many of them which way, over them and controllers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import fake_engine
import pytest
from small_claim import CONFIG, part, write_claim

from retrowalk.experiments.claims.answering import Answering, Several
from retrowalk.experiments.claims.claim import Claim, read_claim
from retrowalk.experiments.claims.full_runs import FullRun, collect_full
from retrowalk.experiments.claims.language import read_language
from retrowalk.experiments.claims.over_people import in_people, over_people_section
from retrowalk.experiments.claims.several import commands, several_section
from retrowalk.experiments.claims.translated import HIGHER, LOWER, translated_index
from retrowalk.experiments.runner.run import Options, run_experiment
from retrowalk.experiments.store.run import Run
from retrowalk.experiments.study.load import load_config

PAGES = Path(__file__).resolve().parents[3] / "docs" / "results" / "claims"
CHANGES = {"cohort.n": 5, "trials": 1, "keep_recordings": 1, "technique.speed_m_per_s": 0.85}
WALKED = ("reference-residual", "reference-residual-3")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A claim, and runs of five people with each of two controllers, by the stand-in."""
    path = tmp_path_factory.mktemp("claims")
    (path / "small.yaml").write_text(CONFIG, "utf-8")
    cadence = part("cadence", "below", "cadence_steps_per_min", pace="asked")
    parts = part("strides", "below", pace="asked"), cadence
    write_claim(path / "answers", *parts, why={"depends": "They are shorter."})
    for names in (*((name,) for name in WALKED), WALKED):
        changed = [f"{key}={value}" for key, value in CHANGES.items()]
        asked = [f"controllers=[{', '.join(names)}]", *changed]
        config = load_config(path / "small.yaml", asked)
        options = Options(1, 4, False, ("retrowalk", "run"))
        run_experiment(config, path / "runs" / "+".join(names), options, fake_engine.ENGINE)
    return path


@pytest.fixture(scope="module")
def claim(folder: Path) -> Claim:
    """The claim."""
    return read_claim(folder / "answers" / "small.yaml")


@pytest.fixture(scope="module")
def several(folder: Path) -> Several:
    """What five people say with both."""
    data = {"experiment": str(folder / "small.yaml"), "changes": CHANGES}
    asked = {"controllers": list(WALKED), "answers": {"small": {"pace": "asked"}}}
    full = FullRun.model_validate(data | asked)
    found = collect_full(full, folder / "runs")
    return Several((Answering("small-people", full.answers["small"], found),))


def agreeing(several: Several) -> Several:
    """The same, as if the controllers gave an answer."""
    (one,) = several.runs
    found = [{**over, "withheld": []} for over in one.results["over_people"]]
    return Several((replace(one, results={**one.results, "over_people": found}),))


def test_people_say_what_one_run_of_all_controllers_says(
    folder: Path, claim: Claim, several: Several
):
    whole = Run.finished(folder / "runs" / "+".join(WALKED)).answer("cohort")
    (one,) = whole["contrasts"]
    over = several.over_people(claim.tests[0])
    assert over is not None
    for key in ("estimate", "low", "high"):
        assert over[key] == pytest.approx(one[key], rel=1e-4)
    for key in ("counted", "above", "below", "says", "controllers"):
        assert over[key] == one[key]
    assert [person["name"] for person in several.people] == [f"p0{i}" for i in range(1, 6)]
    assert several.over_people(claim.tests[1]) is None


def test_the_page_tells_in_how_many_people_and_over_whom(claim: Claim, several: Several):
    told = "\n".join(over_people_section(claim, several))
    assert "## Person by person" in told
    assert "| strides | " in told
    assert "of 5 people | " in told
    assert "cadence" not in told
    assert "of 5 people: not what the gait was made for" in in_people(several, claim.tests[0])
    assert "of 5 people: −" in in_people(agreeing(several), claim.tests[0])
    assert in_people(several, claim.tests[1]) == ""
    assert over_people_section(claim, Several()) == []


def test_the_page_tells_how_old_those_are_who_give_an_answer(claim: Claim, several: Several):
    assert "years old" not in "\n".join(over_people_section(claim, several))  # all give one
    (one,) = several.runs
    oldest = max(several.people, key=lambda person: person["age_years"])
    (over, *more) = one.results["over_people"]
    left = [{**own, "counts": own["person"] != oldest["name"]} for own in over["people"]]
    fewer = {**one.results, "over_people": [{**over, "people": left}, *more]}
    told = "\n".join(over_people_section(claim, Several((replace(one, results=fewer),))))
    ages = sorted(person["age_years"] for person in several.people)
    assert f"{ages[0]:.0f} to {ages[-2]:.0f} years old, of {ages[0]:.0f} to {ages[-1]:.0f}" in told


@pytest.mark.parametrize(("code", "told"), [("de", "von 5 Personen: "), ("es", "de 5 personas: ")])
def test_coaches_read_it_in_their_language(claim: Claim, several: Several, code: str, told: str):
    language = read_language(PAGES / "words" / f"{code}.yaml")
    nothing = {"config_digest": None, "trials_per_cell": 1, "contrasts": []}
    found = (claim, {"experiment": "energy", **nothing})
    assert told in translated_index([(*found, agreeing(several))], language)
    assert told not in translated_index([(*found, several)], language)  # two controllers: no answer
    assert not {HIGHER, LOWER} & {*language.missing}


def test_a_cohort_alone_answers_no_part_for_the_one_body(claim: Claim, several: Several):
    assert several.contrast(claim.tests[0]) is None
    assert several_section(claim, several) == []
    assert commands(several.runs).count("--set cohort.n=5") == len(WALKED)
