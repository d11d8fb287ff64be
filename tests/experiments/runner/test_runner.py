"""Runs: the same numbers however they are cut, whole folders, and refusals before anything runs."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import fake_engine
import numpy as np
import pandas as pd
import pytest
import xarray as xr
import yaml
from small_config import CONFIG

from retrowalk.experiments.runner.run import Options, run_experiment
from retrowalk.experiments.store.run_folder import RunFolder
from retrowalk.experiments.study.columns import TRIAL_COLUMNS
from retrowalk.experiments.study.load import load_config
from retrowalk.experiments.study.plan import Cell, make_plan
from retrowalk.sim.errors import ConfigError, SimulationError


def run(config_file: Path, out: Path, *overrides: str, engine=fake_engine.ENGINE, **options):
    """Run with the stand-in, in this process unless told otherwise."""
    options = Options(**{"threads": 1, **options})
    return run_experiment(load_config(config_file, overrides), out, options, engine)


def contents(folder: RunFolder) -> dict[str, bytes]:
    """Return all files of a run by path, but the manifest, which tells of the machine."""
    return {
        str(path.relative_to(folder.path)): path.read_bytes()
        for path in sorted(folder.path.rglob("*"))
        if path.is_file() and path != folder.manifest
    }


@pytest.fixture(scope="module")
def kept_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run: 4 cells of 7 trials; trial 4 of each fell, trial 5 is not valid."""
    folder = tmp_path_factory.mktemp("kept")
    (folder / "small.yaml").write_text(CONFIG, encoding="utf-8")
    return run(folder / "small.yaml", folder / "run").path


@pytest.fixture
def finished(kept_run: Path, tmp_path: Path) -> RunFolder:
    """A copy of the finished run, to be looked at or spoilt."""
    return RunFolder(Path(shutil.copytree(kept_run, tmp_path / "finished")))


@pytest.mark.parametrize("batch", [1, 3, 64])
def test_batch_size_changes_no_byte(
    config_file: Path, tmp_path: Path, finished: RunFolder, batch: int
):
    other = run(config_file, tmp_path / "other", batch=batch)
    assert contents(other) == contents(finished)


def test_worker_processes_change_no_byte(config_file: Path, tmp_path: Path, finished: RunFolder):
    other = run(config_file, tmp_path / "other", threads=2, batch=3)
    assert contents(other) == contents(finished)


def test_folder_holds_what_the_design_says(finished: RunFolder):
    names = {path.name for path in finished.path.iterdir()}
    tables = {
        "trials.parquet",
        "strides.parquet",
        "not_measured.parquet",
        "waveforms.nc",
        "waveform_contrasts.json",
        "contrasts.json",
    }
    assert names == {"config.yaml", "manifest.json", "recordings", *tables}
    assert len(list(finished.recordings.glob("*.nc"))) == 4 * 2


def test_the_folders_config_reproduces_the_run(tmp_path: Path, finished: RunFolder):
    again = run(finished.config, tmp_path / "again")
    assert contents(again) == contents(finished)


def test_trials_have_the_designs_columns_first(finished: RunFolder):
    trials = pd.read_parquet(finished.trials)
    assert tuple(trials.columns[: len(TRIAL_COLUMNS)]) == TRIAL_COLUMNS
    assert {"cell", "factor_speed_m_per_s", "extra_measure"} <= set(trials.columns)
    assert trials["trial"].tolist() == list(range(28))
    assert trials.groupby("seed").size().eq(4).all()


def test_what_a_trial_cannot_give_is_null(finished: RunFolder):
    trials = pd.read_parquet(finished.trials)
    fell = trials["fell"]
    assert fell.sum() == 4
    assert trials["step_width_m"].isna().equals(fell)
    assert trials["time_to_fall_s"].notna().equals(fell)
    assert trials["cadence_steps_per_min"].isna().all()
    assert trials["cadence_steps_per_min"].dtype == np.float64
    assert not trials["valid"].all()
    assert trials["valid"].dtype == bool


def test_strides_belong_to_trials(finished: RunFolder):
    strides = pd.read_parquet(finished.strides)
    assert len(strides) == 3 * 24
    assert strides["trial"].is_monotonic_increasing
    assert {"direction", "commanded_speed_m_per_s", "cell"} <= set(strides.columns)


def test_waveforms_average_the_valid_trials_that_have_one(finished: RunFolder):
    with xr.open_dataset(finished.waveforms) as waves:
        assert waves["joint_angle_rad_mean"].dims == ("cell", "joint", "phase")
        assert waves["joint_angle_rad_trials"].values.tolist() == [5, 5, 5, 5]
        assert waves["direction"].values.tolist() == ["backward"] * 2 + ["forward"] * 2
        assert bool(waves["joint_angle_rad_sd"].notnull().all())


def test_recordings_are_small_floats(finished: RunFolder):
    path = next(finished.recordings.glob("direction-backward*.nc"))
    with xr.open_dataset(path) as recording:
        assert recording.sizes["trial"] == 1
        assert recording["joint_angle_rad"].dtype == np.float32
        assert recording["qpos"].dtype == np.float64
        assert recording.attrs["direction"] == "backward"


def test_contrasts_are_answered_per_combination_and_pooled(finished: RunFolder):
    analysis = json.loads(finished.answer("contrasts").read_text())
    strides = [one for one in analysis["contrasts"] if one["measure"] == "stride_length_m"]
    assert [one["where"] for one in strides] == [
        {"speed_m_per_s": 0.6},
        {"speed_m_per_s": 0.8},
        {},
    ]
    assert [one["pooled"] for one in strides] == [False, False, True]
    for one in strides:
        assert one["low"] <= one["estimate"] <= one["high"]
        assert one["estimate"] == pytest.approx(0.9 / 1.1, abs=0.02)
        assert (one["n_pairs"], one["n_dropped"]) == (6, 1)  # trial 5 is not valid
        assert one["p_holm"] >= one["p"]
    widths = [one for one in analysis["contrasts"] if one["measure"] == "step_width_m"]
    assert all((one["n_pairs"], one["n_dropped"]) == (5, 2) for one in widths)


def test_cells_are_summarised_with_intervals(finished: RunFolder):
    analysis = json.loads(finished.answer("contrasts").read_text())
    for cell in analysis["cells"]:
        assert (cell["trials"], cell["valid"]) == (7, 6)
        assert cell["fell"]["share"] == pytest.approx(1 / 6)
        length = cell["measures"]["stride_length_m"]
        assert length["low"] <= length["mean"] <= length["high"]
        assert cell["measures"]["cadence_steps_per_min"]["mean"] is None


def test_manifest_tells_where_the_numbers_come_from(finished: RunFolder):
    manifest = json.loads(finished.manifest.read_text())
    assert manifest["status"] == "complete"
    assert manifest["versions"]["mujoco"]
    assert len(manifest["trial_seeds"]) == 7
    assert manifest["digests"] == fake_engine.digests(_cell(body="human"))
    assert manifest["wall_time_s"] > 0
    assert manifest["machine"]["cores"] >= 1
    (session,) = manifest["sessions"]
    assert session["trials"] == 28


def test_config_yaml_holds_the_defaults_too(finished: RunFolder):
    config = yaml.safe_load(finished.config.read_text())
    assert (config["walker"], config["policy"], config["surface"]) == (
        "young-adult",
        "scripted",
        "flat",
    )


class Stopped(Exception):
    """Stands for whatever ends a run in the middle."""


def test_resume_runs_only_what_is_missing(config_file: Path, tmp_path: Path, finished: RunFolder):
    calls: list[int] = []

    def stop_after_three(cell, trials, threads):
        calls.append(len(trials))
        if len(calls) == 4:
            raise Stopped
        return fake_engine.rollout(cell, trials, threads)

    out = tmp_path / "broken"
    broken = replace(fake_engine.ENGINE, rollout=stop_after_three)
    with pytest.raises(Stopped):
        run(config_file, out, engine=broken, batch=3)
    done = sum(calls[:3])
    calls[:] = [0] * 4  # never stops again
    resumed = run(config_file, out, engine=broken, batch=5, resume=True)
    assert sum(calls) == 28 - done
    assert contents(resumed) == contents(finished)


@pytest.mark.parametrize("spoilt", ["trials.arrow", "strides.arrow", "curves.npz"])
def test_resume_does_a_damaged_piece_again(
    config_file: Path, tmp_path: Path, finished: RunFolder, spoilt: str
):
    out = tmp_path / "broken"

    def stop_at_forward(cell: Cell, trials, threads):
        if cell.direction == "forward":
            raise Stopped
        return fake_engine.rollout(cell, trials, threads)

    with pytest.raises(Stopped):
        run(config_file, out, engine=replace(fake_engine.ENGINE, rollout=stop_at_forward))
    piece = next((out / "pieces").iterdir())
    (piece / spoilt).write_bytes(b"half")
    (out / "pieces" / ".partial-left").mkdir()
    resumed = run(config_file, out, resume=True)
    assert contents(resumed) == contents(finished)


def test_resume_of_a_finished_run_runs_nothing(config_file: Path, finished: RunFolder):
    before = contents(finished)

    def never(cell, trials, threads):
        raise AssertionError("nothing is missing")

    engine = replace(fake_engine.ENGINE, rollout=never)
    again = run(config_file, finished.path, engine=engine, resume=True)
    assert contents(again) == before


def test_a_folder_with_a_run_is_refused_without_resume(config_file: Path, finished: RunFolder):
    with pytest.raises(ConfigError, match="--resume"):
        run(config_file, finished.path)


def test_a_folder_with_another_run_is_refused_always(config_file: Path, finished: RunFolder):
    before = contents(finished)
    for resume in (False, True):
        with pytest.raises(ConfigError, match=r"holds another run.*--out"):
            run(config_file, finished.path, "trials=6", resume=resume)
    assert contents(finished) == before


def test_trials_of_another_model_are_not_joined(config_file: Path, finished: RunFolder):
    engine = replace(fake_engine.ENGINE, digests=lambda cell: {"body human": "other"})
    with pytest.raises(ConfigError, match=r"made with something else \(body human"):
        run(config_file, finished.path, engine=engine, resume=True)


def test_a_folder_with_anything_else_is_refused(config_file: Path, tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ConfigError, match=r"holds no run of retrowalk"):
        run(config_file, tmp_path)
    with pytest.raises(ConfigError, match="a file stands there"):
        run(config_file, tmp_path / "thesis.txt")


def test_a_damaged_manifest_is_refused(config_file: Path, finished: RunFolder):
    finished.manifest.write_text("{")
    with pytest.raises(ConfigError, match=r"manifest\.json"):
        run(config_file, finished.path, resume=True)


def test_two_processes_do_not_share_a_folder(config_file: Path, tmp_path: Path):
    folder = RunFolder(tmp_path / "run")
    with folder.claimed(), pytest.raises(ConfigError, match="another process"):
        run(config_file, folder.path)


def test_a_cell_that_cannot_be_run_is_refused_before_anything_runs(
    config_file: Path, tmp_path: Path
):
    out = tmp_path / "run"
    with pytest.raises(ConfigError, match=r"the cell .*speed_m_per_s-1\.8.*allowed up to 1\.5"):
        run(config_file, out, "factors.speed_m_per_s=[0.6, 0.8, 1.8]")
    assert not out.exists()


def test_the_death_of_a_worker_is_told_and_can_be_resumed(config_file: Path, tmp_path: Path):
    engine = replace(fake_engine.ENGINE, rollout=fake_engine.die)
    with pytest.raises(SimulationError, match="a worker process died"):
        run(config_file, tmp_path / "run", threads=2, engine=engine)
    resumed = run(config_file, tmp_path / "run", resume=True)
    assert len(pd.read_parquet(resumed.trials)) == 28


def test_progress_counts_up_to_all_trials(config_file: Path, tmp_path: Path):
    seen: list[tuple[int, int]] = []
    run(
        config_file,
        tmp_path / "run",
        batch=7,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(0, 28), (7, 28), (14, 28), (21, 28), (28, 28)]


def test_a_run_in_which_every_trial_fails_still_has_tables(config_file: Path, tmp_path: Path):
    def nothing(recording):
        trials, strides = fake_engine.measure(recording)
        trials["valid"] = False
        return trials[["trial", "valid", "fell"]], strides.iloc[:0]

    folder = run(config_file, tmp_path / "run", engine=replace(fake_engine.ENGINE, measure=nothing))
    trials = pd.read_parquet(folder.trials)
    assert trials["stride_length_m"].isna().all()
    analysis = json.loads(folder.answer("contrasts").read_text())
    assert all(one["estimate"] is None and one["note"] for one in analysis["contrasts"])
    assert all(math.isfinite(cell["trials"]) for cell in analysis["cells"])
    assert all(cell["fell"]["share"] is None for cell in analysis["cells"])


def _cell(body: str) -> Cell:
    return replace(make_plan(load_config("quick-start")).cells[0], body=body)
