"""The command line: exit codes, one clear message, JSON for programs, nothing heavy for help."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import fake_engine
import pytest
from small_config import CONFIG

from retrowalk.experiments.report import page as report
from retrowalk.experiments.runner import run as runner
from retrowalk.experiments.study.catalogue import KINDS

LONG = "x" * 5000
COMMANDS = ("run", "compare", "validate", "tune", "bench", "list", "schema")


@pytest.fixture(autouse=True)
def no_simulation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Commands run in a folder of their own, with the stand-ins."""
    monkeypatch.setattr(runner, "simulation_engine", lambda: fake_engine.ENGINE)
    monkeypatch.setattr(report, "write_report", fake_engine.write_report)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(CONFIG, encoding="utf-8")


@pytest.fixture
def call(command_line):
    """Call the command line with arguments; return exit code, stdout, stderr."""
    return command_line


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(call, command: str):
    code, out, _ = call(command, "--help")
    assert code == 0
    assert f"retrowalk {command}" in out[out.index("Example") :]


def test_run_makes_the_folder_and_names_the_report(call):
    code, out, err = call("run", "small.yaml", "--threads", "1", "--no-open")
    assert (code, err) == (0, "")
    assert "runs/small/report.html" in out
    assert Path("runs/small/trials.parquet").exists()


def test_run_answers_in_json(call):
    code, out, _ = call("run", "small.yaml", "--threads", "1", "--json", "--set", "trials=6")
    assert code == 0
    answer = json.loads(out)
    assert answer["report"] == "runs/small/report.html"
    assert len(answer["cells"]) == 4
    assert {"measure", "estimate", "low", "high"} <= set(answer["contrasts"][0])


def test_shipped_config_runs_by_name(call):
    code, _, _ = call("run", "quick-start", "--threads", "1", "--set", "trials=2", "--no-open")
    assert code == 0
    manifest = json.loads(Path("runs/quick-start/manifest.json").read_text())
    assert manifest["sessions"][0]["command"][:3] == ["retrowalk", "run", "quick-start"]


def test_second_run_needs_resume(call):
    arguments = ("run", "small.yaml", "--threads", "1", "--no-open")
    assert call(*arguments)[0] == 0
    code, _, err = call(*arguments)
    assert code == 2
    assert "--resume" in err
    assert call(*arguments, "--resume")[0] == 0
    code, _, err = call(*arguments, "--resume", "--set", "seed=8")
    assert code == 2
    assert "holds another run" in err


BAD = {
    ("run", "absent.yaml"): ("absent.yaml", "no such file"),
    ("run", "quick-strat"): ("quick-strat", "quick-start"),
    ("run", "small.yaml", "--set", "trials=many"): ("trials", "many", "integer"),
    ("run", "small.yaml", "--set", "factors.surface=[]"): ("factors.surface", "at least one"),
    ("run", "small.yaml", "--set", "factors.speed_m_per_s=[0.6, 0.8, 1.9]"): ("small.yaml", "1.9"),
    ("run", "small.yaml", "--threads", "0"): ("--threads", "0"),
    ("run", "small.yaml", "--batch", "few"): ("--batch", "few"),
    ("run", "small.yaml", "--out", "small.yaml"): ("small.yaml", "a file stands there"),
    ("run", "small.yaml", "--out", "."): (".", "holds no run of retrowalk"),
    ("run",): ("CONFIG",),
    ("run", "small.yaml", "--sett", "a=1"): ("--sett",),
    ("walk",): ("walk",),
    ("list", "surface"): ("surface", "did you mean 'surfaces'"),
}


@pytest.mark.parametrize("arguments", BAD)
def test_bad_input_is_told_with_exit_code_2(call, arguments: tuple[str, ...]):
    before = sorted(Path().rglob("*"))
    code, out, err = call(*arguments)
    assert code == 2
    for part in BAD[arguments]:
        assert part in err
    assert "Traceback" not in out + err
    assert sorted(Path().rglob("*")) == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_folder_without_permission_is_refused(call, tmp_path: Path):
    (tmp_path / "closed").mkdir(mode=0o500)
    code, _, err = call("run", "small.yaml", "--out", "closed/run")
    assert code == 2
    assert "closed" in err


@pytest.mark.parametrize("kind", KINDS)
def test_list_shows_what_configs_may_name(call, kind: str):
    code, out, _ = call("list", kind)
    assert code == 0
    named = [line.split()[0] for line in out.splitlines()]  # a controller has a line a gait
    assert list(dict.fromkeys(named)) == list(KINDS[kind]())
    assert kind == "controllers" or len(named) == len(set(named))
    code, out, _ = call("list", kind, "--json")
    assert json.loads(out) == list(KINDS[kind]())


def test_list_of_everything_is_json_by_kind(call):
    _, out, _ = call("list", "--json")
    assert set(json.loads(out)) == set(KINDS)


def test_schema_is_json(call):
    code, out, _ = call("schema")
    assert code == 0
    assert json.loads(out)["title"] == "ExperimentConfig"


def test_no_progress_bar_in_a_pipe():
    script = Path(fake_engine.__file__).with_name("run_fake.py")
    command = [sys.executable, str(script), "small.yaml", "run", "1", "7", "new"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize(
    "words",
    [
        ("run", LONG),
        ("run", f"{LONG}.yaml"),
        ("run", "quick-start", "--out", LONG),
        ("run", "quick-start", "--set", f"technique.speed_m_per_s={LONG}"),
        ("run", "quick-start", "--set", f"{LONG}=3"),
        ("run", "quick-start", "--scheduler", LONG),
        ("compare", LONG, "--on", "flat"),
        ("view", LONG),
        ("view", "--host", LONG),
        ("replay", LONG),
        ("train", LONG),
        ("tune", LONG),
        ("list", LONG),
    ],
)
def test_five_thousand_characters_are_refused_in_less_than_a_screen(command_line, words):
    code, out, err = command_line(*words)
    assert code == 2
    assert out == ""
    assert err.startswith("Error: ")
    assert len(err) < 80 * 24
    assert err.count("\n") < 24


@pytest.mark.parametrize(
    "words", [(LONG,), ("list", f"--{LONG}"), ("list", "measures", LONG, LONG)]
)
def test_words_that_no_command_knows_are_refused_in_less_than_a_screen(command_line, words):
    code, _, err = command_line(*words)
    assert code == 2
    assert "characters left out" in err
    assert err.count("\n") < 24


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process")
def test_too_small_a_limit_of_memory_is_told_before_a_library_hangs():
    command = f"ulimit -v 400000; exec {sys.executable} -m retrowalk.experiments.commands.cli list"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert "`ulimit -v` allows this program 390 MiB" in done.stderr
    assert done.stderr.count("\n") == 1
