"""Runs and a policy made by commit 9330eb6, before modules moved, are read as they were.

`runs-9330eb6.tar.xz` holds what `retrowalk run` of that commit wrote, one thread, one machine:
`both-ways` (contrasts), `battery`, `preferred` (without its sweep's folder), `policies`, and
`recorded` (whose recording holds only what the player shows, to be small); and `policy`, a tiny
network with the contract of `ppo-backward`, exported by that commit. Reports are left out.
"""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

import numpy as np
import pytest
import yaml

import retrowalk as rw
from retrowalk.envs.policies.policy_file import read_policy
from retrowalk.experiments.claims.claim import Claim, Figure
from retrowalk.experiments.claims.results import collect
from retrowalk.experiments.findings.run import FindingsRun
from retrowalk.experiments.runner.run import Options, run_experiment
from retrowalk.experiments.store.run import Run
from retrowalk.experiments.study.load import load_config

ARCHIVE = Path(__file__).with_name("runs-9330eb6.tar.xz")
RUNS = ("both-ways", "battery", "preferred", "policies", "recorded")
POLICY_DIGEST = "353fa5ddeb777e82bf803bb0d4b0be01fb617875c53263b402a271714a56c944"
"""Of the policy, as that commit told it."""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("before")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.mark.parametrize("name", RUNS)
def test_run_is_opened_and_its_tables_agree_with_its_plan(unpacked: Path, name: str):
    run = rw.open_run(unpacked / name)
    assert run.name == run.config.name == name
    cells = {cell.index: cell for cell in run.plan.cells}
    assert len(run.trials) == len(cells) * run.config.trials
    for row in run.trials.to_dict("records"):
        cell = cells[row["cell"]]
        assert row["direction"] == cell.direction
        assert row["commanded_speed_m_per_s"] == cell.technique.speed_m_per_s
        assert row["policy"] == cell.policy
    seeds = run.trials.groupby("cell")["seed"].apply(tuple)
    assert set(seeds) == {run.plan.seeds}
    assert set(run.strides["trial"]) <= set(run.trials["trial"])
    assert len(run.waveforms["cell"]) == len(cells)
    assert "<table>" in run._repr_html_()


def test_preferred_speed_of_the_run_is_that_of_its_plan(unpacked: Path):
    run = Run.finished(unpacked / "preferred")
    (found,) = run.preferred_speeds
    speeds = {dict(cell.levels)["pace"]: cell.technique.speed_m_per_s for cell in run.plan.cells}
    assert speeds == {"asked": 0.6, "preferred": found.speed.estimate}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("both-ways", ("backward", "Contrasts", "Muscle load")),
        ("battery", ("Fall risk", "push-left")),
        ("preferred", ("Preferred speed",)),
        ("policies", ("ppo-backward", "Policies compared")),
    ],
)
def test_report_is_written_without_gaps(unpacked: Path, tmp_path: Path, name: str, told):
    run = rw.open_run(shutil.copytree(unpacked / name, tmp_path / name))
    page = run.report()
    assert [word for word in told if word not in page.html] == []
    assert "could not be read" not in page.html
    assert "is missing from" not in page.html


def test_recorded_trial_is_replayed(unpacked: Path):
    run = rw.open_run(unpacked / "recorded")
    assert set(run.recordings) == {0}
    assert run.recording(0).sizes["trial"] == 1
    assert "<canvas" in run.replay(0).html


def test_claims_and_findings_read_it(unpacked: Path):
    claim = Claim.model_construct(
        experiment="both-ways", conditions=(), people=(), figure=Figure(kind="contrasts")
    )
    results = collect(claim, unpacked / "both-ways")
    assert results["trials"] == 4
    assert len(results["contrasts"]) == 2
    assert len(FindingsRun(unpacked / "both-ways").matched) == 1


@pytest.mark.parametrize("name", ["both-ways", "battery", "policies", "recorded"])
def test_resuming_the_finished_run_changes_nothing(
    unpacked: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
):
    """Bodies, policies and versions still have the digests of then, or the run would be refused.

    Versions of libraries are those of then here, so that a new one does not end this test.
    """
    folder = shutil.copytree(unpacked / name, tmp_path / name)
    then = Run(folder).manifest["numeric_versions"]
    monkeypatch.setattr("retrowalk.experiments.store.manifest.numeric_versions", lambda *_: then)
    before = _contents(folder)
    config = load_config(folder / "config.yaml")
    run_experiment(config, folder, Options(threads=1, resume=True))
    assert _contents(folder) == before


def _contents(folder: Path) -> dict[str, object]:
    """Return the files of a run byte by byte, the config as what it says: keys have no order."""
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    return {**files, "config.yaml": yaml.safe_load(files["config.yaml"])}


def test_policy_is_read_and_acts(unpacked: Path):
    policy = read_policy(unpacked / "policy" / "tiny.onnx")
    assert policy.digest == POLICY_DIGEST
    columns = sum(len(term.columns) for term in policy.contract.observation)
    action = policy(np.zeros((2, columns), np.float32))
    assert action.shape == (2, len(policy.contract.action.names))
    assert np.isfinite(action).all()


def test_policy_walks_by_its_path(unpacked: Path):
    path = unpacked / "policy" / "tiny.onnx"
    recording = rw.simulate(policy=path, speed_m_per_s=0.8, duration_s=1, threads=1)
    assert recording.attrs["policy"] == str(path)
    assert np.isfinite(recording["qpos"].values).all()
