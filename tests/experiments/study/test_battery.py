"""The fall-risk battery: cells, rounds, resume, outcomes, refusals, and a real run of it."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import fake_falls
import numpy as np
import pandas as pd
import pytest

from retrowalk.experiments.analysis.fall_outcomes import (
    outcomes,
    share_that_falls_unpushed,
)
from retrowalk.experiments.report.page import write_report
from retrowalk.experiments.runner.run import Options, run_experiment
from retrowalk.experiments.statistics.paired import proportion_interval
from retrowalk.experiments.store.pieces import PieceStore
from retrowalk.experiments.store.run_folder import RunFolder
from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.load import load_config
from retrowalk.experiments.study.plan import make_plan
from retrowalk.sim.errors import ConfigError

CONFIG: dict[str, Any] = {
    "name": "risk",
    "technique": {"speed_m_per_s": 0.8},
    "trials": 24,
    "duration_s": 60,
    "seed": 3,
    "keep_recordings": 0,
    "battery": {},
}


def run(out: Path, threads: int = 1, batch: int | None = None, resume: bool = False, **changes):
    config = ExperimentConfig.model_validate({**CONFIG, **changes})
    return run_experiment(config, out, Options(threads, batch, resume), fake_falls.ENGINE)


def numbers(folder: RunFolder) -> dict[str, bytes]:
    paths = (folder.trials, folder.answer("fall_risk"), folder.answer("contrasts"), folder.config)
    return {path.name: path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A run of the stand-in, whose walkers fall by a known law."""
    return run(tmp_path_factory.mktemp("risk") / "run")


def risk(folder: RunFolder) -> dict[str, Any]:
    return json.loads(folder.answer("fall_risk").read_text(encoding="utf-8"))


def test_every_condition_meets_what_its_ground_can_have():
    surfaces = {"surface": ["flat", "treadmill"]}
    plan = make_plan(ExperimentConfig.model_validate({**CONFIG, "factors": surfaces}))
    flat, belt = plan.conditions()
    assert [dict(cell.levels)["challenge"] for cell in flat] == [
        "undisturbed",
        *("push-along-travel", "push-against-travel", "push-left", "push-right"),
        *("slip", "trip", "attention-lapse"),
    ]
    assert len(belt) == len(flat) + 2  # the belt's jerks
    assert [cell.index for cell in plan.cells] == list(range(len(plan.cells)))
    assert flat[0].duration_s == 60.0
    assert {cell.duration_s for cell in flat[1:]} == {16.0}
    seeds = [[spec.seed for spec in plan.trials(cell)] for cell in plan.cells]
    assert all(one == seeds[0] for one in seeds)


def test_threads_and_batches_change_no_byte(tmp_path: Path, finished: RunFolder):
    assert numbers(run(tmp_path / "cut", threads=2, batch=3)) == numbers(finished)


@pytest.mark.parametrize("pieces", [2, 7, 12])
def test_a_run_that_was_cut_off_chooses_the_same_impulses(
    tmp_path: Path, finished: RunFolder, monkeypatch: pytest.MonkeyPatch, pieces: int
):
    write, written = PieceStore.write, []

    def fail_later(self: PieceStore, chunk, piece) -> None:
        if len(written) == pieces:
            raise KeyboardInterrupt
        written.append(chunk)
        write(self, chunk, piece)

    with monkeypatch.context() as patch:
        patch.setattr(PieceStore, "write", fail_later)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path / "run", batch=5)
    assert numbers(run(tmp_path / "run", batch=4, resume=True)) == numbers(finished)


def test_rows_tell_hazard_onset_and_impulse(finished: RunFolder):
    rows = pd.read_parquet(finished.trials)
    pushed = rows[rows["factor_challenge"] == "push-left"]
    assert len(pushed) == 24
    assert pushed["hazard_magnitude"].between(4.0, 64.0).all()
    assert pushed["hazard_magnitude"].nunique() > 8
    assert pushed["hazard_onset_s"].notna().all()
    calm = rows[rows["factor_challenge"] == "undisturbed"]
    assert calm[["hazard_onset_s", "hazard_magnitude", "hazards"]].isna().all(axis=None)
    slips = rows[rows["factor_challenge"] == "slip"]
    assert (slips["hazard_magnitude"] == 0.05).all()


def test_the_answers_are_those_of_the_law(finished: RunFolder):
    found = risk(finished)
    (condition,) = found["conditions"]
    assert condition["left_out"] == ["belt-jerk-faster", "belt-jerk-slower"]
    assert 0.0 < condition["falls_unpushed"] < 0.2  # 5 s at 0.8 m/s, a fall in 100 m: 4 %
    for push in condition["pushes"]:
        half = push["half_fall_impulse_n_s"]["estimate"]
        truth = fake_falls.HALF[push["challenge"].removeprefix("push-")]
        assert abs(math.log(half / truth)) < 0.5
        assert push["counted"] == 23
        assert push["invalid"] == 1
        assert len(push["impulse_n_s"]) == push["counted"]
        assert sum(push["fell"]) == push["falls"]
    rows = pd.read_parquet(finished.trials)
    for hazard in condition["hazards"]:
        own = rows[(rows["factor_challenge"] == hazard["challenge"]) & rows["valid"]]
        expected = proportion_interval(int(own["fell"].sum()), len(own))
        assert hazard["share_that_falls"] == expected.__dict__
    calm = condition["undisturbed"]
    assert calm["trials"] == 24
    assert [one["distance_m"] for one in calm["fall_probability"]] == [5, 10, 20, 30]
    assert len(calm["curve"]["ends_m"]) + calm["falls"] == 23
    rate = calm["falls_per_100_m"]
    assert rate["estimate"] == pytest.approx(100 * calm["falls"] / calm["walked_m"])
    assert rate["low"] <= 1.0 <= rate["high"]  # a fall in 100 m is the law
    assert condition["no_evidence"] == []


def test_later_impulses_gather_where_the_answer_is(finished: RunFolder):
    rows = pd.read_parquet(finished.trials).sort_values("trial")
    away = []
    for towards, half in fake_falls.HALF.items():
        own = rows[rows["factor_challenge"] == f"push-{towards}"]["hazard_magnitude"]
        away.append(np.abs(np.log(own.to_numpy() / half)).reshape(6, 4).mean(axis=1))
    first, *_, last = np.mean(away, axis=0)
    assert last < 0.6 * first


def test_contrasts_are_within_challenges_and_leave_pushes_out(tmp_path: Path):
    folder = run(
        tmp_path / "run",
        trials=8,
        factors={"direction": ["backward", "forward"], "surface": ["flat", "treadmill"]},
        contrasts=[{"measure": "fell", "between": {"direction": ["backward", "forward"]}}],
    )
    answers = json.loads(folder.answer("contrasts").read_text(encoding="utf-8"))["contrasts"]
    where = [(one["where"]["challenge"], one["where"].get("surface")) for one in answers]
    assert not [name for name, _ in where if name.startswith("push")]
    assert ("slip", "flat") in where
    assert ("belt-jerk-faster", "treadmill") in where
    assert ("belt-jerk-faster", "flat") not in where
    pooled = [one["where"] for one in answers if one["pooled"]]
    assert {"challenge": "undisturbed"} in pooled
    assert {"challenge": "belt-jerk-faster"} not in pooled  # of one ground alone


def test_the_report_has_the_section_and_tells_of_undisturbed_walking_elsewhere(
    tmp_path: Path, finished: RunFolder
):
    page = write_report(finished.path).read_text(encoding="utf-8")
    for name in ("figure-fall-survival", "figure-dose-response", "Fall risk by challenge"):
        assert name in page
    assert "could not be made" not in page
    assert "push-against-travel" in page
    finished.answer("fall_risk").rename(tmp_path / "kept.json")
    try:
        assert "fall_risk.json is missing" in write_report(finished.path).read_text("utf-8")
    finally:
        (tmp_path / "kept.json").rename(finished.answer("fall_risk"))


def table(**columns: Any) -> pd.DataFrame:
    known = {"valid": True, "fell": False, "time_to_fall_s": np.nan, "hazard_magnitude": 9.0}
    return pd.DataFrame({**columns, **{k: v for k, v in known.items() if k not in columns}})


def test_what_counts_as_a_fall_of_the_hazard():
    """In order: fell of it, later, before, never met it, cut off, cut off after a fall, stood."""
    rows = table(
        hazard_onset_s=[8.0, 8.0, np.nan, np.nan, 12.0, 12.0, 8.0, 8.0],
        fell=[True, True, True, False, False, True, False, False],
        time_to_fall_s=[9.0, 14.0, 6.0, np.nan, np.nan, 13.0, np.nan, np.nan],
        valid=[True] * 7 + [False],
    )
    found = outcomes(rows, duration_s=16.0, watch_s=5.0)
    assert found.counts.tolist() == [True, True, False, False, False, False, True, False]
    assert found.fell.tolist() == [True] + [False] * 7
    assert (found.invalid, found.fell_before, found.never_came, found.cut_off) == (1, 1, 1, 2)
    assert (found.trials, found.falls) == (3, 1)


def test_the_share_that_falls_unpushed():
    rng = np.random.default_rng(0)
    time = rng.exponential(50.0, 4000)
    calm = table(fell=time < 60.0, time_to_fall_s=np.where(time < 60.0, time, np.nan))
    pushed = table(hazard_onset_s=[np.nan, 8.0, 9.0])
    share = share_that_falls_unpushed(calm, 60.0, pushed, watch_s=5.0)
    assert share == pytest.approx(1 - math.exp(-0.1), abs=0.01)
    at_once = table(fell=[True, True], time_to_fall_s=[2.0, 3.0])
    assert share_that_falls_unpushed(at_once, 60.0, pushed, 5.0) is None
    assert share_that_falls_unpushed(calm, 60.0, table(hazard_onset_s=[np.nan]), 5.0) is None


REFUSED = {
    "battery.pushes=[up]": ("battery.pushes.0 = 'up'", "along-travel"),
    "battery.pushes=[left, left]": ("battery.pushes.1", "repeated"),
    "battery.hazards=[slipp]": ("battery.hazards.0 = 'slipp'", "did you mean 'slip'"),
    "battery.hazards=[slip, slip]": ("battery.hazards.1", "repeated"),
    "battery.hazards=[{preset: slip, at_s: 3}]": ("battery.hazards.0.at_s", "battery sets when"),
    "battery.hazards=[{preset: slip, slip_friction: 9}]": ("battery.hazards.0", "from 0.001"),
    "battery.lowest_impulse_n_s=70": ("lowest_impulse_n_s", "below highest_impulse_n_s (64)"),
    "battery.lowest_impulse_n_s=0": ("battery.lowest_impulse_n_s = 0", "from 0.1 to 300"),
    "battery.hazard_trial_s=6": ("hazard_trial_s = 6", "at least after_s + window_s + watch_s"),
    "battery.batch=0": ("battery.batch = 0", "from 1"),
    "battery.wacth_s=3": ("battery.wacth_s", "did you mean 'watch_s'"),
    "battery=yes": ("battery", "mapping"),
    "hazards=[slip]": ("hazards", "on top of the battery's hazards"),
    "factors.hazard=[slip]": ("factors.hazard", "on top of the battery's hazards"),
    "trials=30000": ("trials", "100000"),
}


@pytest.mark.parametrize("override", REFUSED)
def test_bad_input_is_refused(override: str, tmp_path: Path):
    def asked() -> None:
        config = load_config("fall-risk", [override])
        run_experiment(config, tmp_path / "run", Options(), fake_falls.ENGINE)

    with pytest.raises(ConfigError) as error:
        asked()
    for text in REFUSED[override]:
        assert text in str(error.value)
    assert not (tmp_path / "run").exists()


def test_a_body_that_is_not_there_is_refused_before_anything_runs(tmp_path: Path):
    config = load_config("fall-risk", ["battery.pushed_body=tail"])
    with pytest.raises(ConfigError, match="unknown pushed body 'tail'"):
        run_experiment(config, tmp_path / "run", Options())
    assert not (tmp_path / "run").exists()


def test_the_shipped_config_reads_back_and_resolves_the_same():
    config = load_config("fall-risk", ["surface=treadmill"])
    assert config.battery is not None
    assert ExperimentConfig.model_validate(config.resolved()) == config
    assert "battery" not in load_config("quick-start").resolved()


def test_real_walkers_are_pushed_as_hard_as_chosen(tmp_path: Path):
    """A tiny battery of the simulation: rows, outcomes and answers hang together."""
    battery = {
        "pushes": ["left"],
        "hazards": ["slip"],
        "batch": 1,
        "lowest_impulse_n_s": 60,
        "highest_impulse_n_s": 240,
        "after_s": 0.0,
        "window_s": 0.5,
        "watch_s": 1.5,
        "hazard_trial_s": 9.0,
    }
    settings = {**CONFIG, "trials": 2, "duration_s": 8, "battery": battery}
    settings["technique"] = {"speed_m_per_s": 0.6}
    folder = run_experiment(
        ExperimentConfig.model_validate(settings), tmp_path / "run", Options(threads=1)
    )
    rows = pd.read_parquet(folder.trials)
    assert len(rows) == 6
    pushed = rows[rows["factor_challenge"] == "push-left"]
    assert pushed["hazard_magnitude"].between(60.0, 240.0).all()
    (condition,) = risk(folder)["conditions"]
    (push,), (slip,) = condition["pushes"], condition["hazards"]
    for one in (push, slip):
        left_out = sum(one[key] for key in ("invalid", "fell_before", "never_came", "cut_off"))
        assert one["counted"] + left_out == one["trials"] == 2
    met = pushed["hazard_onset_s"].notna()
    assert pushed[met]["fell"].all()  # nobody of 75 kg stands 0.8 m/s or more sideways
