"""`retrowalk replay`: which trial is shown, walked again if need be, or refused in plain words."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from parsed_page import parse
from synthetic_run import ENGINE, FELL, INVALID

from retrowalk.experiments.commands.cli import main
from retrowalk.experiments.commands.export import ExportRequest, export_command
from retrowalk.experiments.commands.replay import (
    ReplayRequest,
    list_trials,
    replay_command,
)
from retrowalk.experiments.replay import again
from retrowalk.experiments.replay.again import recording_of
from retrowalk.experiments.replay.recorded_run import RecordedRun, listed
from retrowalk.experiments.store.manifest import read_manifest, write_manifest
from retrowalk.sim.errors import ConfigError, RetrowalkError

TRIALS = 8


@pytest.fixture
def run(run_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(run_folder, tmp_path / "made-up"))


@pytest.fixture(autouse=True)
def made_up_trials(monkeypatch: pytest.MonkeyPatch):
    """Trials that are walked again are made up as the run's were."""
    monkeypatch.setattr(again, "simulation_engine", lambda: ENGINE)


def scene_in(page: Path) -> dict:
    scripts = parse(page.read_text("utf-8")).all("script")
    return json.loads(next(one for one in scripts if "type" in one.attributes).text)


def test_the_default_is_a_recorded_trial_that_did_not_fall(run: Path):
    chosen = RecordedRun.finished(run).choose()
    assert (chosen.spec.trial, chosen.cell.direction) == (0, "backward")
    assert chosen.recording is not None
    assert RecordedRun.finished(run).choose(cell="forward").spec.trial == TRIALS
    assert RecordedRun.finished(run).choose(fell=True).spec.trial == FELL
    assert (
        RecordedRun.finished(run).choose(cell="direction=forward", fell=True).spec.trial
        == TRIALS + FELL
    )


def test_what_was_not_kept_is_walked_again_and_is_the_same(run: Path):
    recorded = RecordedRun.finished(run)
    kept, again_0 = recording_of(recorded, recorded.choose(0))
    assert not again_0
    (run / "recordings" / recorded.recordings[0].name).unlink()
    once_more = RecordedRun.finished(run)
    walked, again_1 = recording_of(once_more, once_more.choose(0))
    assert again_1
    for name in ("qpos", "activation", "ground_force_n"):
        stored = walked[name].values.astype(kept[name].dtype)
        np.testing.assert_array_equal(stored, kept[name].values)
    assert int(walked["trial"]) == 0


def test_a_trial_that_comes_out_different_is_not_shown(run: Path):
    rows = pd.read_parquet(run / "trials.parquet")
    rows["step_width_m"] += np.where(rows["trial"] == 3, 1e-12, 0.0)
    rows.to_parquet(run / "trials.parquet")
    manifest = read_manifest(run / "manifest.json")
    del manifest["files"]  # a run of a version without checksums
    write_manifest(run / "manifest.json", manifest)
    recorded = RecordedRun.finished(run)
    with pytest.raises(RetrowalkError, match=r"comes out different \(step_width_m was") as caught:
        recording_of(recorded, recorded.choose(3))
    assert not isinstance(caught.value, ConfigError)
    recording_of(recorded, recorded.choose(4))


def test_the_page_holds_both_trials_and_says_who_fell(run: Path, tmp_path: Path):
    page = tmp_path / "out.html"
    replay_command(ReplayRequest(run, FELL, beside=str(TRIALS), html=page), open_page=False)
    text = page.read_text("utf-8")
    assert "http" not in text.replace("http-equiv", "")  # nothing is fetched
    scene = scene_in(page)
    assert [track["direction"] for track in scene["tracks"]] == ["backward", "forward"]
    fallen, other = scene["tracks"]
    assert fallen["fell_s"] == 4.0
    assert other["fell_s"] is None
    assert fallen["frames"] / fallen["fps"] == pytest.approx(5.0, abs=0.05)  # a second after it
    assert other["frames"] / other["fps"] == pytest.approx(6.0, abs=0.05)
    assert len(scene["figures"]) == 1
    assert len(scene["figures"][0]["skin"]) > 10
    words = parse(text).words()
    assert "fell after 4.0 s" in words
    assert "walked again from its config and seed" in words


def test_a_page_of_twenty_seconds_is_small(run: Path, tmp_path: Path):
    page = tmp_path / "out.html"
    replay_command(ReplayRequest(run, 0, beside=str(TRIALS), html=page), open_page=False)
    rest = len(page.read_bytes()) - sum(len(json.dumps(one)) for one in scene_in(page)["tracks"])
    per_second = sum(len(json.dumps(one)) for one in scene_in(page)["tracks"]) / 6.0
    assert rest + 20 * per_second < 3e6  # issue 7 allows 20 MB


def test_another_run_stands_beside(run: Path, run_folder: Path, tmp_path: Path):
    page = tmp_path / "out.html"
    replay_command(
        ReplayRequest(run, 0, beside=f"{run_folder}:{TRIALS}", html=page), open_page=False
    )
    assert len(scene_in(page)["tracks"]) == 2


def test_without_a_file_the_page_is_in_the_runs_folder(run: Path):
    replay_command(ReplayRequest(run), open_page=False)
    assert (run / "replay-0.html").exists()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"trial": 99}, "there is no trial 99; trials: 0-15; recorded: 0, 8; fell: 1, 9"),
        ({"trial": INVALID}, "trial 2 of .* is not valid: its simulation broke down"),
        ({"cell": "sideways"}, r"no cell is like 'sideways' \(there are: backward; forward\)"),
        ({"trial": 3, "cell": "forward"}, "trial 3 is none of “forward”: it is one of backward"),
        ({"trial": 3, "fell": True}, "trial 3 is none of those that fell: it did not fall"),
        ({"beside": "other"}, "--with other: must be a trial's number"),
        ({"beside": "nowhere:1"}, "nowhere: no such folder"),
        ({"html": Path("out.txt")}, r"--html out.txt: must end in \.html"),
        ({"video": Path("nowhere/out.mp4")}, "there is no folder nowhere"),
        ({"start_s": 60.0}, "--from 60: the trial has only 6 s"),
        ({"length_s": 0.0}, "--seconds 0: there is nothing to show"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_one_line(run: Path, asked: dict, words: str):
    with pytest.raises(ConfigError, match=words) as caught:
        replay_command(replace(ReplayRequest(run), **asked), open_page=False)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        (("trials.parquet",), "this run is not finished; go on with"),
        (("config.yaml",), "holds no run"),
    ],
)
def test_a_folder_without_a_finished_run_is_refused(run: Path, missing: tuple, words: str):
    for name in missing:
        (run / name).unlink()
    with pytest.raises(ConfigError, match=words):
        RecordedRun.finished(run)


def test_a_damaged_recording_is_refused(run: Path):
    min((run / "recordings").iterdir()).write_bytes(b"nothing")
    recorded = RecordedRun.finished(run)
    with pytest.raises(ConfigError, match="cannot be read"):
        recording_of(recorded, recorded.choose(0))


def test_the_list_says_what_there_is(run: Path, capsys: pytest.CaptureFixture[str]):
    list_trials(run, as_json=True)
    rows = json.loads(capsys.readouterr().out)
    assert [row["recorded"] for row in rows] == [[0], [8]]
    assert [row["fell"] for row in rows] == [[FELL], [TRIALS + FELL]]
    assert [row["invalid"] for row in rows] == [[INVALID], [TRIALS + INVALID]]


def test_bad_input_ends_with_two(monkeypatch: pytest.MonkeyPatch, run: Path):
    monkeypatch.setattr("sys.argv", ["retrowalk", "replay", str(run), "--trial", "99"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2


def test_numbers_are_listed_as_ranges():
    assert listed([0, 1, 2, 7, 9, 10]) == "0-2, 7, 9-10"
    assert listed([]) == "none"
    assert listed(range(0, 100, 2)).endswith("and 38 more")


def test_a_kept_recording_is_exported_with_all_that_it_holds(run: Path, tmp_path: Path):
    """The player reads a part of it; quantities of which it holds nothing are left out."""
    recorded = RecordedRun.finished(run)
    whole, _ = recording_of(recorded, recorded.choose(0), variables=None)
    assert set(whole.data_vars) == set(recorded.recording(0).data_vars)
    export_command(ExportRequest(run, "csv", (0,), (), tmp_path / "csv"), as_json=True)
    assert sorted(path.name for path in (tmp_path / "csv").iterdir()) == [
        "trial-0_ground-forces.csv",
        "trial-0_muscle-activations.csv",
    ]
    asked = ExportRequest(run, "csv", (0,), ("joint-angles",), tmp_path)
    with pytest.raises(ConfigError, match="holds no joint-angles"):
        export_command(asked, as_json=True)
