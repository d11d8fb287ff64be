"""`retrowalk validate`: runs, compares, writes the page, answers programs, refuses bad input."""

from __future__ import annotations

import json
from pathlib import Path

import known_gait
import pytest
from known_gait import DISAGREES

from retrowalk.experiments.findings import page as findings
from retrowalk.experiments.runner import run as runner, scheduler

SMALL = (
    "--set",
    "trials=2",
    "--set",
    "keep_recordings=2",
    "--set",
    "duration_s=6",
    "--threads",
    "1",
)


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, command_line, tmp_path: Path):
    """Call the command in an empty folder, the known walker standing in for the simulation."""
    monkeypatch.setattr(runner, "simulation_engine", lambda: known_gait.engine(DISAGREES))
    monkeypatch.setattr(scheduler, "run_jobs", run_here)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: command_line("validate", *arguments, program="/bin/retrowalk")


def run_here(jobs, threads):
    """Run jobs in this process: the stand-in cannot travel to another."""
    from retrowalk.experiments.runner.worker import run_job

    for job in jobs:
        yield run_job(job)


def test_it_runs_the_shipped_experiment_and_shows_every_finding(call):
    code, out, err = call(*SMALL)
    assert (code, err) == (0, "")
    people = findings.human_findings()
    page = Path("runs/findings/VALIDATION.md").read_text("utf-8")
    for row in people.to_dict("records"):
        assert f"**{row['id']}**" in page
    assert "disagrees" in out
    assert "Where the model disagrees" in page
    assert "retrowalk validate --of runs/findings --page docs/results/validation.md" in page


def test_one_command_makes_run_and_page(call, tmp_path: Path):
    page = tmp_path / "page.md"
    code, out, _ = call(*SMALL, "--out", "other", "--page", str(page), "--json")
    assert code == 0
    answer = json.loads(out)
    assert answer["page"] == str(page)
    assert {row["id"] for row in answer["findings"]} == set(findings.human_findings()["id"])
    assert {row["verdict"] for row in answer["findings"]} >= {"disagrees", "not reached yet"}
    head = page.read_text("utf-8").partition("The run `findings`")[0]
    assert "retrowalk validate --set trials=2" in head
    assert "--of" not in head


def test_a_finished_run_is_compared_without_simulating(call, monkeypatch: pytest.MonkeyPatch):
    run = known_gait.make_run(Path("done"), keep_recordings=0)
    monkeypatch.setattr(scheduler, "run_jobs", None)
    code, out, _ = call("--of", str(run), "--json")
    assert code == 0
    assert json.loads(out)["folder"] == "done"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--of", "nothing"), "no such folder"),
        (("--of", "nothing", "--out", "else"), "compares a finished run"),
        (("--page", "no/such/page.md"), "its folder does not exist"),
        (("--set", "trials=none"), "trials"),
    ],
)
def test_bad_input_is_refused_at_once(call, arguments: tuple[str, ...], words: str):
    code, _, err = call(*arguments)
    assert code == 2
    assert words in err
