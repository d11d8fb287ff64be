"""SIGKILL at any moment leaves a folder that `--resume` completes to the same numbers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fake_engine import ENGINE
from small_config import CONFIG

from retrowalk.experiments.runner.run import Options, run_experiment
from retrowalk.experiments.store.pieces import TRIALS, read_curves, read_rows
from retrowalk.experiments.study.load import load_config

SCRIPT = Path(__file__).parent / "run_fake.py"
ONE = Options(threads=1, batch=2)
COHORT = f"""\
{CONFIG.partition("  speed_m_per_s")[0]}
cohort: {{n: 2}}
technique: {{speed_m_per_s: 0.8}}
trials: 7
duration_s: 10
seed: 7
keep_recordings: 2
contrasts:
  - {{measure: stride_length_m, between: {{direction: [backward, forward]}}, as: ratio}}
"""
pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL")


def start(config: Path, out: Path, resume: str, sleep_s: float = 0.0) -> subprocess.Popen[str]:
    """Start a run in a process group of its own: 2 workers, chunks of 2."""
    command = [sys.executable, str(SCRIPT), str(config), str(out), "2", "2", resume]
    return subprocess.Popen(
        command,
        env={**os.environ, "FAKE_SLEEP_S": str(sleep_s)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # a shell that runs the tests in its background has them ignore ctrl-C, and children inherit
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def finish(process: subprocess.Popen[str]) -> None:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, out + err


def outcome(out: Path) -> dict[str, bytes]:
    names = ["config.yaml", "contrasts.json", "trials.parquet", "strides.parquet", "waveforms.nc"]
    names.append("waveform_contrasts.json")
    names += ["cohort.json"] if (out / "cohort.json").exists() else []
    recordings = sorted(path.name for path in (out / "recordings").iterdir())
    return {
        **{name: (out / name).read_bytes() for name in names},
        **{name: (out / "recordings" / name).read_bytes() for name in recordings},
    }


def of_session(number: int) -> set[int]:
    """Return the processes of a session that have not ended."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, *numbers = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(numbers[2]) == number and state != "Z":
            found.add(int(folder.name))
    return found


def pieces(out: Path) -> list[Path]:
    return list((out / "pieces").glob("trials-*"))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What an undisturbed run gives."""
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "small.yaml").write_text(CONFIG, encoding="utf-8")
    finish(start(folder / "small.yaml", folder / "run", "new"))
    return outcome(folder / "run")


@pytest.mark.parametrize(("text", "after"), [(CONFIG, 0), (COHORT, 5), (CONFIG, "merge")])
def test_killed_run_resumes_to_the_same_bytes(
    config_file: Path, tmp_path: Path, expected: dict[str, bytes], text: str, after: int | str
):
    config_file.write_text(text, encoding="utf-8")
    if text == COHORT:
        undisturbed = run_experiment(load_config(config_file), tmp_path / "whole", ONE, ENGINE)
        expected = outcome(undisturbed.path)
        assert b"p02" in expected["cohort.json"]
    out = tmp_path / "run"
    process = start(config_file, out, "new", sleep_s=0.05)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if after == "merge":
            if (out / "trials.parquet").exists():
                break
        elif (out / "manifest.json").exists() and len(pieces(out)) >= int(after):
            break
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    for piece in pieces(out):  # whatever there is, is whole
        assert read_rows(piece / TRIALS).num_rows >= 1
        assert len(read_curves(piece).trials) >= 1
    finish(start(config_file, out, "resume"))
    assert outcome(out) == expected
    left = {path.name for path in out.iterdir()} - {*expected}
    assert left == {"recordings", "manifest.json", "not_measured.parquet", "report.html"}


def test_killed_again_and_again(config_file: Path, tmp_path: Path, expected: dict[str, bytes]):
    out = tmp_path / "run"
    for delay_s in (0.4, 1.2, 2.2):
        process = start(config_file, out, "resume", sleep_s=0.05)
        time.sleep(delay_s)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
    finish(start(config_file, out, "resume"))
    assert outcome(out) == expected


def test_workers_end_when_the_run_is_killed(config_file: Path, tmp_path: Path):
    out = tmp_path / "run"
    process = start(config_file, out, "new", sleep_s=0.3)
    deadline = time.monotonic() + 60
    while not pieces(out) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)  # returns once no worker holds the pipe any more
    deadline = time.monotonic() + 5.0
    while of_session(process.pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not of_session(process.pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_is_told_in_one_line(config_file: Path, tmp_path: Path, number: signal.Signals):
    out = tmp_path / "run"
    process = start(config_file, out, "new", sleep_s=0.3)
    deadline = time.monotonic() + 60
    while not pieces(out) and time.monotonic() < deadline:
        time.sleep(0.01)
    if number == signal.SIGINT:  # a worker that is stopped holds nobody up
        for one in of_session(process.pid) - {process.pid}:
            os.kill(one, signal.SIGSTOP)
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert not of_session(process.pid)
    assert "--resume" in err
    assert "Traceback" not in err
    assert len(err.splitlines()) == 1
    finish(start(config_file, out, "resume"))
